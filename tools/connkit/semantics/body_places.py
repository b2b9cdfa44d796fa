"""The body's properties by the names that makers and other parts of a definition use for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connkit.model import Operation
from connkit.model.schema import Field
from connkit.model.shape import as_object

ITEM = "[]"
_BODY = "body"  # stands for the body in a reference, whatever the parameter is called


@dataclass(frozen=True, eq=False)
class BodyPlaces:
    """The properties of one operation's body, however deep; for whoever looks for many of them."""

    operation: Operation

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(body_fields(self.operation))

    @cached_property
    def paths(self) -> dict[str, dict[str, int]]:
        """By what joins the names, the number of the first property at each path."""
        found: dict[str, dict[str, int]] = {"/": {}, ".": {}}
        for number, field in enumerate(self.fields):
            names = [name for name in field.path if name != ITEM]
            for joint, by_path in found.items():
                by_path.setdefault(joint.join(names), number)
        return found

    def at(self, name: str) -> Field | None:
        """The property at a path such as `a/b`, `a.b` or `body/a/b`, in which nothing stands for an item of a list."""
        own = self.operation.body.name if self.operation.body else _BODY
        found = [
            by_path[path]
            for joint, by_path in self.paths.items()
            for path in (name, name.removeprefix(own + joint), name.removeprefix(_BODY + joint))
            if path in by_path
        ]
        return self.fields[min(found)] if found else None

    def alike(self, name: str) -> list[Field]:
        """The one at that path, or all that are called so."""
        found = self.at(name)
        return [found] if found else [field for field in self.fields if field.name == name]


def body_fields(operation: Operation) -> Iterator[Field]:
    """Every property of the body, however deep."""
    body = operation.body
    if body is not None:
        yield from operation.resolver.fields(body.schema, body.pointer / "schema", required=body.required)


def body_field(operation: Operation, name: str) -> Field | None:
    """The property at a path, as `BodyPlaces.at`."""
    return BodyPlaces(operation).at(name)


def named_field(operation: Operation, name: str) -> Field | None:
    """The property at a path, or the only one that is called so, however deep it is."""
    alike = BodyPlaces(operation).alike(name)
    return alike[0] if len(alike) == 1 else None


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
