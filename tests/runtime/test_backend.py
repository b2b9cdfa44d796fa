"""Requests for the connector's host, sent to a service at another address."""

from __future__ import annotations

import pytest

from connkit.core import Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.backend import backend_send, backend_url, patient_send

CONNECTOR = Connector({"host": "pbx.example", "basePath": "/api/v2/"}, {})
HERE = "https://pbx.example/api/v2"


@pytest.mark.parametrize(
    ("backend", "asked", "sent"),
    [
        ("http://127.0.0.1:8321", f"{HERE}/contacts?limit=1", "http://127.0.0.1:8321/api/v2/contacts?limit=1"),
        ("http://127.0.0.1:8321/", HERE, "http://127.0.0.1:8321/api/v2"),
        ("https://test.example/pbx/", f"{HERE}/contacts", "https://test.example/pbx/contacts"),
        ("https://test.example/pbx", f"{HERE}//contacts", "https://test.example/pbx//contacts"),
        ("https://test.example/pbx", "https://pbx.example/other?a=1", "https://test.example/other?a=1"),
        ("https://test.example", "https://PBX.example/API/v2/contacts", "https://test.example/api/v2/contacts"),
        ("https://test.example", f"{HERE}0/contacts", "https://test.example/api/v20/contacts"),
        ("https://test.example", "https://pbx.example.evil/api/v2", "https://pbx.example.evil/api/v2"),
        ("https://test.example", "https://other.example/a", "https://other.example/a"),
    ],
)
def test_a_request_goes_to_the_backend(backend: str, asked: str, sent: str) -> None:
    seen: list[str] = []

    def send(request: Request) -> Response:
        seen.append(request.url)
        return Response(200)

    backend_send(CONNECTOR, backend, send)(Request("GET", asked))
    assert seen == [sent]


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ("https://test.example/pbx/webhooks/7", f"{HERE}/webhooks/7"),
        ("https://test.example/elsewhere/7", "https://pbx.example/elsewhere/7"),
        (f"{HERE}/webhooks/7", f"{HERE}/webhooks/7"),
        ("/webhooks/7", "/webhooks/7"),
        ("https://other.example/7", "https://other.example/7"),
    ],
)
def test_a_location_is_told_as_the_connectors(answered: str, told: str) -> None:
    headers = {"location": answered, "X-Link": "https://test.example/pbx/1"}
    send = backend_send(CONNECTOR, "https://test.example/pbx", lambda request: Response(201, headers))
    assert send(Request("POST", HERE)).headers == {"location": told, "X-Link": "https://test.example/pbx/1"}


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.2/a", "http://[::1]:1", "https://pbx.example"])
def test_an_address_may_be_https_or_on_this_machine(url: str) -> None:
    assert backend_url(f"{url}/") == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("pbx.example", "'pbx.example' is no address of a service; write one such as https://pbx.example/api/v2"),
        (
            "ftp://a.example",
            "'ftp://a.example' is no address of a service; write one such as https://pbx.example/api/v2",
        ),
        ("https://", "'https://' is no address of a service; write one such as https://pbx.example/api/v2"),
        ("https://a:b", "'https://a:b' is no address of a service; write one such as https://pbx.example/api/v2"),
        ("http://a.example", "'http://a.example' would carry the key unencrypted; write https"),
        *(
            (
                f"https://{url}",
                "the service's address may hold no user, query or fragment; write scheme, host and path only",
            )
            for url in ("fake:secret@a.example", "a.example/?key=fake", "a.example/#fake")
        ),
    ],
)
def test_any_other_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        backend_url(url)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("method", "status", "after", "waited"),
    [
        ("GET", 429, "7", [7]),
        ("GET", 429, "120", [120]),
        ("GET", 429, "121", []),
        ("GET", 429, "Wed, 21 Oct 2026 07:28:00 GMT", []),
        ("GET", 429, None, []),
        ("GET", 503, "7", []),
        ("POST", 429, "7", []),
    ],
)
def test_a_read_waits_when_it_is_asked_to(method: str, status: int, after: str | None, waited: list[float]) -> None:
    waits: list[float] = []
    headers = {"retry-after": after} if after else {}
    send = patient_send(lambda request: Response(200 if waits else status, headers), waits.append)
    assert (send(Request(method, HERE)).status, waits) == (200 if waited else status, waited)
