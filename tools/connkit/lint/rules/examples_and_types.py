"""Types that the definition's own examples contradict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.keywords import is_property, name_of, of_type, quoted
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.enums_and_defaults import reads_as
from connkit.lint.shown_values import Piece, ShownValue, pieces, shown_values, where_written
from connkit.model import Connector, Kind, Node
from connkit.model.shape import as_text
from connkit.semantics.limits import Limits
from connkit.semantics.values import RANGES, Mismatch, check_value, is_date_time

OPENAPI = "https://swagger.io/specification/v2/#data-types"
_SMALLEST, _LARGEST = RANGES["int32"]
_LIMITS = frozenset(("minimum", "maximum", "multipleOf", "pattern", "minLength", "maxLength", "minItems", "maxItems"))


def _is_id(name: str) -> bool:
    return name.lower() == "id" or name.endswith(("ID", "Id", "_id"))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=OPENAPI,
    mend="Write format: int64.",
    scaffold="schema",
    bad="{type: object, properties: {callId: {type: integer, format: int32, example: 150818921852}}}",
    good="{type: object, properties: {callId: {type: integer, format: int64, example: 150818921852}}}",
)
def value_exceeds_int32(connector: Connector) -> Iterator[Flaw]:
    """An integer is declared with 32 bits, but an example or a default of it needs more.

    Such a number arrives cut off or not at all. An ID without any format is looked at as well, since 32 bits are what
    many tools take then. Examples count wherever they stand: at the property, at an object around it, or at an answer.
    """
    told: set[int] = set()
    for piece in pieces(connector):
        if _exceeds(piece.value, piece.schema) and id(piece.schema) not in told:
            told.add(id(piece.schema))
            yield from _exceeding(connector, piece)


def _exceeds(value: Any, schema: dict[str, Any]) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    narrow = schema.get("type") == "integer" and schema.get("format", "int32") == "int32"
    return whole and narrow and not _SMALLEST <= value <= _LARGEST


def _exceeding(connector: Connector, piece: Piece) -> Iterator[Flaw]:
    node = where_written(connector, piece.schema) or piece.shown.node
    if "format" in piece.schema or _is_id(name_of(node)):
        declared = "as int32" if "format" in piece.schema else "without a format"
        message = f"'{name_of(node)}' is declared {declared}, but {quoted(piece.value)} needs int64"
        yield Flaw(node.pointer, message, (piece.at,))


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=OPENAPI,
    mend="Declare the ID everywhere alike, as int64 or string.",
    scaffold="schema",
    bad="""
        type: object
        properties:
          itemId: {type: integer, format: int32}
          parent: {type: object, properties: {itemId: {type: integer, format: int64}}}
    """,
    good="""
        type: object
        properties:
          itemId: {type: integer, format: int64}
          parent: {type: object, properties: {itemId: {type: integer, format: int64}}}
    """,
)
def id_narrower_than_elsewhere(connector: Connector) -> Iterator[Flaw]:
    """An ID is declared with 32 bits here, and as 64 bits or a string elsewhere under the same name.

    IDs grow; the wider declaration is mostly the one that somebody corrected. Only names that say whose ID it is are
    compared (`itemId`, `item_id`), since a plain `id` is that of something else in each object.
    """
    integers = [node for node in of_type(connector, "integer") if _own_name(node)]
    narrow = [node for node in integers if node.value.get("format") == "int32"]
    names = {_own_name(node) for node in narrow}
    wide = {_own_name(node): node for node in integers if node.value.get("format") == "int64"}
    if narrow:
        wide |= {_own_name(node): node for node in of_type(connector, "string") if _own_name(node) in names}
    for node in narrow:
        other = wide.get(_own_name(node))
        if other is not None:
            elsewhere = "a string" if other.value["type"] == "string" else "int64"
            message = f"the ID '{_own_name(node)}' is int32 here and {elsewhere} elsewhere; declare it alike"
            yield Flaw(node.pointer, message, (other.pointer,))


def _own_name(node: Node) -> str:
    """The name of a property or a parameter that says whose ID it is, '' for any other."""
    name = name_of(node) if node.kind is Kind.PARAMETER or is_property(node) else ""
    return name if len(name) > 2 and _is_id(name) else ""


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=OPENAPI,
    mend="Correct the example, or remove the format where the service does answer like that.",
    scaffold="schema",
    bad="{type: object, properties: {at: {type: string, format: date-time, example: '2017-10-16T21:26:59+0000'}}}",
    good="{type: object, properties: {at: {type: string, format: date-time, example: '2017-10-16T21:26:59+00:00'}}}",
)
def date_time_example_not_rfc3339(connector: Connector) -> Iterator[Flaw]:
    """An example or a default of format `date-time` is no date-time of RFC 3339.

    If the service answers like the example, flows and apps that read the field as a date and time fail.
    """
    for piece in pieces(connector):
        text = piece.value
        if piece.schema.get("format") == "date-time" and isinstance(text, str) and not is_date_time(text):
            yield Flaw(piece.at, f"{quoted(text)} is no date-time of RFC 3339, such as '2024-01-31T09:30:00Z'")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=OPENAPI,
    mend="Correct the example, or the schema where the example is right.",
    scaffold="schema",
    bad="{type: object, properties: {count: {type: integer, example: many}}}",
    good="{type: object, properties: {count: {type: integer, example: 3}}}",
)
def example_refused_by_schema(connector: Connector) -> Iterator[Flaw]:
    """An example does not follow its own schema.

    One of the two is wrong, and often it is the schema. Of a default, only its enum and its limits are looked at:
    its type is the matter of `DefaultValueMustMatchType`. Numbers that are too large and dates have rules of
    their own, and a property that the schema does not mention is let pass.
    """
    told: set[ShownValue] = set()
    for shown in shown_values(connector):
        for found in _refusals(connector, shown):
            told.add(shown)
            yield _refused(shown, _place(shown, found), str(found) if found.pointer.parts else found.message)
    for piece in pieces(connector):
        if piece.shown not in told and _LIMITS.intersection(piece.schema) and not _holds(piece):
            yield _refused(piece.shown, piece.at, f"{quoted(piece.value)} breaks a limit or the pattern")


def _refused(shown: ShownValue, at: Pointer, reason: str) -> Flaw:
    called = "default" if shown.is_default else "example"
    return Flaw(at, f"the {called} of '{name_of(shown.node)}' does not follow its schema: {reason}")


def _refusals(connector: Connector, shown: ShownValue) -> list[Mismatch]:
    if shown.is_default and "enum" not in shown.schema:
        return []
    return [one for one in check_value(shown.value, shown.schema, connector.resolve) if _is_refusal(one, shown)]


def _is_refusal(found: Mismatch, shown: ShownValue) -> bool:
    if shown.is_default:
        return found.kind == "enum" and not found.pointer.parts
    if found.kind == "type" and not found.pointer.parts:
        return not reads_as(shown.value, as_text(shown.schema.get("type")))
    return found.kind in ("type", "null", "enum", "missing")


def _place(shown: ShownValue, found: Mismatch) -> Pointer:
    """Of what is missing, the object that lacks it."""
    parts = found.pointer.parts[:-1] if found.kind == "missing" else found.pointer.parts
    return Pointer((*shown.at.parts, *parts))


def _holds(piece: Piece) -> bool:
    """Whether the limits hold; those of a format are not looked at here."""
    schema = {key: value for key, value in piece.schema.items() if key != "format"}
    return Limits(schema).hold(piece.value)
