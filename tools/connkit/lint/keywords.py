"""Where a definition says what values may be, and what its keywords are about."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from connkit.model import Connector, Kind, Node, Nodes
from connkit.model.schema import MOST_PARTS
from connkit.model.shape import as_list, as_object, as_text, texts

CONSTRAINED = (Kind.SCHEMA, Kind.PARAMETER, Kind.ITEMS, Kind.HEADER)
_LONGEST = 60


def with_keyword(connector: Connector, key: str) -> Iterator[Node]:
    """What has the keyword; beside a reference it means nothing, so those are left out."""
    for node in connector.nodes.having(key, *CONSTRAINED):
        if not isinstance(node.value.get("$ref"), str):
            yield node


def of_type(connector: Connector, kind: str) -> list[Node]:
    """What is of that type, or has a list of types for "list"; references left out."""
    return _by_type(connector.nodes).get(kind, [])


@functools.lru_cache(maxsize=1)
def _by_type(nodes: Nodes) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes.having("type", *CONSTRAINED):
        kind = node.value["type"]
        name = kind if isinstance(kind, str) else "list" if isinstance(kind, list) else ""
        if not isinstance(node.value.get("$ref"), str):
            found.setdefault(name, []).append(node)
    return found


def is_schema(node: Node | None) -> bool:
    return node is not None and node.kind is Kind.SCHEMA


def is_property(node: Node) -> bool:
    """Whether it is one of the properties of a schema."""
    return is_schema(node.above) and node.steps[0] == "properties"


def is_required_property(node: Node) -> bool:
    return node.above is not None and is_property(node) and node.name in texts(node.above.value.get("required"))


def name_of(node: Node) -> str:
    """What messages call it: the nearest name that somebody chose, such as a property's, or an answer's code."""
    while node.kind in (Kind.SCHEMA, Kind.ITEMS) and node.steps[0] not in ("properties", "definitions"):
        if node.above is None:
            break
        node = node.above
    return as_text(node.value.get("name")) if node.kind is Kind.PARAMETER else node.name


def properties_of(nodes: Nodes, node: Node) -> dict[str, Any]:
    """The properties of a schema as written, with those of the parts of its `allOf` and of what it is a part of."""
    while is_schema(node.above) and node.steps[0] == "allOf" and node.above is not None:
        node = node.above
    found: dict[str, Any] = {}
    met: set[int] = set()
    waiting = [nodes.target(node)]
    while waiting:
        part = waiting.pop()
        if id(part) not in met and len(met) < MOST_PARTS:
            met.add(id(part))
            found = {**as_object(part.value.get("properties")), **found}
            waiting += [nodes.target(inner) for inner in nodes.inside(part) if inner.steps[0] == "allOf"]
    return found


def is_dynamic(node: Node) -> bool:
    """Whether the platform asks the service what the object holds."""
    return any(key.startswith("x-ms-dynamic-") for key in node.value)


def quoted(value: Any) -> str:
    """A value as a message shows it, on one line and cut where it is long."""
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def listed(names: list[str]) -> str:
    """Names in quotes, with 'and' before the last."""
    shown = [f"'{name}'" for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def duplicates(value: Any) -> Iterator[tuple[int, int]]:
    """Index of every item that equals an earlier one, and of the first of them; 1, 1.0 and true are three values."""
    items = as_list(value)
    if all(isinstance(item, str) for item in items) and len(set(items)) == len(items):
        return
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        earlier = first.setdefault(json.dumps(item, sort_keys=True), index)
        if earlier != index:
            yield index, earlier
