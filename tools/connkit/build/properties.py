"""The parsed apiProperties and settings of a connector."""

from __future__ import annotations

from typing import Any

from connkit.build.assembly import Assembly

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


def _policies(assembly: Assembly) -> list[dict[str, Any]]:
    by_operation = {
        source.value["poll"]["operation"]: source.value for source in assembly.sources.of("resource").values()
    }
    return [_policy(assembly, name, by_operation[name]) for name in assembly.texts["order"] if name in by_operation]


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
