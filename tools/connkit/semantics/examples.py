"""An example value for a schema of an OpenAPI 2.0 definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connkit.model.schema import Resolve, whole_schema
from connkit.model.shape import as_list, as_object, as_text, texts
from connkit.semantics.example_texts import NOTIFICATION_URL, example_text
from connkit.semantics.limits import Limits
from connkit.semantics.values import check_value

_DECLARED = ("x-ms-test-value", "example", "default")
_DEEPEST = 12
_MOST_VALUES = 5_000  # of one example: definitions that name each other in every way would make millions
_MOST_ITEMS = 20
_NOTHING: Any = object()


def example(schema: Any, resolve: Resolve, number: int = 0, *, name: str = "", minimal: bool = False) -> Any:
    """A value that `check_value` accepts; where the schema contradicts itself, one that is near it.

    0 takes the examples that the schema declares. Any other number makes a value of its own: what can differ does,
    and numbers, dates and texts grow with it. `name` is what a text says; a `minimal` value has only the properties
    that are required.
    """
    value = _Maker(resolve, number, minimal).value(schema, name, ())
    return {} if value is _NOTHING else value


@dataclass(slots=True)
class _Maker:
    resolve: Resolve
    number: int
    minimal: bool
    made: int = 0
    last: bool = False  # whether a loop that is met once more has to end

    def value(self, schema: Any, name: str, above: tuple[int, ...]) -> Any:
        """Nothing where a loop of references is to be cut off."""
        found = self.resolve(schema)
        full = whole_schema(found, self.resolve)
        self.made += 1
        looping = id(found) in above or len(above) > _DEEPEST or self.made > _MOST_VALUES
        if looping and _kind(full) in ("object", "array"):
            return _NOTHING
        chosen = self._chosen(full)
        return self._made(full, name, (*above, id(found))) if chosen is _NOTHING else chosen

    def _chosen(self, schema: dict[str, Any]) -> Any:
        """What the schema itself names: an example, a default, one of its `enum`."""
        if not self.number:
            for key in _DECLARED:
                if schema.get(key) is not None and self._fits(schema[key], schema):
                    return schema[key]
        listed = [item for item in as_list(schema.get("enum")) if item is not None]
        good = [item for item in listed if self._fits(item, schema)] or listed
        return good[self.number % len(good)] if good else _NOTHING

    def _fits(self, value: Any, schema: dict[str, Any]) -> bool:
        return Limits(schema).hold(value) and not check_value(value, schema, self.resolve)

    def _made(self, schema: dict[str, Any], name: str, above: tuple[int, ...]) -> Any:
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, above)
        if kind == "array":
            return self._array(schema, name, above)
        if kind == "boolean":
            return True
        if kind in ("integer", "number"):
            return Limits(schema).number(self.number, whole=kind == "integer")
        return example_text(schema, self.number, name)

    def _object(self, schema: dict[str, Any], above: tuple[int, ...]) -> dict[str, Any]:
        declared, required = as_object(schema.get("properties")), texts(schema.get("required"))
        more = schema.get("additionalProperties")
        others = {name: as_object(more) for name in required if name not in declared}
        if more is False or (declared and more is None):
            others = {}  # they are required, and not allowed
        elif isinstance(more, dict) and not declared and not others and not self.minimal:
            others = {"key": more}
        made = {}
        for name, raw in {**declared, **others}.items():
            if name in required or not self.minimal or as_object(raw).get(NOTIFICATION_URL) is True:
                value = self.value(raw, name, above)
                if value is not _NOTHING:
                    made[name] = value
                elif name in required:
                    made[name] = self._cut_off(raw, name)
        return made

    def _cut_off(self, schema: Any, name: str) -> Any:
        """What is required where a loop begins anew: null, the least that fits, or something empty."""
        full = whole_schema(schema, self.resolve)
        if full.get("x-nullable") is True:
            return None
        value = _NOTHING
        if not self.last:
            inner = _Maker(self.resolve, self.number, True, self.made, last=True)
            value = inner.value(schema, name, ())
            self.made = inner.made
        empty: Any = [] if _kind(full) == "array" else {}
        return empty if value is _NOTHING else value

    def _array(self, schema: dict[str, Any], name: str, above: tuple[int, ...]) -> list[Any]:
        if "items" not in schema and not Limits(schema).whole("minItems"):
            return []
        count = min(Limits(schema).length("minItems", "maxItems", 1), _MOST_ITEMS)
        first, made = self.number, []
        for index in range(count):
            self.number = first + index
            value = self.value(schema.get("items"), name, above)
            made += [value] if value is not _NOTHING else []
        self.number = first
        return made


def _kind(schema: dict[str, Any]) -> str:
    """The type; the first of several, and where none is given, what the other keywords are about."""
    given = as_text(schema.get("type")) or next(iter(texts(schema.get("type"))), "")
    if given:
        return given
    if "properties" in schema or isinstance(schema.get("additionalProperties"), dict):
        return "object"
    return "array" if "items" in schema else "string"
