"""Where a path of an expression ends in a schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connkit.model import Connector
from connkit.model.shape import as_object, as_text
from connkit.semantics.paths import Path, Step

_OPEN = ("allOf", "oneOf", "anyOf", "x-ms-dynamic-schema", "x-ms-dynamic-properties", "discriminator")


@dataclass(frozen=True, slots=True)
class End:
    """The schema at the end of a path, None where the schema leaves it open; `problem` says what is not there."""

    schema: dict[str, Any] | None = None
    problem: str = ""


def walk(connector: Connector, schema: dict[str, Any], steps: Sequence[Step]) -> End:
    """Follows names and indices as the platform does: letter case does not matter, and an array has no names."""
    current = connector.resolve(schema)
    for step in steps:
        if not current or isinstance(step.key, Path):
            return End()
        key = step.key
        found = _item(connector, current, key) if isinstance(key, int) else _name(connector, current, key)
        if found.schema is None:
            return found
        current = found.schema
    return End(current or None)


def is_array(schema: dict[str, Any]) -> bool:
    return as_text(schema.get("type")) == "array" or "items" in schema


def _is_open(schema: dict[str, Any]) -> bool:
    more = schema.get("additionalProperties")
    return more is True or isinstance(more, dict) or any(key in schema for key in _OPEN)


def _item(connector: Connector, schema: dict[str, Any], index: int) -> End:
    kind = as_text(schema.get("type"))
    if is_array(schema):
        return End(connector.resolve(schema.get("items")) or None)
    if kind or schema.get("properties"):
        return End(problem=f"item {index} is taken of something that is no array")
    return End()


def _name(connector: Connector, schema: dict[str, Any], name: str) -> End:
    properties = as_object(schema.get("properties"))
    own = name if name in properties else next((one for one in properties if one.lower() == name.lower()), None)
    if own is not None:
        return End(connector.resolve(properties[own]) or None)
    kind = as_text(schema.get("type"))
    if is_array(schema):
        return End(problem=f"'{name}' is taken of an array, which has items and no names")
    if kind not in ("", "object"):
        return End(problem=f"'{name}' is taken of something of type '{kind}'")
    if not properties or _is_open(schema):
        return End()
    known = ", ".join(f"'{one}'" for one in list(properties)[:12])
    return End(problem=f"there is no '{name}'; there are {known}" + (" and others" if len(properties) > 12 else ""))
