"""Random edits: what only adds breaks nothing, and what Microsoft reports is always an error here."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connkit.core import Severity
from connkit.diff import compare
from connkit.model import Connector, Operation

ROOT = Path(__file__).resolve().parents[2]
Draw = Callable[[Any], Any]
Json = dict[str, Any]

KIND = {"type": "string", "enum": ["small", "large"]}
ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "format": "int32"},
        "kind": KIND,
        "owner": {"type": "object", "properties": {"name": {"type": "string"}, "since": {"type": "string"}}},
        "parts": {"type": "array", "items": {"$ref": "#/definitions/Part"}},
    },
}
PART = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "format": "uuid"},
        "whole": {"$ref": "#/definitions/Item"},
        "size": {"type": "number"},
    },
}
TARGET = {"type": "string", "x-ms-notification-url": True}
RICH: Json = {
    "swagger": "2.0",
    "host": "api.example.com",
    "definitions": {"Item": ITEM, "Part": PART},
    "parameters": {"page": {"name": "page", "in": "query", "type": "integer", "maximum": 100}},
    "paths": {
        "/items": {
            "get": {
                "operationId": "ListItems",
                "parameters": [
                    {"$ref": "#/parameters/page"},
                    {"name": "kind", "in": "query", **KIND},
                    {"name": "trace", "in": "header", "type": "string"},
                ],
                "responses": {"200": {"schema": {"type": "array", "items": {"$ref": "#/definitions/Item"}}}},
            },
            "post": {
                "operationId": "AddItem",
                "parameters": [{"name": "item", "in": "body", "schema": {"$ref": "#/definitions/Item"}}],
                "responses": {"201": {"schema": {"$ref": "#/definitions/Part"}}},
            },
        },
        "/hooks": {
            "x-ms-notification-content": {
                "schema": {"type": "object", "properties": {"event": {"$ref": "#/definitions/Item"}}}
            },
            "post": {
                "operationId": "WhenItem",
                "x-ms-trigger": "single",
                "parameters": [
                    {
                        "name": "hook",
                        "in": "body",
                        "schema": {"type": "object", "properties": {"target": TARGET, "only": {"type": "string"}}},
                    }
                ],
                "responses": {"201": {}},
            },
        },
    },
}
OWN: Json = json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8"))
OWN_AND_MORE = {**OWN, **{key: {**OWN.get(key, {}), **RICH[key]} for key in ("definitions", "parameters", "paths")}}
DEFINITIONS = {"rich": RICH, "this connector and the rich one": OWN_AND_MORE}


# ---- places that an edit may pick


def schemas(connector: Connector, schema: Any, entered: set[int]) -> Iterator[Json]:
    """Every schema below one, each once, references followed."""
    found = connector.resolve(schema)
    if not found or id(found) in entered:
        return
    entered.add(id(found))
    yield found
    below = [*found.get("properties", {}).values(), found.get("items")]
    for child in below:
        yield from schemas(connector, child, entered)


def sent(connector: Connector) -> list[Json]:
    entered: set[int] = set()
    bodies = [operation.body.schema for operation in connector.operations if operation.body]
    return [found for body in bodies for found in schemas(connector, body, entered)]


def returned(connector: Connector) -> list[Json]:
    entered: set[int] = set()
    good = [response.schema for operation in connector.operations for response in operation.responses]
    told = [operation.notification_schema for operation in connector.operations]
    return [found for schema in (*good, *told) for found in schemas(connector, schema, entered)]


def parameters(connector: Connector) -> list[Json]:
    return [parameter.raw for parameter in connector.parameters if parameter.location != "body"]


def fields(connector: Connector, holders: list[Json]) -> list[Json]:
    """The schemas of properties."""
    return [connector.resolve(child) for holder in holders for child in holder.get("properties", {}).values()]


def own_parameters(operation: Operation) -> list[Json]:
    listed: list[Json] = operation.raw.setdefault("parameters", [])
    return listed


# ---- what only adds


def add_operation(connector: Connector, pick: Draw) -> None:
    connector.path_items["/added"] = {"get": {"operationId": "Added", "responses": {}}}


def add_optional_parameter(connector: Connector, pick: Draw) -> None:
    added = {"name": "added", "in": pick(["query", "header"]), "type": "string"}
    own_parameters(pick(list(connector.operations))).append(added)


def add_optional_field(connector: Connector, pick: Draw) -> None:
    objects = [found for found in sent(connector) if found.get("properties")]
    inside = {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}}
    pick(objects)["properties"]["added"] = pick([{"type": "string"}, inside])


def add_output(connector: Connector, pick: Draw) -> None:
    objects = [found for found in returned(connector) if found.get("properties")]
    pick(objects)["properties"]["added"] = {"type": pick(["string", "object", "array"])}


def add_error_answer(connector: Connector, pick: Draw) -> None:
    pick(list(connector.operations)).raw["responses"]["418"] = {"description": "", "schema": {"type": "object"}}


def add_enum_value(connector: Connector, pick: Draw) -> None:
    candidates = [*parameters(connector), *fields(connector, sent(connector))]
    listed = [found for found in candidates if found.get("enum")]
    if listed:
        pick(listed)["enum"].append("added")


def make_optional(connector: Connector, pick: Draw) -> None:
    candidates = [found for found in sent(connector) if found.get("required")]
    if candidates:
        pick(candidates)["required"] = []


def loosen(connector: Connector, pick: Draw) -> None:
    pick(parameters(connector)).pop(pick(["maximum", "enum", "maxLength", "format"]), None)


def add_default(connector: Connector, pick: Draw) -> None:
    pick(parameters(connector)).setdefault("default", "a")


def deprecate(connector: Connector, pick: Draw) -> None:
    pick(list(connector.operations)).raw["deprecated"] = True


def describe_otherwise(connector: Connector, pick: Draw) -> None:
    pick([*sent(connector), *returned(connector), *parameters(connector)])["description"] = "Otherwise."


def rename_definitions(connector: Connector, pick: Draw) -> None:
    text = json.dumps(connector.definition).replace('"#/definitions/', '"#/definitions/New')
    renamed = json.loads(text)
    renamed["definitions"] = {f"New{name}": schema for name, schema in renamed.get("definitions", {}).items()}
    connector.definition.clear()
    connector.definition.update(renamed)


ADDITIVE = [
    add_operation,
    add_optional_parameter,
    add_optional_field,
    add_output,
    add_error_answer,
    add_enum_value,
    make_optional,
    loosen,
    add_default,
    deprecate,
    describe_otherwise,
    rename_definitions,
]


# ---- what Microsoft reports


def remove_operation(connector: Connector, pick: Draw) -> None:
    operation = pick(list(connector.operations))
    del connector.path_items[operation.path][operation.method]


def rename_operation(connector: Connector, pick: Draw) -> None:
    pick(list(connector.operations)).raw["operationId"] = "Renamed"


def hide_operation(connector: Connector, pick: Draw) -> None:
    shown = [operation for operation in connector.operations if not operation.internal]
    pick(shown).raw["x-ms-visibility"] = "internal"


def change_path(connector: Connector, pick: Draw) -> None:
    path = pick(list(connector.path_items))
    connector.path_items[f"{path}/v2"] = connector.path_items.pop(path)


def move_parameter(connector: Connector, pick: Draw) -> None:
    parameter = pick(parameters(connector))
    parameter["in"] = "header" if parameter["in"] != "header" else "query"


def add_required_parameter(connector: Connector, pick: Draw) -> None:
    added = {"name": "added", "in": pick(["query", "header"]), "type": "string", "required": True}
    own_parameters(pick(list(connector.operations))).append(added)


def add_required_field(connector: Connector, pick: Draw) -> None:
    holder = pick([found for found in sent(connector) if found.get("properties")])
    holder["properties"]["added"] = {"type": "string"}
    holder["required"] = [*holder.get("required", []), "added"]


def require_field(connector: Connector, pick: Draw) -> None:
    holders = [found for found in sent(connector) if set(found.get("properties", {})) - set(found.get("required", []))]
    holder = pick(holders)
    name = pick(sorted(set(holder["properties"]) - set(holder.get("required", []))))
    holder["required"] = [*holder.get("required", []), name]


def require_parameter(connector: Connector, pick: Draw) -> None:
    pick([found for found in parameters(connector) if not found.get("required")])["required"] = True


def remove_enum_value(connector: Connector, pick: Draw) -> None:
    candidates = [*parameters(connector), *fields(connector, sent(connector))]
    pick([found for found in candidates if found.get("enum")])["enum"].pop(0)


def add_enum(connector: Connector, pick: Draw) -> None:
    candidates = [*parameters(connector), *fields(connector, sent(connector))]
    pick([found for found in candidates if "enum" not in found])["enum"] = ["a", "b"]


def remove_output(connector: Connector, pick: Draw) -> None:
    properties = pick([found for found in returned(connector) if found.get("properties")])["properties"]
    del properties[pick(sorted(properties))]


def change_output_type(connector: Connector, pick: Draw) -> None:
    found = pick([found for found in returned(connector) if found.get("type")])
    found["type"] = pick([kind for kind in ("string", "integer", "boolean", "array") if kind != found["type"]])


def change_output_format(connector: Connector, pick: Draw) -> None:
    found = pick([found for found in returned(connector) if found.get("type") in ("string", "integer", "number")])
    found["format"] = pick([name for name in ("int64", "float", "date") if name != found.get("format")])


BREAKING = [
    (remove_operation, "OperationRemoved"),
    (rename_operation, "OperationRemoved"),
    (hide_operation, "OperationHidden"),
    (change_path, "PathTemplateChanged"),
    (move_parameter, "ParameterLocationChanged"),
    (add_required_parameter, "RequiredInputAdded"),
    (add_required_field, "RequiredInputAdded"),
    (require_field, "InputBecameRequired"),
    (require_parameter, "InputBecameRequired"),
    (remove_enum_value, "InputEnumValueRemoved"),
    (add_enum, "InputEnumAdded"),
    (remove_output, "OutputRemoved"),
    (change_output_type, "OutputTypeChanged"),
    (change_output_format, "OutputFormatChanged"),
]


def edited(name: str, edit: Callable[[Connector, Draw], None], data: st.DataObject) -> tuple[Connector, Connector]:
    old, new = (Connector(copy.deepcopy(DEFINITIONS[name]), {}) for _ in range(2))
    edit(new, lambda values: data.draw(st.sampled_from(values)))
    return old, Connector(new.definition, {})


MANY = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", DEFINITIONS)
@MANY
@given(st.data())
def test_additive_edits_are_never_an_error(name: str, data: st.DataObject) -> None:
    old = new = Connector(copy.deepcopy(DEFINITIONS[name]), {})
    for edit in data.draw(st.lists(st.sampled_from(ADDITIVE), min_size=1, max_size=5, unique=True)):
        new = Connector(copy.deepcopy(new.definition), {})
        edit(new, lambda values: data.draw(st.sampled_from(values)))
    told = [f"{change.kind.name} {change.value_path}" for change in compare(old, new).changes if is_error(change)]
    assert told == []


def is_error(change: Any) -> bool:
    return bool(change.severity is Severity.ERROR)


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize(("edit", "kind"), BREAKING, ids=[edit.__name__ for edit, _ in BREAKING])
@MANY
@given(st.data())
def test_a_breaking_edit_is_always_an_error(
    name: str, edit: Callable[[Connector, Draw], None], kind: str, data: st.DataObject
) -> None:
    old, new = edited(name, edit, data)
    assert kind in {change.kind.name for change in compare(old, new).changes if is_error(change)}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_is_like_itself(name: str) -> None:
    old, new = (Connector(copy.deepcopy(DEFINITIONS[name]), {}) for _ in range(2))
    assert (compare(old, new).changes, compare(old, new).gaps) == ((), ())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


RUBBISH = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "/", "internal", "#/paths", "array"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["$ref", "in", "name", "schema", "get", "properties", "items", "allOf", "enum", "type"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)
PROPERTIES: Json = json.loads((ROOT / "apiProperties.json").read_text("utf-8"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damage_to_a_connector_makes_the_comparison_raise(data: st.DataObject) -> None:
    whole = Connector(copy.deepcopy(RICH), copy.deepcopy(PROPERTIES))
    hurt = Connector(copy.deepcopy(RICH), copy.deepcopy(PROPERTIES))
    document = data.draw(st.sampled_from([hurt.definition, hurt.properties]))
    *above, last = data.draw(st.sampled_from(places(document)[1:]))
    holder: Any = document
    for key in above:
        holder = holder[key]
    holder[last] = data.draw(RUBBISH)
    compare(whole, hurt)
    compare(hurt, whole)
    assert compare(hurt, Connector(copy.deepcopy(hurt.definition), copy.deepcopy(hurt.properties))).changes == ()
