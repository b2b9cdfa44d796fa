"""Schemas and the references between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model.shape import as_list, as_object, texts

_DEEPEST = 200
MOST_PARTS = 512
"""How many parts a schema is put together from; the platform refuses one with more schemas than that."""
Resolve = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A property met inside a schema.

    `path` holds the names from the root of the walk, "[]" for an item of an array; `required` says that it is
    required in its own object, `chain_required` that every object above it is required too, and `internal`
    that it or one above it is.
    """

    pointer: Pointer
    name: str
    schema: dict[str, Any]
    path: tuple[str, ...]
    required: bool
    chain_required: bool
    internal: bool

    @property
    def is_notification_url(self) -> bool:
        return self.schema.get("x-ms-notification-url") is True


@dataclass(frozen=True, slots=True, eq=False)
class Resolver:
    """Follows `$ref` inside one definition."""

    definition: dict[str, Any]

    def resolve(self, value: Any) -> dict[str, Any]:
        """The object a chain of references ends at; {} for a loop, a dead end or anything but an object."""
        return self.follow(value, Pointer())[0]

    def follow(self, value: Any, pointer: Pointer) -> tuple[dict[str, Any], Pointer]:
        """The object at the end of the references, and where it stands."""
        seen: set[str] = set()
        current = as_object(value)
        while isinstance(reference := current.get("$ref"), str):
            if reference in seen or not reference.startswith("#/"):
                return {}, pointer
            seen.add(reference)
            pointer = Pointer.parse(reference[1:])
            current = as_object(self._at(pointer))
        return current, pointer

    def _at(self, pointer: Pointer) -> Any:
        try:
            return pointer.resolve(self.definition)
        except (KeyError, IndexError, TypeError, ValueError):
            return None

    def fields(self, schema: Any, pointer: Pointer, *, required: bool = True) -> Iterator[Field]:
        """Every property of a schema in document order, through items, allOf and references.

        A schema that several references name is entered once, where it is met first. `required` says whether
        the schema itself is: of a body parameter, whether that parameter is.
        """
        return self._walk(schema, _Way(pointer, (), required, False), set())

    def iterate_schema(self, schema: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str, dict[str, Any]]]:
        """Pointer, name and resolved schema of every property."""
        for found in self.fields(schema, pointer):
            yield found.pointer, found.name, found.schema

    def _walk(self, value: Any, way: _Way, entered: set[int]) -> Iterator[Field]:
        schema, pointer = self.follow(value, way.pointer)
        if not schema or id(schema) in entered or len(pointer.parts) > _DEEPEST:
            return
        entered.add(id(schema))
        way = _Way(pointer, way.path, way.required, way.internal or is_internal(schema))
        names = texts(schema.get("required"))
        for name, raw in as_object(schema.get("properties")).items():
            if isinstance(raw, dict):
                child = self._field(name, raw, way, name in names)
                yield child
                place = way.pointer / "properties" / name
                inside = _Way(place, child.path, child.chain_required, child.internal)
                yield from self._walk(raw, inside, entered)
        items = _Way(way.pointer / "items", (*way.path, "[]"), way.required, way.internal)
        yield from self._walk(schema.get("items"), items, entered)
        for index, part in enumerate(as_list(schema.get("allOf"))):
            inside = _Way(way.pointer / "allOf" / index, way.path, way.required, way.internal)
            yield from self._walk(part, inside, entered)

    def _field(self, name: str, raw: dict[str, Any], way: _Way, needed: bool) -> Field:
        child, place = self.follow(raw, way.pointer / "properties" / name)
        internal = way.internal or is_internal(child) or is_internal(raw)
        return Field(place, name, child, (*way.path, name), needed, way.required and needed, internal)


@dataclass(frozen=True, slots=True)
class _Way:
    """How the walk came to a schema."""

    pointer: Pointer
    path: tuple[str, ...]
    required: bool
    internal: bool


def is_internal(value: dict[str, Any]) -> bool:
    visibility = value.get("x-ms-visibility")
    return isinstance(visibility, str) and visibility.lower() == "internal"


def whole_schema(schema: Any, resolve: Resolve) -> dict[str, Any]:
    """The schema that a reference ends at, with the parts of its `allOf` put into it, each once."""
    found = resolve(schema)
    if not as_list(found.get("allOf")):
        return found
    parts = _parts(found, resolve)
    merged = {key: value for part in parts for key, value in part.items() if key != "allOf"}
    merged["properties"] = {k: v for part in parts for k, v in as_object(part.get("properties")).items()}
    merged["required"] = [name for part in parts for name in texts(part.get("required"))]
    return merged


def _parts(schema: dict[str, Any], resolve: Resolve) -> list[dict[str, Any]]:
    """What a schema is made of, itself last; what was met before is not entered again, so that nothing is endless."""
    met: set[int] = set()
    found: list[dict[str, Any]] = []
    waiting = [(schema, False)]
    while waiting:
        part, is_complete = waiting.pop()
        if is_complete:
            found.append(part)
        elif id(part) not in met and len(met) < MOST_PARTS:
            met.add(id(part))
            waiting.append((part, True))
            waiting += [(resolve(inner), False) for inner in reversed(as_list(part.get("allOf")))]
    return found
