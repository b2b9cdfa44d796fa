"""From sources to the parsed apiDefinition, remembering which source line each place came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connkit.build.assembly import TYPES, Assembly, Entry
from connkit.build.shapes import field_schema, shape_definition, shape_source, use_shape
from connkit.build.sources import Source, Sources, named
from connkit.build.wording import shown_name, supplied, typed
from connkit.core import Pointer, Span
from connkit.semantics.suggestions import suggestion


def assemble(sources: Sources) -> Assembly:
    """The definition for the sources' brand; mistakes are in `.findings`."""
    assembly = Assembly(sources)
    _check_statuses(assembly)
    if assembly.findings:
        return assembly
    for name, source in sources.of("resource").items():
        _resource(assembly, name, source)
    for name, source in sources.of("event").items():
        _event(assembly, name, source)
    for name, source in sources.of("action").items():
        _action(assembly, name, source)
    _check_siblings(assembly)
    if not assembly.findings:
        _finish(assembly)
    return assembly


# ---- operations


def _resource(assembly: Assembly, name: str, source: Source) -> None:
    value, shapes = source.value, assembly.sources.of("shape")
    if value["shape"] not in shapes:
        assembly.unknown(source, Pointer() / "shape", "shape", value["shape"], shapes)
        return
    fields = shapes[value["shape"]].value["fields"]
    if value["id"]["field"] not in fields:
        assembly.unknown(source, Pointer() / "id" / "field", "field", value["id"]["field"], fields)
        return
    _get(assembly, source)
    _poll(assembly, source)


def _get(assembly: Assembly, source: Source) -> None:
    value, part = source.value, source.value["get"]
    path = f"{value['path']}/{{{value['id']['parameter']}}}"
    parameter = {
        "name": value["id"]["parameter"],
        "in": "path",
        "required": True,
        **TYPES["id"],
        "x-ms-summary": value["id"]["title"],
        "description": supplied(
            assembly,
            source,
            Pointer() / "id" / "supplied_by",
            assembly.texts["polling"]["look_up"] % value["noun"],
        ),
        "x-ms-url-encoding": "single",
    }
    place = Pointer() / "get"
    data = {"$ref": use_shape(assembly, value["shape"])}
    operation = _operation(part, part["operation"], [parameter], assembly, data, assembly.texts["statuses"]["action"])
    _place(assembly, source, place, _Route(part["operation"], "action", "get", path, value["shape"]), operation)
    _trace(assembly, path, "get", {"parameters/0": source.span(Pointer() / "id")})


def _poll(assembly: Assembly, source: Source) -> None:
    value, part, texts = source.value, source.value["poll"], assembly.texts["polling"]
    path = texts["prefix"] + value["path"]
    place = Pointer() / "poll"
    parameters, spans = [], {}
    for index, item in enumerate(part["parameters"]):
        pointer = place / "parameters" / index
        spans[f"parameters/{index}"] = source.span(pointer)
        parameter = _polling_parameter(assembly, source, pointer, item)
        if parameter:
            parameters.append(parameter)
    data = {
        "type": "array",
        "description": shape_source(assembly, value["shape"]).value["description"],
        "items": {"$ref": use_shape(assembly, value["shape"])},
    }
    operation = _operation(part, part["operation"], parameters, assembly, data, assembly.texts["statuses"]["action"])
    instant = [texts["instant"] % shown_name(assembly, part["instant"])] if "instant" in part else []
    operation["description"] = " ".join([part["description"], texts["periodic"], *instant])
    operation["x-ms-trigger"] = "batch"
    operation["x-ms-trigger-metadata"] = {"kind": "query", "mode": "polling"}
    operation["x-ms-trigger-hint"] = texts["hint"]
    _place(assembly, source, place, _Route(part["operation"], "polling", "get", path, value["shape"]), operation)
    _trace(assembly, path, "get", spans)


