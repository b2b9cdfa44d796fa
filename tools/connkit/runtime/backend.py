"""A service at another address than the definition names: a test system, or a mock that is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from connkit.core import Request, Response, Send, UserError
from connkit.model import Connector
from connkit.serving.hosts import is_loopback

_SOON = 120  # seconds


def moved(connector: Connector, url: str) -> Connector:
    """The connector with its service at an origin, or at an origin and base path; UserError for any other address.

    Whatever is about the connector's own host is about that address then: credentials go there, and a Location on it
    is followed with them.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or parts.query or parts.fragment:
        raise UserError(
            "--backend is no address of a service; write its origin, with the base path if that is another than the "
            "definition's, such as http://127.0.0.1:8321 or https://service.example/api/v2, and nothing else"
        )
    place = {"host": parts.netloc, "basePath": parts.path.rstrip("/") or connector.base_path, "schemes": [parts.scheme]}
    return replace(connector, definition={**connector.definition, **place})


def is_readable_on_the_way(url: str) -> bool:
    """Whether what goes to the address could be read by others: it is neither https nor on this machine."""
    return url.startswith("http://") and not is_loopback(urlsplit(url).hostname)


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
