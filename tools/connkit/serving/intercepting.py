"""The mock under the `requests` library, by way of the `responses` library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connkit.core import Request, Send

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import RequestsMock

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@contextmanager
def intercept(host: str | None, handle: Send) -> Iterator[RequestsMock]:
    """While open, `requests` reaches `handle` for this host and no network for any other; for all with None."""
    import responses

    named = "[^/?#]*" if host is None else re.escape(host)
    at_host = re.compile(rf"https?://{named}(?=[:/?#]|$)", re.IGNORECASE)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        for method in _METHODS:
            active.add_callback(method, at_host, callback=_callback(handle), content_type=None)
        yield active


def _callback(handle: Send) -> Callable[[PreparedRequest], tuple[int, dict[str, str], bytes]]:
    def answer(prepared: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        response = handle(_request(prepared))
        return response.status, dict(response.headers), response.body

    return answer


def _request(prepared: PreparedRequest) -> Request:
    headers = {name: _text(value) for name, value in prepared.headers.items()}
    return Request(prepared.method or "GET", prepared.url or "", headers, _body(prepared.body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _body(body: object) -> bytes:
    """`requests` takes text, bytes, files and generators."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    return b"".join(_chunks(body))


def _chunks(body: object) -> Iterator[bytes]:
    for chunk in body:  # type: ignore[attr-defined]  # requests promises an iterable
        yield chunk.encode() if isinstance(chunk, str) else bytes(chunk)
