"""How any part of the mock says no."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """Ends a request with a 4xx status; the service turns it into a reply."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}
