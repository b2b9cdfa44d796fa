"""Values of the workflow expression language: `body().list[0]['a b']`, `triggerBody()?.gone`, `'text'`, `30`.

Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\(\s*\)")
_LITERAL = re.compile(
    r"\s*(?:'(?P<text>(?:[^']|'')*)'|(?P<number>[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?)"
    r"|(?P<word>true|false|null))(?![\w'.])",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s*(?P<safe>\?)?\.(?P<name>[A-Za-z_@$][\w@$-]*)")
_BRACKET = re.compile(r"\s*(?P<safe>\?)?\[")
_CLOSED = re.compile(r"\s*\]")
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 10


class ExpressionError(Exception):
    """The expression cannot be evaluated on this body; the message says what is missing."""


class UnsupportedExpression(Exception):
    """The expression uses something that is not known to work where it stands."""


class MalformedExpression(UnsupportedExpression):
    """The text is no expression at all, wherever it stands: a slip of whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One selection: a property's name, an item's index, or an expression whose value is one of them."""

    key: str | int | Path
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A function's value and what is selected from it; `function` in lower case, '' for the literal `value`."""

    text: str
    function: str = ""
    steps: tuple[Step, ...] = ()
    value: Any = None

    def read(self, values: Mapping[str, Any]) -> Any:
        """What the path names, given the functions' values; ExpressionError where it names nothing."""
        value = values.get(self.function) if self.function else self.value
        for step in self.steps:
            value = _select(value, step, _key(step, values, self.text), self.text)
        return value

    def write(self, root: Any, new: Any, values: Mapping[str, Any], *, make: bool) -> Any:
        """A copy of the function's value with `new` where the path points; the original stays as it is.

        With `make`, objects that are missing on the way are made. ExpressionError where there is no such place.
        """
        return placed(root, [_key(step, values, self.text) for step in self.steps], new, self.text, make=make)

    @property
    def functions(self) -> set[str]:
        inside = [step.key.functions for step in self.steps if isinstance(step.key, Path)]
        return {self.function, *(name for names in inside for name in names)} - {""}


@lru_cache(maxsize=4096)
def parse_path(text: str, known: tuple[str, ...]) -> Path:
    """The path; UnsupportedExpression for another form or for a function that is not one of the `known`."""
    path, end = _expression(text, 0, known, _DEEPEST)
    if text[end:].strip():
        raise MalformedExpression(f"'{text}' cannot be read from '{text[end:]}' on")
    return path


@lru_cache(maxsize=4096)
def parse_steps(text: str) -> tuple[Step, ...]:
    """The selections of a path that begins below a value: `a.b`, `['a b'].c`; '' has none.

    Text that begins with '@' is one name: no function can stand there, and many properties are called so.
    """
    if not text or text.startswith("@"):
        return (Step(text),) if text else ()
    start = text if text.lstrip()[:1] in ("[", "?", ".") else f".{text}"
    try:
        steps, end = _steps(start, 0, (), _DEEPEST)
    except UnsupportedExpression:
        end = 0
    if not end or start[end:].strip():
        raise MalformedExpression(f"'{text}' is no path of names such as a.b or ['a b']")
    return steps


def read_steps(value: Any, steps: Sequence[Step], text: str) -> Any:
    """What the selections of `parse_steps` name below a value; ExpressionError where they name nothing."""
    for step in steps:
        value = _select(value, step, _key(step, {}, text), text)
    return value


def write_steps(value: Any, steps: Sequence[Step], new: Any, text: str, *, make: bool) -> Any:
    """A copy of the value with `new` where the selections of `parse_steps` point."""
    return placed(value, [_key(step, {}, text) for step in steps], new, text, make=make)


def _expression(text: str, at: int, known: tuple[str, ...], depth: int) -> tuple[Path, int]:
    literal = _LITERAL.match(text, at)
    if literal:
        return Path(literal[0].strip(), value=_literal(literal)), literal.end()
    shown = text[at:]
    expected = " or ".join(f"{name}()" for name in known)
    call = _CALL.match(text, at)
    if not call:
        raise MalformedExpression(f"'{shown}' is no function call; expected {expected}")
    if call[1].lower() not in {name.lower() for name in known}:
        raise UnsupportedExpression(f"function '{call[1]}' is not known to work here; use {expected}")
    steps, end = _steps(text, call.end(), known, depth)
    return Path(text[at:end], call[1].lower(), steps), end


