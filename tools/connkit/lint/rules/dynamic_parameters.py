"""What a call of another operation is given: fixed values, and references to inputs of the operation it is made for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.calls import Call, calls
from connkit.lint.inputs import Input, OperationInputs
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Operation
from connkit.semantics.dynamic_extensions import TREE

SELECTED = "selectedItemValuePath"
_KINDS = {"string": str, "boolean": bool, "integer": int, "number": float, "array": list, "object": dict}


@dataclass(frozen=True, slots=True, eq=False)
class _Sent:
    """What a call sends: to an input of the operation it calls, a value or what a reference names in the caller."""

    call: Call
    name: str
    value: Any
    reference: str
    called: OperationInputs

    @property
    def target(self) -> Input | None:
        return self.called.taken(self.name)

    @property
    def pointer(self) -> Pointer:
        return self.call.argument_pointer(self.name)

    @property
    def reference_pointer(self) -> Pointer:
        raw = self.call.arguments[self.name]
        return self.pointer / ("parameterReference" if "parameterReference" in raw else "parameter")

    @property
    def is_fixed(self) -> bool:
        raw = self.call.arguments[self.name]
        return not isinstance(raw, dict) or "value" in raw


@lru_cache(maxsize=1)
def _sent(connector: Connector) -> tuple[_Sent, ...]:
    return tuple(
        _Sent(call, argument.name, argument.value, argument.reference, call.inputs(target))
        for call, target in ((call, call.target) for call in calls(connector).all)
        if target is not None
        for argument in call.source.arguments
    )


def _references(connector: Connector) -> Iterator[tuple[_Sent, Operation]]:
    for sent in _sent(connector):
        if sent.reference:
            yield from ((sent, caller) for caller in sent.call.callers)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Name an input that the operation has, or take the parameter out.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {level: 1}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: 1}, value-path: id}
    """,
)
def operation_parameter_name_not_found(connector: Connector) -> Iterator[Flaw]:
    """A call sends an operation an input that it does not have, or refers to one that the caller does not have.

    Both stop makers: the list or schema stays empty. Properties of a body are named by their path, such as
    `body/address/city`. An empty name is no input either. A shared parameter or schema must find what it refers to
    in every operation that uses it.
    """
    for sent in _sent(connector):
        if sent.target is None:
            name, called = sent.name, sent.call.source.operation_id
            told = f"has no input '{name}'" if name else "is sent a parameter without a name; name an input"
            yield Flaw(sent.pointer, f"the operation '{called}' {told}")
    for sent, caller in _references(connector):
        inputs = sent.call.inputs(caller)
        if inputs.referenced(sent.reference) is None and not inputs.is_ambiguous(sent.reference):
            message = f"'{sent.reference}' is no input of the operation '{caller.label}', which is to provide it"
            yield Flaw(sent.reference_pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Rename the parameter or the property, or write the path that begins with the name of the body.",
    scaffold="choices",
    bad="""
        takes:
          - {name: floor, in: query, type: integer}
          - {name: body, in: body, schema: {type: object, properties: {floor: {type: integer}}}}
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-list: {operationId: ListRooms, parameters: {floor: {value: 1}}, itemValuePath: id}
    """,
    good="""
        takes:
          - {name: floor, in: query, type: integer}
          - {name: body, in: body, schema: {type: object, properties: {level: {type: integer}}}}
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-list: {operationId: ListRooms, parameters: {floor: {value: 1}}, itemValuePath: id}
    """,
)
def operation_parameter_name_is_ambiguous(connector: Connector) -> Iterator[Flaw]:
    """A name in a call means both a parameter and a property of the body.

    Nobody knows which one is meant. This holds of what the called operation is sent, and of references in
    `x-ms-dynamic-list`, `x-ms-dynamic-properties` and `x-ms-dynamic-tree`. Ambiguous references of the older
    extensions are the ground of DynamicListExtensionRequiredForAmbiguousReferences and its sibling.
    """
    for sent in _sent(connector):
        if sent.called.is_both(sent.name):
            yield Flaw(sent.pointer, _ambiguous(sent.name, sent.called.operation))
    for sent, caller in _references(connector):
        if not sent.call.is_older and sent.call.inputs(caller).is_ambiguous(sent.reference):
            yield Flaw(sent.reference_pointer, _ambiguous(sent.reference, caller))


