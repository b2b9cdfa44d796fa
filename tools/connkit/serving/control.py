"""A control interface: what a test or a person makes a served mock do, as JSON over HTTP."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote

from connkit.core import MockService, Request, Response, UserError

PREFIX = "/_control"
_LONGEST = 200

Service = TypeVar("Service")
Command = Callable[[Service, str, bytes], Any]
"""Gets the service, the last segment of the path where a command names one, and the body."""


def answer(commands: Mapping[str, Command[Service]], service: Service, request: Request, path: str) -> Response:
    """`commands` are keyed by lines such as "POST /events/{name}", `path` is what stands behind the prefix.

    Only callers on this machine are answered; they need no key.
    """
    if request.client and not address(request.client).is_loopback:
        return _reply(403, {"error": "the control interface answers callers on its own machine only"})
    segments = [unquote(part) for part in path.partition("?")[0].split("/") if part]
    try:
        return _reply(200, _done(commands, service, request.method.upper(), segments, request.body))
    except UserError as error:
        return _reply(422, {"error": str(error)})


def json_object(body: bytes) -> dict[str, Any]:
    """The body of a command, {} where there is none; UserError where it is something else."""
    try:
        value = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise UserError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise UserError("the body is not a JSON object")
    return value


def fire(mock: MockService, event: str, body: bytes) -> Any:
    """The command that makes an event happen, and answers with its notification."""
    return dict(mock.fire(event))


def make_item(mock: MockService, operation: str, body: bytes) -> Any:
    """The command that makes a new item for a polling trigger."""
    mock.make_item(operation)
    return {"made": operation}


class Switched(Protocol):
    """A double whose unknowns are switches."""

    @property
    def switches(self) -> object: ...

    def configure(self, switch: str, value: object) -> None: ...


def set_switch(double: Switched, name: str, body: bytes) -> Any:
    """The command that sets a switch, and answers with the value that it has then."""
    given = json_object(body)
    if "value" not in given:
        raise UserError('say what to set it to: {"value": true}')
    double.configure(name, given["value"])
    return {name: getattr(double.switches, name)}


def address(client: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """A caller's address without its zone; an IPv4 address stays one where it comes over an IPv6 socket."""
    known = ipaddress.ip_address(client.partition("%")[0])
    return (known.ipv4_mapped or known) if isinstance(known, ipaddress.IPv6Address) else known


def _done(
    commands: Mapping[str, Command[Service]], service: Service, method: str, segments: list[str], body: bytes
) -> Any:
    for template, command in commands.items():
        asked_method, asked_path = template.split(" ")
        argument = _argument([part for part in asked_path.split("/") if part], segments)
        if method == asked_method and argument is not None:
            return command(service, argument, body)
    asked = f"{method} /{'/'.join(segments)}"
    shown = asked if len(asked) <= _LONGEST else f"{asked[:_LONGEST]}..."
    raise UserError(f"the control interface has no {shown}; it has {', '.join(commands)}")


def _argument(template: list[str], segments: list[str]) -> str | None:
    """The segment in the place of {name}, empty where there is none; None where the path is another."""
    if template == segments:
        return ""
    named = bool(template) and template[-1].startswith("{")
    return segments[-1] if named and len(template) == len(segments) and template[:-1] == segments[:-1] else None


def _reply(status: int, value: Any) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode(errors="replace") + b"\n"
    return Response(status, {"Content-Type": "application/json"}, body)
