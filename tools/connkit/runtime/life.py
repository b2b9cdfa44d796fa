"""A trigger's whole life on a mock service, told step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connkit.core import MockService, Send, UserError
from connkit.model import Connector
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import credentials
from connkit.runtime.outgoing import polling_policy
from connkit.runtime.polling import Poll, PollingTrigger
from connkit.runtime.webhook import WebhookTrigger
from connkit.semantics.expressions import evaluate
from connkit.semantics.values import Mismatch

CALLBACK = "https://callback.example/workflows/fake/triggers/manual/run?sig=fake"


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried, whether it went as it should, and what happened."""

    name: str
    ok: bool
    detail: str


class _Wrong(Exception):
    """What a step found; the message says what is wrong and what would be right."""


Act = tuple[str, Callable[[], str]]  # the name of a step to come, and what returns its detail or raises


def polling_life(connector: Connector, mock: MockService, operation_id: str, send: Send) -> list[Step]:
    """From switching on to several new items; the first step that fails is the last."""
    return _lived(_PollingLife(connector, mock, operation_id, send).acts())


def webhook_life(connector: Connector, mock: MockService, operation_id: str, send: Send) -> list[Step]:
    """Registration, one event, removal; the first step that fails is the last."""
    return _lived(_WebhookLife(connector, mock, operation_id, send).acts())


def _lived(acts: Sequence[Act]) -> list[Step]:
    steps: list[Step] = []
    for name, act in acts:
        steps.append(_done(name, act))
        if not steps[-1].ok:
            break
    return steps


def _done(name: str, act: Callable[[], str]) -> Step:
    try:
        return Step(name, True, act())
    except (_Wrong, UserError) as wrong:
        return Step(name, False, str(wrong))
    except OSError as error:
        return Step(name, False, f"no answer came: {error}")
    except Exception as error:  # a mock service is somebody's own code: whatever it raises is a result
        return Step(name, False, f"the mock service failed: {type(error).__name__}: {error}")


class _PollingLife:
    def __init__(self, connector: Connector, mock: MockService, operation_id: str, send: Send) -> None:
        self._connector, self._mock, self._operation_id, self._send = connector, mock, operation_id, send
        self._trigger: PollingTrigger | None = None
        self._seen: list[Any] = []

    def acts(self) -> list[Act]:
        return [
            ("the first poll only marks the start", self._first),
            ("a poll with nothing new starts no run", self._nothing),
            ("one new item starts one run with its data", lambda: self._new(1)),
            ("the next poll does not start it again", self._nothing),
            ("two new items start two runs, each once", lambda: self._new(2)),
            ("the next poll does not start them again", self._nothing),
        ]

    def _first(self) -> str:
        connection = credentials(self._connector, self._mock.connection())
        given = self._mock.sample_parameters(self._operation_id)
        self._mock.make_item(self._operation_id)
        self._trigger = PollingTrigger(self._connector, connection, self._operation_id, given, self._send)
        poll = self._trigger.poll()
        told = self._polled(poll, 0)
        self._seen = self._listed(poll)
        return told

    def _listed(self, poll: Poll) -> list[Any]:
        """The items of the page that marked the start, which must never start a run."""
        policy = polling_policy(self._connector, self._operation_id)
        if policy is None:
            return []
        items = evaluate(str(policy.get("triggerDataPath")), parsed(poll.response.body))
        return list(items) if isinstance(items, list) else []

    def _nothing(self) -> str:
        assert self._trigger is not None
        return self._polled(self._trigger.poll(), 0)

    def _new(self, count: int) -> str:
        assert self._trigger is not None
        for _ in range(count):
            self._mock.make_item(self._operation_id)
        poll = self._polled_on(self._trigger, count)
        told = self._polled(poll, count)
        for item in poll.items:
            if item in self._seen:
                raise _Wrong(f"a run started for an item that is not new: {item}; each item may start one run")
            self._seen.append(item)
        return told

    def _polled_on(self, trigger: PollingTrigger, count: int) -> Poll:
        """One poll; a service that speaks the platform's protocol itself may hand out one item at a time."""
        poll = trigger.poll()
        native = polling_policy(self._connector, self._operation_id) is None
        while native and poll.status == 200 and len(poll.items) < count:
            more = trigger.poll()
            if more.status != 200:
                break
            poll = replace(more, items=(*poll.items, *more.items), mismatches=(*poll.mismatches, *more.mismatches))
        return poll

    def _polled(self, poll: Poll, items: int) -> str:
        if poll.problem:
            raise _Wrong(poll.problem)
        status = 200 if items else 202
        if (poll.status, len(poll.items)) != (status, items):
            raise _Wrong(
                f"{_runs(len(poll.items))} started, {items} expected; the service has to list exactly what is newer "
                f"than {dict(poll.state) or 'the start'}, the newest first"
            )
        _check(poll.mismatches)
        return f"{_runs(items)} started, state {dict(poll.state)}"