def _ambiguous(name: str, operation: Operation) -> str:
    return f"'{name}' names more than one input of the operation '{operation.label}'; write the path from the body on"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Make the input that is referred to required, or give it a default.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer, required: true}]
        parameters:
          - {name: level, in: query, type: integer}
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: level}}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer, required: true}]
        parameters:
          - {name: level, in: query, type: integer, required: true}
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: level}}, value-path: id}
    """,
)
def operation_parameter_required_mismatch(connector: Connector) -> Iterator[Flaw]:
    """A call needs a value that makers may leave out.

    The called operation requires the input, and what provides it is optional and has no default. Until a maker fills
    it in, there are no choices, and nothing says why.
    """
    for sent, caller in _references(connector):
        target, provided = sent.target, sent.call.inputs(caller).referenced(sent.reference)
        needed = target is not None and target.required and not target.has_default
        if needed and provided is not None and not (provided.required or provided.has_default):
            message = f"'{sent.call.source.operation_id}' requires '{sent.name}', but '{sent.reference}' is optional"
            yield Flaw(sent.pointer, f"{message} in '{caller.label}'", (provided.pointer,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write the value in the type that the operation takes, such as 1 and not '1'.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: '1'}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: 1}, value-path: id}
    """,
)
def operation_parameter_static_type_mismatch(connector: Connector) -> Iterator[Flaw]:
    """A call sends a fixed value that is not of the type which the operation takes.

    A whole number is a number too. Null, and an input without a type, are let pass.
    """
    for sent in _sent(connector):
        target = sent.target
        if target is None or target.type not in _KINDS or not sent.is_fixed or sent.value is None:
            continue
        if not _is(sent.value, target.type):
            called, given = sent.call.source.operation_id, _kind(sent.value)
            message = f"'{called}' takes '{sent.name}' as {target.type}, but is sent a value of type {given}"
            yield Flaw(sent.pointer, message, (target.pointer,))


def _is(value: Any, type_: str) -> bool:
    if isinstance(value, bool):
        return type_ == "boolean"
    if isinstance(value, float) and value.is_integer():
        return type_ in ("number", "integer")
    return isinstance(value, _KINDS[type_]) or (type_ == "number" and isinstance(value, int))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return next((name for name, kind in _KINDS.items() if isinstance(value, kind)), "null")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Give both inputs the same type.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: level, in: query, type: string}
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: level}}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: level, in: query, type: integer}
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: level}}, value-path: id}
    """,
)
def operation_parameter_type_mismatch(connector: Connector) -> Iterator[Flaw]:
    """A call sends the value of an input that has another type than the one which takes it.

    A whole number is a number too. Where either has no type, nothing is said.
    """
    for sent, caller in _references(connector):
        target, provided = sent.target, sent.call.inputs(caller).referenced(sent.reference)
        types = (target.type if target else "", provided.type if provided else "")
        if provided and all(types) and types[0] != types[1] and types != ("number", "integer"):
            message = f"'{sent.call.source.operation_id}' takes '{sent.name}' as {types[0]}, but '{sent.reference}'"
            related = (target.pointer, provided.pointer) if target else ()
            yield Flaw(sent.pointer, f"{message} of '{caller.label}' has type {types[1]}", related)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Send the parameter, as a fixed value or by reference, or give it a default.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer, required: true}]
        parameters:
          - {name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListRooms, value-path: id}}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer, required: true}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: 1}, value-path: id}
    """,
)
def operation_missing_required_property(connector: Connector) -> Iterator[Flaw]:
    """A call leaves out what the operation that it calls requires.

    Nobody is asked for it, so the call fails each time. What has a default needs not be sent. The test of a
    connection is the ground of TestConnectionCannotSucceed.
    """
    for call in calls(connector).all:
        if call.target is not None and call.brings_parameters:
            for name in call.inputs(call.target).lacking(set(call.arguments)):
                at = call.pointer / "parameters" if "parameters" in call.raw else call.pointer
                yield Flaw(at, f"'{call.source.operation_id}' requires '{name}', which the call does not send")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Send a fixed value, or show the input that is referred to.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: level, in: query, type: integer, required: true, default: 1, x-ms-visibility: internal}
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: level}}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: level, in: query, type: integer, required: true, default: 1, x-ms-visibility: internal}
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: 1}, value-path: id}
    """,
)
def source_property_internal(connector: Connector) -> Iterator[Flaw]:
    """A call takes a value from an input that makers do not see.

    The input, or an object around it, is internal, and the designer knows only what is shown. Where such an input has
    a default, the call can send the same value itself. Operations that are internal as a whole are let pass.
    """
    for sent, caller in _references(connector):
        provided = sent.call.inputs(caller).referenced(sent.reference)
        if provided is not None and provided.internal and not caller.internal:
            message = f"'{sent.reference}' of '{caller.label}' is internal, so its value cannot be taken; send a value"
            yield Flaw(sent.reference_pointer, message, (provided.pointer,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Send a value or a reference, or move the parameter to 'browse' of x-ms-dynamic-tree.",
    scaffold="choices",
    bad="""
        takes: [{name: parent, in: query, type: string}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-list:
              operationId: ListRooms
              parameters: {parent: {selectedItemValuePath: id}}
              itemValuePath: id
    """,
    good="""
        takes: [{name: parent, in: query, type: string}]
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-tree:
              open: {operationId: ListRooms, itemValuePath: id}
              browse: {operationId: ListRooms, itemValuePath: id, parameters: {parent: {selectedItemValuePath: id}}}
    """,
)
def selected_item_value_path_not_allowed_in_this_position(connector: Connector) -> Iterator[Flaw]:
    """`selectedItemValuePath` stands where no item has been selected.

    It takes a value from the item that a maker opens in a picker, so it belongs into `browse` of
    `x-ms-dynamic-tree` alone.
    """
    for call in calls(connector).all:
        for name, raw in call.arguments.items():
            if isinstance(raw, dict) and SELECTED in raw and call.steps != (TREE, "browse"):
                told = "/".join(call.steps)
                at = call.argument_pointer(name) / SELECTED
                yield Flaw(at, f"'{SELECTED}' is only known in '{TREE}/browse', but stands in '{told}'")
