"""The platform itself, free of any transport."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from types import MappingProxyType
from typing import Any

from connkit.core import Happening, Reply, Request, Response, UserError, Watch
from connkit.core.switches import changed
from connkit.platform import access
from connkit.platform.asked import OTHER, ROUTES, Asked, asked, filtered_environment, json_body, object_body
from connkit.platform.connectors import (
    DEFINITION_FILE,
    KNOWN,
    Environment,
    StoredConnector,
    at,
    content,
    new_id,
    shown,
)
from connkit.platform.definitions import Validate, no_complaints, refuse_unusable, verdict
from connkit.platform.faults import Fault, Faults
from connkit.platform.refusal import Refusal, error_object, invalid_content, json_response, unknown_member
from connkit.platform.storage import Storage
from connkit.platform.switches import PlatformSwitches

Clock = Callable[[], float]
"""Seconds since 1970."""

ENVIRONMENTS = (
    Environment("1e5e0001-0000-4000-8000-000000000001", "Rehearsal"),
    Environment("1e5e0002-0000-4000-8000-000000000002", "Production"),
)
FORBIDDEN = Environment("1e5e0003-0000-4000-8000-000000000003", "Somebody else's")
"""It exists, but the user of the token may not use it."""

TOKEN_LIFE = 86_400.0
_World = dict[str, dict[str, StoredConnector]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came; no `status` where it was not answered. `effect` is whether it changed anything."""

    step: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int | None
    effect: bool