def _polling_parameter(
    assembly: Assembly, source: Source, pointer: Pointer, item: str | dict[str, str]
) -> dict[str, Any] | None:
    name, visibility = named(item, "important")
    identity, noun, texts = source.value["id"], source.value["noun"], assembly.texts["polling"]
    base: dict[str, Any] = {"name": name, "in": "query", "required": False}
    if name == f"initial_{identity['parameter']}":
        return {
            **base,
            "required": True,
            **TYPES["id"],
            "default": 0,
            "x-ms-summary": texts["state_title"] % identity["title"],
            "description": texts["state"] % noun,
            "x-ms-visibility": "internal",
        }
    if name == identity["parameter"]:
        described = supplied(assembly, source, Pointer() / "id" / "supplied_by", texts["own_filter"] % noun)
        return {
            **base,
            **TYPES["id"],
            "x-ms-summary": identity["title"],
            "description": described,
            "x-ms-visibility": "advanced",
        }
    shared = _shared_parameter(assembly, source, pointer, name)
    if shared is None:
        return None
    shown = "advanced" if "on_trigger" in shared else visibility
    on_trigger = {**shared, "description": shared.get("on_trigger", shared["description"])}
    parameter = {**base, **typed(assembly, source, on_trigger)}
    return parameter if shown == "normal" else {**parameter, "x-ms-visibility": shown}


def _shared_parameter(assembly: Assembly, source: Source, pointer: Pointer, name: str) -> dict[str, Any] | None:
    shared: dict[str, Any] = assembly.sources.single("parameters").value
    if name in shared:
        value: dict[str, Any] = shared[name]
        return value
    assembly.unknown(source, pointer, "parameter", name, shared)
    return None


def _event(assembly: Assembly, name: str, source: Source) -> None:
    texts, value = assembly.texts["webhook"], source.value
    path = f"{texts['path']}/{name}"
    statuses = assembly.texts["statuses"]["webhook"]
    operation = _operation(value, name, [_registration_body(assembly)], assembly, None, statuses)
    registered = {
        "type": "string",
        "x-ms-summary": texts["registered_title"],
        "description": texts["registered"],
    }
    operation["responses"] = {
        "200": {
            "description": assembly.texts["responses"]["200"],
            "schema": _envelope(assembly, "envelope", registered),
        },
        "201": {
            "description": assembly.texts["responses"]["201"],
            "headers": {"Location": {"type": "string", "description": texts["location"]}},
        },
        **_refusals(assembly, statuses),
    }
    if "periodic" in value:
        periodic = texts["periodic"] % shown_name(assembly, value["periodic"])
        operation["description"] = f"{value['description']} {periodic}"
    operation["x-ms-trigger"] = "single"
    operation["x-ms-trigger-hint"] = texts["hint"]
    data = {
        "type": "object",
        "description": assembly.texts["event_envelope"]["data"],
        "properties": _event_fields(assembly, source, path),
    }
    notification = {
        "description": value["description"],
        "schema": _envelope(assembly, "event_envelope", data),
    }
    _place(assembly, source, Pointer(), _Route(name, "webhook", "post", path, name), operation, notification)


def _registration_body(assembly: Assembly) -> dict[str, Any]:
    texts = assembly.texts["webhook"]
    address = {
        "type": "string",
        "x-ms-summary": texts["title"],
        "description": texts["description"],
        "x-ms-visibility": "internal",
        "x-ms-notification-url": True,
    }
    schema = {
        "type": "object",
        "required": [texts["notification_url"]],
        "properties": {texts["notification_url"]: address},
    }
    return _body(assembly, "webhook", schema)


def _event_fields(assembly: Assembly, source: Source, path: str) -> dict[str, Any]:
    prefix = Pointer() / "paths" / path / "x-ms-notification-content" / "schema" / "properties" / "data" / "properties"
    properties = {}
    for index, item in enumerate(source.value["fields"]):
        pointer = Pointer() / "fields" / index
        name, own = named(item)
        properties[name] = field_schema(assembly, source, pointer, name, own)
        assembly.trace[prefix / name] = source.span(pointer)
    return properties


def _action(assembly: Assembly, name: str, source: Source) -> None:
    value = source.value
    parameters, spans = [], {}
    for index, item in enumerate(value.get("parameters", [])):
        pointer = Pointer() / "parameters" / index
        spans[f"parameters/{index}"] = source.span(pointer)
        parameters += _action_parameter(assembly, source, pointer, item)
    if "body" in value:
        parameters.append(_action_body(assembly, source))
    operation = _operation(
        value,
        name,
        parameters,
        assembly,
        _action_data(assembly, source),
        assembly.texts["statuses"]["action"],
    )
    operation["x-ms-visibility"] = value.get("visibility", "important")
    shape = value["data"].get("list", value["data"].get("shape", ""))
    _place(assembly, source, Pointer(), _Route(name, "action", value["method"], value["path"], shape), operation)
    _trace(assembly, value["path"], value["method"], spans)


