"""Schemas of inputs and outputs, which an operation describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connkit.core import Pointer, Send
from connkit.model import Connector, Operation
from connkit.model.shape import as_list, as_object
from connkit.runtime.connection import Credentials
from connkit.runtime.dynamic.calling import Answer, Untold, ask
from connkit.runtime.inputs import Inputs
from connkit.runtime.invoke import Invocation, invoke
from connkit.runtime.outgoing import find_operation
from connkit.runtime.policies import PolicyTrace, Setting, Trace
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.dynamic_extensions import PROPERTIES, SCHEMA, Source, schema_source

_SAYS_WHAT_IT_IS = ("type", "properties", "items", "allOf", "enum", "format")
Place = tuple[Pointer, dict[str, Any]]  # where in the definition a dynamic schema stands, and the schema


@dataclass(frozen=True, slots=True)
class DynamicSchema:
    """A dynamic schema of an operation: the schema that was answered, or why there is none."""

    pointer: Pointer
    schema: dict[str, Any] | None
    problem: str = ""
    invocation: Invocation | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The connector with an operation's dynamic schemas in place, for these inputs only."""

    connector: Connector
    schemas: tuple[DynamicSchema, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(schema.problem for schema in self.schemas if schema.problem)


def resolve_schemas(
    connector: Connector,
    connection: Credentials,
    operation_id: str,
    given: Mapping[str, Any],
    send: Send,
    switches: EmulatorSwitches = EmulatorSwitches(),
) -> Resolved:
    """Asks for every dynamic schema in the body and the answers of an operation, one call each.

    UserError for an unknown operation.
    """
    operation = find_operation(connector, operation_id)
    setting = Setting(connector, connection, operation, send, switches)
    inputs = Inputs(operation, given, switches)
    schemas = tuple(_resolved(setting, inputs, place) for place in _places(connector, operation))
    definition: Any = connector.definition
    for found in schemas:
        if found.schema is not None:
            definition = _placed(definition, found.pointer.parts, found.schema)
    return Resolved(replace(connector, definition=definition), schemas)


def invoke_resolved(
    connector: Connector,
    connection: Credentials,
    operation_id: str,
    parameters: Mapping[str, Any],
    send: Send,
    trace: Trace | None = None,
    switches: EmulatorSwitches = EmulatorSwitches(),
    policy_trace: PolicyTrace | None = None,
) -> tuple[Invocation, Resolved]:
    """As `invoke`, with body and answer held against the dynamic schemas, which are asked for first."""
    resolved = resolve_schemas(connector, connection, operation_id, parameters, send, switches)
    made = invoke(resolved.connector, connection, operation_id, parameters, send, trace, switches, policy_trace)
    return made, resolved


def _places(connector: Connector, operation: Operation) -> list[Place]:
    resolver = operation.resolver
    roots: list[Place] = []
    if operation.body is not None:
        _, place = resolver.follow(operation.body.pointer.resolve(connector.definition), operation.body.pointer)
        roots.append((place / "schema", operation.body.schema))
    roots += [(response.schema_pointer, response.schema) for response in operation.responses]
    entered: set[Pointer] = set()
    every = (place for root in roots for place in _walk(operation, root, entered))
    return [(pointer, schema) for pointer, schema in every if SCHEMA in schema or PROPERTIES in schema]


def _walk(operation: Operation, root: Place, entered: set[Pointer]) -> Iterator[Place]:
    """A schema and all inside it, each once."""
    waiting = [root]
    while waiting:
        pointer, raw = waiting.pop()
        schema, pointer = operation.resolver.follow(raw, pointer)
        if not schema or pointer in entered:
            continue
        entered.add(pointer)
        yield pointer, schema
        inside = [(pointer / key, schema.get(key)) for key in ("items", "additionalProperties")]
        inside += [(pointer / "properties" / name, one) for name, one in as_object(schema.get("properties")).items()]
        inside += [(pointer / "allOf" / index, one) for index, one in enumerate(as_list(schema.get("allOf")))]
        waiting += [(place, one) for place, one in reversed(inside) if isinstance(one, dict)]


def _resolved(setting: Setting, inputs: Inputs, place: Place) -> DynamicSchema:
    pointer, static = place
    source = schema_source(static, newer=setting.switches.dynamic_list_wins)
    if source is None:
        return DynamicSchema(pointer, None, f"the schema at {pointer} has a dynamic extension that is no object")
    try:
        answer = ask(setting, source, inputs)
        return DynamicSchema(pointer, _merged(static, _schema(source, answer)), "", answer.invocation)
    except Untold as untold:
        return DynamicSchema(pointer, None, f"the schema at {pointer} {_singular(str(untold))}", untold.invocation)


def _singular(told: str) -> str:
    """The verb of what was said of choices, said of a schema."""
    verb, _, rest = told.partition(" ")
    return f"{ {'come': 'comes', 'depend': 'depends'}.get(verb, verb) } {rest}"


def _schema(source: Source, answer: Answer) -> dict[str, Any]:
    """The schema in the answer; a path that ends in `properties` leads to the properties of one."""
    found = answer.at(source.value_path)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise answer.misread(source.value_path, "is no object")
    if source.value_path[-1:] == ("properties",):
        return {"type": "object", "properties": found}
    if found and not any(key in found for key in _SAYS_WHAT_IT_IS):
        raise answer.misread(source.value_path, "is no schema; it has neither type nor properties")
    return found


def _merged(static: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What was written in the definition, and what was answered over it."""
    kept = {name: value for name, value in static.items() if name not in (SCHEMA, PROPERTIES)}
    both = {**as_object(kept.get("properties")), **as_object(found.get("properties"))}
    return {**kept, **found, **({"properties": both} if both else {})}


def _placed(document: Any, parts: Sequence[str], value: Any) -> Any:
    """A copy of a document with one value changed."""
    if not parts:
        return value
    if isinstance(document, list):
        index = int(parts[0])
        return [*document[:index], _placed(document[index], parts[1:], value), *document[index + 1 :]]
    return {**document, parts[0]: _placed(document[parts[0]], parts[1:], value)}
