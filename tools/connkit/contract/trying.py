"""One operation called with right and with wrong input, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.contract.evidence import Evidence, Observation, evidence
from connkit.contract.service import (
    CALLBACK,
    Service,
    Unchanged,
    call_wrongly,
    no_answer,
    remove,
    remove_taken,
    trigger,
)
from connkit.contract.suggestions import Source, Suggestion
from connkit.contract.wrong_input import WrongInput, wrong_inputs
from connkit.core import MockService, Pointer, Response, UserError
from connkit.model import Connector, Operation
from connkit.runtime.bodies import parsed
from connkit.runtime.invoke import Invocation, check_response, declared_answer, invoke
from connkit.runtime.webhook import Registration


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call with wrong input; `status` is 0 when no answer came."""

    what: str
    status: int
    problems: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return 400 <= self.status < 500

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


@dataclass(slots=True)
class Found:
    """What right input brings to light, filled on the way, as a call may end in an error."""

    status: int = 0
    problems: list[str] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    seen: set[Pointer] = field(default_factory=set)
    event: bool = False

    @property
    def evidence(self) -> Evidence:
        return Evidence(tuple(self.observations), frozenset(self.seen))

    def add(self, known: Evidence) -> None:
        self.observations += known.observations
        self.seen |= known.seen
        self.problems += [str(each) for each in known.observations if each.is_problem]


# ---- right input


def try_right(service: Service, operation: Operation, given: Mapping[str, Any], found: Found) -> None:
    if operation.is_webhook:
        _webhook(service, operation, given, found)
        return
    called = invoke(service.connector, service.connection(), operation.operation_id, given, service.send)
    found.problems += map(str, called.problems)
    if called.sent:
        add_answer(service.connector, operation, called.response, found)


def add_answer(connector: Connector, operation: Operation, response: Response, found: Found) -> None:
    found.status = response.status
    if not response.succeeded:
        found.problems.append(f"the service answered {response.status} to right input")
    differing = check_response(connector, operation, response)
    declared = declared_answer(operation, response.status)
    if declared is None:
        found.add(Evidence((_undeclared(operation, response.status, str(differing[0].message)),)))
    elif any(each.kind == "body" for each in differing):
        found.problems += map(str, differing)
    elif declared.schema and response.body:
        source = Source(declared.schema, declared.schema_pointer)
        found.add(evidence(connector, source, [_json(response.body)]))


def _undeclared(operation: Operation, status: int, sentence: str) -> Observation:
    at = operation.pointer / "responses" / status
    return Observation("", Pointer(), "status", sentence, at, Suggestion(at, '{"description": "..."}'))


def _json(body: bytes) -> Any:
    try:
        return parsed(body)
    except ValueError:  # a file, which no schema describes
        return None


def _webhook(service: Service, operation: Operation, given: Mapping[str, Any], found: Found) -> None:
    """Registers, makes the event happen once on a mock, and removes what was registered."""
    mock = service.mock
    before = mock.live_webhooks() if mock else 0
    enabled = trigger(service, operation, given)
    registration = enabled.enable(CALLBACK)
    found.problems += map(str, registration.problems)
    if registration.registered:
        try:
            add_answer(service.connector, operation, registration.response, found)
            if mock:
                _event(service.connector, mock, operation, found)
        finally:
            left = remove(service, operation, enabled, registration)
        found.problems += [left] if left else []
        if mock and not left and mock.live_webhooks() != before:
            found.problems.append(f"DELETE on the Location left {mock.live_webhooks()} webhooks, expected {before}")
    elif registration.sent:
        add_answer(service.connector, operation, registration.response, found)


def _event(connector: Connector, mock: MockService, operation: Operation, found: Found) -> None:
    mock.deliveries()
    mock.fire(operation.operation_id)
    sent = [request for request in mock.deliveries() if request.url == CALLBACK]
    if len(sent) != 1:
        found.problems.append(f"the event sent {len(sent)} notifications, expected 1")
    source = Source(operation.notification_schema, operation.notification_schema_pointer, "event ")
    bodies = []
    for request in sent:
        try:
            bodies.append(parsed(request.body))
        except ValueError:
            found.problems.append("event the body: the notification is no JSON")
    found.event = bool(bodies)
    found.add(evidence(connector, source, bodies))


# ---- wrong input


def try_wrong(service: Service, operation: Operation, given: Mapping[str, Any]) -> Iterator[Attempt]:
    for wrong in wrong_inputs(service.connector, operation, service.connection(), given):
        if not _is_guessed_again(service, wrong):
            yield from _attempted(service, operation, wrong)


def _is_guessed_again(service: Service, wrong: WrongInput) -> bool:
    """Whether a real service was sent this wrong key before."""
    if not wrong.guesses or service.mock is not None:
        return False
    known = wrong.what in service.guessed
    service.guessed.add(wrong.what)
    return known


def _attempted(service: Service, operation: Operation, wrong: WrongInput) -> Iterator[Attempt]:
    """The attempt, or none where the input cannot be wrong in this way."""
    try:
        answer = call_wrongly(service, operation, wrong)
    except (Unchanged, UserError):
        return
    except OSError as error:
        yield Attempt(wrong.what, 0, (no_answer(operation, error),))
        return
    if answer.sent:
        yield Attempt(wrong.what, answer.response.status, tuple(_refusal(service, operation, wrong, answer)))


def _refusal(
    service: Service, operation: Operation, wrong: WrongInput, answer: Invocation | Registration
) -> Iterator[str]:
    status = answer.response.status
    if wrong.must_be_refused and 200 <= status < 300:
        yield f"the service answered {status}, but should refuse"
    yield from map(str, answer.mismatches)
    if status >= 500 and not answer.mismatches:
        yield f"the service failed with {status}"
    if isinstance(answer, Registration) and answer.registered:
        left = remove_taken(service, operation, answer)
        if left:
            yield left
