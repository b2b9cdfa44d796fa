"""The choices of an input, which an operation lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import Send, UserError
from connkit.model import Connector, Operation
from connkit.model.shape import as_object
from connkit.runtime.connection import Credentials
from connkit.runtime.dynamic.calling import Answer, Untold, ask, at_path
from connkit.runtime.inputs import Inputs
from connkit.runtime.invoke import Invocation
from connkit.runtime.outgoing import find_operation
from connkit.runtime.policies import Setting
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.body_places import body_fields, named_field
from connkit.semantics.dynamic_extensions import Source, choices_source
from connkit.semantics.expressions import as_text


@dataclass(frozen=True, slots=True)
class Choice:
    """What a maker sees, and what is sent when it is chosen."""

    title: str
    value: Any


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of an input in the service's order; where there are none to show, `problem` says why.

    `invocation` is the call that was made for them.
    """

    choices: tuple[Choice, ...] = ()
    problem: str = ""
    invocation: Invocation | None = None


def dynamic_values(
    connector: Connector,
    connection: Credentials,
    operation_id: str,
    parameter: str,
    given: Mapping[str, Any],
    send: Send,
    switches: EmulatorSwitches = EmulatorSwitches(),
) -> Choices:
    """The choices of a parameter, or of a body's property by its path, after the inputs `given` so far.

    UserError for an unknown operation, and for an input that has no dynamic choices.
    """
    operation = find_operation(connector, operation_id)
    source = source_of(connector, operation, parameter, switches)
    setting = Setting(connector, connection, operation, send, switches)
    try:
        answer = ask(setting, source, Inputs(operation, given, switches))
        return Choices(tuple(_choices(source, answer, switches)), "", answer.invocation)
    except Untold as untold:
        return Choices((), f"the choices of '{parameter}' {untold}", untold.invocation)


def source_of(
    connector: Connector, operation: Operation, name: str, switches: EmulatorSwitches = EmulatorSwitches()
) -> Source:
    """Where the choices of an input come from; UserError for one that has none."""
    for raw in _schemas(connector, operation, name):
        found = choices_source(raw, newer=switches.dynamic_list_wins)
        if found is not None:
            return found
    has = ", ".join(f"'{other}'" for other in dynamic_inputs(connector, operation)) or "none"
    raise UserError(f"input '{name}' of {operation.label} has no dynamic choices; those that have: {has}")


def dynamic_inputs(connector: Connector, operation: Operation) -> list[str]:
    """Names of the inputs whose choices an operation lists, those of the body as paths."""
    names = [parameter.name for parameter in operation.parameters if parameter.location != "body"]
    names += ["/".join(field.path) for field in body_fields(operation)]
    return [
        name for name in names if any(choices_source(raw, newer=True) for raw in _schemas(connector, operation, name))
    ]


def _schemas(connector: Connector, operation: Operation, name: str) -> Iterator[dict[str, Any]]:
    """Where the extension of an input may stand: beside it, or beside the items of a list."""
    raw = next((one.raw for one in operation.parameters if one.name == name and one.location != "body"), None)
    if raw is None:
        field = next((one for one in body_fields(operation) if "/".join(one.path) == name), None)
        field = field or named_field(operation, name)
        raw = field.schema if field else {}
    yield raw
    yield as_object(connector.resolve(raw.get("items")))


def _choices(source: Source, answer: Answer, switches: EmulatorSwitches) -> Iterator[Choice]:
    items = answer.at(source.items_path)
    if not isinstance(items, list):
        raise answer.misread(source.items_path, "is no list")
    for number, item in enumerate(items, 1):
        try:
            value = at_path(item, source.value_path)
            yield Choice(as_text(_title(source, item, switches)), value)
        except KeyError as missing:
            told = f"cannot be read: item {number} in the answer of {answer.operation_id} {missing.args[0]}"
            raise Untold(told, answer.invocation) from None


def _title(source: Source, item: Any, switches: EmulatorSwitches) -> Any:
    try:
        return at_path(item, source.title_path or source.value_path)
    except KeyError:
        if switches.untitled_choice_shows_value:
            return at_path(item, source.value_path)
        raise
