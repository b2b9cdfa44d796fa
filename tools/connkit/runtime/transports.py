"""How requests reach a service."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connkit.core import MockService, Request, Response, Send

if TYPE_CHECKING:
    from requests import PreparedRequest

TIMEOUT = 120.0  # seconds; the platform's limit for an outbound call


def in_memory(mock: MockService) -> Send:
    """Hands each request to the mock service without any transport."""
    return mock.handle


def requests_send(timeout: float = TIMEOUT) -> Send:
    """Sends with the `requests` library; OSError when no answer comes.

    Redirects are not followed and no cookies kept, so that a key reaches only the host that was meant.
    """
    import requests

    def send(request: Request) -> Response:
        try:
            answer = requests.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body or None,
                auth=_as_given,
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:  # its text holds the query, and that may hold the key
            raise OSError(f"no answer from {without_query(request.url)} ({type(error).__name__})") from None
        return Response(answer.status_code, dict(answer.headers), answer.content)

    return send


def _as_given(request: PreparedRequest) -> PreparedRequest:
    """Keeps a .netrc file from replacing the connection's credentials."""
    return request


def without_query(url: str) -> str:
    return urlsplit(url)._replace(query="", fragment="").geturl()
