"""The API below the base path: who asks for what, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from connkit.core import Happening, Reply, Request, Response
from smartmex import faults, lists, routes, samples, wire
from smartmex.access import Key
from smartmex.company import Company
from smartmex.faults import Fault
from smartmex.lists import COLLECTIONS
from smartmex.refusal import Refusal
from smartmex.routes import Route


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was taken apart; `route` is None where nothing answers it, `flaw` then says why."""

    method: str
    path: str
    query: str
    segments: tuple[str, ...]
    route: Route | None
    argument: str
    flaw: Refusal | None

    def __str__(self) -> str:
        return str(self.route) if self.route else f"{self.method} {wire.shortened(self.path)}"


class Api:
    """`base` is the URL that every path is appended to, without a slash at its end."""

    def __init__(self, company: Company, base: str) -> None:
        self.company = company
        self.base = base
        self._parts = urlsplit(base)

    def answer(self, request: Request) -> Reply:
        asked = self._taken_apart(request)
        struck = self.company.faults.strike_request(str(asked.route)) if asked.route else []
        who, response = self._response(request, asked, struck)
        dropped = faults.kinds(struck) & {"drop_before", "drop_after"}
        self._tell(asked, who, response, bool(dropped))
        return Reply(None if dropped else response, faults.delay(struck))

    def _response(self, request: Request, asked: _Asked, struck: Sequence[Fault]) -> tuple[str, Response]:
        key: Key | None = None
        try:
            _strike(struck)
            key = self.company.keys.check(request.header("Authorization"), self.company.switches)
            response = self._admitted(request, asked, key)
            if "wrong_schema" in faults.kinds(struck):
                response = _with_wrong_types(response)
        except Refusal as refusal:
            response = wire.refused(refusal, self.company.switches.error_envelope)
        return key.name if key else "no valid key", response

    def _admitted(self, request: Request, asked: _Asked, key: Key) -> Response:
        company = self.company
        key.check_address(request.client)
        company.pace.check(company.timeline.clock.now(), company.switches.rate_limit)
        if asked.route is None:
            raise asked.flaw or Refusal(404, "nothing answers here")
        key.check_method(str(asked.route))
        return self._work(request, asked, asked.route, key)

    def _work(self, request: Request, asked: _Asked, route: Route, key: Key) -> Response:
        match route.kind:
            case "list":
                return self._list(COLLECTIONS[route.subject], asked.query)
            case "item":
                return self._item(COLLECTIONS[route.subject], asked.argument)
            case "dial":
                return self._dial(wire.json_object(request.body))
            case "register":
                return self._register(route.subject, request.body, key)
        self.company.remove(wire.integer("webhook_id", asked.argument))
        return wire.reply({})

    def _list(self, collection: lists.Collection, query: str) -> Response:
        company = self.company
        given = lists.arguments(collection, parse_qsl(query, keep_blank_values=True))
        found = lists.listed(company.world, collection, given, company.switches)
        return wire.reply([company.linked(item) for item in found])

    def _item(self, collection: lists.Collection, text: str) -> Response:
        company = self.company
        item_id = wire.integer(collection.id_parameter, text)
        return wire.reply(company.linked(lists.found(company.world, collection, item_id, company.switches)))

    def _dial(self, body: dict[str, Any]) -> Response:
        contact_id, destination = _dialled(body)
        if contact_id not in self.company.world.items["contacts"]:
            raise Refusal(404, f"no contact has the contactID {contact_id}")
        self.company.dial(contact_id, destination)
        return wire.reply({})

    def _register(self, event: str, body: bytes, key: Key) -> Response:
        webhook = self.company.webhooks.register(event, body, self.company.switches, key.secret)
        webhook_id = str(webhook.webhook_id)
        if not self.company.switches.registration_location:
            return wire.reply(webhook_id)
        return wire.reply(webhook_id, 201, Location=f"{self.base}/webhooks/{webhook_id}")

    # Taking a request apart.

    def _taken_apart(self, request: Request) -> _Asked:
        method = request.method.upper()
        try:
            asked = urlsplit(request.url)
            path = self._below_base(asked)
        except ValueError:
            return _Asked(method, "", "", (), None, "", Refusal(404, f"'{wire.shortened(request.url)}' is not a URL"))
        except Refusal as refusal:
            return _Asked(method, asked.path, "", (), None, "", refusal)
        segments = self._segments(path)
        found = routes.find(method, segments)
        flaw = None if found else self._unmatched(method, path, segments)
        route, argument = found or (None, "")
        return _Asked(method, path, asked.query, segments, route, argument, flaw)

    def _below_base(self, asked: SplitResult) -> str:
        """Path without the base path."""
        base = self._parts
        if (asked.scheme, asked.netloc.lower()) != (base.scheme, base.netloc.lower()):
            place = wire.shortened(f"{asked.scheme}://{asked.netloc}")
            raise Refusal(404, f"'{place}' is not this service: it is at '{self.base}'")
        if not asked.path.startswith(f"{base.path}/"):
            raise Refusal(404, f"path '{wire.shortened(asked.path)}' is outside the base path '{base.path}/'")
        return asked.path.removeprefix(base.path)

    def _segments(self, path: str) -> tuple[str, ...]:
        segments = tuple(unquote(segment) for segment in path[1:].split("/"))
        switches = self.company.switches
        if switches.double_slashes:
            segments = tuple(segment for segment in segments if segment)
        if switches.trigger_paths and len(segments) == 2 and segments[0] == "trigger":
            return segments[1:] if samples.is_polled(segments[1]) else segments
        return segments

    def _unmatched(self, method: str, path: str, segments: tuple[str, ...]) -> Refusal:
        allowed = routes.methods(segments)
        message = routes.unmatched(method, wire.shortened(path))
        if allowed and self.company.switches.wrong_method_status == 405:
            return Refusal(405, message, {"Allow": ", ".join(allowed)})
        return Refusal(404, message)

    def _tell(self, asked: _Asked, who: str, response: Response, dropped: bool) -> None:
        outcome = f"{response.status}, connection dropped" if dropped else str(response.status)
        self.company.tell(Happening("request", str(asked), outcome, who, dropped or response.status >= 400))


def _strike(struck: Sequence[Fault]) -> None:
    """Ends the request where a fault keeps the work from being done."""
    for fault in struck:
        match fault.kind:
            case "error":
                raise Refusal(fault.status, "the fault 'error' was asked for")
            case "too_many":
                seconds = str(int(fault.seconds) or 60)
                raise Refusal(429, "the fault 'too_many' was asked for", {"Retry-After": seconds})
            case "drop_before":
                raise Refusal(500, "the connection is dropped")


def _with_wrong_types(response: Response) -> Response:
    body = wire.json_bytes(faults.with_wrong_types(response.json()))
    return Response(response.status, response.headers, body)


def _dialled(body: dict[str, Any]) -> tuple[int, str]:
    """The employee whose phone is to ring first, and the number to call."""
    for name in ("destination", "contactID"):
        if name not in body:
            raise Refusal(422, f"{name} is missing")
    destination = body["destination"]
    if not isinstance(destination, str) or not destination.strip():
        raise Refusal(422, f"destination {wire.shown(destination)} is not a phone number")
    return wire.json_integer("contactID", body["contactID"]), destination