def _literal(match: re.Match[str]) -> Any:
    if match["text"] is not None:
        return match["text"].replace("''", "'")
    if match["word"]:
        return _WORDS[match["word"].lower()]
    number = match["number"]
    return int(number) if number.lstrip("+-").isdecimal() else float(number)


def _steps(text: str, at: int, known: tuple[str, ...], depth: int) -> tuple[tuple[Step, ...], int]:
    steps: list[Step] = []
    while True:
        named, bracket = _NAMED.match(text, at), _BRACKET.match(text, at)
        if named:
            steps.append(Step(named["name"], named["safe"] is not None))
            at = named.end()
        elif bracket:
            inside, at = _inside(text, bracket.end(), known, depth)
            key = inside if inside.function else inside.value
            steps.append(Step(key, bracket["safe"] is not None))
        else:
            return tuple(steps), at


def _inside(text: str, at: int, known: tuple[str, ...], depth: int) -> tuple[Path, int]:
    """What stands between brackets, and where they end."""
    if not depth:
        raise UnsupportedExpression(f"'{text}' has more than {_DEEPEST} brackets inside one another")
    inside, end = _expression(text, at, known, depth - 1)
    closed = _CLOSED.match(text, end)
    plain = isinstance(inside.value, (str, int)) and not isinstance(inside.value, bool)
    if not closed or not (inside.function or plain):
        raise MalformedExpression(f"'{text}' cannot be read from '[{text[at:]}' on")
    return inside, closed.end()


def _key(step: Step, values: Mapping[str, Any], text: str) -> str | int:
    if not isinstance(step.key, Path):
        return step.key
    key = step.key.read(values)
    if isinstance(key, bool) or not isinstance(key, (str, int)):
        raise ExpressionError(f"'{text}' selects by '{step.key.text}', which is neither a name nor an index")
    return key


def _select(value: Any, step: Step, key: str | int, text: str) -> Any:
    if value is None:
        if step.safe:
            return None
        raise ExpressionError(f"'{text}' cannot select '{key}' from null")
    if isinstance(key, int):
        return _item(value, key, step.safe, text)
    return _property(value, key, step.safe, text)


def _item(value: Any, index: int, safe: bool, text: str) -> Any:
    if not isinstance(value, list):
        raise ExpressionError(f"'{text}' selects item {index} of something that is no array")
    if 0 <= index < len(value):
        return value[index]
    if safe and index >= 0:
        return None
    raise ExpressionError(f"'{text}' selects item {index} of an array with {len(value)} items")


def _property(value: Any, name: str, safe: bool, text: str) -> Any:
    if not isinstance(value, dict):
        raise ExpressionError(f"'{text}' selects property '{name}' of something that is no object")
    own = _own_name(value, name)
    if own is not None:
        return value[own]
    if safe:
        return None
    known = ", ".join(f"'{key}'" for key in value) or "none"
    raise ExpressionError(f"'{text}' selects property '{name}', which is not there; there are {known}")


def _own_name(value: Mapping[str, Any], name: str) -> str | None:
    """How the object itself spells a property's name; the exact spelling first."""
    if name in value:
        return name
    return next((key for key in value if key.lower() == name.lower()), None)


def placed(value: Any, keys: Sequence[str | int], new: Any, text: str, *, make: bool) -> Any:
    """A copy of the value with `new` at the keys; ExpressionError where there is no such place."""
    if not keys:
        return new
    key, rest = keys[0], keys[1:]
    if isinstance(key, int):
        below = _item(value, key, False, text)
        return [*value[:key], placed(below, rest, new, text, make=make), *value[key + 1 :]]
    if value is None and make:
        value = {}
    if not isinstance(value, dict):
        raise ExpressionError(f"'{text}' writes property '{key}' of something that is no object")
    own = _own_name(value, key)
    if own is None and rest and not make:
        raise ExpressionError(f"'{text}' writes below property '{key}', which is not there")
    name = key if own is None else own
    return {**value, name: placed(value.get(name), rest, new, text, make=make)}