class MockPlatform:
    """Two environments with connectors in memory. Every method may be called from any thread.

    `origin` and `storage_origin` are where it is reached, set by what serves it; `watch` is told of each request.
    """

    def __init__(
        self, validate: Validate = no_complaints, clock: Clock = time.time, switches: PlatformSwitches | None = None
    ) -> None:
        self.environments = ENVIRONMENTS
        self.object_id = access.OBJECT_ID
        self.origin = "http://127.0.0.1"
        self.storage_origin = "https://127.0.0.1"
        self.watch: Watch | None = None
        self.switches = switches or PlatformSwitches()
        self.seen: list[Seen] = []
        self.clock = clock
        self._validate = validate
        self._lock = RLock()
        self._faults = Faults()
        self._begin()

    def _begin(self) -> None:
        self._storage = Storage()
        self._made = 0
        self._world: _World = {environment.id: {} for environment in self.environments}
        self._before: _World = _copied(self._world)

    # What a test or a person makes of it.

    @property
    def token(self) -> str:
        """A token that is good for a day from now."""
        return self.token_for(TOKEN_LIFE)

    def token_for(self, seconds: float) -> str:
        """A token that expires so many seconds from now; it has expired where they are negative."""
        now = self.clock()
        return access.token(min(now, now + seconds), now + seconds)

    def fault(self, fault: Fault) -> None:
        """Sets a fault; UserError where it makes no sense."""
        with self._lock:
            self._faults.add(fault)

    def faults(self) -> list[Fault]:
        with self._lock:
            return self._faults.listed()

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()

    def configure(self, switch: str, value: object) -> None:
        """Sets a switch, from text or a value; UserError where there is no such switch or value."""
        with self._lock:
            self.switches = changed(self.switches, switch, value)

    def reset(self) -> None:
        """Starts over: no connectors, no faults, no requests; switches stay."""
        with self._lock:
            self._faults.clear()
            self.seen.clear()
            self._begin()

    def connectors(self, environment_id: str) -> Mapping[str, StoredConnector]:
        """Those of an environment as they are now; UserError where there is no such environment."""
        with self._lock:
            return MappingProxyType(dict(self._own(self.environment(environment_id))))

    def environment(self, name: str) -> Environment:
        """By ID or name; UserError where there is no such environment."""
        for environment in self.environments:
            if name in environment:
                return environment
        known = ", ".join(f"{environment.name} ({environment.id})" for environment in self.environments)
        raise UserError(f"there is no environment '{name}'; there are {known}")

    def add(
        self,
        environment_id: str,
        display_name: str,
        definition: Mapping[str, Any],
        properties: Mapping[str, Any],
        icon: bytes | None = None,
        script: bytes | None = None,
        created_by: str = access.USER_NAME,
    ) -> str:
        """A connector that was always there; its ID."""
        with self._lock:
            environment = self.environment(environment_id)
            now = at(self.clock())
            kept, sent = copy.deepcopy(dict(definition)), copy.deepcopy(dict(properties))
            made = StoredConnector(
                self._new_id(display_name, environment),
                display_name,
                kept,
                sent,
                icon,
                script,
                created_at=now,
                changed_at=now,
                created_by=created_by,
                icon_elsewhere="" if icon is not None else sent.get("iconUri", ""),
            )
            self._own(environment)[made.id] = self._before[environment.id][made.id] = made
            return made.id

    def remove(self, environment_id: str, connector_id: str) -> None:
        """As somebody does in the portal; UserError where there is no such connector."""
        with self._lock:
            own = self._own(self.environment(environment_id))
            if connector_id not in own:
                raise UserError(f"there is no connector '{connector_id}' in '{environment_id}'")
            self._before = _copied(self._world)
            del own[connector_id]

    def handle(self, request: Request) -> Reply:
        """Answers one request of either listener; raises nothing but what `validate` raises."""
        with self._lock:
            subject = asked(request)
            fault = self._faults.strike(subject.step, subject.name)
            reply, effect = self._struck(subject, fault)
            status = None if reply.response is None else reply.response.status
            headers = dict(request.headers)
            self.seen.append(
                Seen(subject.step, request.method, subject.path, subject.query, headers, request.body, status, effect)
            )
            watch = self.watch
        if watch is not None:
            watch(_happening(subject, status, fault))
        return reply

    # How a request is answered.

    def _struck(self, subject: Asked, fault: Fault | None) -> tuple[Reply, bool]:
        if fault is None:
            return _replied(*self._done(subject))
        before = _REFUSALS.get(fault.kind)
        if before is not None:
            return Reply(before(fault)), False
        if fault.kind in ("stall", "drop"):
            return _UNANSWERED[fault.kind], False
        response, effect = self._done(subject, stale=fault.kind == "stale")
        if fault.kind == "slow":
            return Reply(response, fault.seconds), effect
        kind = fault.kind.removesuffix("-after")
        if kind == "nameless":
            return Reply(_nameless(response)), effect
        if kind in _UNANSWERED:
            return _UNANSWERED[kind], effect
        return Reply(_REFUSALS[kind](fault) if kind in _REFUSALS else response), effect

    def _done(self, subject: Asked, stale: bool = False) -> tuple[Response, bool]:
        """The answer, and whether anything was changed."""
        try:
            if subject.step not in ("blob", "content", OTHER):
                self._admit(subject)
            return self._answered(subject, self._before if stale else self._world)
        except Refusal as refusal:
            return refusal.response, False
        except RecursionError:
            return invalid_content("it is nested too deeply").response, False

    def _answered(self, subject: Asked, world: _World) -> tuple[Response, bool]:
        match subject.step:
            case "validate":
                return self._validated(subject), False
            case "storage":
                return self._container(subject), True
            case "blob":
                return self._uploaded(subject), True
            case "create":
                return self._created(subject), True
            case "update":
                return self._updated(subject), True
            case "get":
                return self._got(subject, world), False
            case "list":
                return self._listed(subject, world), False
            case "content":
                return self._content(subject, world), False
            case "environments":
                return json_response(200, {"value": list(map(_shown_environment, self.environments))}), False
        raise _not_here(subject)

    def _admit(self, subject: Asked) -> None:
        refused = access.accepted(subject.request.header("Authorization"), self.clock())
        if refused:
            raise Refusal(401, "InvalidAuthenticationToken", refused)
        if "api-version" not in subject.query:
            raise Refusal(400, "MissingApiVersionParameter", "the query names no api-version")

    def _caller(self, subject: Asked) -> None:
        if "object" not in subject.parts:
            raise Refusal(400, "MissingObjectId", "the path holds no object ID of the caller")
        if subject.parts["object"] != self.object_id:
            raise Refusal(403, "ObjectIdMismatch", "the object ID in the path is not that of the token")

    def _validated(self, subject: Asked) -> Response:
        self._caller(subject)
        definition = json_body(subject.request.body)
        refuse_unusable(definition)
        certification = subject.query.get("enableConnectorCertificationRules", "").lower() == "true"
        return verdict(definition, certification, self._validate, self.switches)

    def _container(self, subject: Asked) -> Response:
        self._caller(subject)
        named = object_body(subject.request.body).get("environment")
        self._usable(str(named.get("name")) if isinstance(named, dict) else "")
        signed = self._storage.new_container(self.storage_origin, self.clock())
        return json_response(200, {"sharedAccessSignature": signed})

    def _uploaded(self, subject: Asked) -> Response:
        container, name = subject.parts["container"], subject.parts["file"]
        return self._storage.put(container, name, subject.query, subject.request.body, self.clock())

    def _created(self, subject: Asked) -> Response:
        environment = self._usable(filtered_environment(subject.query))
        properties = self._sent(subject, environment)
        name = properties.get("displayName")
        if not isinstance(name, str) or not name:
            raise invalid_content("properties.displayName is missing")
        icon, elsewhere = self._icon(properties)
        script = self._file(properties, "scriptDefinitionUrl")
        now = at(self.clock())
        made = StoredConnector(
            self._new_id(name, environment),
            name,
            properties["openApiDefinition"],
            properties,
            icon,
            script,
            created_at=now,
            changed_at=now,
            icon_elsewhere=elsewhere,
        )
        return self._kept(201, made, environment)

    def _updated(self, subject: Asked) -> Response:
        environment = self._usable(filtered_environment(subject.query))
        old = _found(self._own(environment), subject.parts["connector"], environment)
        sent = self._sent(subject, environment)
        name = sent.get("displayName", old.display_name)
        if not isinstance(name, str) or not name:
            raise invalid_content("properties.displayName is not a name")
        icon, elsewhere = self._icon_after(old, sent)
        new = dataclasses.replace(
            old,
            display_name=name,
            definition=sent["openApiDefinition"],
            properties={**old.properties, **sent} if self.switches.update_merges else sent,
            icon=icon,
            script=self._script_after(old, sent),
            changed_at=at(self.clock()),
            changes=old.changes + 1,
            icon_elsewhere=elsewhere,
        )
        return self._kept(200, new, environment)

    def _kept(self, status: int, connector: StoredConnector, environment: Environment) -> Response:
        """Puts a new or changed connector in its place; not where it cannot be told."""
        answer = json_response(status, shown(connector, environment, self.origin, self.switches))
        self._before = _copied(self._world)
        self._own(environment)[connector.id] = connector
        return answer

    def _icon(self, sent: Mapping[str, Any]) -> tuple[bytes | None, str]:
        """The icon that was uploaded, or the address of one that was not."""
        icon = self._file(sent, "iconUri")
        return icon, "" if icon is not None else sent.get("iconUri") or ""

    def _icon_after(self, old: StoredConnector, sent: Mapping[str, Any]) -> tuple[bytes | None, str]:
        if not sent.get("iconUri") and self.switches.missing_icon_keeps:
            return old.icon, old.icon_elsewhere
        return self._icon(sent)

    def _script_after(self, old: StoredConnector, sent: Mapping[str, Any]) -> bytes | None:
        address = sent.get("scriptDefinitionUrl")
        if address:
            return self._file(sent, "scriptDefinitionUrl")
        return None if address == "" and self.switches.empty_script_removes else old.script

    def _got(self, subject: Asked, world: _World) -> Response:
        environment = self._usable(filtered_environment(subject.query))
        stored = _found(world[environment.id], subject.parts["connector"], environment)
        return json_response(200, shown(stored, environment, self.origin, self.switches))

    def _listed(self, subject: Asked, world: _World) -> Response:
        environment = self._usable(filtered_environment(subject.query))
        own = world[environment.id].values()
        return json_response(200, {"value": [shown(each, environment, self.origin, self.switches) for each in own]})

    def _content(self, subject: Asked, world: _World) -> Response:
        parts = subject.parts
        stored = world.get(parts["environment"], {}).get(parts["connector"])
        if stored is not None and parts["file"] == DEFINITION_FILE:
            return json_response(200, stored.definition)
        data = content(stored, parts["file"]) if stored is not None else None
        if data is None:
            raise Refusal(404, "BlobNotFound", f"there is nothing at '{subject.path}'")
        return Response(200, {"Content-Type": _CONTENT_TYPES[parts["file"]]}, data)

    def _sent(self, subject: Asked, environment: Environment) -> dict[str, Any]:
        """The properties in the body of a create or an update."""
        properties = object_body(subject.request.body).get("properties")
        if not isinstance(properties, dict):
            raise invalid_content("it has no object 'properties'")
        for member in properties:
            if member == "stackOwner" or (member not in KNOWN and self.switches.refuses_unknown_properties):
                raise unknown_member(member)
        named = properties.get("environment")
        if not isinstance(named, dict) or named.get("name") != environment.id:
            raise invalid_content("properties.environment.name is not the environment of the query")
        refuse_unusable(properties.get("openApiDefinition"))
        return properties

    def _file(self, properties: Mapping[str, Any], key: str) -> bytes | None:
        """What was uploaded for a property; None where it is empty, and for an icon elsewhere on the web."""
        address = properties.get(key)
        if not address:
            return None
        if not isinstance(address, str):
            raise invalid_content(f"properties.{key} is not text")
        data = self._storage.taken(address)
        if data is None and key != "iconUri":
            raise Refusal(400, "InvalidResourceUri", f"properties.{key} does not lead to the storage")
        return data

    def _usable(self, environment_id: str) -> Environment:
        """The environment that a request names; Refusal where there is none, or its caller may not use it."""
        for environment in self.environments:
            if environment.id == environment_id:
                return environment
        if environment_id == FORBIDDEN.id:
            raise Refusal(403, "EnvironmentAccess", f"the user may not use the environment '{environment_id}'")
        raise Refusal(
            404,
            "ServiceToServiceEnvironmentNotFound",
            f"there is no environment '{environment_id}' in the tenant '{access.TENANT}'",
        )

    def _own(self, environment: Environment) -> dict[str, StoredConnector]:
        return self._world[environment.id]

    def _new_id(self, title: str, environment: Environment) -> str:
        self._made += 1
        return new_id(title, environment.id, self._made)


