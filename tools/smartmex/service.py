"""The service itself, free of any transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connkit.core import MockService, Request, Response, UserError
from connkit.serving.intercepting import intercept
from smartmex import events, lists, routes, samples, wire
from smartmex.access import AUTHORIZATION, FAKE_KEY, Pace, check_key
from smartmex.lists import COLLECTIONS
from smartmex.refusal import Refusal
from smartmex.switches import Switches
from smartmex.webhooks import Webhooks
from smartmex.world import World

__all__ = ["FAKE_KEY", "SmartMex", "mock"]

Corrupt = Callable[[Request, Response], Response]


def mock(definition: dict[str, Any], switches: Switches | None = None) -> SmartMex:
    """The mock at the host and base path of the apiDefinition; UserError when it names no host."""
    host = definition.get("host")
    if not isinstance(host, str) or not host:
        raise UserError("the apiDefinition has no host, so smartmex does not know what to answer for: add `host`")
    return SmartMex(host, str(definition.get("basePath") or "/"), switches or Switches())


class SmartMex(MockService):
    """One customer's telephony; `base` is the URL that every path is appended to, without a slash at its end.

    `corrupt`, when set, has the last word on each reply, so that a test can break the contract.
    """

    name = "smartmex"

    def __init__(self, host: str, base_path: str = "/api/v2/", switches: Switches | None = None) -> None:
        path = base_path.strip("/")
        self.host = host
        self.base = f"https://{host}/{path}" if path else f"https://{host}"
        self.switches = switches or Switches()
        self.corrupt: Corrupt | None = None
        self._world = World(host)
        self._webhooks = Webhooks()
        self._pace = Pace()
        self._lock = RLock()

    def connection(self) -> Mapping[str, str]:
        return {"api_key": AUTHORIZATION}

    def handle(self, request: Request) -> Response:
        with self._lock:
            try:
                response = self._answer(request)
            except Refusal as refusal:
                response = wire.refusal_reply(refusal, self.switches.error_envelope)
            return self.corrupt(request, response) if self.corrupt else response

    def intercept(self) -> AbstractContextManager[Any]:
        return intercept(self.host, self.handle)

    def sample_parameters(self, operation_id: str) -> Mapping[str, Any]:
        with self._lock:
            return samples.parameters(operation_id, self._world, self._register_sample)

    def make_item(self, operation_id: str) -> None:
        with self._lock:
            self._world.add(samples.polled(operation_id))

    def fire(self, operation_id: str) -> Mapping[str, Any]:
        with self._lock:
            event = samples.event(operation_id)
            notification = events.notification(self._world, event)
            self._webhooks.notify(event, notification)
            return notification

    def live_webhooks(self) -> int:
        with self._lock:
            return len(self._webhooks)

    def deliveries(self) -> list[Request]:
        with self._lock:
            return self._webhooks.take_deliveries()

    def _answer(self, request: Request) -> Response:
        check_key(request.header("Authorization"), self.switches)
        self._pace.check(self.switches)
        path, query = self._below_base(request)
        method = request.method.upper()
        segments = self._segments(method, path)
        match (method, segments):
            case ("GET", [name]) if name in COLLECTIONS:
                return self._list(name, query)
            case ("GET", [name, text]) if text and name in COLLECTIONS and COLLECTIONS[name].id_parameter:
                return self._item(name, text)
            case ("POST", ["dial"]):
                return self._dial(request.body)
            case ("POST", ["webhooks", event]) if event in events.EVENT_FIELDS:
                return self._register(event, request.body)
            case ("DELETE", ["webhooks", text]) if text:
                return self._remove(text)
        raise Refusal(404, routes.unmatched(method, path))

    def _below_base(self, request: Request) -> tuple[str, str]:
        """Path without the base path, and query."""
        base = urlsplit(self.base)
        try:
            asked = urlsplit(request.url)
        except ValueError:
            raise Refusal(404, f"'{request.url}' is not a URL") from None
        if (asked.scheme, asked.netloc.lower()) != (base.scheme, base.netloc.lower()):
            raise Refusal(404, f"'{asked.scheme}://{asked.netloc}' is not this service: it is at '{self.base}'")
        if not asked.path.startswith(f"{base.path}/"):
            raise Refusal(404, f"path '{asked.path}' is outside the base path '{base.path}/'")
        return asked.path.removeprefix(base.path), asked.query

    def _segments(self, method: str, path: str) -> list[str]:
        segments = [unquote(segment) for segment in path[1:].split("/")]
        if self.switches.double_slashes:
            segments = [segment for segment in segments if segment]
        match (method, segments):
            case ("GET", ["trigger", name]) if self.switches.trigger_paths and samples.is_polled(name):
                return [name]
        return segments

    def _list(self, name: str, query: str) -> Response:
        collection = COLLECTIONS[name]
        given = lists.arguments(collection, parse_qsl(query, keep_blank_values=True))
        return wire.reply(lists.listed(self._world, collection, given, self.switches))

    def _item(self, name: str, text: str) -> Response:
        collection = COLLECTIONS[name]
        item_id = wire.integer(collection.id_parameter, text)
        return wire.reply(lists.found(self._world, collection, item_id, self.switches))

    def _dial(self, body: bytes) -> Response:
        contact_id = _dialling_contact(wire.json_object(body))
        if all(contact["contactID"] != contact_id for contact in self._world.items["contacts"]):
            raise Refusal(404, f"no contact has the contactID {contact_id}")
        return wire.reply({})

    def _register(self, event: str, body: bytes) -> Response:
        webhook_id = self._webhooks.register(event, body, self.switches)
        if not self.switches.registration_location:
            return wire.reply(str(webhook_id))
        return wire.reply(str(webhook_id), 201, Location=f"{self.base}/webhooks/{webhook_id}")

    def _remove(self, text: str) -> Response:
        self._webhooks.remove(wire.integer("webhook_id", text))
        return wire.reply({})

    def _register_sample(self) -> int:
        """A webhook that can be removed: a new one, or the oldest where no more fit."""
        oldest = self._webhooks.oldest()
        if oldest is not None and len(self._webhooks) >= self.switches.cap:
            return oldest
        body = wire.json_bytes(samples.webhook_body("CallStarted"))
        return self._webhooks.register("CallStarted", body, self.switches)


def _dialling_contact(body: dict[str, Any]) -> int:
    """The ID of the contact whose phone is to ring first, once the body is known to be right."""
    for name in ("destination", "contactID"):
        if name not in body:
            raise Refusal(422, f"{name} is missing")
    destination, contact_id = body["destination"], body["contactID"]
    if not isinstance(destination, str) or not destination.strip():
        raise Refusal(422, f"destination {wire.json_bytes(destination).decode()} is not a phone number")
    if type(contact_id) is not int:
        raise Refusal(422, f"contactID {wire.json_bytes(contact_id).decode()} is not an integer")
    return contact_id
