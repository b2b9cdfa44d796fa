"""A service at another address than the definition names: a test system, or a mock that is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from connkit.core import Request, Response, Send, UserError
from connkit.model import Connector
from connkit.serving.hosts import is_loopback

_SOON = 120  # seconds


def backend_send(connector: Connector, url: str, send: Send) -> Send:
    """Sends what is meant for the connector's host to `url`, and what is meant for another host where it is meant for.

    A path in `url` takes the place of the connector's base path. A Location on `url` is told as one on the
    connector's host, so that it can be followed as the platform does. UserError for a URL that cannot be one.
    """
    moves = _moves(connector, backend_url(url))

    def sent(request: Request) -> Response:
        response = send(replace(request, url=_moved(request.url, moves)))
        back = [(there, here) for here, there in moves]
        return replace(response, headers=_relocated(response.headers, back))

    return sent


def patient_send(send: Send, wait: Callable[[float], None]) -> Send:
    """Sends a read once more when it was answered 429, after the seconds that Retry-After names, where that is soon."""

    def sent(request: Request) -> Response:
        response = send(request)
        seconds = response.header("Retry-After") or ""
        if response.status != 429 or request.method != "GET" or not (seconds.isdecimal() and int(seconds) <= _SOON):
            return response
        wait(int(seconds))
        return send(request)

    return sent


def backend_url(url: str) -> str:
    """The URL without a slash at its end; UserError where requests with a key cannot go there."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("https", "http") or not host:
        raise UserError(f"'{url}' is no address of a service; write one such as https://pbx.example/api/v2")
    if parts.username is not None or parts.query or parts.fragment:
        raise UserError("the service's address may hold no user, query or fragment; write scheme, host and path only")
    if parts.scheme == "http" and not is_loopback(host):
        raise UserError(f"'{url}' would carry the key unencrypted; write https")
    return url.rstrip("/")


def _moves(connector: Connector, url: str) -> list[tuple[str, str]]:
    """Beginnings of addresses, the longer first, each with what takes its place."""
    here, there = _origin(connector.base_url), _origin(url)
    base = connector.base_url[len(here) :]
    return [(connector.base_url, url if urlsplit(url).path else there + base), (here, there)]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _moved(url: str, moves: list[tuple[str, str]]) -> str:
    for old, new in moves:
        rest = url[len(old) :]
        if url[: len(old)].lower() == old.lower() and rest[:1] in ("", "/", "?"):
            return new + rest
    return url


def _relocated(headers: Mapping[str, str], moves: list[tuple[str, str]]) -> dict[str, str]:
    return {name: _moved(value, moves) if name.lower() == "location" else value for name, value in headers.items()}
