"""Values that a definition lists or gives as defaults."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from connkit.core import Severity
from connkit.lint.keywords import duplicates, name_of, quoted, with_keyword
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node
from connkit.model.shape import as_list, as_text
from connkit.semantics.values import TYPES, is_of_type, kind_of

_WANTED = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
}
_UNIQUE = (
    ("enum", (Kind.SCHEMA, Kind.PARAMETER, Kind.ITEMS, Kind.HEADER)),
    ("required", (Kind.SCHEMA,)),
    ("tags", (Kind.OPERATION,)),
    ("consumes", (Kind.ROOT, Kind.OPERATION)),
    ("produces", (Kind.ROOT, Kind.OPERATION)),
    ("schemes", (Kind.ROOT, Kind.OPERATION)),
)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove the value that stands there a second time.",
    scaffold="parameters",
    bad="[{name: size, in: query, type: string, enum: [small, large, small]}]",
    good="[{name: size, in: query, type: string, enum: [small, large]}]",
)
def array_duplicate_value(connector: Connector) -> Iterator[Flaw]:
    """A list names the same value twice.

    That holds for `enum` and `required`, for the tags of an operation, and for `consumes`, `produces` and `schemes`.
    The tags that a definition declares are compared by name, by `TagRedefined`.
    """
    for key, kinds in _UNIQUE:
        for node in connector.nodes.having(key, *kinds):
            for index, first in duplicates(node.value[key]):
                at = node.pointer / key
                message = f"{quoted(node.value[key][index])} stands in '{key}' twice; remove one of them"
                yield Flaw(at / index, message, (at / first,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="List the values, or remove the enum.",
    scaffold="parameters",
    bad="[{name: size, in: query, type: string, enum: []}]",
    good="[{name: size, in: query, type: string, enum: [small, large]}]",
)
def enum_must_contain_at_least_one_element(connector: Connector) -> Iterator[Flaw]:
    """An `enum` is empty, so that no value is right."""
    for node in with_keyword(connector, "enum"):
        if node.value["enum"] == []:
            yield Flaw(node.pointer / "enum", f"the enum of '{name_of(node)}' lists no value")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the value as the type wants it, or change the type.",
    scaffold="parameters",
    bad="[{name: size, in: query, type: string, enum: [1, 2]}]",
    good="[{name: size, in: query, type: string, enum: ['1', '2']}]",
)
def invalid_enum_value(connector: Connector) -> Iterator[Flaw]:
    """An `enum` lists a value that is not of the type beside it.

    A text that reads as a number or as true or false is accepted under those types, and so is null anywhere:
    many published connectors have them.
    """
    for node in with_keyword(connector, "enum"):
        for index, value in enumerate(as_list(node.value["enum"])):
            if not _fits(value, node):
                at = node.pointer / "enum" / index
                yield Flaw(
                    at, f"the value {quoted(value)} in the enum of '{name_of(node)}' is {_conflict(value, node)}"
                )


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the default as the type wants it, or change the type.",
    scaffold="parameters",
    bad="[{name: version, in: query, type: string, default: 2}]",
    good="[{name: version, in: query, type: string, default: '2'}]",
)
def default_value_must_match_type(connector: Connector) -> Iterator[Flaw]:
    """A `default` is not of the type beside it.

    A text that reads as a number or as true or false is accepted under those types, and so is null anywhere:
    many published connectors have them.
    """
    for node in with_keyword(connector, "default"):
        value = node.value["default"]
        if not _fits(value, node):
            message = f"the default {quoted(value)} of '{name_of(node)}' is {_conflict(value, node)}"
            yield Flaw(node.pointer / "default", message)


def _fits(value: Any, node: Node) -> bool:
    kind = as_text(node.value.get("type"))
    return kind not in TYPES or value is None or is_of_type(value, kind) or reads_as(value, kind)


def _conflict(value: Any, node: Node) -> str:
    kind = node.value["type"]
    return f"{kind_of(value)}, but the type is {kind}; write {_WANTED[kind]}"


def reads_as(value: Any, kind: str) -> bool:
    """Whether a text says a number, or true or false, where one of these is wanted."""
    if not isinstance(value, str):
        return False
    if kind == "boolean":
        return value.lower() in ("true", "false")
    if kind == "integer":
        return value.strip().lstrip("+-").isdecimal()
    return kind == "number" and _is_number(value)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
