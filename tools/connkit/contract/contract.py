"""Every operation called once with right input, its answer held against the definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import MockService, Request, Send, UserError
from connkit.model import Connector, Operation
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.invoke import invoke
from connkit.semantics.values import check_value


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
    connection = credentials(connector, mock.connection())
    return [_checked(connector, connection, mock, operation, send) for operation in connector.operations]


def _checked(
    connector: Connector, connection: Credentials, mock: MockService, operation: Operation, send: Send
) -> ContractResult:
    name = operation.operation_id
    try:
        parameters = mock.sample_parameters(name)
        called = invoke(connector, connection, name, parameters, send)
        problems = [str(mismatch) for mismatch in called.mismatches]
        if not 200 <= called.response.status < 300:
            problems.append(f"the service answered {called.response.status} to right input")
        elif operation.is_webhook:
            location = called.response.header("Location")
            problems += _webhook_problems(connector, connection, mock, operation, location, send)
        return ContractResult(name, called.response.status, tuple(problems))
    except UserError as error:
        return ContractResult(name, 0, (str(error),))
    except Exception as error:  # a mock service is somebody's own code: whatever it raises is a result
        return ContractResult(name, 0, (f"no answer came: {type(error).__name__}: {error}",))


def _webhook_problems(
    connector: Connector,
    connection: Credentials,
    mock: MockService,
    operation: Operation,
    location: str | None,
    send: Send,
) -> Iterator[str]:
    yield from _event_problems(connector, operation, mock.fire(operation.operation_id))
    if location is None:
        yield "the answer has no Location header, so nothing can remove the webhook"
        return
    before = mock.live_webhooks()
    answer = send(Request("DELETE", location, dict(connection.headers)))
    if not 200 <= answer.status < 300 or mock.live_webhooks() != before - 1:
        yield f"DELETE on the Location answered {answer.status} and left {mock.live_webhooks()} of {before} webhooks"


def _event_problems(connector: Connector, operation: Operation, event: Any) -> Iterator[str]:
    for mismatch in check_value(event, operation.notification_schema, connector.resolve):
        yield f"event {mismatch}"
