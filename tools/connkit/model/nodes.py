"""Every object of a definition that OpenAPI 2.0 gives a meaning, each once, where it is written.

Operation and Parameter are views of what an operation is made of, references followed; a Node is a place in the
text. What has the wrong shape is no node and nothing below it is looked at.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from connkit.core import Pointer
from connkit.model.shape import as_object


class Kind(enum.StrEnum):
    """What an object of a definition is."""

    ROOT = "definition"
    INFO = "info"
    CONTACT = "contact"
    LICENSE = "license"
    PATH_ITEM = "path"
    OPERATION = "operation"
    PARAMETER = "parameter"
    RESPONSE = "response"
    HEADER = "header"
    ITEMS = "items"  # of a parameter that is no body, or of a header
    NOTIFICATION = "notification content"
    SCHEMA = "schema"
    SECURITY_SCHEME = "security definition"
    TAG = "tag"
    EXTERNAL_DOCS = "external documentation"
    XML = "xml"


class Holds(enum.Enum):
    """How an object holds others under one of its keys."""

    ONE = enum.auto()
    MAP = enum.auto()
    LIST = enum.auto()


METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
NOTIFICATION = "x-ms-notification-content"

CHILDREN: dict[Kind, dict[str, tuple[Holds, Kind]]] = {
    Kind.ROOT: {
        "info": (Holds.ONE, Kind.INFO),
        "paths": (Holds.MAP, Kind.PATH_ITEM),
        "definitions": (Holds.MAP, Kind.SCHEMA),
        "parameters": (Holds.MAP, Kind.PARAMETER),
        "responses": (Holds.MAP, Kind.RESPONSE),
        "securityDefinitions": (Holds.MAP, Kind.SECURITY_SCHEME),
        "tags": (Holds.LIST, Kind.TAG),
        "externalDocs": (Holds.ONE, Kind.EXTERNAL_DOCS),
    },
    Kind.INFO: {"contact": (Holds.ONE, Kind.CONTACT), "license": (Holds.ONE, Kind.LICENSE)},
    Kind.PATH_ITEM: {
        **dict.fromkeys(METHODS, (Holds.ONE, Kind.OPERATION)),
        "parameters": (Holds.LIST, Kind.PARAMETER),
        NOTIFICATION: (Holds.ONE, Kind.NOTIFICATION),
    },
    Kind.OPERATION: {
        "parameters": (Holds.LIST, Kind.PARAMETER),
        "responses": (Holds.MAP, Kind.RESPONSE),
        "externalDocs": (Holds.ONE, Kind.EXTERNAL_DOCS),
    },
    Kind.PARAMETER: {"schema": (Holds.ONE, Kind.SCHEMA), "items": (Holds.ONE, Kind.ITEMS)},
    Kind.RESPONSE: {"schema": (Holds.ONE, Kind.SCHEMA), "headers": (Holds.MAP, Kind.HEADER)},
    Kind.NOTIFICATION: {"schema": (Holds.ONE, Kind.SCHEMA), "headers": (Holds.MAP, Kind.HEADER)},
    Kind.HEADER: {"items": (Holds.ONE, Kind.ITEMS)},
    Kind.ITEMS: {"items": (Holds.ONE, Kind.ITEMS)},
    Kind.TAG: {"externalDocs": (Holds.ONE, Kind.EXTERNAL_DOCS)},
    Kind.SCHEMA: {
        "properties": (Holds.MAP, Kind.SCHEMA),
        "items": (Holds.ONE, Kind.SCHEMA),
        "allOf": (Holds.LIST, Kind.SCHEMA),
        "additionalProperties": (Holds.ONE, Kind.SCHEMA),
        "externalDocs": (Holds.ONE, Kind.EXTERNAL_DOCS),
        "xml": (Holds.ONE, Kind.XML),
    },
}
"""Which objects stand under which key of which; kinds that hold none are left out."""

_EXTENDED_MAPS = (Kind.PATH_ITEM, Kind.RESPONSE)
"""In maps of these, a key that begins with `x-` is an extension and no entry."""


class Node:
    """An object of the definition; `steps` lead to it from the one above. Two nodes are never equal."""

    __slots__ = ("above", "kind", "steps", "value")

    def __init__(self, kind: Kind, value: dict[str, Any], above: Node | None = None, steps: tuple[str, ...] = ()):
        self.kind = kind
        self.value = value
        self.above = above
        self.steps = steps

    @property
    def pointer(self) -> Pointer:
        steps = self.steps
        node = self.above
        while node is not None:
            steps = node.steps + steps
            node = node.above
        return Pointer(steps)

    @property
    def name(self) -> str:
        """Its key in the object or list that holds it: of a property its name, of a response its code."""
        return self.steps[-1] if self.steps else ""

    def enclosing(self, kind: Kind) -> Node | None:
        """The nearest one above of that kind."""
        node = self.above
        while node is not None and node.kind is not kind:
            node = node.above
        return node


class Nodes:
    """The nodes of one definition in document order, found by kind and by the keys they have."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self._definition = definition

    @cached_property
    def all(self) -> tuple[Node, ...]:
        found: list[Node] = []
        _collect(Node(Kind.ROOT, self._definition), found)
        return tuple(found)

    def of(self, kind: Kind) -> list[Node]:
        return self._by_kind.get(kind, [])

    def having(self, key: str, *kinds: Kind) -> list[Node]:
        """Those with the key, of one of the kinds where some are named."""
        found = self._by_key.get(key, [])
        return [node for node in found if node.kind in kinds] if kinds else found

    def inside(self, node: Node) -> list[Node]:
        """Those directly below, references not followed."""
        return self._by_parent.get(id(node), [])

    def target(self, node: Node) -> Node:
        """The node that references lead to, or the last that one leads to; the node itself without any."""
        seen: set[int] = set()
        while id(node) not in seen:
            seen.add(id(node))
            reference = node.value.get("$ref")
            node = self._by_reference.get(reference, node) if isinstance(reference, str) else node
        return node

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        """Schemas that what is sent is made of, each once: those of body parameters, and all that these refer to."""
        bodies = [node for node in self.of(Kind.SCHEMA) if node.above and node.above.kind is Kind.PARAMETER]
        return self.reached(bodies)

    @cached_property
    def outputs(self) -> tuple[Node, ...]:
        """Schemas that what comes back is made of, each once: of responses and notifications, and all below."""
        above = (Kind.RESPONSE, Kind.NOTIFICATION)
        return self.reached([node for node in self.of(Kind.SCHEMA) if node.above and node.above.kind in above])

    def reached(self, starts: list[Node]) -> tuple[Node, ...]:
        """The schemas and all that they hold or refer to, each once, in the order in which they are met."""
        met: dict[int, Node] = {}
        waiting = list(reversed(starts))
        while waiting:
            node = waiting.pop()
            if id(node) not in met:
                met[id(node)] = node
                target = self.target(node)
                below = [target] if target is not node else self.inside(node)
                waiting += [child for child in reversed(below) if child.kind is Kind.SCHEMA]
        return tuple(met.values())

    @cached_property
    def _by_kind(self) -> dict[Kind, list[Node]]:
        found: dict[Kind, list[Node]] = {}
        for node in self.all:
            found.setdefault(node.kind, []).append(node)
        return found

    @cached_property
    def _by_key(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.all:
            for key in node.value:
                if key in found:
                    found[key].append(node)
                else:
                    found[key] = [node]
        return found

    @cached_property
    def _by_parent(self) -> dict[int, list[Node]]:
        found: dict[int, list[Node]] = {}
        for node in self.all:
            found.setdefault(id(node.above), []).append(node)
        return found

    @cached_property
    def _by_reference(self) -> dict[str, Node]:
        shared = ("definitions", "parameters", "responses")
        root = self.all[0]
        return {f"#{node.pointer}": node for node in self.inside(root) if node.steps[0] in shared}


def _collect(node: Node, found: list[Node]) -> None:
    found.append(node)
    held = CHILDREN.get(node.kind)
    if held:
        for key, value in node.value.items():
            entry = held.get(key)
            if entry is not None:
                for steps, child in _children(key, value, *entry):
                    _collect(Node(entry[1], child, node, steps), found)


def _children(key: str, value: Any, holds: Holds, kind: Kind) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if holds is Holds.ONE:
        if isinstance(value, dict):
            yield (key,), value
    elif holds is Holds.LIST:
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                yield (key, str(index)), item
    else:
        for name, item in as_object(value).items():
            if isinstance(item, dict) and not (kind in _EXTENDED_MAPS and name.startswith("x-")):
                yield (key, name), item