def _copied(world: _World) -> _World:
    return {environment: dict(own) for environment, own in world.items()}


def _found(own: Mapping[str, StoredConnector], connector_id: str, environment: Environment) -> StoredConnector:
    if connector_id not in own:
        raise Refusal(
            404, "ApiResourceNotFound", f"there is no connector '{connector_id}' in the environment '{environment.id}'"
        )
    return own[connector_id]


def _not_here(subject: Asked) -> Refusal:
    known = ", ".join(dict.fromkeys(route.shown for route in ROUTES))
    return Refusal(
        404, "NotFound", f"the mock platform has no {subject.request.method} {subject.path[:200]}; it has {known}"
    )


def _shown_environment(environment: Environment) -> dict[str, Any]:
    return {
        "name": environment.id,
        "id": f"/providers/Microsoft.ProcessSimple/environments/{environment.id}",
        "type": "Microsoft.ProcessSimple/environments",
        "properties": {"displayName": environment.name, "isDefault": False},
    }


def _replied(response: Response, effect: bool) -> tuple[Reply, bool]:
    return Reply(response), effect


def _nameless(response: Response) -> Response:
    value = json.loads(response.body)
    value.pop("name", None)
    return json_response(response.status, value)


def _refusing(status: int, code: str) -> Callable[[Fault], Response]:
    def response(fault: Fault) -> Response:
        made = json_response(status, error_object(code, f"the fault '{fault.kind}' is set for '{fault.step}'"))
        if fault.retry_after is None:
            return made
        return Response(status, {**made.headers, "Retry-After": str(fault.retry_after)}, made.body)

    return response


