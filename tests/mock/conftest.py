"""A connector for lanterns, of whose service nothing but the definition is known."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from connkit.mock.service import GeneratedMock
from connkit.model import Connector

LANTERN = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "format": "int64"},
        "colour": {"type": "string", "enum": ["red", "green"]},
        "lit": {"type": "string", "format": "date-time"},
    },
}
CALLBACK = {"type": "string", "x-ms-visibility": "internal", "x-ms-notification-url": True}
DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "host": "lanterns.example",
    "basePath": "/v2/",
    "schemes": ["https"],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    "definitions": {
        "Lantern": LANTERN,
        "Page": {
            "type": "object",
            "properties": {"items": {"type": "array", "items": {"$ref": "#/definitions/Lantern"}}},
        },
        "Error": {
            "type": "object",
            "required": ["code"],
            "properties": {"code": {"type": "integer"}, "text": {"type": "string"}},
        },
    },
    "paths": {
        "/trigger/lanterns": {
            "get": {
                "operationId": "NewLanterns",
                "x-ms-trigger": "batch",
                "parameters": [{"name": "after", "in": "query", "type": "integer", "default": 0}],
                "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Page"}}},
            }
        },
        "/lanterns/{id}": {
            "get": {
                "operationId": "GetLantern",
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
                "responses": {
                    "200": {"description": "", "schema": {"$ref": "#/definitions/Lantern"}},
                    "403": {"description": ""},
                    "422": {"description": "", "schema": {"$ref": "#/definitions/Error"}},
                },
            }
        },
        "/lanterns": {
            "post": {
                "operationId": "HangLantern",
                "parameters": [
                    {"name": "dry", "in": "query", "type": "boolean"},
                    {"name": "X-Wind", "in": "header", "required": True, "type": "number"},
                    {
                        "name": "lantern",
                        "in": "body",
                        "required": True,
                        "schema": {"allOf": [{"$ref": "#/definitions/Lantern"}, {"required": ["colour"]}]},
                    },
                ],
                "responses": {"201": {"description": ""}},
            }
        },
        "/hooks": {
            "x-ms-notification-content": {"schema": {"$ref": "#/definitions/Lantern"}},
            "post": {
                "operationId": "WhenLit",
                "x-ms-trigger": "single",
                "parameters": [
                    {
                        "name": "body",
                        "in": "body",
                        "required": True,
                        "schema": {"type": "object", "required": ["url"], "properties": {"url": CALLBACK}},
                    }
                ],
                "responses": {"201": {"description": "", "schema": {"$ref": "#/definitions/Lantern"}}},
            },
        },
        "/hooks/{hook}": {
            "delete": {
                "operationId": "Unhook",
                "x-ms-visibility": "internal",
                "parameters": [{"name": "hook", "in": "path", "required": True, "type": "integer"}],
                "responses": {"204": {"description": ""}},
            }
        },
    },
}


def policy(template: str, operations: list[str], **parameters: Any) -> dict[str, Any]:
    """A policy as apiProperties spells it."""
    given = {f"x-ms-apimTemplateParameter.{name}": value for name, value in parameters.items()}
    return {"templateId": template, "parameters": {**given, "x-ms-apimTemplate-operationName": operations}}


PROPERTIES: dict[str, Any] = {
    "properties": {
        "connectionParameters": {"api_key": {"type": "securestring"}},
        "policyTemplateInstances": [
            policy(
                "pollingtrigger",
                ["NewLanterns"],
                triggerConfig={"after": "@{triggerBody().items[0].id}"},
                triggerDataPath="@triggerBody().items",
            )
        ],
    }
}


@pytest.fixture
def definition() -> dict[str, Any]:
    return copy.deepcopy(DEFINITION)


@pytest.fixture
def properties() -> dict[str, Any]:
    return copy.deepcopy(PROPERTIES)


@pytest.fixture
def connector(definition: dict[str, Any], properties: dict[str, Any]) -> Connector:
    return Connector(definition, properties)


@pytest.fixture
def mock(connector: Connector) -> GeneratedMock:
    return GeneratedMock(connector)


@pytest.fixture
def make_policy() -> Callable[..., dict[str, Any]]:
    return policy
