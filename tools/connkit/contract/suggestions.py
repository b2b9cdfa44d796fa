"""The change to the definition that a difference suggests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model import Connector
from connkit.model.shape import as_list, as_object

ITEM = "*"  # stands for every item of a list


@dataclass(frozen=True, slots=True)
class Source:
    """Bodies that one schema describes; `label` comes before their places, such as 'event '."""

    schema: dict[str, Any]
    pointer: Pointer
    label: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change to the definition: what to write at a pointer into it, as JSON; None to remove what is there."""

    pointer: Pointer
    write: str | None

    def __str__(self) -> str:
        return f"remove {self.pointer}" if self.write is None else f"{self.pointer}: {self.write}"


def suggestion(
    connector: Connector, source: Source, place: Pointer, kind: str, values: Sequence[Any]
) -> Suggestion | None:
    """What would make the definition true of the values that were met, None where nothing follows from them."""
    schema, pointer = schema_at(connector, source, place)
    match kind:
        case "null":
            return Suggestion(pointer / "x-nullable", "true")
        case "type":
            kinds = sorted({str(described(value)["type"]) for value in values})
            return Suggestion(pointer / "type", json.dumps(kinds[0])) if len(kinds) == 1 else None
        case "range":
            wide = schema.get("format") == "int32" and all(abs(value) < 2**63 for value in values)
            return Suggestion(pointer / "format", '"int64"' if wide else None)
        case "format":
            return Suggestion(pointer / "format", None)
        case "enum":
            return Suggestion(pointer / "enum", None)
        case "missing":
            return _not_required(connector, source, place)
        case "undeclared":
            known = [value for value in values if value is not None]
            nullable = {"x-nullable": True} if len(known) < len(values) else {}
            return Suggestion(pointer, json.dumps({**(described(known[0]) if known else {}), **nullable}))
    return None


def _not_required(connector: Connector, source: Source, place: Pointer) -> Suggestion | None:
    schema, pointer = schema_at(connector, source, place.parent)
    for owner, at in parts(connector, schema, pointer):
        names = as_list(owner.get("required"))
        if place.parts[-1] in names:
            left = [name for name in names if name != place.parts[-1]]
            return Suggestion(at / "required", json.dumps(left) if left else None)
    return None


def described(value: Any) -> dict[str, Any]:
    """A schema for a value that was seen."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer", "format": "int64"}
    if isinstance(value, dict):
        return {"type": "object", "properties": {name: described(item) for name, item in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": described(value[0]) if value else {}}
    if value is None:
        return {"x-nullable": True}
    return {"type": "number" if isinstance(value, float) else "string"}


def schema_at(connector: Connector, source: Source, place: Pointer) -> tuple[dict[str, Any], Pointer]:
    """The schema of a place with its references followed, and where it stands; {} where none describes it."""
    schema, pointer = connector.follow(source.schema, source.pointer)
    for part in place.parts:
        schema, pointer = _step(connector, schema, pointer, part)
    return schema, pointer


def _step(connector: Connector, schema: dict[str, Any], pointer: Pointer, part: str) -> tuple[dict[str, Any], Pointer]:
    if part == ITEM and "items" in schema:
        return connector.follow(schema["items"], pointer / "items")
    for owner, at in parts(connector, schema, pointer):
        if part in as_object(owner.get("properties")):
            return connector.follow(owner["properties"][part], at / "properties" / part)
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        return connector.follow(more, pointer / "additionalProperties")
    return {}, pointer / "properties" / part


def parts(
    connector: Connector, schema: dict[str, Any], pointer: Pointer, depth: int = 20
) -> Iterator[tuple[dict[str, Any], Pointer]]:
    """The schema and what `allOf` puts into it."""
    yield schema, pointer
    for index, raw in enumerate(as_list(schema.get("allOf")) if depth else []):
        yield from parts(connector, *connector.follow(raw, pointer / "allOf" / index), depth - 1)
