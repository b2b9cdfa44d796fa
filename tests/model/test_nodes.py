"""Every object of a definition, found once and by its keys."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from connkit.model import Kind, Nodes

DEFINITION: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Contact book", "contact": {"name": "Anna"}},
    "paths": {
        "/items/{id}": {
            "x-ms-notification-content": {"schema": {"type": "object"}},
            "parameters": [{"$ref": "#/parameters/id"}],
            "get": {
                "responses": {
                    "200": {"description": "It", "schema": {"$ref": "#/definitions/Item"}},
                    "x-note": {"schema": {}},
                }
            },
            "post": {
                "parameters": [{"in": "body", "schema": {"properties": {"x-a": {"type": "string"}, "b": 3}}}],
                "responses": {},
            },
        },
        "x-paths": {"get": {}},
    },
    "parameters": {"id": {"name": "id", "in": "path", "items": {"items": {"type": "string"}}}},
    "definitions": {
        "Item": {"type": "object", "properties": {"next": {"$ref": "#/definitions/Item"}, "at": {"enum": ["a"]}}},
        "Loop": {"$ref": "#/definitions/Other"},
        "Other": {"$ref": "#/definitions/Loop"},
    },
}
NODES = Nodes(DEFINITION)


def told(kind: Kind) -> list[str]:
    return [str(node.pointer) for node in NODES.of(kind)]


@pytest.mark.parametrize(
    ("kind", "pointers"),
    [
        (Kind.ROOT, [""]),
        (Kind.CONTACT, ["/info/contact"]),
        (Kind.PATH_ITEM, ["/paths/~1items~1{id}"]),
        (Kind.OPERATION, ["/paths/~1items~1{id}/get", "/paths/~1items~1{id}/post"]),
        (Kind.NOTIFICATION, ["/paths/~1items~1{id}/x-ms-notification-content"]),
        (
            Kind.PARAMETER,
            ["/paths/~1items~1{id}/parameters/0", "/paths/~1items~1{id}/post/parameters/0", "/parameters/id"],
        ),
        (Kind.ITEMS, ["/parameters/id/items", "/parameters/id/items/items"]),
        (Kind.RESPONSE, ["/paths/~1items~1{id}/get/responses/200"]),
        (
            Kind.SCHEMA,
            [
                "/paths/~1items~1{id}/x-ms-notification-content/schema",
                "/paths/~1items~1{id}/get/responses/200/schema",
                "/paths/~1items~1{id}/post/parameters/0/schema",
                "/paths/~1items~1{id}/post/parameters/0/schema/properties/x-a",
                "/definitions/Item",
                "/definitions/Item/properties/next",
                "/definitions/Item/properties/at",
                "/definitions/Loop",
                "/definitions/Other",
            ],
        ),
    ],
)
def test_each_object_is_met_once_in_document_order(kind: Kind, pointers: list[str]) -> None:
    assert told(kind) == pointers


def test_nodes_are_found_by_key_and_kind() -> None:
    assert [str(node.pointer) for node in NODES.having("enum")] == ["/definitions/Item/properties/at"]
    assert [node.kind for node in NODES.having("parameters")] == [Kind.ROOT, Kind.PATH_ITEM, Kind.OPERATION]
    assert [node.kind for node in NODES.having("parameters", Kind.OPERATION)] == [Kind.OPERATION]
    assert NODES.having("nothing") == []


def test_a_reference_leads_to_its_target_and_a_loop_ends() -> None:
    by_pointer = {str(node.pointer): node for node in NODES.all}
    assert str(NODES.target(by_pointer["/definitions/Item/properties/next"]).pointer) == "/definitions/Item"
    assert str(NODES.target(by_pointer["/paths/~1items~1{id}/parameters/0"]).pointer) == "/parameters/id"
    assert NODES.target(by_pointer["/definitions/Loop"]).value.keys() == {"$ref"}


def test_inputs_and_outputs_hold_all_that_is_sent_and_all_that_comes_back() -> None:
    assert [str(node.pointer) for node in NODES.inputs] == [
        "/paths/~1items~1{id}/post/parameters/0/schema",
        "/paths/~1items~1{id}/post/parameters/0/schema/properties/x-a",
    ]
    assert [str(node.pointer) for node in NODES.outputs] == [
        "/paths/~1items~1{id}/x-ms-notification-content/schema",
        "/paths/~1items~1{id}/get/responses/200/schema",
        "/definitions/Item",
        "/definitions/Item/properties/next",
        "/definitions/Item/properties/at",
    ]


def test_a_node_knows_what_it_stands_in() -> None:
    (at,) = NODES.having("enum")
    assert (at.name, at.above and at.above.name) == ("at", "Item")
    assert at.enclosing(Kind.OPERATION) is None
    (body,) = [node for node in NODES.of(Kind.SCHEMA) if node.name == "x-a"]
    operation = body.enclosing(Kind.OPERATION)
    assert operation is not None and operation.name == "post"


@pytest.mark.parametrize("reference", [3, [], {}, None, "#/definitions/Nowhere", "http://example.com"])
def test_a_reference_that_leads_nowhere_is_its_own_target(reference: Any) -> None:
    definition = copy.deepcopy(DEFINITION)
    definition["definitions"]["Loop"]["$ref"] = reference
    nodes = Nodes(definition)
    (loop,) = [node for node in nodes.of(Kind.SCHEMA) if node.name == "Loop"]
    assert nodes.target(loop) is loop
