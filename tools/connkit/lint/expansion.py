"""What schemas become once every reference in them is replaced by what it names."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connkit.model import Kind, Node, Nodes

CEILING = 1_000_000
"""A count stops here: references can double it with every level."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """How many schemas one schema stands for, itself included, and how many levels deep they go.

    A reference back to a schema that contains it counts as one schema and is not followed again. `named` are the
    ids of the definitions that it refers to itself.
    """

    node: Node
    count: int
    depth: int
    named: tuple[int, ...]


@dataclass(slots=True)
class _Written:
    """A schema that stands in no other: how many are written in it, how deep, and the references among them."""

    node: Node
    count: int
    depth: int
    references: list[tuple[Node, int]] = field(default_factory=list)


@functools.lru_cache(maxsize=1)
def expansions(nodes: Nodes) -> Mapping[int, Expansion]:
    """By the id of each schema that stands in no other: definitions, and those of parameters and responses."""
    written = _all_written(nodes)
    for node in nodes.having("$ref", Kind.SCHEMA):
        target = nodes.target(node)
        if target is not node and id(target) in written:
            root, level = root_of(node)
            written[id(root)].references.append((target, level))
    sizes = {root: _plain(one) for root, one in written.items() if not one.references}
    for start in written:
        _measure(start, written, sizes)
    return {start: sizes[start] for start in written}


def root_of(node: Node) -> tuple[Node, int]:
    """The schema around a schema that stands in no other, and at which level of it the inner one stands."""
    level = 1
    while node.above is not None and node.above.kind is Kind.SCHEMA:
        node = node.above
        level += 1
    return node, level


def reached_from(nodes: Nodes, starts: Iterable[Node]) -> set[int]:
    """Ids of the schemas that stand in no other, among the starts and all that these lead to by reference."""
    sizes = expansions(nodes)
    met: set[int] = set()
    waiting = [id(node) for node in starts]
    while waiting:
        root = waiting.pop()
        if root not in met:
            met.add(root)
            waiting += sizes[root].named
    return met


def _all_written(nodes: Nodes) -> dict[int, _Written]:
    """In document order a schema comes right before all that is inside it."""
    schemas = nodes.of(Kind.SCHEMA)
    levels: dict[int, int] = {}
    for node in schemas:
        levels[id(node)] = levels.get(id(node.above), 0) + 1
    deep = list(levels.values())
    starts = [index for index, level in enumerate(deep) if level == 1]
    return {
        id(schemas[start]): _Written(schemas[start], end - start, max(deep[start:end]))
        for start, end in itertools.pairwise([*starts, len(deep)])
    }


def _plain(written: _Written) -> Expansion:
    return Expansion(written.node, written.count, written.depth, ())


def _measure(start: int, written: Mapping[int, _Written], sizes: dict[int, Expansion]) -> None:
    on_way: set[int] = set()
    waiting = [(start, False)] if start not in sizes else []
    while waiting:
        root, is_left = waiting.pop()
        if is_left:
            on_way.discard(root)
            sizes[root] = _sum(written[root], sizes)
        elif root not in sizes and root not in on_way:
            on_way.add(root)
            waiting.append((root, True))
            waiting += [(id(target), False) for target, _ in written[root].references]


def _sum(written: _Written, sizes: Mapping[int, Expansion]) -> Expansion:
    """The schema that a reference names takes the reference's place; one that is still open counts as it is."""
    known = [(sizes[id(target)], level) for target, level in written.references if id(target) in sizes]
    count = written.count + sum(size.count - 1 for size, _ in known)
    depth = max([written.depth, *(level - 1 + size.depth for size, level in known)])
    named = tuple(dict.fromkeys(id(target) for target, _ in written.references))
    return Expansion(written.node, min(count, CEILING), depth, named)
