"""What flows send: parameters and bodies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.schemas import renamed
from connkit.diff.stage import Stage, Words, of_field, of_operation
from connkit.diff.taxonomy import Change, Direction
from connkit.model import Operation, Parameter
from connkit.model.shape import texts

BODY = "body"


def inputs(stage: Stage, old: Operation, new: Operation) -> Iterator[Change]:
    pairs, gone, came = _matched(old.parameters, new.parameters)
    for was, now in pairs:
        yield from _parameter(stage, new, was, now)
    for was in gone:
        hint = renamed(was.name, [now.name for now in came if now.location == was.location])
        words = Words(field=was.name, hint=hint, title=was.summary)
        yield of_operation(c.INPUT_REMOVED, new, _nearest(new, "parameters"), words, "parameter", was.name)
    for now in came:
        kind = c.REQUIRED_INPUT_ADDED if now.required else c.OPTIONAL_INPUT_ADDED
        words = Words(field=now.name, title=now.summary)
        yield of_operation(kind, new, now.pointer, words, "parameter", now.name)
    yield from _media_types(stage, old, new)


def _nearest(operation: Operation, key: str) -> Pointer:
    return operation.pointer / key if key in operation.raw else operation.pointer


def _matched(
    old: Sequence[Parameter], new: Sequence[Parameter]
) -> tuple[list[tuple[Parameter, Parameter]], list[Parameter], list[Parameter]]:
    """Parameters of the same name, at best in the same place; those that went; those that came."""
    came = {(parameter.name, parameter.location): parameter for parameter in new}
    pairs, rest = [], []
    for parameter in {(one.name, one.location): one for one in old}.values():
        same = came.pop((parameter.name, parameter.location), None)
        if same:
            pairs.append((parameter, same))
        else:
            rest.append(parameter)
    gone = []
    for parameter in rest:
        moved = next((key for key in came if key[0] == parameter.name), None)
        if moved:
            pairs.append((parameter, came.pop(moved)))
        else:
            gone.append(parameter)
    return pairs, gone, list(came.values())


def _parameter(stage: Stage, operation: Operation, old: Parameter, new: Parameter) -> Iterator[Change]:
    below = ("parameter", new.name)
    words = Words(field=new.name, was=old.location, now=new.location, title=new.summary)
    if old.location != new.location:
        yield of_operation(c.PARAMETER_LOCATION_CHANGED, operation, new.pointer, words, *below, "in")
    if old.required != new.required:
        kind = c.INPUT_BECAME_REQUIRED if new.required else c.INPUT_BECAME_OPTIONAL
        yield of_operation(kind, operation, new.pointer, words, *below, "required")
    if BODY in (old.location, new.location):
        if old.location == new.location:
            yield from _body(stage, operation, old, new)
        return
    for found in stage.inputs.compare((old.raw, old.pointer), (new.raw, new.pointer)):
        yield of_field(operation, found, below, "/".join((new.name, *found.fields)))


def _body(stage: Stage, operation: Operation, old: Parameter, new: Parameter) -> Iterator[Change]:
    places = (old.schema, old.pointer / "schema"), (new.schema, new.pointer / "schema")
    for found in stage.inputs.compare(*places):
        yield of_field(operation, found, ("parameter", new.name, "schema"), "/".join(found.fields) or new.name)


def _media_types(stage: Stage, old: Operation, new: Operation) -> Iterator[Change]:
    """Only where both sides say which types a body has; Power Platform takes JSON for granted."""
    if old.body and new.body:
        was = media_types(old, stage.old.definition, "consumes")
        now = media_types(new, stage.new.definition, "consumes")
        pointer = _nearest(new, "consumes")
        yield from media_type_changes(new, pointer, "consumes", was, now, Direction.INPUT)


def media_types(operation: Operation, definition: dict[str, object], key: str) -> tuple[str, ...]:
    """What the operation takes or answers, its own list before that of the whole definition."""
    return texts(operation.raw.get(key, definition.get(key)))


def media_type_changes(
    operation: Operation,
    pointer: Pointer,
    key: str,
    was: Sequence[str],
    now: Sequence[str],
    direction: Direction,
) -> Iterator[Change]:
    if not was or not now:
        return
    is_input = direction is Direction.INPUT
    added = c.INPUT_MEDIA_TYPE_ADDED if is_input else c.OUTPUT_MEDIA_TYPE_ADDED
    removed = c.INPUT_MEDIA_TYPE_REMOVED if is_input else c.OUTPUT_MEDIA_TYPE_REMOVED
    for one in dict.fromkeys(was):
        if one not in now:
            yield of_operation(removed, operation, pointer, Words(was=one), key)
    for one in dict.fromkeys(now):
        if one not in was:
            yield of_operation(added, operation, pointer, Words(now=one), key)
