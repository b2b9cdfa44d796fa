"""A trigger's whole life on a mock service, told step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connkit.core import MockService, Send, UserError
from connkit.model import Connector
from connkit.runtime.connection import credentials
from connkit.runtime.polling import Poll, PollingTrigger
from connkit.runtime.webhook import WebhookTrigger
from connkit.semantics.values import Mismatch

CALLBACK = "https://callback.example/workflows/fake/triggers/manual/run?sig=fake"


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried, whether it went as it should, and what happened."""

    name: str
    ok: bool
    detail: str


def polling_life(connector: Connector, mock: MockService, operation_id: str, send: Send) -> list[Step]:
    """From switching on to several new items; the first step that fails is the last."""
    return _until_failure(_polling_steps(connector, mock, operation_id, send))


def webhook_life(connector: Connector, mock: MockService, operation_id: str, send: Send) -> list[Step]:
    """Registration, one event, removal; the first step that fails is the last."""
    return _until_failure(_webhook_steps(connector, mock, operation_id, send))


def _until_failure(steps: Iterator[Step]) -> list[Step]:
    lived: list[Step] = []
    try:
        for step in steps:
            lived.append(step)
            if not step.ok:
                break
    except UserError as error:
        lived.append(Step("using the trigger", False, str(error)))
    except OSError as error:
        lived.append(Step("calling the service", False, f"no answer came: {error}"))
    return lived


def _polling_steps(connector: Connector, mock: MockService, operation_id: str, send: Send) -> Iterator[Step]:
    connection = credentials(connector, mock.connection())
    trigger = PollingTrigger(connector, connection, operation_id, mock.sample_parameters(operation_id), send)
    mock.make_item(operation_id)
    yield _polled("the first poll only marks the start", trigger.poll(), 202, 0)
    yield _polled("a poll with nothing new starts no run", trigger.poll(), 202, 0)
    for count, name in ((1, "one new item starts one run"), (2, "two new items start two runs")):
        for _ in range(count):
            mock.make_item(operation_id)
        yield _polled(name, trigger.poll(), 200, count)
        yield _polled("the next poll does not start them again", trigger.poll(), 202, 0)


def _polled(name: str, poll: Poll, status: int, runs: int) -> Step:
    if poll.problem:
        return Step(name, False, poll.problem)
    if (poll.status, len(poll.runs)) != (status, runs):
        return Step(name, False, f"{_runs(len(poll.runs))} started, {runs} expected")
    return _fitting(name, poll.mismatches, f"{_runs(runs)} started, state {dict(poll.state)}")


def _webhook_steps(connector: Connector, mock: MockService, operation_id: str, send: Send) -> Iterator[Step]:
    connection = credentials(connector, mock.connection())
    trigger = WebhookTrigger(connector, connection, operation_id, {}, send)
    before = mock.live_webhooks()
    registration = trigger.enable(CALLBACK)
    name = "switching on registers one webhook"
    if not registration.registered:
        yield Step(name, False, f"the service answered {registration.response.status}")
    yield _counted(name, mock.live_webhooks() - before, 1)
    name = "the registration names a Location, where the webhook can be removed"
    yield Step(name, registration.location is not None, registration.location or _NO_LOCATION)
    yield _fitting("the registration's answer is as defined", registration.mismatches, "as defined")
    mock.deliveries()
    mock.fire(operation_id)
    sent = mock.deliveries()
    yield _counted("the event sends one notification", len(sent), 1)
    received = trigger.receive(sent[0])
    yield _fitting("the notification is as defined and starts one run", received.mismatches, "as defined")
    removal = trigger.disable()
    yield Step("switching off removes the webhook", removal.removed, removal.detail)
    yield _counted("no webhook is left behind", mock.live_webhooks() - before, 0)
    mock.fire(operation_id)
    yield _counted("after that, the event sends nothing", len(mock.deliveries()), 0)


_NO_LOCATION = (
    "the answer has no Location header, so nothing can ever remove the webhook; the service has to answer 201 with one"
)


def _counted(name: str, actual: int, expected: int) -> Step:
    return Step(name, actual == expected, f"{actual}, expected {expected}" if actual != expected else str(actual))


def _fitting(name: str, mismatches: Sequence[Mismatch], good: str) -> Step:
    if mismatches:
        return Step(name, False, "; ".join(str(mismatch) for mismatch in mismatches))
    return Step(name, True, good)


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
