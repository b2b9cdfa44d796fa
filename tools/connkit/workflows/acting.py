"""Acting as the platform does: which connector, which service, and with which connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ParamSpec, TypeVar

from connkit.core import MockService, Send, UserError
from connkit.load import DEFINITION
from connkit.model import Connector, Operation
from connkit.runtime.backend import moved
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.outgoing import build_request
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.transports import in_memory, requests_send
from connkit.semantics.suggestions import suggestion
from connkit.workflows.mocks import MockSource, mock_source
from connkit.workflows.project import Project
from connkit.workflows.reading import ConnectorFolder

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Target:
    """A connector at the service it calls, with a connection; `mock` is that service where it runs in this process."""

    connector: Connector
    connection: Credentials
    send: Send
    mock: MockService | None = None


def connector_of(folder: ConnectorFolder) -> Connector:
    """The folder's connector, where its definition could be read."""
    return Connector(folder.definition or {}, folder.properties)


def source_of(project: Project, connector: Connector) -> MockSource:
    """The mock of the connector's service, where no other service is named."""
    return mock_source(project, ConnectorFolder(project.root, DEFINITION, connector.definition, connector.properties))


def in_process(connector: Connector, mock: MockService, given: Mapping[str, str]) -> Target:
    """The mock without any transport; `given` connection values stand over those that the mock accepts."""
    connection = credentials(connector, {**mock.connection(), **given})
    return Target(connector, connection, guarded(in_memory(mock)), mock)


def served(connector: Connector, mock: MockService, origin: str, given: Mapping[str, str]) -> Target:
    """The mock where it is served, so that its notifications are really sent."""
    connection = credentials(connector, {**mock.connection(), **given})
    return Target(moved(connector, origin), connection, requests_send(), mock)


def at_backend(connector: Connector, url: str, given: Mapping[str, str]) -> Target:
    """Another service in the place of the connector's; UserError for an address that is none."""
    return Target(moved(connector, url), credentials(connector, given), requests_send())


def guarded(act: Callable[P, T]) -> Callable[P, T]:
    """A mock is somebody's own code; whatever it raises is told in a line."""

    def acted(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return act(*arguments, **named)
        except (OSError, UserError):
            raise
        except Exception as error:
            raise UserError(f"the mock service failed: {type(error).__name__}: {error}") from error

    return acted


def kind_of(operation: Operation) -> str:
    """The command that acts as the platform does with such an operation."""
    return "listen" if operation.is_webhook else "poll" if operation.is_polling else "invoke"


def operation_for(command: str, connector: Connector, name: str) -> Operation:
    """The operation; UserError that names a similar one, or the command that is for it."""
    operation = connector.operation(name) if name else None
    if operation is None:
        every = [each for each in connector.operations if each.operation_id]
        known = [each.operation_id for each in every if kind_of(each) == command] or [e.operation_id for e in every]
        near = suggestion(name, [each.operation_id for each in every])
        told = near if near.startswith("did") else suggestion(name, known)
        raise UserError(f"the connector has no operation '{name}'; {told}")
    right = kind_of(operation)
    if right != command:
        what = {"invoke": "an action", "poll": "a polling trigger", "listen": "a webhook trigger"}[right]
        raise UserError(f"'{name}' is {what}; use 'connkit {right} {name}'")
    return operation


def check_inputs(target: Target, operation: Operation, inputs: Mapping[str, Any]) -> None:
    """UserError for inputs from which no request can be made, with some that the mock service would take."""
    try:
        build_request(target.connector, target.connection, operation, inputs)
    except UserError as error:
        samples = guarded(target.mock.sample_parameters)(operation.operation_id) if target.mock else {}
        if not samples:
            raise
        shown = " ".join(f"--param {name}={value}" for name, value in samples.items())
        raise UserError(f"{error}; the mock service would take {shown}") from None


def emulator_switches(given: Mapping[str, str]) -> EmulatorSwitches:
    """The defaults but for those given as texts; UserError for an unknown one, or a value that is none."""
    known = [each.name for each in fields(EmulatorSwitches)]
    for name, text in given.items():
        if name not in known:
            raise UserError(f"the emulator has no switch '{name}'; {suggestion(name, known)}")
        if text.lower() not in ("true", "false"):
            raise UserError(f"the switch '{name}' cannot be '{text}'; it takes true or false")
    return replace(EmulatorSwitches(), **{name: text.lower() == "true" for name, text in given.items()})


def parted(option: str, pairs: Iterable[str]) -> dict[str, str]:
    """What was given as NAME=VALUE, the last of a name winning; UserError where a value or a name is missing."""
    parts = {}
    for pair in pairs:
        name, given, value = pair.partition("=")
        if not (given and name):
            raise UserError(
                f"{option} '{name or pair}' has no {'value' if name else 'name'}; write {option} NAME=VALUE"
            )
        parts[name] = value
    return parts
