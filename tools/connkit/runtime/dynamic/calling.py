"""The call that a dynamic extension stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connkit.core import UserError
from connkit.runtime.bodies import parsed
from connkit.runtime.inputs import Inputs
from connkit.runtime.invoke import Invocation, invoke
from connkit.runtime.policies import Setting
from connkit.semantics.dynamic_extensions import Argument, Source


class Untold(Exception):
    """Why there is nothing to show; the message goes on from `the choices of 'x' …`. `invocation` is the call."""

    def __init__(self, message: str, invocation: Invocation | None = None) -> None:
        super().__init__(message)
        self.invocation = invocation


@dataclass(frozen=True, slots=True)
class Answer:
    """A called operation, and the JSON it answered with."""

    operation_id: str
    invocation: Invocation
    value: Any

    def at(self, path: Sequence[str]) -> Any:
        """What stands at a path; Untold where it leads to nothing."""
        try:
            return at_path(self.value, path)
        except KeyError as missing:
            message = f"cannot be read: the answer of {self.operation_id} {missing.args[0]}"
            raise Untold(message, self.invocation) from None

    def misread(self, path: Sequence[str], wrong: str) -> Untold:
        """What to raise where something else was expected at a path."""
        where = f"what stands at '{'/'.join(path)}' of " if path else ""
        return Untold(f"cannot be read: {where}the answer of {self.operation_id} {wrong}", self.invocation)


def at_path(value: Any, path: Sequence[str]) -> Any:
    """What stands at a path of names; KeyError says what is there instead."""
    for index, name in enumerate(path):
        if not isinstance(value, dict) or name not in value:
            there = f"; there is {_names(value)}" if isinstance(value, dict) else f", which is below {_kind(value)}"
            raise KeyError(f"has nothing at '{'/'.join(path[: index + 1])}'{there}")
        value = value[name]
    return value


def _names(value: dict[str, Any]) -> str:
    return ", ".join(f"'{name}'" for name in value) or "nothing"


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", type(None): "null"}.get(type(value), "a plain value")


def ask(setting: Setting, source: Source, inputs: Inputs) -> Answer:
    """Invokes the operation that an extension names with what has been filled in so far; Untold without an answer."""
    if source.picker:
        raise Untold(f"come from {source.picker}, which is not emulated")
    arguments = _arguments(setting, source, inputs)
    try:
        made = invoke(
            setting.connector,
            setting.connection,
            source.operation_id,
            arguments,
            setting.send,
            switches=setting.switches,
            policy_trace=setting.policy_trace,
        )
    except UserError as error:
        raise Untold(f"cannot be asked for: {error}") from None
    except OSError as error:
        raise Untold(f"cannot be asked for: no answer came from {source.operation_id}: {error}") from None
    return Answer(source.operation_id, made, _json(source.operation_id, made))


def _json(operation_id: str, made: Invocation) -> Any:
    if made.problems:
        raise Untold(f"cannot be asked for: {made.problems[0]}", made)
    if not made.response.succeeded:
        raise Untold(f"cannot be asked for: {operation_id} was answered with status {made.response.status}", made)
    try:
        return parsed(made.response.body)
    except ValueError:
        raise Untold(f"cannot be read: the answer of {operation_id} is no JSON", made) from None


def _arguments(setting: Setting, source: Source, inputs: Inputs) -> dict[str, Any]:
    target = setting.connector.operation(source.operation_id)
    if target is None:
        if not source.operation_id:
            raise Untold(f"come from nowhere: {source.extension} names no operation")
        raise Untold(f"come from the operation '{source.operation_id}', which the connector does not have")
    needed = {parameter.name for parameter in target.parameters if parameter.required and not parameter.has_default}
    if setting.switches.dynamic_call_waits_for_optional:
        needed = {argument.name for argument in source.arguments}
    given = {argument.name: _value(argument, inputs) for argument in source.arguments}
    for argument in source.arguments:
        if argument.reference and argument.name in needed and given[argument.name] in (None, ""):
            raise Untold(f"depend on the input '{argument.reference}', which is not given yet")
    return {name: value for name, value in given.items() if value is not None}


def _value(argument: Argument, inputs: Inputs) -> Any:
    if not argument.reference:
        return argument.value
    try:
        return inputs.referenced(argument.reference)
    except KeyError:
        label = inputs.operation.label
        raise Untold(f"depend on '{argument.reference}', which names no single input of {label}") from None
