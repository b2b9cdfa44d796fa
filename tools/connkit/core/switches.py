"""Switches: what nobody outside knows about a real thing, each a field of a frozen dataclass with a stated default."""

from __future__ import annotations

import dataclasses
import typing
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from connkit.core.errors import UserError
from connkit.core.mock import Unknown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Switches = TypeVar("Switches", bound=DataclassInstance)


def switch(default: Any, question: str, source: str) -> Any:
    """A field that a page can be built from: the question it answers, and what the default rests on."""
    return dataclasses.field(default=default, metadata={"question": question, "source": source})


def unknowns(kind: type[DataclassInstance]) -> tuple[Unknown, ...]:
    return tuple(
        Unknown(field.name, field.default, field.metadata["question"], field.metadata["source"])
        for field in dataclasses.fields(kind)
    )


def changed(switches: Switches, name: str, value: object) -> Switches:
    """With one switch set, from its value or a text that names it; UserError where it has no such value."""
    hints = typing.get_type_hints(type(switches))
    if name not in hints:
        raise UserError(f"there is no switch '{name}'; there are {', '.join(hints)}")
    read = _read(value)
    if not _fits(read, hints[name]):
        raise UserError(f"the switch '{name}' cannot be '{value}'; it takes {_taken(hints[name])}")
    return dataclasses.replace(switches, **{name: read})


_WORDS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False, "none": None, "null": None}


def _read(value: object) -> Any:
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    return int(word) if word.isascii() and word.isdecimal() else _WORDS.get(word, word)


def _fits(value: object, hint: Any) -> bool:
    if typing.get_origin(hint) is Literal:
        return type(value) is int and value in typing.get_args(hint)
    kinds = typing.get_args(hint) or (hint,)
    return type(value) in kinds and (type(value) is not int or value >= 0)


def _taken(hint: Any) -> str:
    if hint is bool:
        return "true or false"
    if typing.get_origin(hint) is Literal:
        return " or ".join(map(str, typing.get_args(hint)))
    return "a number from 0 on" + (", or none" if typing.get_args(hint) else "")
