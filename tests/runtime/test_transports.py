"""Ways to a service."""

import pytest
import responses

from connkit.core import Request, Response
from connkit.runtime.transports import in_memory, requests_send


def test_in_memory(service: object) -> None:
    assert in_memory(service)(Request("GET", "https://widgets.example/v1/widgets")).status == 403  # type: ignore[arg-type]


@responses.activate
def test_requests_carry_everything_and_follow_no_redirect() -> None:
    responses.add(
        responses.POST, "https://w.example/x", body=b"b", status=302, headers={"Location": "https://o.example"}
    )
    answer = requests_send()(Request("POST", "https://w.example/x?q=1", {"Authorization": "k"}, b"body"))
    sent = responses.calls[0].request
    assert (sent.url, sent.headers["Authorization"], sent.body) == ("https://w.example/x?q=1", "k", b"body")
    assert (answer.status, answer.header("location"), answer.body) == (302, "https://o.example", b"b")
    assert isinstance(answer, Response)


@responses.activate
def test_no_answer_is_an_oserror_that_hides_the_query() -> None:
    with pytest.raises(OSError, match=r"^no answer from https://w\.example/x \(ConnectionError\)$"):
        requests_send()(Request("GET", "https://w.example/x?code=secret"))
