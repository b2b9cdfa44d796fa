"""Schemas as they count: references followed, allOf merged, the type inferred where it goes without saying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model import Connector
from connkit.model.schema import is_internal
from connkit.model.shape import as_list, as_object, as_text, texts

Place = tuple[Any, Pointer]
"""A schema as written, and where it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A schema, or a parameter of a simple type, as `written` and, in `raw`, with what allOf brings in.

    `items` and `more` (for names not declared) may be None.
    """

    written: dict[str, Any]
    raw: dict[str, Any]
    pointer: Pointer
    type: str
    nullable: bool
    properties: dict[str, Place]
    required: frozenset[str]
    items: Place | None
    more: Place | None

    @property
    def format(self) -> str:
        return as_text(self.raw.get("format"))

    @property
    def internal(self) -> bool:
        return is_internal(self.raw)

    @property
    def title(self) -> str:
        return as_text(self.raw.get("x-ms-summary")) or as_text(self.raw.get("title"))

    @property
    def enum(self) -> list[Any] | None:
        return as_list(self.raw.get("enum")) or None


class Shapes:
    """The shapes of one connector, each made once."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._made: dict[int, tuple[dict[str, Any], Shape]] = {}

    def shape(self, place: Place) -> Shape:
        raw, pointer = self._connector.follow(*place)
        made = self._made.get(id(raw))
        if made is None:
            made = self._made[id(raw)] = raw, self._make(raw, pointer)  # `raw` is kept, so its id stays taken
        return made[1]

    def _make(self, raw: dict[str, Any], pointer: Pointer) -> Shape:
        parts = list(self._parts(raw, pointer, set()))
        properties = {
            name: (child, place / "properties" / name)
            for part, place in parts
            for name, child in as_object(part.get("properties")).items()
        }
        items = next(((part["items"], place / "items") for part, place in parts if "items" in part), None)
        more = next((_more(part, place) for part, place in parts if _more(part, place)), None)
        kinds = [kind for part, _ in parts for kind in _types(part)]
        return Shape(
            raw,
            _merged(parts) if len(parts) > 1 else raw,
            pointer,
            kinds[0] if kinds else "object" if properties or more else "array" if items else "",
            raw.get("x-nullable") is True or "null" in as_list(raw.get("type")),
            properties,
            frozenset(name for part, _ in parts for name in texts(part.get("required"))),
            items,
            more,
        )

    def _parts(self, value: Any, pointer: Pointer, entered: set[int]) -> list[tuple[dict[str, Any], Pointer]]:
        """The schema, then those that its allOf brings in."""
        raw, place = self._connector.follow(value, pointer)
        if not raw or id(raw) in entered:
            return []
        entered.add(id(raw))
        brought = enumerate(as_list(raw.get("allOf")))
        below = [part for index, one in brought for part in self._parts(one, place / "allOf" / index, entered)]
        return [(raw, place), *below]


def _merged(parts: list[tuple[dict[str, Any], Pointer]]) -> dict[str, Any]:
    """What the parts say together; what an earlier one says counts."""
    return {key: value for part, _ in reversed(parts) for key, value in part.items()}


def _types(part: dict[str, Any]) -> list[str]:
    given = part.get("type")
    return [given] if isinstance(given, str) and given else [kind for kind in texts(given) if kind != "null"]


def _more(part: dict[str, Any], place: Pointer) -> Place | None:
    """The schema of what an object may hold beside its properties, where there is one that says something."""
    value = part.get("additionalProperties")
    return (value, place / "additionalProperties") if isinstance(value, dict) and value else None
