"""The parsed apiProperties and settings of a connector."""

from __future__ import annotations

from typing import Any

from connkit.build.assembly import Assembly
from connkit.build.sources import Source
from connkit.core import Pointer, Span

DEFINITION_FILE = "apiDefinition.swagger.json"
PROPERTIES_FILE = "apiProperties.json"
SETTINGS_FILE = "settings.json"
ICON_FILE = "icon.png"


def properties(assembly: Assembly, *, certification: bool) -> dict[str, Any]:
    """apiProperties; `stackOwner` stands in it for certification only, because the service refuses it elsewhere."""
    brand = assembly.sources.brand
    assert brand is not None
    inner: dict[str, Any] = {
        "connectionParameters": _connection_parameters(assembly),
        "iconBrandColor": brand.value["color"],
        "capabilities": [],
        "policyTemplateInstances": _policies(assembly),
        "publisher": brand.value["publisher"],
    }
    if certification:
        inner["stackOwner"] = brand.value["stack_owner"]
    return {"properties": inner}


def _connection_parameters(assembly: Assembly) -> dict[str, Any]:
    security = assembly.texts["security"]
    definition = {
        "displayName": security["title"],
        "description": security["description"],
        "tooltip": security["tooltip"],
        "constraints": {"required": "true", "clearText": False, "tabIndex": 2},
    }
    return {security["connection_parameter"]: {"type": "securestring", "uiDefinition": definition}}


def properties_trace(assembly: Assembly) -> dict[Pointer, Span]:
    """The YAML lines that places in apiProperties came from."""
    brand, connector = assembly.sources.brand, assembly.sources.single("connector")
    assert brand is not None
    place, security = Pointer(("properties",)), Pointer(("security",))
    trace = {Pointer(): brand.span(), place / "connectionParameters": connector.span(security)}
    for key, name in (("iconBrandColor", "color"), ("publisher", "publisher"), ("stackOwner", "stack_owner")):
        trace[place / key] = brand.span(Pointer((name,)))
    for index, source in enumerate(_polled(assembly).values()):
        trace[place / "policyTemplateInstances" / index] = source.span(Pointer(("poll",)))
    return trace


def _polled(assembly: Assembly) -> dict[str, Source]:
    """The resources that a periodic trigger asks for, by its name, in the order of the connector."""
    by_operation = {source.value["poll"]["operation"]: source for source in assembly.sources.of("resource").values()}
    return {name: by_operation[name] for name in assembly.texts["order"] if name in by_operation}


def _policies(assembly: Assembly) -> list[dict[str, Any]]:
    return [_policy(assembly, name, source.value) for name, source in _polled(assembly).items()]


def _policy(assembly: Assembly, operation_id: str, resource: dict[str, Any]) -> dict[str, Any]:
    polling, identity = assembly.texts["polling"], resource["id"]
    state = {f"initial_{identity['parameter']}": polling["state_expression"] % identity["field"]}
    return {
        "templateId": "pollingtrigger",
        "type": "PollingTrigger",
        "title": f"State of {operation_id}",
        "parameters": {
            "x-ms-apimTemplateParameter.triggerConfig": state,
            "x-ms-apimTemplateParameter.triggerDataPath": polling["data_expression"],
            "x-ms-apimTemplate-operationName": [operation_id],
        },
    }


def settings() -> dict[str, Any]:
    """paconn's settings: file names and public addresses, never an environment or a secret."""
    return {
        "apiDefinition": DEFINITION_FILE,
        "apiProperties": PROPERTIES_FILE,
        "icon": ICON_FILE,
        "powerAppsUrl": "https://api.powerapps.com",
        "powerAppsApiVersion": "2016-11-01",
    }