def _action_parameter(
    assembly: Assembly, source: Source, pointer: Pointer, item: str | dict[str, Any]
) -> list[dict[str, Any]]:
    if isinstance(item, str):
        shared = _shared_parameter(assembly, source, pointer, item)
        if shared is None:
            return []
        base = {"name": item, "in": "query", "required": False}
        return [{**base, **typed(assembly, source, shared), "x-ms-visibility": "important"}]
    name, own = named(item)
    parameter = {"name": name, "in": own.get("in", "query"), "required": own.get("required", False)}
    parameter |= typed(assembly, source, own)
    if parameter["in"] == "path":
        parameter["x-ms-url-encoding"] = "single"
    return [parameter]


def _action_body(assembly: Assembly, source: Source) -> dict[str, Any]:
    fields = source.value["body"]
    schema = {
        "type": "object",
        "required": [name for name, own in fields.items() if own.get("required")],
        "properties": {name: typed(assembly, source, own) for name, own in fields.items()},
    }
    return _body(assembly, "action", schema)


def _action_data(assembly: Assembly, source: Source) -> dict[str, Any]:
    data = source.value["data"]
    shape = data.get("list", data.get("shape"))
    if shape is None:
        return {"type": "object", "description": data["description"]}
    if shape not in assembly.sources.of("shape"):
        assembly.unknown(source, Pointer() / "data", "shape", shape, assembly.sources.of("shape"))
        return {}
    reference = {"$ref": use_shape(assembly, shape)}
    return {"type": "array", "description": data["description"], "items": reference} if "list" in data else reference


# ---- parts of an operation


def _operation(
    part: Mapping[str, Any],
    operation_id: str,
    parameters: list[dict[str, Any]],
    assembly: Assembly,
    data: dict[str, Any] | None,
    statuses: list[str],
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id,
        "summary": part["summary"],
        "description": part["description"],
        "x-ms-visibility": "important",
        "parameters": parameters,
    }
    if data is not None:
        success = {
            "description": assembly.texts["responses"]["200"],
            "schema": _envelope(assembly, "envelope", data),
        }
        operation["responses"] = {"200": success, **_refusals(assembly, statuses)}
    return operation


def _body(assembly: Assembly, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": assembly.texts["webhook"]["body"],
        "in": "body",
        "required": True,
        "description": assembly.texts["bodies"][kind],
        "schema": schema,
    }


def _refusals(assembly: Assembly, statuses: list[str]) -> dict[str, Any]:
    return {status: {"description": assembly.texts["responses"][status]} for status in statuses}


def _envelope(assembly: Assembly, which: str, data: dict[str, Any]) -> dict[str, Any]:
    envelope = assembly.texts[which]
    properties: dict[str, Any] = {}
    for name, own in envelope["fields"].items():
        properties[name] = {
            **TYPES[own["type"]],
            "x-ms-summary": own["title"],
            "description": own["description"],
            "x-ms-visibility": "advanced",
        }
    properties["data"] = data
    return {"type": "object", "description": envelope["description"], "properties": properties}


# ---- the whole


@dataclass(frozen=True, slots=True)
class _Route:
    """Where an operation stands, and what shape of thing it gives."""

    operation_id: str
    kind: str
    method: str
    path: str
    shape: str


def _place(
    assembly: Assembly,
    source: Source,
    place: Pointer,
    route: _Route,
    operation: dict[str, Any],
    notification: dict[str, Any] | None = None,
) -> None:
    name = route.operation_id
    if name in assembly.entries:
        pointer = place / "operation" if route.kind != "webhook" else place
        assembly.problem(source, pointer, f"operation '{name}' stands twice; each needs a name of its own")
        return
    if name not in assembly.texts["order"]:
        message = f"operation '{name}' is missing in the order of definition/connector.yaml; add it there"
        assembly.problem(source, place, message)
    item = {"x-ms-notification-content": notification} if notification else {}
    assembly.placed[name] = (route.path, {**item, route.method: operation})
    assembly.entries[name] = _entry(place.resolve(source.value), route, operation)
    target = Pointer() / "paths" / route.path
    assembly.trace[target] = source.span(place)
    assembly.trace[target / route.method] = source.span(place)
    for key in ("summary", "description"):
        assembly.trace[target / route.method / key] = source.span(place / key)


