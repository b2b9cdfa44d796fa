"""Operations as a whole, and which of the old ones became which of the new ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.stage import Stage, Words, of_operation
from connkit.diff.taxonomy import Change
from connkit.model import Operation
from connkit.model.shape import as_object, as_text

Pairs = Sequence[tuple[Operation, Operation]]


def matched(stage: Stage) -> Pairs:
    """Operations with the same ID, which is all that flows know of them; the first of those that share one."""
    new = _by_id(stage.new.operations)
    return [(old, new[name]) for name, old in _by_id(stage.old.operations).items() if name in new]


def _by_id(operations: Sequence[Operation]) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for operation in operations:
        found.setdefault(operation.label, operation)
    return found


def came_and_went(stage: Stage) -> Iterator[Change]:
    old, new = _by_id(stage.old.operations), _by_id(stage.new.operations)
    came = [operation for name, operation in new.items() if name not in old]
    for name, operation in old.items():
        if name not in new:
            yield _gone(stage, operation, came)
    for operation in came:
        yield of_operation(c.OPERATION_ADDED, operation, operation.pointer, Words())


def _gone(stage: Stage, old: Operation, came: Sequence[Operation]) -> Change:
    place = old.pointer.parent
    pointer = place if old.path in stage.new.path_items else place.parent
    if "paths" not in stage.new.definition:
        pointer = pointer.parent.parent
    return of_operation(c.OPERATION_REMOVED, old, pointer, Words(hint=_renamed(old, came)))


def _renamed(old: Operation, came: Sequence[Operation]) -> str:
    same = [new for new in came if (new.path, new.method) == (old.path, old.method)]
    same += [new for new in came if old.summary and new.summary == old.summary]
    return f"; if '{same[0].label}' is its new name, existing flows do not know it" if same else ""


def operation(old: Operation, new: Operation) -> Iterator[Change]:
    """What changed in an operation apart from its inputs and outputs."""
    if old.path != new.path:
        words = Words(was=old.path, now=new.path)
        yield of_operation(c.PATH_TEMPLATE_CHANGED, new, new.pointer, words)
    if old.method != new.method:
        words = Words(was=old.method.upper(), now=new.method.upper())
        yield of_operation(c.METHOD_CHANGED, new, new.pointer, words)
    if old.internal != new.internal:
        kind = c.OPERATION_HIDDEN if new.internal else c.OPERATION_SHOWN
        yield of_operation(kind, new, _at(new, "x-ms-visibility"), Words(), "x-ms-visibility")
    if old.deprecated != new.deprecated:
        kind = c.OPERATION_DEPRECATED if new.deprecated else c.OPERATION_NO_LONGER_DEPRECATED
        yield of_operation(kind, new, _at(new, "deprecated"), Words(), "deprecated")
    if old.summary != new.summary and old.summary and new.summary:
        words = Words(was=old.summary, now=new.summary)
        yield of_operation(c.SUMMARY_CHANGED, new, _at(new, "summary"), words, "summary")
    yield from _paging(old, new)


def _at(operation: Operation, key: str) -> Pointer:
    return operation.pointer / key if key in operation.raw else operation.pointer


def _paging(old: Operation, new: Operation) -> Iterator[Change]:
    key = "x-ms-pageable"
    was, now = _next_link(old), _next_link(new)
    if was != now:
        kind = c.PAGING_ADDED if was is None else c.PAGING_REMOVED if now is None else c.PAGING_CHANGED
        words = Words(was=was or "", now=now or "")
        yield of_operation(kind, new, _at(new, key), words, key)


def _next_link(operation: Operation) -> str | None:
    value = operation.raw.get("x-ms-pageable")
    return None if value is None else as_text(as_object(value).get("nextLinkName"))
