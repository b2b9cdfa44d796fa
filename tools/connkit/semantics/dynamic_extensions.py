"""What a dynamic extension says: which operation to call, with what, and where in its answer to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connkit.model.shape import as_object, as_text

VALUES, LIST = "x-ms-dynamic-values", "x-ms-dynamic-list"
SCHEMA, PROPERTIES = "x-ms-dynamic-schema", "x-ms-dynamic-properties"
TREE = "x-ms-dynamic-tree"
PATHS: Mapping[str, tuple[str, str, str]] = {
    VALUES: ("value-collection", "value-path", "value-title"),
    LIST: ("itemsPath", "itemValuePath", "itemTitlePath"),
    TREE: ("itemsPath", "itemValuePath", "itemTitlePath"),
    SCHEMA: ("", "value-path", ""),
    PROPERTIES: ("", "itemValuePath", ""),
}
"""What the path to the items, to an item's value and to its title are called; '' where there is none."""
_REFERENCES = ("parameterReference", "parameter")


@dataclass(frozen=True, slots=True)
class Argument:
    """An input of the operation to call: a fixed value, or where `reference` is not '', another input's value."""

    name: str
    value: Any = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A dynamic extension; paths are the names on the way, and the root has none.

    `picker` is what the choices come from where they come from no operation.
    """

    extension: str
    operation_id: str
    arguments: tuple[Argument, ...]
    items_path: tuple[str, ...]
    value_path: tuple[str, ...]
    title_path: tuple[str, ...]
    picker: str = ""


def choices_source(raw: Mapping[str, Any], *, newer: bool) -> Source | None:
    """Where the choices of a parameter or property come from; `newer` prefers x-ms-dynamic-list where both stand."""
    extension, found = _either(raw, (LIST, VALUES), newer=newer)
    return source(extension, found) if extension else None


def schema_source(raw: Mapping[str, Any], *, newer: bool) -> Source | None:
    """Where a schema comes from; `newer` prefers x-ms-dynamic-properties where both stand."""
    extension, found = _either(raw, (PROPERTIES, SCHEMA), newer=newer)
    return source(extension, found) if extension else None


def source(extension: str, raw: Mapping[str, Any]) -> Source:
    """What one extension says, or of a tree one of its two calls; any other is a call without paths."""
    items, value, title = PATHS.get(extension, ("", "", ""))
    return Source(
        extension,
        as_text(raw.get("operationId")),
        tuple(_argument(name, given) for name, given in as_object(raw.get("parameters")).items()),
        _path(raw.get(items)),
        _path(raw.get(value)),
        _path(raw.get(title)),
        as_text(raw.get("capability")) or as_text(raw.get("builtInOperation")),
    )


def _either(raw: Mapping[str, Any], names: tuple[str, str], *, newer: bool) -> tuple[str, dict[str, Any]]:
    for name in names if newer else reversed(names):
        if isinstance(raw.get(name), dict):
            return name, raw[name]
    return "", {}


def _argument(name: str, given: Any) -> Argument:
    if not isinstance(given, dict):
        return Argument(name, given)
    for key in _REFERENCES:
        if isinstance(given.get(key), str):
            return Argument(name, reference=given[key])
    return Argument(name, given.get("value", given))


def _path(text: Any) -> tuple[str, ...]:
    return tuple(part for part in as_text(text).split("/") if part)
