"""The two languages of policy templates: text with `@headers('x')` in it, and body values with `{@body().x}`.

In text a call is read wherever it stands and ends at its parenthesis: in `https://@headers('site').example` the dot
belongs to the address. Source: https://learn.microsoft.com/connectors/custom-connectors/policy-templates/expressions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connkit.semantics.expressions import as_text, closing_brace
from connkit.semantics.paths import MalformedExpression, Path, UnsupportedExpression, parse_path
from connkit.semantics.suggestions import closest

SOURCES = {
    "connectionparameters": "connectionParameters",
    "headers": "headers",
    "header": "headers",
    "queryparameters": "queryParameters",
}
BODY_VALUES = ("body", "item")
_TEXT = r"'((?:[^']|'')*)'"
_CALL = re.compile(rf"@(\{{\s*)?([A-Za-z]+)\s*\(\s*{_TEXT}\s*(?:,\s*{_TEXT}\s*)?\)", re.IGNORECASE)
_LIKE_A_CALL = re.compile(r"@\{?\s*([A-Za-z]+)\s*\(")
_FORMS = "@headers('name') or @headers('name', 'default')"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A call such as `@headers('site', 'main')`; `source` is the documented name of what it looks into."""

    text: str
    source: str
    name: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class BodyValue:
    """The parts of a body value in order: plain text, and paths that stand in braces."""

    parts: tuple[str | Path, ...]


@lru_cache(maxsize=4096)
def parse_policy_text(text: str) -> tuple[str | Lookup, ...]:
    """Plain text and lookups in order; an '@' before no call is plain. UnsupportedExpression for another call."""
    parts: list[str | Lookup] = []
    at = 0
    for like in _LIKE_A_CALL.finditer(text):
        if like.start() < at:
            continue
        lookup, end = _lookup(text, like)
        parts += [text[at : like.start()], lookup]
        at = end
    return tuple(part for part in (*parts, text[at:]) if part)


def _lookup(text: str, like: re.Match[str]) -> tuple[Lookup, int]:
    source = SOURCES.get(like[1].lower())
    if source is None:
        raise _no_function(like[1])
    if text[: like.start()].endswith("@"):
        raise UnsupportedExpression(f"'@@{like[1]}' is not known to mean anything in a policy")
    call = _CALL.match(text, like.start())
    if not call:
        raise MalformedExpression(f"'{text[like.start() :]}' is no call that a policy knows; expected {_FORMS}")
    end = call.end()
    if call[1]:
        closed = closing_brace(text, end)
        if text[end:closed].strip():
            raise MalformedExpression(f"'{text[end:closed]}' cannot follow a call; expected '}}'")
        end = closed + 1
    default = None if call[4] is None else call[4].replace("''", "'")
    return Lookup(text[like.start() : end], source, call[3].replace("''", "'"), default), end


def _no_function(name: str) -> UnsupportedExpression:
    others = "use @connectionParameters, @headers or @queryParameters"
    if name.lower() in BODY_VALUES:
        return UnsupportedExpression(f"'@{name}()' is not known to work here; {others}")
    near = closest(name.lower(), SOURCES)
    if near:
        return MalformedExpression(f"'@{name}' is no function of a policy; did you mean '@{SOURCES[near]}'")
    return UnsupportedExpression(f"'@{name}' is no function of a policy; {others}")


def parse_body_path(text: str) -> Path:
    """A path such as `@body().a['b']` or `@item().c`; UnsupportedExpression for anything else."""
    if not text.startswith("@"):
        advice = f"; write '@{text}'" if text.lower().startswith(BODY_VALUES) else ", such as @body().name"
        raise MalformedExpression(f"'{text}' does not begin with '@'{advice}")
    path = parse_path(text[1:], BODY_VALUES)
    if not path.function:
        raise MalformedExpression(f"'{text}' is a value and no path; expected @body() or @item()")
    return path


@lru_cache(maxsize=4096)
def parse_body_value(text: str) -> Path | BodyValue:
    """A single path, or text with paths in braces around it; UnsupportedExpression for another call."""
    if text.lower().startswith(("@body(", "@item(")):
        return parse_body_path(text)
    parts: list[str | Path] = []
    at = 0
    while (start := text.find("{@", at)) >= 0:
        end = closing_brace(text, start + 2, "{@")
        parts += [_plain(text[at:start]), parse_body_path(text[start + 1 : end])]
        at = end + 1
    return BodyValue(tuple(part for part in (*parts, _plain(text[at:])) if part))


def _plain(text: str) -> str:
    """Text outside braces, where nothing is evaluated; a call there is told instead of sent as it stands."""
    call = _LIKE_A_CALL.search(text)
    if call and call[1].lower() in BODY_VALUES:
        raise MalformedExpression(f"'@{call[1]}()' stands in text without braces; write {{@{call[1]}().name}}")
    if call and call[1].lower() in SOURCES:
        raise MalformedExpression(f"'@{call[1]}' does not work in a body value; only @body() and @item() do")
    return text


def read_body_value(value: Path | BodyValue, values: Mapping[str, Any], *, unquote: bool) -> Any:
    """The value: of a single path whatever it names, otherwise text, or what the text spells as a JSON array or object.

    With `unquote`, single quotes around the whole text are taken off. ExpressionError where a path names nothing.
    """
    if isinstance(value, Path):
        return value.read(values)
    text = "".join(part if isinstance(part, str) else as_text(part.read(values)) for part in value.parts)
    if unquote and len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    return _spelled(text)


def _spelled(text: str) -> Any:
    if text.strip()[:1] not in ("[", "{"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
