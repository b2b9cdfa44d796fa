"""Every operation called with right and with wrong input, the answers held against the definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.contract.evidence import Evidence
from connkit.contract.inputs import READS, ListedInputs, NotTried
from connkit.contract.service import Service, no_answer
from connkit.contract.trying import Attempt, Found, add_answer, try_right, try_wrong
from connkit.core import MockService, Send, UserError
from connkit.model import Connector, Operation
from connkit.runtime.connection import Credentials, credentials
from connkit.semantics.routing import path_values

IT_WRITES = "it writes"


@dataclass(frozen=True, slots=True)
class ContractResult:
    """One operation; `status` is what right input was answered with, 0 when no answer came.

    `problems` are sentences: those of right input, then of wrong input. Where the operation was `skipped`, the reason
    stands there. `event` says whether its event was seen.
    """

    operation_id: str
    status: int
    problems: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    attempts: tuple[Attempt, ...] = ()
    skipped: str = ""
    event: bool = False

    @property
    def ok(self) -> bool:
        return not self.problems


def contract(connector: Connector, mock: MockService, send: Send, *, wrong_input: bool = True) -> list[ContractResult]:
    """A result for each operation of the mock, in the order of the definition.

    How a service refuses `wrong_input` is nothing that a mock can know which was made from the definition alone.
    """
    service = Service(
        connector,
        lambda: credentials(connector, mock.connection()),
        lambda operation: mock.sample_parameters(operation.operation_id),
        send,
        mock,
        wrongly=wrong_input,
    )
    return [_checked(service, operation) for operation in connector.operations]


def backend_contract(
    connector: Connector,
    connection: Credentials,
    send: Send,
    given: Mapping[str, Mapping[str, Any]] = {},
    *,
    writes: bool = False,
    told: Callable[[ContractResult], None] = lambda result: None,
) -> list[ContractResult]:
    """A result for each operation of a real service, of which only reads are called unless it may be written to.

    IDs are taken from the service's own lists; `given` are parameters by operation. Each result is `told` when it is
    there.
    """
    inputs = ListedInputs(connector, connection, send, given)
    service = Service(connector, lambda: connection, inputs, send, writes=writes)
    results = []
    for operation in connector.operations:
        results.append(_checked(service, operation))
        told(results[-1])
    return [_removal(service, result) if result.skipped else result for result in results]


def _checked(service: Service, operation: Operation) -> ContractResult:
    if not operation.operation_id:
        return ContractResult(operation.label, 0, ("the operation has no operationId, so nothing can call it",))
    if operation.method not in READS and not service.writes:
        return ContractResult(operation.label, 0, skipped=IT_WRITES)
    found = Found()
    attempts: tuple[Attempt, ...] = ()
    try:
        given = service.inputs(operation)
        try_right(service, operation, given, found)
        attempts = tuple(try_wrong(service, operation, given)) if service.wrongly else ()
    except NotTried as reason:
        return ContractResult(operation.label, 0, skipped=str(reason))
    except UserError as error:
        found.problems.append(str(error))
    except OSError as error:
        found.problems.append(no_answer(operation, error))
    except Exception as error:  # a mock service is somebody's own code: whatever it raises is a result
        found.problems.append(f"the mock service failed: {type(error).__name__}: {error}")
    problems = [*found.problems, *(f"{each.what}: {problem}" for each in attempts for problem in each.problems)]
    return ContractResult(operation.label, found.status, tuple(problems), found.evidence, attempts, event=found.event)


def _removal(service: Service, result: ContractResult) -> ContractResult:
    """An operation that was not called for itself, but that the removal of a webhook was the same as."""
    operation = service.connector.operation(result.operation_id)
    assert operation is not None
    for request, response in service.removals:
        path = request.url.removeprefix(service.connector.base_url).partition("?")[0]
        if operation.method.upper() == request.method and path_values(operation.path, path):
            found = Found()
            add_answer(service.connector, operation, response, found)
            return ContractResult(operation.label, found.status, tuple(found.problems), found.evidence)
    return result
