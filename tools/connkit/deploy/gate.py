"""The only way by which paconn reaches the service: it lets through what the plan foresees, once, and writes down all.

paconn tells what happened neither by its exit code nor by its words. So it is given the address of this gate in place
of the service's. What passes is known exactly, a create is never sent twice, and where connkit is killed, nothing of a
paconn that lives on gets through. The sign-in and the connector's secret are put in here, so paconn never has them.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from connkit.core import Reply, Request, Response, Send, UserError
from connkit.deploy.retrying import PASSING, Patience, patient
from connkit.deploy.service import APIS, ORIGIN, advice, answered, failed_inside, json_in, refusal, said_in
from connkit.deploy.signin import SignIn
from connkit.deploy.state import REFUSED, State

_USER = re.compile(r"/providers/Microsoft\.PowerApps/objectIds/([^/]+)/(validateApiSwagger|generateResourceStorage)")
_LINES = re.compile(r"\r\n|\n|##")
_BY_SERVICE = ("openApiDefinition", "backendService", "environment", "description", "iconUri", "scriptDefinitionUrl")
_ERROR = re.compile(r"(?!warning)(.*\W)?(errors?|invalid|not valid|fail(s|ed|ure)?)\b", re.IGNORECASE)
_BY_OTHERS = frozenset({408, 502, 504})  # said by what stands before the service, which may have heard all the same
NO_ANSWER = 504
"""What paconn is told where the service did not answer."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What may pass: the one write of the plan. `connector` is None for a create."""

    environment: str
    connector: str | None
    state: State


@dataclass(frozen=True, slots=True)
class Keys:
    """What paconn holds in place of the secrets, made for this run, and the secrets."""

    stand_in: str = field(repr=False)
    sign_in: SignIn = field(repr=False)
    secret_stand_in: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the service answered to the write; `response` is None where no answer came, and `why` says so.

    `lost` is whether it was sent at least once without hearing from the service itself: it may be done all the same.
    """

    response: Response | None
    why: str = ""
    lost: bool = False

    @property
    def refused(self) -> bool:
        """Whether it is certain that nothing was done."""
        return self.response is not None and 400 <= self.response.status < 500 and not self.lost

    @property
    def accepted(self) -> bool:
        return self.response is not None and self.response.succeeded and not failed_inside(self.response.body)

    @property
    def connector(self) -> str | None:
        """The ID in the answer to a create."""
        if self.response is None or not self.response.succeeded:
            return None
        try:
            value = self.response.json()
        except (ValueError, RecursionError):
            return None
        name = value.get("name") if isinstance(value, dict) else None
        return name if isinstance(name, str) and name else None

    @property
    def told(self) -> str:
        if self.response is None:
            return self.why
        status, body = self.response.status, self.response.body
        inside = said_in(body) if self.response.succeeded else ""
        return f"answer {status} with an error inside: {inside}" if inside else answered(status, body)

    @property
    def advised(self) -> str:
        """With what to do about it."""
        return self.told + (advice(self.response.status) if self.response else "")


@dataclass(frozen=True, slots=True)
class Way:
    """To the service: `send` gives up after a while, `origin` is the service's, `patience` how safe steps wait."""

    send: Send
    origin: str
    patience: Patience


