"""The workflow expressions that a pollingtrigger policy uses: `@triggerBody().a[0].b` and `text @{triggerBody().a}`.

Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\(\s*\)")
_STEP = re.compile(
    r"\s*(?P<safe>\?)?(?:\.(?P<name>[A-Za-z_@$][\w@$-]*)|\[\s*(?:'(?P<key>(?:[^']|'')*)'|(?P<index>-?[0-9]{1,9}))\s*\])"
)


class ExpressionError(Exception):
    """The expression cannot be evaluated on this body; the message says what is missing."""


class UnsupportedExpression(Exception):
    """The expression uses something that the policy is not known to understand."""


@dataclass(frozen=True, slots=True)
class _Step:
    key: str | int
    safe: bool


def evaluate(template: str, body: Any) -> Any:
    """The value of a policy parameter; text that holds no expression is its own value."""
    if template == "@":
        return template
    if template.startswith("@@"):
        return template[1:]
    if template.startswith("@") and not template.startswith("@{"):
        return _value(template[1:], body)
    return _interpolate(template, body)


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


def _interpolate(template: str, body: Any) -> str:
    result, at = [], 0
    while (start := template.find("@{", at)) >= 0:
        if start > at and template[start - 1] == "@":
            result.append(template[at : start - 1] + "@{")
            at = start + 2
            continue
        end = _closing_brace(template, start + 2)
        result += [template[at:start], as_text(_value(template[start + 2 : end], body))]
        at = end + 1
    return "".join(result) + template[at:]


def _closing_brace(template: str, at: int) -> int:
    quoted = False
    for index in range(at, len(template)):
        if template[index] == "'":
            quoted = not quoted
        elif template[index] == "}" and not quoted:
            return index
    raise UnsupportedExpression(f"'{template}' has '@{{' without a closing '}}'")


def _value(expression: str, body: Any) -> Any:
    call = _CALL.match(expression)
    if not call:
        raise UnsupportedExpression(f"'{expression}' is no function call; expected triggerBody()")
    if call.group(1).lower() != "triggerbody":
        raise UnsupportedExpression(f"function '{call.group(1)}' is not known to work here; use triggerBody()")
    value = body
    for step in _steps(expression, call.end()):
        value = _select(value, step, expression)
    return value


def _steps(expression: str, at: int) -> list[_Step]:
    steps = []
    while at < len(expression.rstrip()):
        match = _STEP.match(expression, at)
        if not match:
            raise UnsupportedExpression(f"'{expression}' cannot be read from '{expression[at:]}' on")
        key: str | int
        if match["index"] is not None:
            key = int(match["index"])
        else:
            key = match["name"] if match["name"] is not None else match["key"].replace("''", "'")
        steps.append(_Step(key, match["safe"] is not None))
        at = match.end()
    return steps


def _select(value: Any, step: _Step, expression: str) -> Any:
    if value is None:
        if step.safe:
            return None
        raise ExpressionError(f"'{expression}' cannot select '{step.key}' from null")
    if isinstance(step.key, int):
        return _item(value, step.key, step.safe, expression)
    return _property(value, step.key, step.safe, expression)


def _item(value: Any, index: int, safe: bool, expression: str) -> Any:
    if not isinstance(value, list):
        raise ExpressionError(f"'{expression}' selects item {index} of something that is no array")
    if 0 <= index < len(value):
        return value[index]
    if safe and index >= 0:
        return None
    raise ExpressionError(f"'{expression}' selects item {index} of an array with {len(value)} items")


def _property(value: Any, name: str, safe: bool, expression: str) -> Any:
    if not isinstance(value, dict):
        raise ExpressionError(f"'{expression}' selects property '{name}' of something that is no object")
    if name in value:
        return value[name]
    for key, found in value.items():
        if key.lower() == name.lower():
            return found
    if safe:
        return None
    known = ", ".join(f"'{key}'" for key in value) or "none"
    raise ExpressionError(f"'{expression}' selects property '{name}', which is not there; there are {known}")
