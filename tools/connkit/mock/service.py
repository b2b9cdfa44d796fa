"""The generated mock itself, free of any transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from threading import RLock
from typing import Any
from urllib.parse import urlsplit

from connkit.core import (
    Answer,
    Happening,
    MockService,
    Reply,
    Request,
    Response,
    Send,
    Unknown,
    UserError,
    Watch,
)
from connkit.core.switches import changed, unknowns
from connkit.mock import commands, samples
from connkit.mock.access import Access
from connkit.mock.deliveries import Deliveries
from connkit.mock.exchange import Exchange
from connkit.mock.feeds import Feed
from connkit.mock.switches import ASSUMED, GeneratedSwitches
from connkit.model import Connector, Operation
from connkit.runtime.connection import credentials
from connkit.runtime.outgoing import build_request, polling_policy
from connkit.semantics.examples import example
from connkit.serving.control import PREFIX
from connkit.serving.courier import Courier, Delivery, RetryRule, http_post
from connkit.serving.intercepting import intercept
from connkit.serving.telling import told

NAME = "generated"


def generated_mock(definition: dict[str, Any], properties: dict[str, Any]) -> GeneratedMock:
    """A mock of the service that the two documents of a connector describe."""
    return GeneratedMock(Connector(definition, properties))


class GeneratedMock(MockService):
    """Answers from the definition: actions with examples, triggers with items and events that it is told to make.

    `post`, given a time-out in seconds, makes what sends notifications while the mock is served. Every method may be
    called from any thread.
    """

    name = NAME

    def __init__(
        self,
        connector: Connector,
        switches: GeneratedSwitches = GeneratedSwitches(),
        *,
        post: Callable[[float], Send] = http_post,
    ) -> None:
        self._connector = connector
        self._post = post
        self._watch: Watch | None = None
        self._origin = ""
        self._events = 0
        self._lock = RLock()
        self._access = Access(connector)
        self._deliveries = Deliveries()
        feeds = {one.operation_id: _feed(connector, one) for one in connector.operations if one.is_polling}
        self._exchange = Exchange(connector, self._access, feeds, self._deliveries, switches)

    # What every mock service does.

    def connection(self) -> Mapping[str, str]:
        return self._access.values

    def handle(self, request: Request) -> Response:
        with self._lock:
            response, called = self._exchange.answer(request)
        path = request.url.partition("?")[0].removeprefix(self._origin or self._connector.base_url)
        failed = response.status >= 400
        self._tell(Happening("request", f"{request.method} {path}", str(response.status), called, failed))
        return response

    def intercept(self) -> AbstractContextManager[Any]:
        """Where a policy names the host, requests to any host are answered."""
        moved = any(policy.template_id in ("dynamichosturl", "dynamicsubdomain") for policy in self._connector.policies)
        return intercept(None if moved else self._connector.host, self.handle)

    def sample_parameters(self, operation_id: str) -> Mapping[str, Any]:
        return samples.parameters(self._connector, self._operation(operation_id))

    def make_item(self, operation_id: str) -> None:
        with self._lock:
            feed = self._exchange.feeds.get(operation_id)
            if feed is None:
                known = ", ".join(self._exchange.feeds) or "none"
                raise UserError(f"there is no polling trigger '{operation_id}'; there are {known}")
            feed.make()

    def fire(self, operation_id: str) -> Mapping[str, Any]:
        """A notification that is no object is told under the name `notification`."""
        with self._lock:
            operation = next((one for one in self._webhook_triggers() if one.operation_id == operation_id), None)
            if operation is None:
                known = ", ".join(one.operation_id for one in self._webhook_triggers()) or "none"
                raise UserError(f"there is no webhook trigger '{operation_id}'; there are {known}")
            self._events += 1
            notification = example(operation.notification_schema, self._connector.resolve, self._events)
            if not operation.notification_schema:
                notification = {}
            webhooks = self._exchange.webhooks.of(operation_id)
            for webhook in webhooks:
                self._deliveries.notify(webhook, operation_id, notification)
        if not webhooks:
            self._tell(Happening("event", operation_id, "no webhook is registered for it"))
        return notification if isinstance(notification, dict) else {"notification": notification}

    def live_webhooks(self) -> int:
        with self._lock:
            return len(self._exchange.webhooks.live)

    def deliveries(self) -> list[Request]:
        with self._lock:
            return self._deliveries.take()

    # What a person or a test does besides.

    @property
    def switches(self) -> GeneratedSwitches:
        return self._exchange.switches

    def unknowns(self) -> Sequence[Unknown]:
        return unknowns(GeneratedSwitches)

    def assumed(self) -> Sequence[str]:
        return ASSUMED

    def configure(self, switch: str, value: object) -> None:
        with self._lock:
            self._exchange.switches = changed(self._exchange.switches, switch, value)

    def stories(self) -> Mapping[str, str]:
        """Each trigger is one: playing it makes one item or one event."""
        polled = {name: f"one new item for the polling trigger {name}" for name in self._exchange.feeds}
        events = {one.operation_id: f"one event of {one.operation_id}" for one in self._webhook_triggers()}
        return {**polled, **events}

    def play(self, story: str) -> None:
        if story in self._exchange.feeds:
            self.make_item(story)
        else:
            self.fire(story)

    def _webhook_triggers(self) -> list[Operation]:
        return [operation for operation in self._connector.operations if operation.is_webhook]

    def _operation(self, operation_id: str) -> Operation:
        found = self._connector.operation(operation_id)
        if found is None:
            known = ", ".join(one.operation_id for one in self._connector.operations)
            raise UserError(f"there is no operation '{operation_id}'; there are {known}")
        return found

    # Being served.

    def open(self, origin: str, speed: float, watch: Watch | None = None) -> Answer:
        """Nothing here takes time, so the speed of the clock changes nothing."""
        with self._lock:
            if self._deliveries.courier is not None:
                raise UserError(f"the mock service is served at {self._origin} already; close it first")
            rule = RetryRule()
            self._origin, self._watch = origin, watch
            self._deliveries.courier = Courier(self._post(rule.timeout), rule, self._delivered)
        return self._served

    def _served(self, request: Request) -> Reply:
        path = request.url.removeprefix(self._origin)
        if f"{path}/".startswith(f"{PREFIX}/"):
            return Reply(commands.answer(self, request, path.removeprefix(PREFIX)))
        return Reply(self.handle(request))

    def _delivered(self, delivery: Delivery) -> None:
        self._tell(told(delivery))

    def _tell(self, happening: Happening) -> None:
        if self._watch is not None:
            self._watch(happening)

    def first_steps(self) -> Sequence[str]:
        called = next((one for one in self._connector.operations if one.method == "get"), None)
        steps = [self._curl(called)] if called else []
        steps += [f"curl -X POST {self._origin}{PREFIX}/stories/{name}" for name in list(self.stories())[:2]]
        return (*steps, f"curl {self._origin}{PREFIX}/")

    def _curl(self, operation: Operation) -> str:
        """The command that calls an operation as the platform would."""
        connection = credentials(self._connector, self._access.values)
        given = samples.parameters(self._connector, operation)
        try:
            request = build_request(self._connector, connection, operation, given)
        except UserError:  # an input that the emulator does not send
            request = Request("GET", self._connector.base_url + operation.path, connection.headers)
        url = self._origin + request.url[len(self._connector.base_url) - len(urlsplit(self._connector.base_url).path) :]
        options = "".join(f' -H "{name}: {value}"' for name, value in request.headers.items())
        return f'curl{options} "{url}"'

    def close(self, patience: float) -> list[str]:
        left = self._deliveries.close(patience)  # without the lock, as the courier tells what it delivers
        return [f"{each.event} for webhook {each.lane} was not delivered" for each in left]


def _feed(connector: Connector, operation: Operation) -> Feed:
    return Feed(connector, operation, polling_policy(connector, operation.operation_id))
