"""A connector whose service is at another address."""

from __future__ import annotations

import pytest

from connkit.core import Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.backend import is_readable_on_the_way, moved, patient_send

CONNECTOR = Connector({"host": "pbx.example", "basePath": "/api/v2/", "schemes": ["https"]}, {})
HERE = "https://pbx.example/api/v2"


@pytest.mark.parametrize(
    ("backend", "base"),
    [
        ("http://127.0.0.1:8321", "http://127.0.0.1:8321/api/v2"),
        ("http://127.0.0.1:8321/", "http://127.0.0.1:8321/api/v2"),
        ("https://test.example/pbx/", "https://test.example/pbx"),
        ("https://test.example/pbx", "https://test.example/pbx"),
        ("http://[::1]:9", "http://[::1]:9/api/v2"),
    ],
)
def test_the_base_path_stays_unless_the_address_has_one(backend: str, base: str) -> None:
    assert moved(CONNECTOR, backend).base_url == base
    assert CONNECTOR.base_url == HERE


@pytest.mark.parametrize(
    "url",
    [
        "pbx.example",
        "ftp://a.example",
        "https://",
        "https://a:b",
        "https://a.example:0",
        "https://[a",
        "https://fake:secret@a.example",
        "https://a.example/?key=fake",
        "https://a.example/#fake",
    ],
)
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UserError) as error:
        moved(CONNECTOR, url)
    assert str(error.value) == (
        "--backend is no address of a service; write its origin, with the base path if that is another than the "
        "definition's, such as http://127.0.0.1:8321 or https://service.example/api/v2, and nothing else"
    )


@pytest.mark.parametrize(
    ("url", "readable"),
    [
        ("http://a.example", True),
        ("http://10.0.0.1:8321/api", True),
        ("https://a.example", False),
        ("http://localhost:1", False),
        ("http://127.0.0.2/a", False),
        ("http://[::1]:1", False),
    ],
)
def test_what_others_could_read(url: str, readable: bool) -> None:
    assert is_readable_on_the_way(url) is readable


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