def _entry(part: Mapping[str, Any], route: _Route, operation: Mapping[str, Any]) -> Entry:
    return Entry(
        operation_id=route.operation_id,
        kind=route.kind,
        method=route.method.upper(),
        path=route.path,
        summary=operation["summary"],
        description=operation["description"],
        seed=part["seed"],
        choose=part["choose"],
        silent=part.get("silent", ""),
        returns=part.get("returns", ""),
        internal=operation["x-ms-visibility"] == "internal",
        shape=route.shape,
    )


def _trace(assembly: Assembly, path: str, method: str, spans: Mapping[str, Span]) -> None:
    target = Pointer() / "paths" / path / method
    for relative, span in spans.items():
        assembly.trace[Pointer((*target.parts, *relative.split("/")))] = span


def _check_statuses(assembly: Assembly) -> None:
    known = assembly.texts["responses"]
    for kind, statuses in assembly.texts["statuses"].items():
        for index, status in enumerate(statuses):
            if status not in known:
                place = Pointer() / "statuses" / kind / index
                message = f"status '{status}' has no text under 'responses'; {suggestion(status, known)}"
                assembly.problem(assembly.sources.single("connector"), place, message)


def _check_siblings(assembly: Assembly) -> None:
    polled = {source.value["poll"]["operation"]: source for source in assembly.sources.of("resource").values()}
    for name, source in assembly.sources.of("event").items():
        twin = source.value.get("periodic")
        if twin and (twin not in polled or polled[twin].value["poll"].get("instant") != name):
            message = f"'{twin}' does not name '{name}' as its instant sibling; siblings name each other"
            assembly.problem(source, Pointer() / "periodic", message)
    for source in polled.values():
        twin = source.value["poll"].get("instant")
        events = assembly.sources.of("event")
        if twin and (twin not in events or "periodic" not in events[twin].value):
            message = f"'{twin}' does not name this trigger as its periodic sibling; siblings name each other"
            assembly.problem(source, Pointer() / "poll" / "instant", message)


def _finish(assembly: Assembly) -> None:
    brand, texts = assembly.sources.brand, assembly.texts
    assert brand is not None
    connector = assembly.sources.single("connector")
    missing = [name for name in texts["order"] if name not in assembly.placed]
    for name in missing:
        pointer = Pointer() / "order" / texts["order"].index(name)
        assembly.problem(connector, pointer, f"no file describes operation '{name}'; remove it or add its file")
    if missing:
        return
    paths: dict[str, Any] = {}
    for name in texts["order"]:
        path, item = assembly.placed[name]
        paths.setdefault(path, {}).update(item)
    facts = brand.value
    security = texts["security"]
    assembly.trace[Pointer()] = connector.span()
    assembly.trace[Pointer() / "info"] = brand.span()
    assembly.trace[Pointer() / "info" / "description"] = connector.span(Pointer() / "description")
    assembly.definition.update(
        {
            "swagger": "2.0",
            "info": {
                "title": facts["title"],
                "description": texts["description"],
                "version": texts["version"],
                "contact": facts["contact"],
            },
            "host": facts["host"],
            "basePath": texts["base_path"],
            "schemes": ["https"],
            "consumes": [texts["media_type"]],
            "produces": [texts["media_type"]],
            "paths": paths,
            "definitions": {name: shape_definition(assembly, name) for name in sorted(assembly.used_shapes)},
            "securityDefinitions": {security["name"]: {"type": "apiKey", "in": "header", "name": security["header"]}},
            "security": [{security["name"]: []}],
            "x-ms-connector-metadata": [
                {"propertyName": "Website", "propertyValue": facts["website"]},
                {"propertyName": "Privacy policy", "propertyValue": facts["privacy"]},
                {"propertyName": "Categories", "propertyValue": texts["categories"]},
            ],
        }
    )
