"""What flows get: answers, their headers, and notifications."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.facets import Found
from connkit.diff.inputs import media_type_changes, media_types
from connkit.diff.schemas import renamed
from connkit.diff.shapes import Place
from connkit.diff.stage import Stage, Words, of_field, of_operation
from connkit.diff.taxonomy import Change, Direction
from connkit.model import NOTIFICATION, Operation, Response
from connkit.model.shape import as_object


def outputs(stage: Stage, old: Operation, new: Operation) -> Iterator[Change]:
    before = {response.code: response for response in old.responses}
    after = {response.code: response for response in new.responses}
    moved = _moved(old, new, before, after)
    for code, was in before.items():
        if code in after:
            yield from _response(stage, new, was, after[code])
        elif moved and code == moved[0].code:
            yield from _response_moved(stage, new, *moved)
        else:
            yield _response_gone(new, was)
    for code, now in after.items():
        if code not in before and not (moved and code == moved[1].code):
            yield _response_came(new, now)
    yield from _notification(stage, old, new)
    was_types = media_types(old, stage.old.definition, "produces")
    now_types = media_types(new, stage.new.definition, "produces")
    pointer = new.pointer / "produces" if "produces" in new.raw else new.pointer
    yield from media_type_changes(new, pointer, "produces", was_types, now_types, Direction.OUTPUT)


def _moved(
    old: Operation, new: Operation, before: dict[str, Response], after: dict[str, Response]
) -> tuple[Response, Response] | None:
    """The answer that makers see, where it has another code now that was not there before."""
    was, now = old.success_response, new.success_response
    if was and now and was.code not in after and now.code not in before:
        return was, now
    return None


def _response_moved(stage: Stage, operation: Operation, old: Response, new: Response) -> Iterator[Change]:
    words = Words(was=old.code, now=new.code)
    yield of_operation(c.SUCCESS_CODE_CHANGED, operation, new.pointer, words, "responses", new.code)
    yield from _response(stage, operation, old, new)


def _response_came(operation: Operation, new: Response) -> Change:
    if new.schema and _is_seen(new.code):
        words = Words(field=_name(new.code, ()))
        return of_operation(c.OUTPUT_ADDED, operation, new.schema_pointer, words, "responses", new.code, "schema")
    return of_operation(c.RESPONSE_ADDED, operation, new.pointer, Words(now=new.code), "responses", new.code)


def _response_gone(operation: Operation, old: Response) -> Change:
    """Makers see what a good answer holds; of the others they see nothing."""
    pointer = operation.pointer / "responses" if "responses" in operation.raw else operation.pointer
    if old.schema and _is_seen(old.code):
        words = Words(field=_name(old.code, ()))
        return of_operation(c.OUTPUT_REMOVED, operation, pointer, words, "responses", old.code, "schema")
    return of_operation(c.RESPONSE_REMOVED, operation, pointer, Words(was=old.code), "responses", old.code)


def _is_seen(code: str) -> bool:
    return code == "default" or code.startswith("2")


def _response(stage: Stage, operation: Operation, old: Response, new: Response) -> Iterator[Change]:
    below = ("responses", new.code, "schema")
    places = (old.schema, old.schema_pointer), (new.schema, new.schema_pointer)
    for found in _whole(stage, *places, new.pointer):
        yield of_field(operation, found, below, _name(new.code, found.fields))
    yield from _headers(stage, operation, old, new)


def _whole(stage: Stage, old: Place, new: Place, holder: Pointer) -> Iterator[Found]:
    """What two schemas come to, of which either may be missing."""
    if old[0] and not new[0]:
        yield Found(c.OUTPUT_REMOVED, (), holder)
    elif new[0] and not old[0]:
        yield Found(c.OUTPUT_ADDED, (), new[1])
    elif old[0]:
        yield from stage.outputs.compare(old, new)


def _name(code: str, fields: tuple[str, ...]) -> str:
    """What flows know of an answer; of another than a good one, with its code."""
    name = "/".join(fields) or "body"
    return name if code.startswith("2") or code == NOTIFICATION else f"{name} ({code})"


def _headers(stage: Stage, operation: Operation, old: Response, new: Response) -> Iterator[Change]:
    was, now = as_object(old.raw.get("headers")), as_object(new.raw.get("headers"))
    place = new.pointer / "headers"
    came = [name for name in now if name not in was]
    for name in was:
        below = ("responses", new.code, "headers", name)
        field = f"headers/{name}"
        if name in now:
            pair = (was[name], old.pointer / "headers" / name), (now[name], place / name)
            for found in stage.outputs.compare(*pair):
                yield of_field(operation, found, below, "/".join((field, *found.fields)))
        else:
            words = Words(field=field, hint=renamed(name, came))
            nearest = place if "headers" in new.raw else new.pointer
            yield of_operation(c.OUTPUT_REMOVED, operation, nearest, words, *below)
    for name in came:
        words = Words(field=f"headers/{name}")
        yield of_operation(c.OUTPUT_ADDED, operation, place / name, words, "responses", new.code, "headers", name)


def _notification(stage: Stage, old: Operation, new: Operation) -> Iterator[Change]:
    """What a webhook sends, where both are webhooks; another kind of trigger is told as such."""
    if not (old.is_webhook and new.is_webhook):
        return
    places = (
        (old.notification_schema, old.notification_schema_pointer),
        (new.notification_schema, new.notification_schema_pointer),
    )
    content = new.pointer.parent / NOTIFICATION
    holder = content if NOTIFICATION in new.path_item else new.pointer
    for found in _whole(stage, *places, holder):
        yield of_field(new, found, ("responses", NOTIFICATION, "schema"), _name(NOTIFICATION, found.fields))
