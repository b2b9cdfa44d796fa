"""Examples and defaults that a definition gives, each with the schema that it should follow."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.lint.keywords import CONSTRAINED, with_keyword
from connkit.model import Connector, Kind, Node
from connkit.model.schema import whole_schema
from connkit.model.shape import as_list, as_object

EXAMPLES = ("example", "x-example", "x-ms-test-value")


@dataclass(frozen=True, slots=True, eq=False)
class ShownValue:
    """A value that `node` gives at the place to which `steps` lead from there; `schema` as written."""

    node: Node
    steps: tuple[str, ...]
    value: Any
    schema: dict[str, Any]

    @property
    def is_default(self) -> bool:
        return self.steps[0] == "default"

    @property
    def at(self) -> Pointer:
        return Pointer((*self.node.pointer.parts, *self.steps))


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A value inside a shown one, and its schema with references followed and the parts of `allOf` put into it."""

    shown: ShownValue
    steps: tuple[str, ...]
    value: Any
    schema: dict[str, Any]

    @property
    def at(self) -> Pointer:
        return Pointer((*self.shown.at.parts, *self.steps))


@functools.lru_cache(maxsize=1)
def shown_values(connector: Connector) -> tuple[ShownValue, ...]:
    """Examples by keyword, then defaults, then the examples of answers in JSON."""
    return (*_of_schemas(connector), *_of_answers(connector))


def _of_schemas(connector: Connector) -> Iterator[ShownValue]:
    for key in (*EXAMPLES, "default"):
        for node in with_keyword(connector, key):
            in_body = node.kind is Kind.PARAMETER and node.value.get("in") == "body"
            schema = as_object(node.value.get("schema")) if in_body else node.value
            yield ShownValue(node, (key,), node.value[key], schema)


def _of_answers(connector: Connector) -> Iterator[ShownValue]:
    for node in connector.nodes.having("examples", Kind.RESPONSE):
        for mime, value in as_object(node.value["examples"]).items():
            if mime.partition(";")[0].strip().lower().endswith("json") and "schema" in node.value:
                yield ShownValue(node, ("examples", mime), value, as_object(node.value["schema"]))


@functools.lru_cache(maxsize=1)
def pieces(connector: Connector) -> tuple[Piece, ...]:
    """Every shown value, followed by all that its schema describes inside it."""
    return tuple(piece for shown in shown_values(connector) for piece in _pieces(connector, shown))


def _pieces(connector: Connector, shown: ShownValue) -> Iterator[Piece]:
    waiting: list[tuple[tuple[str, ...], Any, dict[str, Any]]] = [((), shown.value, shown.schema)]
    while waiting:
        steps, value, raw = waiting.pop()
        schema = whole_schema(raw, connector.resolve) if "$ref" in raw or "allOf" in raw else raw
        yield Piece(shown, steps, value, schema)
        if isinstance(value, (dict, list)):
            waiting += reversed([(steps + step, item, inner) for step, item, inner in _inside(value, schema)])


def _inside(value: Any, schema: dict[str, Any]) -> Iterator[tuple[tuple[str], Any, dict[str, Any]]]:
    properties = as_object(schema.get("properties"))
    for name, item in as_object(value).items():
        described = properties.get(name, schema.get("additionalProperties"))
        if isinstance(described, dict):
            yield (name,), item, described
    if isinstance(schema.get("items"), dict):
        for index, item in enumerate(as_list(value)):
            yield (str(index),), item, schema["items"]


def where_written(connector: Connector, schema: dict[str, Any]) -> Node | None:
    """The place of a schema that a piece follows; None for one that was put together from parts."""
    found = (node for kind in CONSTRAINED for node in connector.nodes.of(kind) if node.value is schema)
    return next(found, None)
