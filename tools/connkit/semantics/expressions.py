"""The templates of a pollingtrigger policy: `@triggerBody().a[0].b` and `text @{triggerBody().a}`.

Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connkit.semantics.paths import (
    ExpressionError,
    MalformedExpression,
    Path,
    UnsupportedExpression,
    parse_path,
)

__all__ = ["ExpressionError", "UnsupportedExpression", "as_text", "closing_brace", "evaluate", "paths_in"]

_KNOWN = ("triggerBody",)


def evaluate(template: str, body: Any) -> Any:
    """The value of a policy parameter; text that holds no expression is its own value."""
    if template == "@":
        return template
    if template.startswith("@@"):
        return template[1:]
    if template.startswith("@") and not template.startswith("@{"):
        return _value(template[1:], body)
    return _interpolate(template, body)


def paths_in(template: str) -> tuple[Path, ...]:
    """The expressions of a template, in order; UnsupportedExpression where `evaluate` could not read them either."""
    if template == "@" or template.startswith("@@"):
        return ()
    if template.startswith("@") and not template.startswith("@{"):
        return (parse_path(template[1:], _KNOWN),)
    return tuple(part for part in _parts(template) if isinstance(part, Path))


def as_text(value: Any) -> str:
    """A value as the platform writes it into text: nothing for null, capitalised true and false, compact JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def closing_brace(template: str, at: int, opening: str = "@{") -> int:
    """Where the brace is that ends an expression, those in quotes passed over; MalformedExpression without one."""
    quoted = False
    for index in range(at, len(template)):
        if template[index] == "'":
            quoted = not quoted
        elif template[index] == "}" and not quoted:
            return index
    raise MalformedExpression(f"'{template}' has '{opening}' without a closing '}}'")


def _parts(template: str) -> Iterator[str | Path]:
    """Text and expressions in order; `@@{` is no expression but the text `@{`."""
    at = 0
    while (start := template.find("@{", at)) >= 0:
        if start > at and template[start - 1] == "@":
            yield template[at : start - 1] + "@{"
            at = start + 2
            continue
        end = closing_brace(template, start + 2)
        yield template[at:start]
        yield parse_path(template[start + 2 : end], _KNOWN)
        at = end + 1
    yield template[at:]


def _interpolate(template: str, body: Any) -> str:
    values = {"triggerbody": body}
    return "".join(part if isinstance(part, str) else as_text(part.read(values)) for part in _parts(template))


def _value(expression: str, body: Any) -> Any:
    return parse_path(expression, _KNOWN).read({"triggerbody": body})
