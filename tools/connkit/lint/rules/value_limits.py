"""Limits of numbers, texts, arrays and objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Severity
from connkit.lint.keywords import name_of, quoted, with_keyword
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _negative(connector: Connector, key: str) -> Iterator[Flaw]:
    for node in with_keyword(connector, key):
        value = node.value[key]
        if _is_number(value) and value < 0:
            message = f"the {key} of '{name_of(node)}' is {quoted(value)}, but must be 0 or more"
            yield Flaw(node.pointer / key, message)


def _crossed(connector: Connector, low: str, high: str) -> Iterator[Flaw]:
    for node in with_keyword(connector, low):
        least, most = node.value[low], node.value.get(high)
        if _is_number(least) and _is_number(most) and least > most:
            message = f"the {low} of '{name_of(node)}' is {quoted(least)}, which is more than its {high} {quoted(most)}"
            yield Flaw(node.pointer / low, message, (node.pointer / high,))


def _alone(connector: Connector, key: str, limit: str) -> Iterator[Flaw]:
    for node in with_keyword(connector, key):
        if node.value[key] is True and limit not in node.value:
            message = f"'{name_of(node)}' has {key}, but no {limit} that it could exclude"
            yield Flaw(node.pointer / key, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the maximum, or remove exclusiveMaximum.",
    scaffold="parameters",
    bad="[{name: age, in: query, type: integer, exclusiveMaximum: true}]",
    good="[{name: age, in: query, type: integer, maximum: 100, exclusiveMaximum: true}]",
)
def exclusive_maximum_requires_maximum(connector: Connector) -> Iterator[Flaw]:
    """`exclusiveMaximum` excludes a `maximum` that is not there.

    In OpenAPI 2.0 it is true or false. False changes nothing, and a published connector has it alone, so only true
    is reported.
    """
    yield from _alone(connector, "exclusiveMaximum", "maximum")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the minimum, or remove exclusiveMinimum.",
    scaffold="parameters",
    bad="[{name: age, in: query, type: integer, exclusiveMinimum: true}]",
    good="[{name: age, in: query, type: integer, minimum: 0, exclusiveMinimum: true}]",
)
def exclusive_minimum_requires_minimum(connector: Connector) -> Iterator[Flaw]:
    """`exclusiveMinimum` excludes a `minimum` that is not there.

    In OpenAPI 2.0 it is true or false. False changes nothing and is let pass.
    """
    yield from _alone(connector, "exclusiveMinimum", "minimum")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Swap the two, or correct the one that is wrong.",
    scaffold="parameters",
    bad="[{name: age, in: query, type: integer, minimum: 10, maximum: 1}]",
    good="[{name: age, in: query, type: integer, minimum: 1, maximum: 10}]",
)
def minimum_should_be_less_than_or_equal_to_maximum(connector: Connector) -> Iterator[Flaw]:
    """`minimum` is more than `maximum`, so that no number is right.

    No published connector has it, so it is an error.
    """
    yield from _crossed(connector, "minimum", "maximum")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Swap the two, or correct the one that is wrong.",
    scaffold="schema",
    bad="{type: array, items: {type: string}, minItems: 10, maxItems: 1}",
    good="{type: array, items: {type: string}, minItems: 1, maxItems: 10}",
)
def min_items_should_be_less_than_or_equal_to_max_items(connector: Connector) -> Iterator[Flaw]:
    """`minItems` is more than `maxItems`, so that no array is right.

    No published connector has it, so it is an error.
    """
    yield from _crossed(connector, "minItems", "maxItems")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Swap the two, or correct the one that is wrong.",
    scaffold="parameters",
    bad="[{name: code, in: query, type: string, minLength: 10, maxLength: 1}]",
    good="[{name: code, in: query, type: string, minLength: 1, maxLength: 10}]",
)
def min_length_should_be_less_than_or_equal_to_max_length(connector: Connector) -> Iterator[Flaw]:
    """`minLength` is more than `maxLength`, so that no text is right.

    No published connector has it, so it is an error.
    """
    yield from _crossed(connector, "minLength", "maxLength")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write a number above 0, such as 1 for whole numbers, or remove multipleOf.",
    scaffold="parameters",
    bad="[{name: price, in: query, type: number, multipleOf: 0}]",
    good="[{name: price, in: query, type: number, multipleOf: 0.05}]",
)
def multiple_of_must_be_greater_than_zero(connector: Connector) -> Iterator[Flaw]:
    """`multipleOf` is 0 or less, and nothing can be divided by that."""
    for node in with_keyword(connector, "multipleOf"):
        value = node.value["multipleOf"]
        if _is_number(value) and value <= 0:
            message = f"the multipleOf of '{name_of(node)}' is {quoted(value)}, but must be more than 0"
            yield Flaw(node.pointer / "multipleOf", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Correct the expression, or remove the pattern.",
    scaffold="parameters",
    bad="[{name: code, in: query, type: string, pattern: '[A-Z'}]",
    good="[{name: code, in: query, type: string, pattern: '[A-Z]+'}]",
)
def pattern_should_be_valid_regular_expression(connector: Connector) -> Iterator[Flaw]:
    r"""A `pattern` is no regular expression.

    What .NET, JavaScript or Python alone can read, such as `\p{L}` or a group with a name, is let pass. Reported is
    what none of them can read: a bracket that is not closed, a repetition of nothing, a range from Z to A.
    """
    for node in with_keyword(connector, "pattern"):
        value = node.value["pattern"]
        reason = _unreadable(value) if isinstance(value, str) else ""
        if reason:
            message = f"the pattern {quoted(value)} of '{name_of(node)}' is no regular expression: {reason}"
            yield Flaw(node.pointer / "pattern", message)


def _unreadable(pattern: str) -> str:
    """Why no dialect can read the pattern, '' for one that can be read or is too large to tell."""
    return _reason(pattern) and _reason(_plain(pattern))


def _reason(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return error.msg
    except (OverflowError, RecursionError):
        return ""
    return ""


def _plain(pattern: str) -> str:
    """The pattern without what Python does not know and other dialects do."""
    plain = re.sub(r"\\[pP]\{\^?[\w ]*\}|\\k(<\w+>|'\w+'|\{\w+\})|\\[xu]\{[0-9A-Fa-f]+\}|\\c[A-Za-z]", "a", pattern)
    plain = re.sub(r"\\(.)", _escape, plain, flags=re.DOTALL)
    plain = re.sub(r"\(\?[A-Za-z-]+\)", "", plain)
    return re.sub(r"\(\?(<[=!]|<[\w-]+>|'[\w-]+'|[A-Za-z-]+:|>)", "(?:", plain)


def _escape(found: re.Match[str]) -> str:
    """A letter or digit stands for itself, as in JavaScript; a class stays one, so that no range begins with it."""
    return found[0] if not found[1].isalnum() or found[1] in "dDsSwW" else "a"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write 0 or more, or remove maxItems.",
    scaffold="schema",
    bad="{type: array, items: {type: string}, maxItems: -1}",
    good="{type: array, items: {type: string}, maxItems: 1}",
)
def max_items_must_be_greater_than_or_equal_to_zero(connector: Connector) -> Iterator[Flaw]:
    """`maxItems` is below 0, so that no array is right."""
    yield from _negative(connector, "maxItems")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write 0 or more, or remove maxLength.",
    scaffold="parameters",
    bad="[{name: code, in: query, type: string, maxLength: -1}]",
    good="[{name: code, in: query, type: string, maxLength: 1}]",
)
def max_length_must_be_greater_than_or_equal_to_zero(connector: Connector) -> Iterator[Flaw]:
    """`maxLength` is below 0, so that no text is right."""
    yield from _negative(connector, "maxLength")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write 0 or more, or remove maxProperties.",
    scaffold="schema",
    bad="{type: object, maxProperties: -1}",
    good="{type: object, maxProperties: 1}",
)
def max_properties_must_be_greater_than_or_equal_to_zero(connector: Connector) -> Iterator[Flaw]:
    """`maxProperties` is below 0, so that no object is right."""
    yield from _negative(connector, "maxProperties")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write 0 or more, or remove minItems.",
    scaffold="schema",
    bad="{type: array, items: {type: string}, minItems: -1}",
    good="{type: array, items: {type: string}, minItems: 1}",
)
def min_items_must_be_greater_than_or_equal_to_zero(connector: Connector) -> Iterator[Flaw]:
    """`minItems` is below 0, and no array has so few."""
    yield from _negative(connector, "minItems")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write 0 or more, or remove minLength.",
    scaffold="parameters",
    bad="[{name: code, in: query, type: string, minLength: -1}]",
    good="[{name: code, in: query, type: string, minLength: 1}]",
)
def min_length_must_be_greater_than_or_equal_to_zero(connector: Connector) -> Iterator[Flaw]:
    """`minLength` is below 0, which is no length of any text."""
    yield from _negative(connector, "minLength")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write 0 or more, or remove minProperties.",
    scaffold="schema",
    bad="{type: object, minProperties: -1}",
    good="{type: object, minProperties: 1}",
)
def min_properties_must_be_greater_than_or_equal_to_zero(connector: Connector) -> Iterator[Flaw]:
    """`minProperties` is below 0, and no object has so few."""
    yield from _negative(connector, "minProperties")
