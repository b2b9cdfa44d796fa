"""What can differ between two schemas, or two parameters, apart from what is inside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.shapes import Shape
from connkit.diff.taxonomy import ChangeClass, Direction


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, seen from where the comparison began.

    `path` is the rest of the value path and `fields` the names on the way; `title` is what makers call the last one.
    """

    kind: ChangeClass
    path: tuple[str, ...]
    pointer: Pointer
    fields: tuple[str, ...] = ()
    was: str = ""
    now: str = ""
    what: str = ""
    hint: str = ""
    title: str = ""

    def below(self, step: str) -> Found:
        return replace(self, path=(step, *self.path), fields=(step, *self.fields))


def facets(old: Shape, new: Shape, direction: Direction) -> Iterator[Found]:
    """Differences in document order of what they are about; the type first."""
    is_input = direction is Direction.INPUT
    yield from _type(old, new, is_input)
    yield from _format(old, new, is_input)
    yield from _enum(old, new, is_input)
    yield from _nullable(old, new, is_input)
    yield from _visibility(old, new, is_input)
    yield from _sources(old, new, is_input)
    if is_input:
        yield from _default(old, new)
        yield from _limits(old, new)
        yield from _wire_form(old, new)


def _found(kind: ChangeClass, new: Shape, attribute: str, was: str = "", now: str = "", what: str = "") -> Found:
    pointer = new.pointer / attribute if attribute in new.written else new.pointer
    return Found(kind, (attribute,), pointer, was=was, now=now, what=what, title=new.title)


def type_changed(old: Shape, new: Shape) -> bool:
    """Whether what is inside them can no longer be compared."""
    return bool(old.type and new.type and old.type != new.type)


def _type(old: Shape, new: Shape, is_input: bool) -> Iterator[Found]:
    if old.type != new.type:
        kind = _input_type(old.type, new.type) if is_input else _output_type(old.type, new.type)
        yield _found(kind, new, "type", old.type or "any type", new.type or "any type")


def _input_type(was: str, now: str) -> ChangeClass:
    if not now or (was, now) == ("integer", "number"):
        return c.INPUT_TYPE_WIDENED
    return c.INPUT_TYPE_NARROWED if not was or (was, now) == ("number", "integer") else c.INPUT_TYPE_CHANGED


def _output_type(was: str, now: str) -> ChangeClass:
    return c.OUTPUT_TYPE_CHANGED if was and now else c.OUTPUT_TYPE_REMOVED if was else c.OUTPUT_TYPE_ADDED


_WIDER = {("int32", "int64"), ("float", "double")}


def _format(old: Shape, new: Shape, is_input: bool) -> Iterator[Found]:
    was, now = old.format, new.format
    if was == now or type_changed(old, new):
        return
    kind = c.OUTPUT_FORMAT_CHANGED
    if is_input:
        widened, narrowed = not now or (was, now) in _WIDER, not was or (now, was) in _WIDER
        kind = c.INPUT_FORMAT_WIDENED if widened else c.INPUT_FORMAT_NARROWED if narrowed else c.INPUT_FORMAT_CHANGED
    yield _found(kind, new, "format", f"'{was}'" if was else "not given", f"'{now}'" if now else "not given")


def _enum(old: Shape, new: Shape, is_input: bool) -> Iterator[Found]:
    was, now = old.enum, new.enum
    if was is None and now is not None:
        yield _found(c.INPUT_ENUM_ADDED if is_input else c.OUTPUT_ENUM_ADDED, new, "enum", now=listed(now))
    elif was is not None and now is None:
        yield _found(c.INPUT_ENUM_REMOVED if is_input else c.OUTPUT_ENUM_REMOVED, new, "enum", was=listed(was))
    elif was is not None and now is not None:
        gone, came = _without(was, now), _without(now, was)
        if gone:
            kind = c.INPUT_ENUM_VALUE_REMOVED if is_input else c.OUTPUT_ENUM_VALUE_REMOVED
            yield _found(kind, new, "enum", was=listed(gone))
        if came:
            kind = c.INPUT_ENUM_VALUE_ADDED if is_input else c.OUTPUT_ENUM_VALUE_ADDED
            yield _found(kind, new, "enum", now=listed(came))


def _nullable(old: Shape, new: Shape, is_input: bool) -> Iterator[Found]:
    if old.nullable != new.nullable:
        became = c.INPUT_BECAME_NULLABLE if is_input else c.OUTPUT_BECAME_NULLABLE
        no_longer = c.INPUT_NO_LONGER_NULLABLE if is_input else c.OUTPUT_NO_LONGER_NULLABLE
        yield _found(became if new.nullable else no_longer, new, "x-nullable")


