"""Whatever is sent over HTTP, the answer is an envelope with 4xx, soon, and the mock is still there."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartmex
from connkit.core import Response
from connkit.serving.server import Server
from smartmex.events import EVENT_FIELDS
from smartmex.lists import COLLECTIONS

MANY = settings(max_examples=400, deadline=None, database=None)
KEY = b"Authorization: Bearer fake-key-for-tests\r\n"


class Mock:
    """Raw bytes to the mock, and what comes back: status and envelope."""

    def __init__(self, service: smartmex.SmartMex, server: Server) -> None:
        self.service = service
        self._place = urlsplit(server.origin)

    def send(self, *raw: bytes) -> tuple[int, dict[str, Any]]:
        assert self._place.hostname
        assert self._place.port
        with socket.create_connection((self._place.hostname, self._place.port), timeout=5) as connection:
            file = connection.makefile("rb")
            try:
                for part in raw:
                    connection.sendall(part)
            except ConnectionError:
                pass  # refused before everything was sent; the answer is there all the same
            head = [line.rstrip(b"\r\n") for line in iter(file.readline, b"\r\n")]
            lengths = [int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length:")]
            body = file.read(lengths[0])
            file.close()
        return int(head[0].split(b" ")[1]), json.loads(body)

    def request(self, method: str, target: bytes, headers: bytes = KEY, body: bytes = b"") -> tuple[int, Any]:
        length = b"Content-Length: %d\r\n" % len(body)
        head = b"%s %s HTTP/1.1\r\nHost: x\r\n%s%s\r\n" % (method.encode(), target, headers, length)
        return self.send(head, body)


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    service = smartmex.SmartMex(post=lambda timeout: lambda request: Response(200))
    with Server(service.refusal, body_timeout=0.2) as server:
        server.start(service.open(server.origin, 0))
        made = Mock(service, server)
        yield made
        assert made.request("GET", b"/api/v2/contacts/48211")[0] == 200
        service.close(0)


def assert_refused(answer: tuple[int, Any], *statuses: int) -> None:
    status, envelope = answer
    assert status in statuses or (not statuses and 400 <= status < 500), envelope
    assert set(envelope) == {"version", "status", "statusCode", "message", "data"}
    assert (envelope["version"], envelope["status"], envelope["statusCode"]) == ("v2", "error", status)
    assert envelope["data"] == {}
    assert envelope["message"]
    assert "Traceback" not in envelope["message"]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
wrong_numbers = values.filter(lambda value: type(value) is not int)


def is_wrong(body: bytes) -> bool:
    """Hypothesis also tries texts that stand in the code, and a right name with a right address may be among them."""
    return not re.match(rb'\s*\{.*"endpoint"\s*:\s*"https?:', body, re.DOTALL)


bodies = st.one_of(
    st.binary(max_size=300),
    values.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({"destination": values, "contactID": wrong_numbers}).map(lambda v: json.dumps(v).encode()),
    st.fixed_dictionaries({"endpoint": values}).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["utf-16", "utf-32", "latin-1", "cp1257"]).map(
        lambda code: '{"endpoint": "žą"}'.encode(code, "replace")
    ),
    st.integers(1, 5000).map(lambda depth: b"[" * depth),
    st.integers(4000, 6000).map(lambda digits: b'{"contactID": %s}' % (b"9" * digits)),
).filter(is_wrong)
posts = st.sampled_from(["/dial", *(f"/webhooks/{event}" for event in EVENT_FIELDS)])


@MANY
@given(posts, bodies)
def test_a_body(mock: Mock, path: str, body: bytes) -> None:
    assert_refused(mock.request("POST", b"/api/v2" + path.encode(), body=body), 404, 422)


odd_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
odd_segments = st.one_of(
    odd_text.map(lambda text: quote(text, safe="")),
    st.sampled_from(
        ["..", ".", "%2e%2e", "%2E.", "..%2f..%2fetc%2fpasswd", "%00", "%0d%0aX:1", "%ff%fe", "a" * 3000, ""]
    ),
    st.sampled_from([*COLLECTIONS, "trigger", "webhooks", "dial"]),
)


@MANY
@given(
    st.sampled_from(["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]), st.lists(odd_segments)
)
def test_a_path(mock: Mock, method: str, segments: list[str]) -> None:
    target = "/api/v2/" + "/".join([*segments, "x!"])
    assert_refused(mock.request(method, target.encode()), 404, 405, 422)


query_values = odd_text.filter(lambda text: not text.strip("-").isascii() or not text.strip("-").isdecimal())
wrong_queries = st.tuples(
    st.sampled_from(["limit", "offset", "call_id", "initial_call_id", "contact_id", "date_from"]), query_values
)


@MANY
@given(wrong_queries, st.dictionaries(odd_text, odd_text, max_size=3))
def test_a_query(mock: Mock, wrong: tuple[str, str], others: dict[str, str]) -> None:
    pairs = [*others.items(), wrong]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    assert_refused(mock.request("GET", f"/api/v2/call_history?{query}".encode()), 422)


injected = st.binary(min_size=1, max_size=60).map(lambda raw: b"Authorization: Bearer " + raw + b"\r\n")
more = st.binary(max_size=60).map(
    lambda raw: KEY + b"Content-Length: 3\r\nX-Odd: " + raw.replace(b"\n", b"\nX-Next: ") + b"\r\n"
)


@MANY
@given(injected | more)
def test_a_header(mock: Mock, headers: bytes) -> None:
    assert_refused(mock.request("GET", b"/api/v2/contacts", headers), 400, 403)


@MANY
@given(st.binary(min_size=1, max_size=200).filter(lambda raw: not raw.startswith((b"\r", b"\n"))))
def test_bytes_that_are_no_request(mock: Mock, raw: bytes) -> None:
    assert_refused(mock.send(raw + b" \x01\r\n\r\n"), 400, 403, 404, 405)


@settings(max_examples=60, deadline=None, database=None)
@given(posts, st.sampled_from([1_048_577, 3_000_000]), st.booleans())
def test_a_body_that_is_too_large(mock: Mock, path: str, size: int, chunked: bool) -> None:
    head = f"POST /api/v2{path} HTTP/1.1\r\nHost: x\r\n".encode() + KEY
    if chunked:
        answer = mock.send(
            head + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n" % size, b"1" * size, b"\r\n0\r\n\r\n"
        )
    else:
        answer = mock.send(head + b"Content-Length: %d\r\n\r\n" % size, b"1" * size)
    assert_refused(answer, 413)


def test_a_body_that_does_not_come(mock: Mock) -> None:
    head = b"POST /api/v2/dial HTTP/1.1\r\nHost: x\r\n" + KEY + b"Content-Length: 10\r\n\r\n12345"
    assert_refused(mock.send(head), 408)


def test_headers_that_are_too_large(mock: Mock) -> None:
    assert_refused(mock.request("GET", b"/api/v2/contacts", b"X: " + b"y" * 70_000 + b"\r\n"), 431)
