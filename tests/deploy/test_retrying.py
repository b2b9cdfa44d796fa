"""Requests that are tried again, and for how long."""

from __future__ import annotations

import pytest

from connkit.core import Request, Response
from connkit.deploy.retrying import Patience, patient

READ = Request("GET", "https://service.example/apis")


def test_nothing_is_tried_again_after_somebody_has_asked_to_stop() -> None:
    asked: list[Request] = []

    def busy(request: Request) -> Response:
        asked.append(request)
        return Response(503)

    waited: list[float] = []
    patience = Patience(waited.append, lambda: 0.0, stopping=lambda: len(asked) == 2)
    assert patient(busy, patience)(READ).status == 503
    assert (len(asked), waited) == (2, [1.0])


def test_what_was_not_answered_is_told_when_stopping_too() -> None:
    def silent(request: Request) -> Response:
        raise OSError("no answer")

    patience = Patience(lambda seconds: pytest.fail("waited"), lambda: 0.0, stopping=lambda: True)
    with pytest.raises(OSError, match="no answer"):
        patient(silent, patience)(READ)
