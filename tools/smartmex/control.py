"""The control interface of a mock that is served: what a test or a person makes it do, as JSON over HTTP."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from connkit.core import Request, Response, UserError
from connkit.serving import control
from connkit.serving.courier import Delivery
from smartmex.faults import fault
from smartmex.wire import date_text

if TYPE_CHECKING:
    from smartmex.service import SmartMex


def answer(service: SmartMex, request: Request, path: str) -> Response:
    """`path` is what stands behind the prefix."""
    return control.answer(_COMMANDS, service, request, path)


def commands() -> list[str]:
    """Method and path behind the prefix of each command."""
    return list(_COMMANDS)


def _state(service: SmartMex, _: str, body: bytes) -> Any:
    return {
        "service": service.base,
        "now": date_text(service.now()),
        "webhooks": service.live_webhooks(),
        "switches": dataclasses.asdict(service.switches),
        "commands": commands(),
    }


def _reset(service: SmartMex, _: str, body: bytes) -> Any:
    service.reset()
    return {"webhooks": service.live_webhooks()}


def _seed(service: SmartMex, _: str, body: bytes) -> Any:
    """The body is YAML."""
    service.seed(body.decode("utf-8", "replace"))
    return _state(service, _, b"")


def _stories(service: SmartMex, _: str, body: bytes) -> Any:
    return dict(service.stories())


def _play(service: SmartMex, story: str, body: bytes) -> Any:
    given = control.json_object(body)
    service.play(story, _text(given, "caller"), _whole(given, "contactID"))
    return {"playing": story}


def _advance(service: SmartMex, _: str, body: bytes) -> Any:
    seconds: Any = control.json_object(body).get("advance")
    if type(seconds) not in (int, float) or not 0 <= seconds <= 366 * 86_400:
        raise UserError('say how many seconds to move the clock, at most a year: {"advance": 60}')
    service.advance(seconds)
    return {"now": date_text(service.now())}


def _webhooks(service: SmartMex, _: str, body: bytes) -> Any:
    return service.webhooks()


def _deliveries(service: SmartMex, _: str, body: bytes) -> Any:
    return [_delivery(each) for each in service.delivery_log()]


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "webhook": delivery.lane,
        "event": delivery.event,
        "receiver": delivery.request.url.partition("?")[0],
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "outcome": delivery.outcome,
        "notification": json.loads(delivery.request.body),
    }


def _faults(service: SmartMex, _: str, body: bytes) -> Any:
    return [dataclasses.asdict(each) for each in service.faults_in_force()]


def _set_fault(service: SmartMex, _: str, body: bytes) -> Any:
    given = control.json_object(body)
    if "kind" not in given:
        raise UserError('say which fault: {"kind": "error", "where": "GET /contacts", "times": 1}')
    made = fault(given)
    service.add_fault(made)
    return dataclasses.asdict(made)


def _clear_faults(service: SmartMex, _: str, body: bytes) -> Any:
    service.clear_faults()
    return []


def _text(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise UserError(f"{name} {value!r} is not text")
    return value


def _whole(given: dict[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is not None and type(value) is not int:
        raise UserError(f"{name} {value!r} is not an integer")
    return value


_COMMANDS: dict[str, control.Command[SmartMex]] = {
    "GET /": _state,
    "POST /reset": _reset,
    "POST /seed": _seed,
    "GET /stories": _stories,
    "POST /stories/{name}": _play,
    "POST /events/{name}": control.fire,
    "POST /items/{trigger}": control.make_item,
    "POST /clock": _advance,
    "GET /webhooks": _webhooks,
    "GET /deliveries": _deliveries,
    "GET /faults": _faults,
    "POST /faults": _set_fault,
    "DELETE /faults": _clear_faults,
    "PUT /switches/{name}": control.set_switch,
}
