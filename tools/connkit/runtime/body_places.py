"""The body's properties by the names that makers and other parts of a definition use for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connkit.model import Operation
from connkit.model.schema import Field
from connkit.model.shape import as_object

ITEM = "[]"
_BODY = "body"  # stands for the body in a reference, whatever the parameter is called


def body_fields(operation: Operation) -> Iterator[Field]:
    """Every property of the body, however deep."""
    body = operation.body
    if body is not None:
        yield from operation.resolver.fields(body.schema, body.pointer / "schema", required=body.required)


def body_field(operation: Operation, name: str) -> Field | None:
    """The property at a path such as `a/b`, `a.b` or `body/a/b`, in which nothing stands for an item of a list."""
    return next((field for field in body_fields(operation) if name in _spellings(operation, field.path)), None)


def named_field(operation: Operation, name: str) -> Field | None:
    """The property at a path, or the only one that is called so, however deep it is."""
    found = body_field(operation, name)
    if found is not None:
        return found
    alike = [field for field in body_fields(operation) if field.name == name]
    return alike[0] if len(alike) == 1 else None


def _spellings(operation: Operation, path: Sequence[str]) -> set[str]:
    names = [name for name in path if name != ITEM]
    own = operation.body.name if operation.body else _BODY
    paths = [names, [own, *names], [_BODY, *names]]
    return {joint.join(parts) for parts in paths for joint in "/."}


def value_at(value: Any, path: Sequence[str]) -> Any:
    """What stands in a body at a path of names, None where nothing does."""
    for name in path:
        value = as_object(value).get(name)
    return value


def with_value(value: Any, path: Sequence[str], new: Any) -> dict[str, Any]:
    """A copy of a body with `new` at a path of names, the objects on the way made where they are missing."""
    known: Mapping[str, Any] = as_object(value)
    name, rest = path[0], path[1:]
    return {**known, name: with_value(known.get(name), rest, new) if rest else new}
