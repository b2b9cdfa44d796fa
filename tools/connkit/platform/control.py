"""The control interface: what a test or a person makes the served platform do, as JSON over HTTP."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from connkit.core import Request, Response, UserError
from connkit.platform.faults import KINDS, STEPS, fault_of
from connkit.serving import control

if TYPE_CHECKING:
    from connkit.platform.service import MockPlatform, Seen

_MASKED = "***"


def answer(platform: MockPlatform, request: Request, path: str) -> Response:
    """`path` is what stands behind the prefix."""
    return control.answer(_COMMANDS, platform, request, path)


def commands() -> list[str]:
    """Method and path behind the prefix of each command."""
    return list(_COMMANDS)


def _state(platform: MockPlatform, _: str, body: bytes) -> Any:
    return {
        "platform": platform.origin,
        "storage": platform.storage_origin,
        "objectId": platform.object_id,
        "environments": [
            {"id": each.id, "name": each.name, "connectors": len(platform.connectors(each.id))}
            for each in platform.environments
        ],
        "requests": len(platform.seen),
        "switches": dataclasses.asdict(platform.switches),
        "steps": STEPS,
        "faults": KINDS,
        "commands": commands(),
    }


def _reset(platform: MockPlatform, _: str, body: bytes) -> Any:
    platform.reset()
    return _state(platform, _, b"")


def _connectors(platform: MockPlatform, _: str, body: bytes) -> Any:
    return [
        {
            "id": stored.id,
            "displayName": stored.display_name,
            "environment": environment.name,
            "icon": stored.icon is not None,
            "script": stored.script is not None,
            "createdBy": stored.created_by,
            "changes": stored.changes,
        }
        for environment in platform.environments
        for stored in platform.connectors(environment.id).values()
    ]


def _add(platform: MockPlatform, _: str, body: bytes) -> Any:
    given = control.json_object(body)
    definition, properties = given.get("definition"), given.get("properties", {})
    if not isinstance(definition, dict) or not isinstance(properties, dict):
        raise UserError(
            'say which connector: {"environment": "Rehearsal", "displayName": "Mine", "definition": {...}, '
            '"properties": {...}}'
        )
    environment = platform.environment(_text(given, "environment"))
    made = platform.add(environment.id, _text(given, "displayName"), definition, properties)
    return {"id": made, "environment": environment.id}


def _remove(platform: MockPlatform, connector: str, body: bytes) -> Any:
    for environment in platform.environments:
        if connector in platform.connectors(environment.id):
            platform.remove(environment.id, connector)
            return {"removed": connector}
    raise UserError(f"there is no connector '{connector}'")


def _requests(platform: MockPlatform, _: str, body: bytes) -> Any:
    return [_request(seen) for seen in list(platform.seen)]


def _request(seen: Seen) -> dict[str, Any]:
    headers = {name: _MASKED if name.lower() == "authorization" else value for name, value in seen.headers.items()}
    query = {name: _MASKED if name == "sig" else value for name, value in seen.query.items()}
    return {
        "step": seen.step,
        "method": seen.method,
        "path": seen.path,
        "query": query,
        "headers": headers,
        "body": _body(seen.body),
        "status": seen.status,
        "effect": seen.effect,
    }


def _body(body: bytes) -> Any:
    """As JSON without client secrets; of anything else, how much it is."""
    try:
        return _without_secrets(json.loads(body))
    except (ValueError, RecursionError):
        return f"{len(body)} bytes" if body else None


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(each) for each in value]
    if isinstance(value, dict):
        return {name: _MASKED if name == "clientSecret" else _without_secrets(each) for name, each in value.items()}
    return value


def _faults(platform: MockPlatform, _: str, body: bytes) -> Any:
    return [dataclasses.asdict(each) for each in platform.faults()]


def _set_fault(platform: MockPlatform, _: str, body: bytes) -> Any:
    made = fault_of(control.json_object(body))
    platform.fault(made)
    return dataclasses.asdict(made)


def _clear_faults(platform: MockPlatform, _: str, body: bytes) -> Any:
    platform.clear_faults()
    return []


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise UserError(f"{name} {value!r} is no text")
    return value


_COMMANDS: dict[str, control.Command[MockPlatform]] = {
    "GET /": _state,
    "POST /reset": _reset,
    "GET /connectors": _connectors,
    "POST /connectors": _add,
    "DELETE /connectors/{name}": _remove,
    "GET /requests": _requests,
    "GET /faults": _faults,
    "POST /faults": _set_fault,
    "DELETE /faults": _clear_faults,
    "PUT /switches/{name}": control.set_switch,
}