def _visibility(old: Shape, new: Shape, is_input: bool) -> Iterator[Found]:
    if old.internal != new.internal:
        hidden = c.INPUT_HIDDEN if is_input else c.OUTPUT_HIDDEN
        shown = c.INPUT_SHOWN if is_input else c.OUTPUT_SHOWN
        yield _found(hidden if new.internal else shown, new, "x-ms-visibility")


_SOURCES = (
    "x-ms-dynamic-values",
    "x-ms-dynamic-list",
    "x-ms-dynamic-tree",
    "x-ms-dynamic-schema",
    "x-ms-dynamic-properties",
)
_INPUT_SOURCE = (c.INPUT_CHOICES_ADDED, c.INPUT_CHOICES_REMOVED, c.INPUT_CHOICES_CHANGED)
_OUTPUT_SOURCE = (c.OUTPUT_SHAPE_SOURCE_ADDED, c.OUTPUT_SHAPE_SOURCE_REMOVED, c.OUTPUT_SHAPE_SOURCE_CHANGED)


def _sources(old: Shape, new: Shape, is_input: bool) -> Iterator[Found]:
    added, removed, changed = _INPUT_SOURCE if is_input else _OUTPUT_SOURCE
    for name in _SOURCES:
        was, now = old.raw.get(name), new.raw.get(name)
        if was != now:
            kind = added if was is None else removed if now is None else changed
            yield _found(kind, new, name, what=f"'{name}'")


def _default(old: Shape, new: Shape) -> Iterator[Found]:
    had, has = "default" in old.raw, "default" in new.raw
    was, now = json_text(old.raw.get("default")), json_text(new.raw.get("default"))
    if had and has and was != now:
        yield _found(c.INPUT_DEFAULT_CHANGED, new, "default", was, now)
    elif had and not has:
        yield _found(c.INPUT_DEFAULT_REMOVED, new, "default", was)
    elif has and not had:
        yield _found(c.INPUT_DEFAULT_ADDED, new, "default", now=now)


_AT_MOST = ("maximum", "maxLength", "maxItems", "maxProperties")
_AT_LEAST = ("minimum", "minLength", "minItems", "minProperties")
_OTHER_LIMITS = ("pattern", "multipleOf", "exclusiveMaximum", "exclusiveMinimum", "uniqueItems")


def _limits(old: Shape, new: Shape) -> Iterator[Found]:
    for name in (*_AT_MOST, *_AT_LEAST, *_OTHER_LIMITS):
        was, now = _limit(old.raw, name), _limit(new.raw, name)
        if was != now:
            shown = f"{name} {json_text(now)}" if now is not None else f"{name} (none)"
            yield _found(_limit_class(name, was, now), new, name, "none" if was is None else json_text(was), shown)


def _limit(raw: dict[str, Any], name: str) -> Any:
    value = raw.get(name)
    return None if value is False else value


def _limit_class(name: str, was: Any, now: Any) -> ChangeClass:
    if was is None or now is None:
        return c.INPUT_LIMIT_LOOSENED if now is None else c.INPUT_LIMIT_TIGHTENED
    comparable = isinstance(was, int | float) and isinstance(now, int | float)
    if name in _OTHER_LIMITS or not comparable:
        return c.INPUT_LIMIT_CHANGED
    return c.INPUT_LIMIT_TIGHTENED if (now < was) == (name in _AT_MOST) else c.INPUT_LIMIT_LOOSENED


_WIRE_FORMS = {"collectionFormat": "csv", "x-ms-url-encoding": "single"}
"""What decides how a value is written into the request, and the default of each."""


def _wire_form(old: Shape, new: Shape) -> Iterator[Found]:
    for name, usual in _WIRE_FORMS.items():
        was, now = old.raw.get(name, usual), new.raw.get(name, usual)
        if was != now:
            yield _found(c.INPUT_WIRE_FORM_CHANGED, new, name, f"'{was}'", f"'{now}'", name)


def _without(values: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    known = {json_text(value) for value in others}
    return [value for value in values if json_text(value) not in known]


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


_SHOWN = 5


def listed(values: Sequence[Any]) -> str:
    """The values as JSON, of a long list the first few."""
    shown = ", ".join(json_text(value) for value in values[:_SHOWN])
    return f"{shown} and {len(values) - _SHOWN} more" if len(values) > _SHOWN else shown