def _happening(subject: Asked, status: int | None, fault: Fault | None) -> Happening:
    outcome = "no answer" if status is None else str(status)
    where = [each.name for each in (*ENVIRONMENTS, FORBIDDEN) if each.id in subject.query.get("$filter", "")]
    told = " in ".join((subject.step, *where)) + (f", fault {fault.kind}" if fault else "")
    what = f"{subject.request.method} {subject.name[:80]}"
    return Happening("request", what, outcome, told, failed=status is None or status >= 400)


_UNANSWERED = {"stall": Reply(None, math.inf), "drop": Reply(None)}
_REFUSALS: dict[str, Callable[[Fault], Response]] = {
    "401": _refusing(401, "InvalidAuthenticationToken"),
    "403": _refusing(403, "Forbidden"),
    "404": _refusing(404, "ApiResourceNotFound"),
    "409": _refusing(409, "Conflict"),
    "429": _refusing(429, "TooManyRequests"),
    "500": _refusing(500, "InternalServerError"),
    "502-empty": lambda fault: Response(502),
    "503": _refusing(503, "ServiceUnavailable"),
    "200-error": _refusing(200, "InternalServerError"),
}
_CONTENT_TYPES = {"icon.png": "image/png", "script.csx": "text/plain; charset=utf-8"}
