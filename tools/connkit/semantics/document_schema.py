"""A document against a JSON Schema, told so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.semantics.suggestions import suggestion


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `pointer`; `key` is the offending key there, for a place on the key itself."""

    pointer: Pointer
    message: str
    key: str | None = None


def problems(document: Any, schema: dict[str, Any]) -> list[Problem]:
    """Every difference between a document and a JSON Schema (draft 2020-12), in document order."""
    from jsonschema import Draft202012Validator  # costs 100 ms, and only build and check need it

    errors = Draft202012Validator(schema).iter_errors(document)
    return sorted((problem for error in errors for problem in _told(error)), key=_order)


def _order(problem: Problem) -> tuple[str, str]:
    return str(problem.pointer), problem.message


def _told(error: Any) -> Iterator[Problem]:
    pointer = Pointer(tuple(str(part) for part in error.absolute_path))
    teller = _TELLERS.get(error.validator)
    if teller is None:
        yield Problem(pointer, error.message)
    else:
        yield from teller(error, pointer)


def _unknown_keys(error: Any, pointer: Pointer) -> Iterator[Problem]:
    known = [*error.schema.get("properties", {})]
    for key in error.instance:
        if key not in known:
            yield Problem(pointer / str(key), f"unknown key '{key}'; {suggestion(str(key), known)}", str(key))


def _missing_key(error: Any, pointer: Pointer) -> Iterator[Problem]:
    for key in error.validator_value:
        if key not in error.instance and error.message.startswith(f"'{key}'"):
            yield Problem(pointer, f"missing key '{key}'")


def _wrong_type(error: Any, pointer: Pointer) -> Iterator[Problem]:
    expected = error.validator_value
    names = expected if isinstance(expected, list) else [expected]
    kinds = " or ".join(_KINDS[name] for name in names)
    yield Problem(pointer, f"{_shown(error.instance)} should be {kinds}")


def _not_in_list(error: Any, pointer: Pointer) -> Iterator[Problem]:
    known = [str(value) for value in error.validator_value]
    yield Problem(pointer, f"unknown value {_shown(error.instance)}; {suggestion(str(error.instance), known)}")


def _wrong_form(error: Any, pointer: Pointer) -> Iterator[Problem]:
    wanted = error.schema.get("description", f"text that matches {error.validator_value}")
    yield Problem(pointer, f"{_shown(error.instance)} should be {wanted}")


def _too_short(error: Any, pointer: Pointer) -> Iterator[Problem]:
    yield Problem(pointer, f"{_shown(error.instance)} should not be empty")


def _too_many(error: Any, pointer: Pointer) -> Iterator[Problem]:
    yield Problem(pointer, f"{len(error.instance)} keys, where there should be {error.validator_value}")


_TELLERS = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _not_in_list,
    "const": lambda error, pointer: iter(
        [Problem(pointer, f"{_shown(error.instance)} should be {_shown(error.validator_value)}")]
    ),
    "pattern": _wrong_form,
    "minLength": _too_short,
    "minItems": _too_short,
    "minProperties": _too_short,
    "maxProperties": _too_many,
}

_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "an empty value"
    return f"'{value}'" if len(str(value)) <= 60 else f"'{str(value)[:57]}...'"
