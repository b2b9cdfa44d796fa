"""Every operation called once with right input, its answer held against the definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connkit.core import MockService, Response, Send, UserError
from connkit.model import Connector, Operation
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.invoke import invoke
from connkit.runtime.webhook import WebhookTrigger
from connkit.semantics.values import Mismatch

CALLBACK = "https://callback.example/workflows/fake/triggers/manual/contract?sig=fake"


@dataclass(frozen=True, slots=True)
class ContractResult:
    """One operation; `status` is 0 when no answer came, `problems` are sentences with the JSON place."""

    operation_id: str
    status: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def contract(connector: Connector, mock: MockService, send: Send) -> list[ContractResult]:
    """A result for each operation, in the order of the definition."""
    return [_checked(connector, mock, operation, send) for operation in connector.operations]


def _checked(connector: Connector, mock: MockService, operation: Operation, send: Send) -> ContractResult:
    answered: list[Response] = []
    try:
        problems = tuple(_problems(connector, mock, operation, send, answered))
    except (UserError, OSError) as error:
        problems = (str(error) if isinstance(error, UserError) else f"no answer came: {error}",)
    except Exception as error:  # a mock service is somebody's own code: whatever it raises is a result
        problems = (f"the mock service failed: {type(error).__name__}: {error}",)
    return ContractResult(operation.label, answered[0].status if answered else 0, problems)


def _problems(
    connector: Connector, mock: MockService, operation: Operation, send: Send, answered: list[Response]
) -> Iterator[str]:
    if not operation.operation_id:
        yield "the operation has no operationId, so nothing can call it"
        return
    connection = credentials(connector, mock.connection())
    if operation.is_webhook:
        yield from _webhook(connector, connection, mock, operation, send, answered)
        return
    parameters = mock.sample_parameters(operation.operation_id)
    called = invoke(connector, connection, operation.operation_id, parameters, send)
    yield from map(str, called.problems)
    if called.sent:
        answered.append(called.response)
        yield from _answer(called.response, called.mismatches)


def _answer(response: Response, mismatches: tuple[Mismatch, ...]) -> Iterator[str]:
    if not 200 <= response.status < 300:
        yield f"the service answered {response.status} to right input"
    yield from map(str, mismatches)


def _webhook(
    connector: Connector,
    connection: Credentials,
    mock: MockService,
    operation: Operation,
    send: Send,
    answered: list[Response],
) -> Iterator[str]:
    """Registers, makes the event happen once, and removes what was registered."""
    name = operation.operation_id
    before = mock.live_webhooks()
    trigger = WebhookTrigger(connector, connection, name, mock.sample_parameters(name), send)
    registration = trigger.enable(CALLBACK)
    yield from map(str, registration.problems)
    if registration.sent:
        answered.append(registration.response)
        yield from _answer(registration.response, registration.mismatches)
    if not registration.registered:
        return
    try:
        yield from _event(mock, name, trigger)
    finally:
        removal = trigger.disable()
    if not removal.removed:
        yield removal.detail
    elif mock.live_webhooks() != before:
        yield f"DELETE on the Location left {mock.live_webhooks()} webhooks, expected {before}"


def _event(mock: MockService, operation_id: str, trigger: WebhookTrigger) -> Iterator[str]:
    mock.deliveries()
    mock.fire(operation_id)
    sent = [request for request in mock.deliveries() if request.url == CALLBACK]
    if len(sent) != 1:
        yield f"the event sent {len(sent)} notifications, expected 1"
    for request in sent:
        for mismatch in trigger.receive(request).mismatches:
            yield f"event {mismatch}"
