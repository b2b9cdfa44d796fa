"""What a person typed for the inputs of an operation, as the values that its definition declares."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import UserError
from connkit.model import Operation, Parameter
from connkit.model.schema import whole_schema
from connkit.semantics.suggestions import suggestion

_SEPARATORS = {"ssv": " ", "tsv": "\t", "pipes": "|"}
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an input goes: a parameter, or with a `path` a property of the body that the parameter is."""

    parameter: Parameter
    schema: Mapping[str, Any]
    path: tuple[str, ...] = ()


def typed_inputs(operation: Operation, texts: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs by the names of the operation's parameters, from `values` and over them from `texts`.

    A name is a parameter's, or a property's of the body, `a.b` for one inside another. UserError for a name that is
    unknown, and for a text that is no value of the declared type.
    """
    given: dict[str, Any] = {}
    for name, value in values.items():
        _put(given, _place(operation, name), copy.deepcopy(value))
    for name, text in texts.items():
        place = _place(operation, name)
        _put(given, place, _typed(name, text, place.schema, operation.resolver.resolve))
    return given


def input_names(operation: Operation) -> list[str]:
    """What a person can fill in, properties of the body by their own names."""
    names: list[str] = []
    for parameter in operation.parameters:
        properties = _properties(operation, parameter.schema) if parameter.location == "body" else {}
        names += list(properties) or [parameter.name]
    return names


def _place(operation: Operation, name: str) -> _Place:
    for parameter in operation.parameters:
        if parameter.name == name and parameter.location != "body":
            return _Place(parameter, parameter.raw)
    body = operation.body
    if body is not None:
        for path, schema in _paths(operation, body.schema, name, ()):
            return _Place(body, schema, path)
        if name == body.name:
            return _Place(body, operation.resolver.resolve(body.schema))
    known = input_names(operation)
    told = suggestion(name, known) if known else "it has no inputs"
    raise UserError(f"{operation.label} has no input '{name}'; {told}")


def _paths(
    operation: Operation, schema: Any, name: str, above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Ways to read the name as properties inside one another; those whose own names have dots come first."""
    properties = _properties(operation, schema)
    for own in sorted(properties, key=len, reverse=True):
        if name == own:
            yield (*above, own), operation.resolver.resolve(properties[own])
        elif name.startswith(f"{own}.") and len(above) < _DEEPEST:
            yield from _paths(operation, properties[own], name[len(own) + 1 :], (*above, own))


def _properties(operation: Operation, schema: Any) -> dict[str, Any]:
    resolve = operation.resolver.resolve
    properties = whole_schema(resolve(schema), resolve).get("properties")
    return properties if isinstance(properties, dict) else {}


def _put(given: dict[str, Any], place: _Place, value: Any) -> None:
    """A property goes into the body; what stands on its way and is no object gives way to one."""
    *way, last = place.parameter.name, *place.path
    target = given
    for name in way:
        if not isinstance(target.get(name), dict):
            target[name] = {}
        target = target[name]
    inside = target.get(last)
    target[last] = {**inside, **value} if isinstance(inside, dict) and isinstance(value, dict) else value


def _typed(name: str, text: str, schema: Mapping[str, Any], resolve: Callable[[Any], dict[str, Any]]) -> Any:
    kind = schema.get("type") or ("object" if "properties" in schema else "")
    if kind == "array" and not text.lstrip().startswith("["):
        separator = _SEPARATORS.get(str(schema.get("collectionFormat")), ",")
        parts = text.split(separator) if text else []
        return [_typed(name, part, resolve(schema.get("items")), resolve) for part in parts]
    read = _READERS.get(kind)
    if read is None:
        return text
    try:
        return read(text)
    except (ValueError, RecursionError):
        raise UserError(f"the input '{name}' cannot be '{text}'; the definition wants {_WANTED[kind]}") from None


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else _no_value()


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_value()


def _integer(text: str) -> int:
    return int(text) if text.strip().lstrip("+-").isdecimal() else _no_value()


def _of(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = json.loads(text)
        return value if isinstance(value, kind) else _no_value()

    return read


def _no_value() -> Any:
    raise ValueError


_READERS: Mapping[Any, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "array": _of(list),
    "object": _of(dict),
}
_WANTED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list: a,b or JSON",
    "object": "a JSON object",
}
