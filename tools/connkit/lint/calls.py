"""The calls of operations that extensions of a definition stand for, and the operations in which each is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from connkit.core import Pointer
from connkit.lint.inputs import OperationInputs
from connkit.lint.users import Users
from connkit.model import Connector, Kind, Node, Operation
from connkit.model.shape import as_object
from connkit.semantics.dynamic_extensions import LIST, PROPERTIES, SCHEMA, TREE, VALUES, Source, source

CAPABILITIES, CONTEXT, NOTIFICATION = "x-ms-capabilities", "x-ms-operation-context", "x-ms-notification"
TEST, PICKER = (CAPABILITIES, "testConnection"), (CAPABILITIES, "file-picker")
DYNAMIC = (VALUES, LIST, SCHEMA, PROPERTIES, TREE)
_PLACES = (Kind.PARAMETER, Kind.SCHEMA, Kind.ITEMS)


@dataclass(frozen=True, eq=False)
class Call:
    """An object that names an operation by `operationId`; `steps` lead to it from the node that has the extension."""

    made_in: Calls
    node: Node
    steps: tuple[str, ...]
    raw: dict[str, Any]

    @property
    def extension(self) -> str:
        return self.steps[0]

    @property
    def is_older(self) -> bool:
        """Whether its references are names and no paths."""
        return self.extension in (VALUES, SCHEMA, CAPABILITIES)

    @property
    def brings_parameters(self) -> bool:
        """Whether all that it sends stands in it; a subscription takes what the trigger takes."""
        return self.extension != NOTIFICATION and self.steps != TEST

    @property
    def pointer(self) -> Pointer:
        return Pointer((*self.node.pointer.parts, *self.steps))

    @property
    def arguments(self) -> dict[str, Any]:
        """Its `parameters` as written."""
        return as_object(self.raw.get("parameters"))

    def argument_pointer(self, name: str) -> Pointer:
        return self.pointer / "parameters" / name

    @cached_property
    def source(self) -> Source:
        return source(self.extension, self.raw)

    @cached_property
    def target(self) -> Operation | None:
        name = self.source.operation_id
        return self.made_in.connector.operation(name) if name else None

    @cached_property
    def callers(self) -> tuple[Operation, ...]:
        """Operations whose inputs or outputs the node is part of; choices belong to inputs alone."""
        choices = self.extension in (VALUES, LIST, TREE)
        return tuple(user.operation for user in self.made_in.users.of(self.node) if user.as_input or not choices)

    def inputs(self, operation: Operation) -> OperationInputs:
        return self.made_in.inputs(operation)


class Calls:
    """Every call of a connector, by extension and then in document order."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self._inputs: dict[int, OperationInputs] = {}

    @cached_property
    def all(self) -> tuple[Call, ...]:
        return tuple(
            Call(self, node, steps, raw)
            for node, first, value in _extensions(self.connector)
            for steps, raw in _with_inner(first, value)
        )

    @cached_property
    def dynamic(self) -> tuple[Call, ...]:
        """Those that fill in choices and schemas, and whose operation exists."""
        return tuple(call for call in self.all if call.extension in DYNAMIC and call.target is not None)

    @cached_property
    def users(self) -> Users:
        return Users(self.connector)

    def inputs(self, operation: Operation) -> OperationInputs:
        key = id(operation)
        if key not in self._inputs:
            self._inputs[key] = OperationInputs(operation)
        return self._inputs[key]


@lru_cache(maxsize=1)
def calls(connector: Connector) -> Calls:
    return Calls(connector)


def _extensions(connector: Connector) -> Iterator[tuple[Node, tuple[str, ...], Any]]:
    nodes = connector.nodes
    for name in DYNAMIC:
        for node in nodes.having(name, *_PLACES):
            yield node, (name,), node.value[name]
    for node in nodes.having(NOTIFICATION, Kind.OPERATION):
        yield node, (NOTIFICATION,), node.value[NOTIFICATION]
    for node in nodes.having(CONTEXT, Kind.OPERATION):
        yield node, (CONTEXT, "simulate"), as_object(node.value[CONTEXT]).get("simulate")
    for node in nodes.having(CAPABILITIES, Kind.ROOT):
        for steps in (TEST, PICKER):
            yield node, steps, as_object(node.value[CAPABILITIES]).get(steps[-1])


def _with_inner(steps: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The object itself, or of a picker what opens it and what leads deeper."""
    inner = steps in ((TREE,), PICKER)
    if not inner and isinstance(value, dict):
        yield steps, value
    for name in ("open", "browse") if inner else ():
        if isinstance(as_object(value).get(name), dict):
            yield (*steps, name), value[name]
