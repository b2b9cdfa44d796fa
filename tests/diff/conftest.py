"""The smallest connectors around a snippet, for the case tables and the tests of properties."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from connkit.diff import Change
from connkit.model import Companions, Connector, TextFile

Wrap = Callable[[str, Any], Connector]
ANSWER = {"200": {"description": "The items"}}


def wrapped(scaffold: str, snippet: Any) -> Connector:
    """A connector with the operation ListItems, GET /items; the snippet goes where the scaffold says.

    `definition`, `operation` and `properties` are keys laid over those of the smallest connector, `inputs` its
    parameters, `body` the schema of a body, `output` that of the answer 200, `notification` that of a webhook's
    notification, `webhook` that of its body, `polling` the triggerConfig of a polling trigger, `policies` a list of
    policy instances, and `script` the text of script.csx.
    """
    operation: dict[str, Any] = {"operationId": "ListItems", "summary": "List items", "responses": ANSWER}
    definition: dict[str, Any] = {"swagger": "2.0", "host": "api.example.com", "paths": {"/items": {"get": operation}}}
    properties: dict[str, Any] = {"connectionParameters": {}}
    companions = Companions()
    if scaffold == "definition":
        definition |= snippet
    elif scaffold == "operation":
        operation |= snippet
    elif scaffold == "properties":
        properties |= snippet
    elif scaffold == "inputs":
        operation["parameters"] = snippet
    elif scaffold == "body":
        operation["parameters"] = [{"name": "body", "in": "body", "schema": snippet}]
    elif scaffold == "output":
        operation["responses"] = {"200": {"description": "The items", "schema": snippet}}
    elif scaffold in ("webhook", "notification"):
        definition["paths"] = {"/hooks": webhook(scaffold, snippet)}
    elif scaffold == "polling":
        operation["x-ms-trigger"] = "batch"
        properties["policyTemplateInstances"] = [polling(snippet)]
    elif scaffold == "policies":
        definition["paths"]["/things"] = {"get": {"operationId": "ListThings", "responses": ANSWER}}
        properties["policyTemplateInstances"] = snippet
    elif scaffold == "script":
        companions = Companions(script=TextFile("script.csx", snippet) if snippet is not None else None)
    else:
        raise ValueError(f"there is no scaffold {scaffold!r}")
    return Connector(
        copy.deepcopy(definition), {"properties": copy.deepcopy(properties)}, "x", "d.json", "p.json", companions
    )


def webhook(scaffold: str, snippet: Any) -> dict[str, Any]:
    target = {"type": "string", "x-ms-notification-url": True}
    schema = snippet if scaffold == "webhook" else {"type": "object", "properties": {"target": target}}
    operation = {
        "operationId": "WhenItem",
        "x-ms-trigger": "single",
        "parameters": [{"name": "body", "in": "body", "schema": schema}],
        "responses": ANSWER,
    }
    content = snippet if scaffold == "notification" else {"type": "object"}
    return {"x-ms-notification-content": {"schema": content}, "post": operation}


def polling(snippet: dict[str, Any]) -> dict[str, Any]:
    parameters = {f"x-ms-apimTemplateParameter.{name}": value for name, value in snippet.items()}
    return {"templateId": "pollingtrigger", "parameters": parameters}


@pytest.fixture(scope="session")
def wrap() -> Wrap:
    return wrapped


@pytest.fixture(scope="session")
def describe() -> Callable[[Change], str]:
    """A change as the case tables write it."""

    def described(change: Change) -> str:
        place = str(change.pointer) or "the document"
        return f"{change.severity} {change.kind.name} {change.value_path} at {place}: {change.message}"

    return described
