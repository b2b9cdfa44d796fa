"""Outputs as a maker sees them: titles and values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from connkit.cli.screen import plain
from connkit.model import Connector
from connkit.model.schema import is_internal, whole_schema
from connkit.model.shape import as_object, as_text
from connkit.semantics.values import Mismatch

_INDENT = "  "


def outputs(connector: Connector, schema: dict[str, Any], value: Any) -> Iterator[str]:
    """A line for each output: `Title: value`, what is inside another indented, items numbered.

    A field without a title stands under its name in parentheses.
    """
    resolved = whole_schema(connector.resolve(schema), connector.resolve)
    if isinstance(value, dict) and value:
        yield from _fields(connector, resolved, value)
    elif isinstance(value, list) and value:
        yield from _items(connector, resolved, value)
    else:
        yield from _text(value).split("\n")


def _fields(connector: Connector, schema: dict[str, Any], value: dict[str, Any]) -> Iterator[str]:
    """In the definition's order, then what it does not name."""
    properties = as_object(schema.get("properties"))
    more = schema.get("additionalProperties")
    for name in (*(name for name in properties if name in value), *(name for name in value if name not in properties)):
        field = connector.resolve(properties.get(name, more))
        known = name in properties or not properties or more not in (None, False)
        yield from _field(connector, field, _title(name, field), value[name], _mark(field, known))


def _field(connector: Connector, schema: dict[str, Any], title: str, value: Any, mark: str) -> Iterator[str]:
    if not (isinstance(value, (dict, list)) and value):
        first, *rest = _text(value).split("\n")
        yield f"{title}: {first}{mark}"
        yield from (f"{_INDENT}{line}" for line in rest)
        return
    yield f"{title}:{mark}"
    yield from (f"{_INDENT}{line}" for line in outputs(connector, schema, value))


def _items(connector: Connector, schema: dict[str, Any], value: list[Any]) -> Iterator[str]:
    for number, item in enumerate(value, 1):
        lead = f"{number}. "
        for line in outputs(connector, as_object(schema.get("items")), item):
            yield lead + line
            lead = " " * len(lead)


def _title(name: str, schema: Mapping[str, Any]) -> str:
    title = as_text(schema.get("x-ms-summary"))
    return plain(title) if title else click.style(f"({plain(name)})", dim=True)


def _mark(schema: dict[str, Any], known: bool) -> str:
    if not known:
        return "  <- not in the definition"
    return "  <- internal, makers do not see it" if is_internal(schema) else ""


def _text(value: Any) -> str:
    if value is None:
        return "(null)"
    if isinstance(value, str):
        return plain(value) or "(empty text)"
    return {"{}": "(empty)", "[]": "(empty list)"}.get(written := json.dumps(value), written)


def differences(connector: Connector, schema: dict[str, Any], mismatches: Iterable[Mismatch]) -> Iterator[str]:
    """Each in the maker's words, with the JSON place."""
    for mismatch in mismatches:
        title = _title_at(connector, schema, mismatch.pointer.parts)
        place = f"{title} ({mismatch.pointer})" if title else str(mismatch.pointer) or "the answer"
        yield plain(f"{place}: {mismatch.message}")


def _title_at(connector: Connector, schema: dict[str, Any], parts: Iterable[str]) -> str:
    current = whole_schema(connector.resolve(schema), connector.resolve)
    for part in parts:
        inside = as_object(current.get("properties")).get(part, current.get("items"))
        current = whole_schema(connector.resolve(inside), connector.resolve)
    return as_text(current.get("x-ms-summary")) if parts else ""
