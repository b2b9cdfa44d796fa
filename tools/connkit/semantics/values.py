"""A value against a schema of an OpenAPI 2.0 definition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connkit.core import Pointer
from connkit.model.schema import Resolve, whole_schema
from connkit.model.shape import as_object, as_text, texts

RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A difference between a value and its schema; `kind` is "undeclared" where the value only has more."""

    pointer: Pointer
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{str(self.pointer) or 'the body'}: {self.message}"


def check_value(value: Any, schema: Any, resolve: Resolve, pointer: Pointer = Pointer()) -> list[Mismatch]:
    """Every difference; null is accepted only where the schema says `x-nullable: true`."""
    return list(_differences(value, whole_schema(schema, resolve), resolve, pointer))


def _differences(value: Any, schema: Mapping[str, Any], resolve: Resolve, pointer: Pointer) -> Iterator[Mismatch]:
    if value is None:
        if schema.get("x-nullable") is not True and schema.get("type"):
            yield Mismatch(pointer, "null", f"null, but the definition promises {schema['type']}")
        return
    wanted = as_text(schema.get("type")) or ("object" if "properties" in schema else "")
    if wanted in _KINDS and not is_of_type(value, wanted):
        yield Mismatch(pointer, "type", f"{kind_of(value)}, but the definition promises {wanted}")
        return
    yield from _limits(value, schema, pointer)
    if isinstance(value, dict):
        yield from _properties(value, schema, resolve, pointer)
    elif isinstance(value, list) and "items" in schema:
        items = whole_schema(schema["items"], resolve)
        for index, item in enumerate(value):
            yield from _differences(item, items, resolve, pointer / index)


def _limits(value: Any, schema: Mapping[str, Any], pointer: Pointer) -> Iterator[Mismatch]:
    format_ = as_text(schema.get("format"))
    if format_ in RANGES and isinstance(value, int) and not isinstance(value, bool):
        low, high = RANGES[format_]
        if not low <= value <= high:
            yield Mismatch(pointer, "range", f"{value} does not fit into {format_}")
    if format_ == "date-time" and isinstance(value, str) and not is_date_time(value):
        yield Mismatch(pointer, "format", f"'{value}' is no date-time of RFC 3339")
    if isinstance(schema.get("enum"), list) and value not in schema["enum"]:
        yield Mismatch(pointer, "enum", f"'{value}' is none of the values in the definition")


def is_date_time(text: str) -> bool:
    """Whether a text is a date-time of RFC 3339 that exists in the calendar."""
    if not _RFC_3339.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def _properties(
    value: dict[str, Any], schema: Mapping[str, Any], resolve: Resolve, pointer: Pointer
) -> Iterator[Mismatch]:
    declared = as_object(schema.get("properties"))
    more = schema.get("additionalProperties")
    for name in texts(schema.get("required")):
        if name not in value:
            yield Mismatch(pointer / name, "missing", "missing, but the definition requires it")
    for name, item in value.items():
        if name in declared:
            yield from check_value(item, declared[name], resolve, pointer / name)
        elif isinstance(more, dict):
            yield from check_value(item, more, resolve, pointer / name)
        elif more is False or (declared and more is None):
            yield Mismatch(pointer / name, "undeclared", "not in the definition, so makers cannot see it")


_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
TYPES = frozenset(_KINDS)
"""The types of which a value can be told."""


def is_of_type(value: Any, kind: str) -> bool:
    """Whether JSON calls the value so; a number without fraction is an integer too. `kind` is one of `TYPES`."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS[kind])


def kind_of(value: Any) -> str:
    """What messages call the value."""
    if isinstance(value, bool):
        return "a boolean"
    names = {dict: "an object", list: "an array", str: "a string", int: "an integer", float: "a number"}
    return names.get(type(value), "something else")
