"""From a place in the text to the operations that it is part of, through references backwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from connkit.model import METHODS, Connector, Kind, Node, Operation


@dataclass(frozen=True, slots=True)
class User:
    """An operation that has a place among its inputs, or else its outputs."""

    operation: Operation
    as_input: bool


class Users:
    """Who uses which place of one connector."""

    def __init__(self, connector: Connector) -> None:
        self._nodes = connector.nodes
        self._operations = connector.operations
        self._numbers = {(one.path, one.method): number for number, one in enumerate(connector.operations)}

    @cached_property
    def _references(self) -> dict[int, list[Node]]:
        """Nodes that refer to a node, by its id."""
        found: dict[int, list[Node]] = {}
        for node in self._nodes.having("$ref"):
            target = self._nodes.target(node)
            if target is not node:
                found.setdefault(id(target), []).append(node)
        return found

    def of(self, node: Node) -> list[User]:
        """In document order, one that uses it both ways twice."""
        found = {
            (self._numbers[path, method], not as_input)
            for path, method, as_input in self._places(node)
            if (path, method) in self._numbers
        }
        return [User(self._operations[number], not as_output) for number, as_output in sorted(found)]

    def _places(self, start: Node) -> Iterator[tuple[str, str, bool]]:
        seen: set[tuple[int, bool | None]] = set()
        waiting: list[tuple[Node, bool | None]] = [(start, None)]
        while waiting:
            top, as_input = _climb(*waiting.pop())
            if top.kind in (Kind.OPERATION, Kind.PATH_ITEM):
                if as_input is not None:
                    yield from ((path, method, as_input) for path, method in _operations_at(top))
            elif (id(top), as_input) not in seen:
                seen.add((id(top), as_input))
                waiting += [(reference, as_input) for reference in self._references.get(id(top), [])]


def _climb(node: Node, as_input: bool | None) -> tuple[Node, bool | None]:
    """The operation, or what stands directly below the root, around a node; and whether the way is that of an input."""
    while True:
        if node.kind in (Kind.PARAMETER, Kind.RESPONSE, Kind.NOTIFICATION):
            as_input = node.kind is Kind.PARAMETER
        if node.kind is Kind.OPERATION or node.above is None or node.above.above is None:
            return node, as_input
        node = node.above


def _operations_at(node: Node) -> Iterator[tuple[str, str]]:
    """Path and method, of a path with every method that there is."""
    if node.kind is Kind.PATH_ITEM:
        yield from ((node.name, method) for method in METHODS)
    elif node.above is not None:
        yield node.above.name, node.name
