"""The two ways of reaching the mock from a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connkit.core import Watch
from smartmex.service import SmartMex
from smartmex.switches import Switches

_HOST = "mobili-stotele.tele2.lt"


@contextmanager
def responses_mock(host: str = _HOST, base_path: str = "/api/v2/", **switches: Any) -> Iterator[SmartMex]:
    """While open, the `requests` library reaches the mock at this host, and no other host at all."""
    service = SmartMex(host, base_path, Switches(**switches))
    with service.intercept():
        yield service


@contextmanager
def served(
    service: SmartMex | None = None,
    *,
    speed: float = 0.0,
    patience: float = 0.0,
    watch: Watch | None = None,
    **switches: Any,
) -> Iterator[SmartMex]:
    """While open, the mock answers over HTTP on a free port of this machine, at `service.base`; deliveries are sent.

    `patience` is for how many seconds, at the end, deliveries that wait are still sent.
    """
    from connkit.serving.server import Server

    mock = service or SmartMex(_HOST, switches=Switches(**switches))
    with Server(mock.refusal) as server:
        server.start(mock.open(server.origin, speed, watch))
        try:
            yield mock
        finally:
            mock.close(patience)
