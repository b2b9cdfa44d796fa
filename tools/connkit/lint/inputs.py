"""What an operation takes, by the names that the parameters of a call and its references use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connkit.core import Pointer
from connkit.model import Field, Operation, Parameter
from connkit.model.shape import as_text
from connkit.semantics.body_places import ITEM, BodyPlaces


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """A parameter, or a property of the body.

    `required` is of an input that is filled in whether the operation cannot be called without it, and of one that is
    referred to whether makers must give it wherever they see it.
    """

    pointer: Pointer
    raw: dict[str, Any]
    required: bool
    internal: bool

    @property
    def type(self) -> str:
        return as_text(self.raw.get("type"))

    @property
    def has_default(self) -> bool:
        return "default" in self.raw


class OperationInputs:
    """The inputs of one operation, read as the emulator reads them."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self._places = BodyPlaces(operation)
        self._parameters: dict[str, Parameter] = {}
        for parameter in operation.parameters:
            if parameter.location != "body":
                self._parameters.setdefault(parameter.name, parameter)

    def taken(self, name: str) -> Input | None:
        """The input that a parameter of a call fills in."""
        parameter, body = self._parameters.get(name), self.operation.body
        if parameter is None and body is not None and body.name == name:
            parameter = body
        if parameter is not None:
            return _of_parameter(parameter)
        field = self._places.at(name)
        return self._of_field(field, field.chain_required) if field else None

    def referenced(self, name: str) -> Input | None:
        """The input whose value a reference stands for."""
        parameter, alike = self._parameters.get(name), self._places.alike(name)
        if parameter is not None:
            return _of_parameter(parameter)
        return self._of_field(alike[0], alike[0].required) if len(alike) == 1 else None

    def is_parameter(self, name: str) -> bool:
        return name in self._parameters

    def is_both(self, name: str) -> bool:
        """Whether a parameter is called so, and a property of the body stands at that path."""
        return name in self._parameters and name in self._places.paths["/"]

    def is_ambiguous(self, name: str) -> bool:
        """Whether a reference may mean several inputs."""
        return self.is_both(name) or (name not in self._parameters and len(self._places.alike(name)) > 1)

    def _of_field(self, field: Field, required: bool) -> Input:
        hidden = self.operation.body is not None and self.operation.body.internal
        return Input(field.pointer, field.schema, required, field.internal or hidden)

    def lacking(self, given: set[str]) -> Iterator[str]:
        """Names of what must be given, and is not: it has no default, and nothing around it was given whole."""
        for name, parameter in self._parameters.items():
            if parameter.required and not parameter.has_default and name not in given:
                yield name
        body = self.operation.body
        if body is not None and body.required and body.name not in given:
            yield from self._lacking_in_body(body, given)

    def _lacking_in_body(self, body: Parameter, given: set[str]) -> Iterator[str]:
        schema = self.operation.resolver.resolve(body.schema)
        if "default" in schema:
            return
        paths = [field.path for field in (self._places.at(name) for name in given) if field]
        if not self._places.fields:
            yield body.name
        done: list[tuple[str, ...]] = []
        for field in self._needed_fields:
            filled = "default" in field.schema or field.schema.get("readOnly") is True or field.path in paths
            if any(field.path[: len(path)] == path for path in done):
                continue
            if filled:
                done.append(field.path)
            elif not (field.schema.get("properties") or field.schema.get("allOf")):
                yield "/".join(field.path)

    @cached_property
    def _needed_fields(self) -> list[Field]:
        return [field for field in self._places.fields if field.chain_required and ITEM not in field.path]


def _of_parameter(parameter: Parameter) -> Input:
    return Input(parameter.pointer, parameter.raw, parameter.required, parameter.internal)
