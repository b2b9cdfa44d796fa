"""Texts that makers read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import Connector


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://learn.microsoft.com/connectors/custom-connectors/coding-standards",
    mend="Say what the name does not: what it holds, where it comes from, or an example.",
    scaffold="parameters",
    bad="[{name: user_id, in: query, type: string, x-ms-summary: User, description: User ID}]",
    good="[{name: user_id, in: query, type: string, x-ms-summary: User, description: Who owns the item.}]",
)
def text_repeats_name(connector: Connector) -> Iterator[Flaw]:
    """A description says no more than the name or the title that stands above it.

    Letter case, blanks and punctuation make no difference.
    """
    for pointer, names, description in _described(connector):
        repeated = next((name for name in names if name and _bare(name) == _bare(description)), None)
        if repeated is not None and _bare(description):
            yield Flaw(pointer / "description", f"the description '{description}' only repeats '{repeated}'")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _described(connector: Connector) -> Iterator[tuple[Pointer, tuple[str, ...], str]]:
    for operation in connector.operations:
        yield operation.pointer, (operation.operation_id, operation.summary), operation.description
        for parameter in operation.parameters:
            yield parameter.pointer, (parameter.name, parameter.summary), parameter.description
    for schema, place in _schemas(connector):
        for pointer, name, field in connector.iterate_schema(schema, place):
            names = (name, *(_text(field, key) for key in ("title", "x-ms-summary")))
            yield pointer, names, _text(field, "description")


def _text(field: dict[str, Any], key: str) -> str:
    value = field.get(key)
    return value if isinstance(value, str) else ""


def _schemas(connector: Connector) -> Iterator[tuple[Any, Pointer]]:
    """Each schema of inputs and outputs; one that is shared comes from `definitions` alone."""
    definitions = connector.definition.get("definitions")
    if isinstance(definitions, dict):
        for name, schema in definitions.items():
            yield schema, Pointer(("definitions", name))
    for operation in connector.operations:
        for parameter in operation.parameters:
            yield from _written_here(parameter.schema, parameter.pointer / "schema")
        for response in operation.responses:
            yield from _written_here(response.schema, response.schema_pointer)
        yield from _written_here(operation.notification_schema, operation.notification_schema_pointer)


def _written_here(schema: dict[str, Any], pointer: Pointer) -> Iterator[tuple[Any, Pointer]]:
    if "$ref" not in schema:
        yield schema, pointer
