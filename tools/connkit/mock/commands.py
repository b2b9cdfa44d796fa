"""What the control interface of a generated mock takes while it is served."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from connkit.core import Request, Response
from connkit.serving import control

if TYPE_CHECKING:
    from connkit.mock.service import GeneratedMock


def answer(mock: GeneratedMock, request: Request, path: str) -> Response:
    """`path` is what stands behind the prefix."""
    return control.answer(_COMMANDS, mock, request, path)


def _state(mock: GeneratedMock, _: str, body: bytes) -> Any:
    return {
        "webhooks": mock.live_webhooks(),
        "stories": dict(mock.stories()),
        "switches": dataclasses.asdict(mock.switches),
        "commands": list(_COMMANDS),
    }


def _play(mock: GeneratedMock, story: str, body: bytes) -> Any:
    mock.play(story)
    return {"playing": story}


_COMMANDS: dict[str, control.Command[GeneratedMock]] = {
    "GET /": _state,
    "POST /stories/{name}": _play,
    "POST /events/{name}": control.fire,
    "POST /items/{trigger}": control.make_item,
    "PUT /switches/{name}": control.set_switch,
}
