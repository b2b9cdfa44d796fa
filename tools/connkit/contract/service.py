"""One call of an operation, whatever it is, and the removal of what a call registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.contract.wrong_input import Change, WrongInput
from connkit.core import MockService, Request, Response, Send
from connkit.model import Connector, Operation
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import Invocation, invoke
from connkit.runtime.outgoing import operation_path
from connkit.runtime.policies import Setting, call_location
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.webhook import Registration, WebhookTrigger
from connkit.semantics.routing import PLACEHOLDER

CALLBACK = "https://callback.example/workflows/fake/triggers/manual/contract?sig=fake"
_ID_IN_ANSWER = ("id", "data", "result")


@dataclass(frozen=True, slots=True)
class Service:
    """What is called, and how: `mock` is None for a service that is nobody's mock.

    `inputs` gives parameters that make an operation succeed, and `wrongly` says whether wrong input is tried.
    `removals` gathers every request that removed a webhook, and `guessed` the wrong keys that a real service was sent:
    each only once, so that it does not lock its caller out.
    """

    connector: Connector
    connection: Callable[[], Credentials]
    inputs: Callable[[Operation], Mapping[str, Any]]
    send: Send
    mock: MockService | None = None
    writes: bool = True
    wrongly: bool = True
    removals: list[tuple[Request, Response]] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)


class Unchanged(Exception):
    """What should have been made wrong is not in the request."""


def trigger(service: Service, operation: Operation, given: Mapping[str, Any]) -> WebhookTrigger:
    send = _insisting(service.send)
    return WebhookTrigger(service.connector, service.connection(), operation.operation_id, given, send)


def _insisting(send: Send) -> Send:
    """A removal that was not answered is tried once more, as nobody else will."""

    def sent(request: Request) -> Response:
        try:
            return send(request)
        except OSError:
            if request.method != "DELETE":
                raise
            return send(request)

    return sent


def call_wrongly(service: Service, operation: Operation, wrong: WrongInput) -> Invocation | Registration:
    """Calls the operation with wrong input; Unchanged where the request would be right all the same."""
    send = service.send if wrong.change is None else _changing(service.send, wrong.change)
    name, given = operation.operation_id, wrong.parameters
    if not operation.is_webhook:
        return invoke(service.connector, wrong.connection, name, given, send)
    return WebhookTrigger(service.connector, wrong.connection, name, given, send).enable(CALLBACK)


def _changing(send: Send, change: Change) -> Send:
    def changed(request: Request) -> Response:
        wrong = change(request)
        if wrong == request:
            raise Unchanged
        return send(wrong)

    return changed


def remove(service: Service, operation: Operation, enabled: WebhookTrigger, registration: Registration) -> str:
    """Removes a webhook as the platform does, else by the operation that removes one; what is wrong, or ''."""
    removal = enabled.disable()
    if removal.request is not None and removal.response is not None:
        service.removals.append((removal.request, removal.response))
    if removal.removed:
        return ""
    return removal.detail + ("" if registration.location else _by_operation(service, operation, registration))


def no_answer(operation: Operation, error: OSError) -> str:
    """What to say of a call that was not answered."""
    left = "; a webhook may be left behind, of which nobody knows the Location" if operation.is_webhook else ""
    return f"no answer came: {error}{left}"


def remove_taken(service: Service, operation: Operation, registration: Registration) -> str:
    """Removes a webhook that wrong input has registered, with the right connection; what is left, or ''."""
    if registration.location is None:
        return f"a webhook was registered, which named no Location{_by_operation(service, operation, registration)}"
    setting = Setting(service.connector, service.connection(), operation, service.send)
    answer = call_location(setting, service.connector.base_url, "DELETE", registration.location).response
    if answer.succeeded or answer.status in (404, 410):
        return ""
    return f"a webhook was registered and is left behind: its removal was answered {answer.status}"


def _by_operation(service: Service, registering: Operation, registration: Registration) -> str:
    """How the removal by an operation that takes the ID in the registration's answer went, to end a sentence."""
    for operation in service.connector.operations:
        names = PLACEHOLDER.findall(operation.path)
        if operation.method != "delete" or len(names) != 1 or not _is_beside(service, operation, registering):
            continue
        webhook_id = _answered_id(registration.response, names[0])
        if webhook_id is None:
            continue
        answer = invoke(
            service.connector, service.connection(), operation.operation_id, {names[0]: webhook_id}, service.send
        ).response
        service_did = "removed it" if answer.succeeded else f"was answered {answer.status} for it"
        return f"; {operation.operation_id} {service_did}"
    return ""


def _is_beside(service: Service, removing: Operation, registering: Operation) -> bool:
    """Whether `DELETE /hooks/{id}` stands beside `POST /hooks/SomeEvent` or `POST /hooks`."""
    beginning = operation_path(service.connector, removing, EmulatorSwitches()).partition("{")[0]
    return f"{registering.path}/".startswith(beginning)


def _answered_id(response: Response, parameter: str) -> str | int | None:
    try:
        body = parsed(response.body)
    except ValueError:
        return None
    inside = [body.get(name) for name in (parameter, *_ID_IN_ANSWER)] if isinstance(body, dict) else [body]
    return next((each for each in inside if isinstance(each, str | int) and each), None)
