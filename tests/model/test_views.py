from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connkit.core import Pointer
from connkit.model import Connector

DEFINITION: dict[str, Any] = {
    "host": "api.example.com",
    "basePath": "/v1/",
    "parameters": {"page": {"name": "page", "in": "query", "type": "integer", "default": 1}},
    "definitions": {
        "Tree": {"properties": {"label": {"type": "string"}, "children": {"items": {"$ref": "#/definitions/Tree"}}}},
        "Loop": {"$ref": "#/definitions/Loop"},
    },
    "paths": {
        "/items": {
            "parameters": [{"name": "id", "in": "query"}, {"name": "trace", "in": "header"}],
            "get": {
                "operationId": "ListItems",
                "parameters": [
                    {"$ref": "#/parameters/page"},
                    {"name": "id", "in": "query", "required": True, "x-ms-visibility": "Internal"},
                ],
                "responses": {"204": {}, "201": {"schema": {"$ref": "#/definitions/Tree"}}},
            },
        },
        "/hooks": {
            "x-ms-notification-content": {"schema": {"$ref": "#/definitions/Tree"}},
            "post": {
                "operationId": "WhenItem",
                "x-ms-trigger": "single",
                "parameters": [
                    {
                        "name": "body",
                        "in": "body",
                        "schema": {
                            "required": ["config"],
                            "properties": {
                                "config": {
                                    "x-ms-visibility": "internal",
                                    "properties": {"url": {"x-ms-notification-url": True}},
                                }
                            },
                        },
                    }
                ],
            },
        },
        "/trigger/items": {"get": {"operationId": "Poll", "x-ms-trigger": "batch"}},
    },
}
PROPERTIES: dict[str, Any] = {
    "properties": {
        "policyTemplateInstances": [
            {
                "templateId": "SetHeader",
                "title": "A title",
                "parameters": {
                    "x-ms-apimTemplateParameter.name": "X",
                    "x-ms-apimTemplate-operationName": ["Poll", 3],
                    "x-ms-apimTemplate-policySection": "Request",
                },
            },
            "rubbish",
        ]
    }
}
CONNECTOR = Connector(DEFINITION, PROPERTIES)


def test_an_operation_replaces_what_its_path_shares() -> None:
    operation = CONNECTOR.operations[0]
    assert [(item.name, item.location, str(item.pointer)) for item in operation.parameters] == [
        ("trace", "header", "/paths/~1items/parameters/1"),
        ("page", "query", "/paths/~1items/get/parameters/0"),
        ("id", "query", "/paths/~1items/get/parameters/1"),
    ]
    assert [(item.required, item.internal, item.has_default) for item in operation.parameters] == [
        (False, False, False),
        (False, False, True),
        (True, True, False),
    ]


def test_the_success_response_is_the_one_with_a_schema() -> None:
    response = CONNECTOR.operations[0].success_response
    assert response is not None
    assert (response.code, str(response.schema_pointer)) == ("201", "/paths/~1items/get/responses/201/schema")


def test_triggers_are_told_apart() -> None:
    kinds = {item.operation_id: (item.trigger, item.is_webhook, item.is_polling) for item in CONNECTOR.operations}
    assert kinds == {
        "ListItems": (None, False, False),
        "WhenItem": ("single", True, False),
        "Poll": ("batch", False, True),
    }


def test_a_notification_url_knows_what_stands_around_it() -> None:
    operation = CONNECTOR.operation("WhenItem")
    assert operation is not None
    assert [(item.path, item.required, item.chain_required, item.internal) for item in operation.notification_urls] == [
        (("config", "url"), False, False, True)
    ]
    assert str(operation.notification_schema_pointer) == "/paths/~1hooks/x-ms-notification-content/schema"


def test_a_schema_that_contains_itself_is_walked_once() -> None:
    schema = {"$ref": "#/definitions/Tree"}
    assert [(str(at), name) for at, name, _ in CONNECTOR.iterate_schema(schema, Pointer())] == [
        ("/definitions/Tree/properties/label", "label"),
        ("/definitions/Tree/properties/children", "children"),
    ]
    assert CONNECTOR.resolve({"$ref": "#/definitions/Loop"}) == {}
    assert CONNECTOR.resolve({"$ref": "#/definitions/Nothing"}) == {}


def test_a_policy_is_read_without_its_prefixes() -> None:
    (policy,) = CONNECTOR.policies
    assert (policy.template_id, policy.title, policy.parameters) == ("setheader", "A title", {"name": "X"})
    assert (policy.operation_names, policy.section) == (("Poll",), "Request")
    assert str(policy.pointer) == "/properties/policyTemplateInstances/0"
    assert policy.applies_to("Poll") and not policy.applies_to("ListItems")


def test_the_base_address_has_single_slashes() -> None:
    assert CONNECTOR.base_url == "https://api.example.com/v1"
    assert Connector({"host": "a/", "schemes": ["http"]}, {}).base_url == "http://a"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "query", "body"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["paths", "/a", "get", "parameters", "$ref", "schema", "properties", "items", "responses"]),
            inner | st.sampled_from(["#/paths", "#/", "#/paths/~1a"]),
            max_size=4,
        )
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["paths", "definitions", "info"]), JSON))
def test_no_shape_makes_a_view_raise(definition: dict[str, Any]) -> None:
    connector = Connector(definition, definition)
    for operation in connector.operations:
        _ = operation.parameters, operation.responses, operation.success_response, operation.notification_urls
        _ = operation.is_webhook, operation.notification_schema, operation.label
    _ = list(connector.iterate_schema(definition, Pointer())), connector.policies, connector.base_url