class Gate:
    """`before_write` is called before the write is sent, and keeps it from being sent by raising OSError or UserError;
    `after_write` with what came of it. `refusal` tells why nothing could be written, '' where nothing stood in the way;
    `is_refused` is whether trying again would come to the same. `stored` is whether paconn has the storage's address,
    and so is uploading.
    """

    def __init__(
        self,
        permit: Permit,
        keys: Keys,
        way: Way,
        before_write: Callable[[], None],
        after_write: Callable[[Answered], None],
    ) -> None:
        self._permit, self._keys, self._way = permit, keys, way
        self._before, self._after = before_write, after_write
        self._safe = patient(way.send, way.patience)
        self._lost = False
        self._lock = threading.Lock()
        self._closed = False
        self.refusal = ""
        self.is_refused = False
        self.warnings: tuple[str, ...] = ()
        self.stored = False
        self.write: Answered | None = None
        self.write_sent = False

    def close(self) -> None:
        """Lets nothing through any more, and returns when what is under way has ended."""
        self._closed = True
        with self._lock:
            return

    @staticmethod
    def malformed(status: int, message: str) -> Response:
        """To a message that is no HTTP, or too large."""
        return _error(status, message)

    def answer(self, request: Request) -> Reply:
        """One request at a time."""
        with self._lock:
            return Reply(self._answer(request))

    def _answer(self, request: Request) -> Response:
        if self._closed:
            return self._stopped("the deployment was stopped")
        if request.header("Authorization") != f"Bearer {self._keys.stand_in}":
            return _error(401, "this address serves one run of paconn only")
        parts = urlsplit(request.url)
        user = _USER.fullmatch(parts.path)
        if user and request.method == "POST" and user[1] == self._keys.sign_in.object_id:
            return self._validated(request) if user[2] == "validateApiSwagger" else self._stored(request)
        if self._is_write(request.method, unquote(parts.path), parse_qs(parts.query)):
            return self._written(request)
        return self._stopped(f"paconn asked for {request.method} {parts.path}, which the plan does not foresee")

    def _is_write(self, method: str, path: str, query: Mapping[str, list[str]]) -> bool:
        permit = self._permit
        wanted = ("POST", APIS) if permit.connector is None else ("PATCH", f"{APIS}/{permit.connector}")
        return (method, path) == wanted and query.get("$filter") == [f"environment eq '{permit.environment}'"]

    def _validated(self, request: Request) -> Response:
        """paconn throws the answer away and goes on, so it is judged here."""
        if not _same(request.body, dict(self._permit.state.definition)):
            return self._stopped("paconn sent another definition than the folder's to be validated")
        response = self._passed(request, "Microsoft's validation")
        if not response.succeeded:
            return response
        lines = validation_lines(response.body)
        errors = lines if failed_inside(response.body) else [line for line in lines if _is_error(line)]
        self.warnings = tuple(line for line in lines if line not in errors)
        return (
            self._stopped("Microsoft's validation refuses the definition: " + "; ".join(errors)) if errors else response
        )

    def _stored(self, request: Request) -> Response:
        if not _same(request.body, {"environment": {"name": self._permit.environment}}):
            return self._stopped("paconn asked for storage in another environment than the plan's")
        response = self._passed(request, "the storage for the files")
        self.stored = response.succeeded
        if response.succeeded and not _signature(response.body):
            said = said_in(response.body)
            return self._stopped(
                f"the storage for the files: no address of it in the answer{f', {said}' if said else ''}"
            )
        return response

    def _passed(self, request: Request, what: str) -> Response:
        try:
            response = self._safe(self._onward(request, request.body))
        except OSError as error:
            return self._stopped(f"{what}: {error}; check the network and try again", NO_ANSWER)
        if not response.succeeded:
            self._refuse(refusal(response.status, response.body, what), response.status not in PASSING)
        return response

    def _written(self, request: Request) -> Response:
        problem = self._other_than_planned(request.body)
        if problem:
            return self._stopped(problem)
        if self.write_sent:
            return self._stopped("paconn tried to write a second time")
        try:
            self._before()
        except (OSError, UserError) as error:
            return self._stopped(str(error), NO_ANSWER)
        self.write_sent = True
        onward = self._onward(request, self._with_secret(request.body))
        send = self._heeding if self._permit.connector is None else patient(self._heeding, self._way.patience)
        try:
            response = send(onward)
            self.write = Answered(response, lost=self._lost)
        except OSError as error:
            self.write = Answered(None, str(error), lost=True)
        self._after(self.write)
        return self.write.response or _error(NO_ANSWER, self.write.why)

    def _heeding(self, request: Request) -> Response:
        """Notes whether a write goes off without an answer of the service itself."""
        try:
            response = self._way.send(request)
        except OSError:
            self._lost = True
            raise
        self._lost = self._lost or response.status in _BY_OTHERS
        return response

    def _onward(self, request: Request, body: bytes) -> Request:
        """As paconn sent it, but to the service and as the user."""
        parts = urlsplit(request.url)
        url = f"{self._way.origin}{parts.path}?{parts.query}"
        sign_in = self._keys.sign_in
        headers = {
            "Authorization": f"{sign_in.token_type} {sign_in.token}",
            "Content-Type": "application/json",
            "Accept": "*/*",
        }
        if request.header("x-ms-origin"):
            headers |= ORIGIN
        return Request(request.method, url, headers, body)

    def _other_than_planned(self, body: bytes) -> str:
        """What is not as the plan says, '' where all is."""
        value = json_in(body)
        sent = value.get("properties") if isinstance(value, dict) else None
        if not isinstance(sent, dict):
            return "paconn sent no properties"
        state = self._permit.state
        if sent.get("openApiDefinition") != state.definition or REFUSED in sent:
            return "paconn sent another definition than the folder's"
        if (sent.get("environment") or {}).get("name") != self._permit.environment:
            return "paconn named another environment than the plan's"
        own = {name: item for name, item in sent.items() if name not in (*_BY_SERVICE, "displayName")}
        planned = {name: item for name, item in state.properties.items() if name not in (*_BY_SERVICE, "displayName")}
        if _without_secrets(own) != _without_secrets(planned):
            return "paconn sent other properties than the folder's"
        for key, part, what in (("iconUri", state.icon, "icon"), ("scriptDefinitionUrl", state.script, "script")):
            if (part is None) == bool(sent.get(key)):
                return f"paconn would leave out the {what}" if part is not None else f"paconn added a {what}"
        return ""

    def _with_secret(self, body: bytes) -> bytes:
        keys = self._keys
        if not keys.secret:
            return body
        return json.dumps(_replaced(json_in(body), keys.secret_stand_in, keys.secret)).encode()

    def _stopped(self, why: str, status: int = 409) -> Response:
        """Ends the run: paconn stops at the first answer that is no success."""
        self._refuse(why, status != NO_ANSWER)
        return _error(status, why)

    def _refuse(self, why: str, for_good: bool) -> None:
        if not self.refusal:
            self.refusal, self.is_refused = why, for_good


def validation_lines(body: bytes) -> list[str]:
    """What the validation says, a line each; none where it found nothing. Errors and warnings say which they are."""
    value = json_in(body)
    if value is None:
        value = body.decode("utf-8", "replace")
    said = said_in(body) if failed_inside(body) else ""
    text = said or (value if isinstance(value, str) else json.dumps(value) if value else "")
    return [line.strip() for line in _LINES.split(text) if line.strip()]


def _is_error(line: str) -> bool:
    """How the validation words what it finds is not published: what names no error is shown, and passes."""
    return _ERROR.match(line) is not None


def _signature(body: bytes) -> bool:
    value = json_in(body)
    return isinstance(value, dict) and isinstance(value.get("sharedAccessSignature"), str)


def _same(body: bytes, value: object) -> bool:
    return bool(json_in(body) == value)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_secrets(item) for name, item in value.items() if name != "clientSecret"}
    return [_without_secrets(item) for item in value] if isinstance(value, list) else value


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(item, old, new) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    return new if value == old else value


def _error(status: int, message: str) -> Response:
    body = json.dumps({"error": {"code": "StoppedByConnkit", "message": message}}).encode()
    return Response(status, {"Content-Type": "application/json"}, body)
