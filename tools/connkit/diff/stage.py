"""What every part of the comparison shares: both connectors, and how a difference becomes a change."""

from __future__ import annotations

from dataclasses import dataclass

from connkit.core import Pointer
from connkit.diff.facets import Found
from connkit.diff.schemas import SchemaComparison
from connkit.diff.shapes import Shapes
from connkit.diff.taxonomy import FIELD, Change, ChangeClass, Direction, Part
from connkit.model import Connector, Operation


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Two connectors, and the comparisons of their schemas, which remember what they have seen."""

    old: Connector
    new: Connector
    old_shapes: Shapes
    new_shapes: Shapes
    inputs: SchemaComparison
    outputs: SchemaComparison

    def schemas(self, direction: Direction) -> SchemaComparison:
        return self.inputs if direction is Direction.INPUT else self.outputs


def stage(old: Connector, new: Connector) -> Stage:
    old_shapes, new_shapes = Shapes(old), Shapes(new)
    same = all(old.definition.get(key) == new.definition.get(key) for key in ("definitions", "parameters", "responses"))
    inputs = SchemaComparison(old_shapes, new_shapes, Direction.INPUT, same_references=same)
    outputs = SchemaComparison(old_shapes, new_shapes, Direction.OUTPUT, same_references=same)
    return Stage(old, new, old_shapes, new_shapes, inputs, outputs)


@dataclass(frozen=True, slots=True)
class Words:
    """What fills in the template of a message."""

    operation: str = ""
    field: str = ""
    was: str = ""
    now: str = ""
    what: str = ""
    hint: str = ""
    title: str = ""


def made(
    kind: ChangeClass,
    value_path: tuple[str, ...],
    pointer: Pointer,
    words: Words,
    *,
    part: Part = Part.DEFINITION,
    operation_id: str = "",
) -> Change:
    """The change, with its message for authors and its phrase for makers."""
    values = {
        "operation": words.operation,
        "was": words.was,
        "now": words.now,
        "what": words.what,
        "hint": words.hint,
    }
    says = kind.says.format(**values, field=words.field)
    told = kind.told.format(**values, field=FIELD)
    return Change(kind, "/".join(value_path), pointer, says, told, words.title or words.field, operation_id, part)


def of_operation(
    kind: ChangeClass, operation: Operation, pointer: Pointer, words: Words, *below: str, part: Part = Part.DEFINITION
) -> Change:
    """A change of one operation; `below` is the rest of the value path, and `words` need not name the operation."""
    label = operation.label
    named = Words(label, words.field, words.was, words.now, words.what, words.hint, words.title)
    return made(kind, ("operation", label, *below), pointer, named, part=part, operation_id=label)


def of_field(operation: Operation, found: Found, below: tuple[str, ...], field: str) -> Change:
    """A change of an input or output; `field` is what messages call it."""
    words = Words("", field, found.was, found.now, found.what, found.hint, found.title)
    return of_operation(found.kind, operation, found.pointer, words, *below, *found.path)
