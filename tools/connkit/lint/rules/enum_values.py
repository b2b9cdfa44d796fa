"""Names that makers see in place of values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node
from connkit.model.shape import as_list

ENUM_VALUES = "x-ms-enum-values"


def _entries(connector: Connector) -> Iterator[tuple[Node, Pointer, dict[str, Any]]]:
    for node in connector.nodes.having(ENUM_VALUES, Kind.PARAMETER, Kind.SCHEMA, Kind.ITEMS):
        place = node.pointer / ENUM_VALUES
        for index, entry in enumerate(as_list(node.value[ENUM_VALUES])):
            if isinstance(entry, dict):
                yield node, place / index, entry


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _same(value: Any) -> str:
    """A text that equal JSON values share: 1 and 1.0 are equal, 1 and true are not."""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, sort_keys=True)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Leave one entry for each value.",
    scaffold="parameters",
    bad="""
        - name: size
          in: query
          type: string
          enum: [s, l]
          x-ms-enum-values: [{value: s, displayName: Small}, {value: s, displayName: Large}]
    """,
    good="""
        - name: size
          in: query
          type: string
          enum: [s, l]
          x-ms-enum-values: [{value: s, displayName: Small}, {value: l, displayName: Large}]
    """,
)
def duplicate_enum_values_in_extension(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-enum-values` gives one value two names.

    The designer shows a single name for a value; the other one would never be seen, or be sent as the wrong value.
    """
    first: dict[tuple[int, str], Pointer] = {}
    for node, place, entry in _entries(connector):
        if "value" in entry:
            key = (id(node), _same(entry["value"]))
            if key in first:
                message = f"the value {_shown(entry['value'])} is named twice; one name is enough"
                yield Flaw(place / "value", message, (first[key],))
            first.setdefault(key, place / "value")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write a value of 'enum', in the same type, or add the value there.",
    scaffold="parameters",
    bad="""
        - name: size
          in: query
          type: string
          enum: [s, l]
          x-ms-enum-values: [{value: S, displayName: Small}]
    """,
    good="""
        - name: size
          in: query
          type: string
          enum: [s, l]
          x-ms-enum-values: [{value: s, displayName: Small}]
    """,
)
def invalid_enum_values_extension_value(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-enum-values` names a value that `enum` does not have.

    The names only dress the values of `enum`, so each must be one of them, in the same type and letter case. Without
    an `enum` beside it, no value is one.
    """
    known: dict[int, set[str]] = {}
    for node, place, entry in _entries(connector):
        if id(node) not in known:
            known[id(node)] = set(map(_same, as_list(node.value.get("enum"))))
        told = "value" in entry and isinstance(node.value.get("enum", []), list)
        if told and _same(entry["value"]) not in known[id(node)]:
            why = "which is no value of 'enum'" if "enum" in node.value else "but there is no 'enum' beside it"
            yield Flaw(place / "value", f"'{ENUM_VALUES}' names {_shown(entry['value'])}, {why}")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add displayName with what makers are to see.",
    scaffold="parameters",
    bad="[{name: size, in: query, type: string, enum: [s], x-ms-enum-values: [{value: s}]}]",
    good="[{name: size, in: query, type: string, enum: [s], x-ms-enum-values: [{value: s, displayName: Small}]}]",
)
def missing_enum_values_display_name(connector: Connector) -> Iterator[Flaw]:
    """An entry of `x-ms-enum-values` has no `displayName`, the one thing that it is there for."""
    for _, place, entry in _entries(connector):
        if entry.get("displayName", "") == "":
            yield Flaw(place, f"the value {_shown(entry.get('value'))} has no displayName for makers to see")