class _WebhookLife:
    def __init__(self, connector: Connector, mock: MockService, operation_id: str, send: Send) -> None:
        self._connector, self._mock, self._operation_id, self._send = connector, mock, operation_id, send
        self._trigger: WebhookTrigger | None = None
        self._before = 0
        self._mismatches: tuple[Mismatch, ...] = ()

    def acts(self) -> list[Act]:
        return [
            ("switching on registers one webhook", self._enabled),
            ("the registration names a Location, where the webhook can be removed", self._located),
            ("the registration's answer is as defined", self._defined),
            ("the event sends one notification, which starts one run with data as defined", self._fired),
            ("switching off removes the webhook, and none is left behind", self._disabled),
            ("after that, the event sends nothing", self._silent),
        ]

    def _enabled(self) -> str:
        connection = credentials(self._connector, self._mock.connection())
        given = self._mock.sample_parameters(self._operation_id)
        self._before = self._mock.live_webhooks()
        self._trigger = WebhookTrigger(self._connector, connection, self._operation_id, given, self._send)
        registration = self._trigger.enable(CALLBACK)
        if registration.problems:
            raise _Wrong("; ".join(map(str, registration.problems)))
        if not registration.registered:
            raise _Wrong(f"the service answered {registration.response.status}; registration has to answer 201")
        self._mismatches = registration.mismatches
        return self._counted(1)

    def _counted(self, expected: int) -> str:
        more = self._mock.live_webhooks() - self._before
        if more != expected:
            raise _Wrong(f"there are {more} more webhooks than before switching on, expected {expected}")
        return f"{expected} more than before switching on"

    def _located(self) -> str:
        location = self._trigger.location if self._trigger else None
        if location is None:
            raise _Wrong(
                "the answer has no Location header, so nothing can ever remove the webhook; "
                "the service has to answer 201 with one"
            )
        return location

    def _defined(self) -> str:
        _check(self._mismatches)
        return "as defined"

    def _fired(self) -> str:
        assert self._trigger is not None
        self._mock.deliveries()
        self._mock.fire(self._operation_id)
        sent = [request for request in self._mock.deliveries() if request.url == CALLBACK]
        if len(sent) != 1:
            raise _Wrong(f"{len(sent)} notifications came to {CALLBACK}, expected 1 with the query kept as it is")
        _check(self._trigger.receive(sent[0]).mismatches)
        return "1 run started, its data as defined"

    def _disabled(self) -> str:
        assert self._trigger is not None
        removal = self._trigger.disable()
        if not removal.removed:
            raise _Wrong(removal.detail)
        self._counted(0)
        return removal.detail

    def _silent(self) -> str:
        self._mock.deliveries()
        self._mock.fire(self._operation_id)
        sent = [request for request in self._mock.deliveries() if request.url == CALLBACK]
        if sent:
            raise _Wrong(f"{len(sent)} notifications came after the webhook was removed, expected none")
        return "nothing came"


def _check(mismatches: Sequence[Mismatch]) -> None:
    if mismatches:
        raise _Wrong("; ".join(str(mismatch) for mismatch in mismatches))


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
