"""What dynamic extensions read of the answer of the operation that they call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connkit.core import Authority, Severity
from connkit.lint.calls import Call, calls
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector
from connkit.model.schema import whole_schema
from connkit.model.shape import as_object
from connkit.semantics.dynamic_extensions import PATHS, PROPERTIES, SCHEMA

_NO_OBJECTS = ("array", "string", "number", "integer", "boolean")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Correct the path, or the schema of what the called operation answers.",
    scaffold="choices",
    bad="""
        answers: {type: object, properties: {rooms: {type: array}}}
        parameters:
          - {name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListRooms, value-path: id}}
    """,
    good="""
        answers: {type: object, properties: {rooms: {type: array}}}
        parameters:
          - name: room
            in: query
            type: string
            x-ms-dynamic-values: {operationId: ListRooms, value-collection: rooms, value-path: id}
    """,
)
def invoked_operation_should_produce_array(connector: Connector) -> Iterator[Flaw]:
    """Choices are read from a place where the called operation answers with no list.

    The path to the items (`value-collection` or `itemsPath`; none means the answer itself) must lead to an array of
    the schema that the operation answers with. An answer without a schema, or one that is left open, is let pass.
    """
    for call in calls(connector).dynamic:
        if not _reads_schema(call):
            path = call.source.items_path
            there = _at(connector, _answer(call), path)
            if there is None or not _may_be_array(there):
                where = f"at '{'/'.join(path)}' in" if path else "as"
                yield _misread(call, 0, f"expects a list {where} the answer of '{call.source.operation_id}'")


def _reads_schema(call: Call) -> bool:
    return call.extension in (SCHEMA, PROPERTIES)


def _answer(call: Call) -> dict[str, Any]:
    answer = call.target.success_response if call.target else None
    return answer.schema if answer else {}


def _at(connector: Connector, schema: Any, path: Sequence[str]) -> dict[str, Any] | None:
    """The schema at a path of names: {} where anything may stand, None where nothing can."""
    there = whole_schema(schema, connector.resolve)
    for name in path:
        if SCHEMA in there or PROPERTIES in there:
            return {}
        properties = as_object(there.get("properties"))
        if name not in properties:
            closed = properties and there.get("additionalProperties", False) is False
            return None if closed or there.get("type") in _NO_OBJECTS else {}
        there = whole_schema(properties[name], connector.resolve)
    return there


def _may_be_array(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" or not ("type" in schema or "properties" in schema)


def _misread(call: Call, which: int, told: str) -> Flaw:
    key = PATHS[call.extension][which]
    answer = call.target.success_response if call.target else None
    at = call.pointer / key if key in call.raw else call.pointer
    message = f"'{'/'.join(call.steps)}' {told}, but there is none"
    return Flaw(at, message, (answer.schema_pointer,) if answer else ())


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Correct the path, or declare the property in what the called operation answers.",
    scaffold="choices",
    bad="""
        answers: {type: array, items: {type: object, properties: {id: {type: string}}}}
        parameters:
          - {name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListRooms, value-path: ID}}
    """,
    good="""
        answers: {type: array, items: {type: object, properties: {id: {type: string}}}}
        parameters:
          - {name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListRooms, value-path: id}}
    """,
)
def invoked_operation_should_produce_property(connector: Connector) -> Iterator[Flaw]:
    """A dynamic extension reads a property that the called operation does not answer with.

    Of choices these are the value and the title of an item, of a schema the place where it stands. Names count
    letter by letter. An object without properties, or with `additionalProperties`, may hold anything and is let pass.
    """
    read: dict[tuple[bool, str, Sequence[str], Sequence[str]], bool] = {}
    for call in calls(connector).dynamic:
        source, whole = call.source, _reads_schema(call)
        for which, path in enumerate((source.value_path, source.title_path), 1):
            key = (whole, source.operation_id, source.items_path, path)
            if key not in read:
                read[key] = _is_there(connector, call, path)
            if not read[key]:
                of = "the answer" if whole else "an item in the answer"
                yield _misread(call, which, f"reads '{'/'.join(path)}' of {of} of '{source.operation_id}'")


def _is_there(connector: Connector, call: Call, path: Sequence[str]) -> bool:
    schema: Any = _answer(call)
    if not _reads_schema(call):
        schema = (_at(connector, schema, call.source.items_path) or {}).get("items", {})
    return _at(connector, schema, path) is not None
