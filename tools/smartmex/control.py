"""The control interface of a mock that is served: what a test or a person makes it do, as JSON over HTTP."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from connkit.core import Request, Response, UserError
from connkit.serving.courier import Delivery
from smartmex.access import address
from smartmex.faults import fault
from smartmex.wire import date_text, json_bytes, shortened

if TYPE_CHECKING:
    from smartmex.service import SmartMex

PREFIX = "/_control"

Command = Callable[["SmartMex", str, bytes], Any]
"""Gets the service, the last segment of the path where a command names one, and the body."""


def answer(service: SmartMex, request: Request, path: str) -> Response:
    """`path` is what stands behind the prefix. Only callers on this machine are answered; they need no key."""
    if request.client and not address(request.client).is_loopback:
        return _reply(403, {"error": "the control interface answers callers on its own machine only"})
    segments = [unquote(part) for part in path.partition("?")[0].split("/") if part]
    try:
        return _reply(200, _done(service, request.method.upper(), segments, request.body))
    except UserError as error:
        return _reply(422, {"error": str(error)})


def commands() -> list[str]:
    """Method and path behind the prefix of each command."""
    return list(_COMMANDS)


def _done(service: SmartMex, method: str, segments: list[str], body: bytes) -> Any:
    for template, command in _COMMANDS.items():
        asked_method, asked_path = template.split(" ")
        argument = _argument([part for part in asked_path.split("/") if part], segments)
        if method == asked_method and argument is not None:
            return command(service, argument, body)
    asked = shortened(f"{method} /{'/'.join(segments)}")
    raise UserError(f"the control interface has no {asked}; it has {', '.join(_COMMANDS)}")


def _argument(template: list[str], segments: list[str]) -> str | None:
    """The segment in the place of {name}, empty where there is none; None where the path is another."""
    if template == segments:
        return ""
    named = bool(template) and template[-1].startswith("{")
    return segments[-1] if named and len(template) == len(segments) and template[:-1] == segments[:-1] else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise UserError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise UserError("the body is not a JSON object")
    return value


def _reply(status: int, value: Any) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json_bytes(value) + b"\n")


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
    given = _object(body)
    service.play(story, _text(given, "caller"), _whole(given, "contactID"))
    return {"playing": story}


def _fire(service: SmartMex, event: str, body: bytes) -> Any:
    return dict(service.fire(event))


def _make(service: SmartMex, operation: str, body: bytes) -> Any:
    service.make_item(operation)
    return {"made": operation}


def _advance(service: SmartMex, _: str, body: bytes) -> Any:
    seconds: Any = _object(body).get("advance")
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
    given = _object(body)
    if "kind" not in given:
        raise UserError('say which fault: {"kind": "error", "where": "GET /contacts", "times": 1}')
    made = fault(given)
    service.add_fault(made)
    return dataclasses.asdict(made)


def _clear_faults(service: SmartMex, _: str, body: bytes) -> Any:
    service.clear_faults()
    return []


def _switch(service: SmartMex, name: str, body: bytes) -> Any:
    given = _object(body)
    if "value" not in given:
        raise UserError('say what to set it to: {"value": true}')
    service.configure(name, given["value"])
    return {name: getattr(service.switches, name)}


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


_COMMANDS: dict[str, Command] = {
    "GET /": _state,
    "POST /reset": _reset,
    "POST /seed": _seed,
    "GET /stories": _stories,
    "POST /stories/{name}": _play,
    "POST /events/{name}": _fire,
    "POST /items/{trigger}": _make,
    "POST /clock": _advance,
    "GET /webhooks": _webhooks,
    "GET /deliveries": _deliveries,
    "GET /faults": _faults,
    "POST /faults": _set_fault,
    "DELETE /faults": _clear_faults,
    "PUT /switches/{name}": _switch,
}
