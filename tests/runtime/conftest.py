"""A tiny connector for widgets, and the service behind it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from connkit.core import MockService, Request, Response
from connkit.model import Connector

BASE = "https://widgets.example/v1"
KEY = "Bearer fake-key"
WIDGET = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer", "format": "int64"}, "name": {"type": "string", "x-nullable": True}},
}
PAGE = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": {"$ref": "#/definitions/Widget"}}},
}
CALLBACK_BODY = {
    "type": "object",
    "required": ["target", "kind"],
    "properties": {
        "kind": {"type": "string", "x-ms-visibility": "internal", "default": "made"},
        "label": {"type": "string"},
        "target": {
            "type": "object",
            "x-ms-visibility": "internal",
            "required": ["url"],
            "properties": {"url": {"type": "string", "x-ms-notification-url": True}},
        },
    },
}
DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "host": "widgets.example",
    "basePath": "/v1/",
    "schemes": ["https"],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}},
    "definitions": {"Widget": WIDGET, "Page": PAGE},
    "paths": {
        "/trigger/widgets": {
            "get": {
                "operationId": "NewWidgets",
                "x-ms-trigger": "batch",
                "parameters": [
                    {"name": "after", "in": "query", "type": "integer", "x-ms-visibility": "internal", "default": 0},
                    {"name": "colour", "in": "query", "type": "string"},
                ],
                "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Page"}}},
            }
        },
        "/shelves/{shelf}/widgets/{name}": {
            "post": {
                "operationId": "PutWidget",
                "parameters": [
                    {"name": "shelf", "in": "path", "required": True, "type": "string"},
                    {
                        "name": "name",
                        "in": "path",
                        "required": True,
                        "type": "string",
                        "x-ms-url-encoding": "double",
                    },
                    {
                        "name": "version",
                        "in": "query",
                        "required": True,
                        "type": "string",
                        "x-ms-visibility": "internal",
                        "default": "v 1",
                    },
                    {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}},
                    {"name": "X-Dry", "in": "header", "type": "boolean"},
                    {
                        "name": "widget",
                        "in": "body",
                        "required": True,
                        "schema": {
                            "type": "object",
                            "required": ["size", "unit"],
                            "properties": {
                                "size": {"type": "number"},
                                "unit": {"type": "string", "default": "mm", "x-ms-visibility": "internal"},
                                "note": {"type": "string", "default": "not sent"},
                            },
                        },
                    },
                ],
                "responses": {
                    "200": {"description": "", "schema": {"$ref": "#/definitions/Widget"}},
                    "201": {"description": ""},
                },
            }
        },
        "/hooks": {
            "x-ms-notification-content": {"schema": {"$ref": "#/definitions/Widget"}},
            "post": {
                "operationId": "WhenMade",
                "x-ms-trigger": "single",
                "parameters": [{"name": "body", "in": "body", "required": True, "schema": CALLBACK_BODY}],
                "responses": {"201": {"description": ""}},
            },
        },
    },
}
PROPERTIES: dict[str, Any] = {
    "properties": {
        "connectionParameters": {
            "api_key": {
                "type": "securestring",
                "uiDefinition": {
                    "description": "Type the word Bearer, a space, and your key.",
                    "constraints": {"required": "true"},
                },
            }
        },
        "policyTemplateInstances": [
            {
                "templateId": "PollingTrigger",
                "parameters": {
                    "x-ms-apimTemplateParameter.triggerConfig": {"after": "@{triggerBody().items[0].id}"},
                    "x-ms-apimTemplateParameter.triggerDataPath": "@triggerBody().items",
                    "x-ms-apimTemplate-operationName": ["NewWidgets"],
                },
            }
        ],
    }
}


def reply(value: Any, status: int = 200, **headers: str) -> Response:
    return Response(status, headers, json.dumps(value).encode())


@dataclass
class Widgets(MockService):
    """The service: its list is newest first, and `after` exclusive; each `flaw` breaks one thing.

    It knows a `limit` too, which the definition leaves out.
    """

    name = "widgets"
    flaw: str = ""
    ids: list[int] = field(default_factory=list)
    hooks: dict[int, str] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def connection(self) -> Mapping[str, str]:
        return {"api_key": KEY}

    def intercept(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def sample_parameters(self, operation_id: str) -> Mapping[str, Any]:
        if self.flaw == "raises":
            raise RuntimeError("no samples")
        return {"label": "fake"} if operation_id == "WhenMade" else {}

    def make_item(self, operation_id: str) -> None:
        self.ids.append(len(self.ids) + 1)

    def fire(self, operation_id: str) -> Mapping[str, Any]:
        event: dict[str, Any] = {"id": "one" if self.flaw == "wrong event" else 1}
        self.sent += [Request("POST", url, {}, json.dumps(event).encode()) for url in self.hooks.values()]
        return event

    def live_webhooks(self) -> int:
        return len(self.hooks)

    def deliveries(self) -> list[Request]:
        taken, self.sent = self.sent, []
        return taken

    def handle(self, request: Request) -> Response:
        self.seen.append(request)
        if request.header("Authorization") != KEY:
            return reply({}, 403)
        path = urlsplit(request.url).path.removeprefix("/v1")
        if path == "/widgets":
            return self._list(dict(parse_qsl(urlsplit(request.url).query)))
        if request.method == "POST" and path == "/hooks":
            return self._register(json.loads(request.body))
        if request.method == "DELETE" and path.startswith("/hooks/"):
            return self._remove(int(path.rsplit("/", 1)[1]))
        return reply({}, 404)

    def _list(self, query: Mapping[str, str]) -> Response:
        if self.flaw == "wrong body":
            return reply({"items": [{"name": 5}]})
        if self.flaw == "down":
            return reply({}, 503)
        after = 0 if self.flaw == "repeats" else int(query.get("after", "0"))
        newest_first = self.flaw != "oldest first"
        found = sorted((one for one in self.ids if one > after), reverse=newest_first)
        limited = found[: int(query["limit"])] if "limit" in query else found
        return reply({"items": [{"id": one, "name": None} for one in limited]})

    def _register(self, body: Mapping[str, Any]) -> Response:
        number = len(self.hooks) + 1
        self.hooks[number] = body["target"]["url"]
        if self.flaw == "no location":
            return Response(201)
        return Response(201, {"location": f"/v1/hooks/{number}"})

    def _remove(self, number: int) -> Response:
        if self.flaw != "keeps hooks":
            del self.hooks[number]
        return Response(204)


@pytest.fixture
def service() -> Widgets:
    return Widgets()


@pytest.fixture
def new_service() -> type[Widgets]:
    return Widgets


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
def without_policy(definition: dict[str, Any], properties: dict[str, Any]) -> Connector:
    properties["properties"]["policyTemplateInstances"] = []
    return Connector(definition, properties)
