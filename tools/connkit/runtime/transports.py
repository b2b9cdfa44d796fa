"""How requests reach a service."""

from __future__ import annotations

from connkit.core import MockService, Request, Response, Send

TIMEOUT = 120.0  # seconds; the platform's limit for an outbound call


def in_memory(mock: MockService) -> Send:
    """Hands each request to the mock service without any transport."""
    return mock.handle


def requests_send(timeout: float = TIMEOUT) -> Send:
    """Sends with the `requests` library; OSError when no answer comes."""
    import requests

    session = requests.Session()

    def send(request: Request) -> Response:
        answer = session.request(
            request.method,
            request.url,
            headers=dict(request.headers),
            data=request.body or None,
            timeout=timeout,
            allow_redirects=False,
        )
        return Response(answer.status_code, dict(answer.headers), answer.content)

    return send
