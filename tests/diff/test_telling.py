"""What authors paste and makers read."""

from __future__ import annotations

import copy
from typing import Any

from connkit.diff import compare
from connkit.diff.changelog import changelog
from connkit.diff.remedies import Remedy, remedy
from connkit.model import Connector

Json = dict[str, Any]
LIST: Json = {
    "operationId": "ListItems",
    "summary": "List items",
    "description": "All of them.",
    "parameters": [{"name": "page", "in": "query", "type": "integer", "x-ms-summary": "Page"}],
    "responses": {"200": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}},
}


def connector(**operations: Json) -> Connector:
    """GET operations by the name of their path."""
    return Connector({"paths": {f"/{name}": {"get": copy.deepcopy(raw)} for name, raw in operations.items()}}, {})


def remedied(old: Connector, new: Connector) -> Remedy | None:
    return remedy(old, new, compare(old, new).changes)


def test_a_changed_operation_becomes_a_new_revision_on_a_path_of_its_own() -> None:
    new = {**LIST, "responses": {}}
    assert remedied(connector(items=LIST), connector(items=new)) == Remedy(
        {"ListItems": "put 'ListItems' back as it was, and move the change to 'ListItems_V2'"},
        {
            "paths": {
                "/items": {
                    "get": {
                        "operationId": "ListItems",
                        "deprecated": True,
                        "summary": "List items (deprecated)",
                        "description": "All of them. (deprecated)",
                        "x-ms-api-annotation": {"family": "ListItems", "revision": 1},
                    }
                },
                "/items/v2": {
                    "get": {
                        "operationId": "ListItems_V2",
                        "x-ms-api-annotation": {"family": "ListItems", "revision": 2, "status": "Preview"},
                    }
                },
            }
        },
        (
            {
                "templateId": "routerequesttoendpoint",
                "title": "Path of ListItems_V2",
                "parameters": {
                    "x-ms-apimTemplateParameter.newPath": "/items",
                    "x-ms-apimTemplateParameter.httpMethod": "@Request.OriginalHTTPMethod",
                    "x-ms-apimTemplate-operationName": ["ListItems_V2"],
                },
            },
        ),
    )


def test_an_operation_on_a_new_path_needs_no_policy() -> None:
    found = remedied(connector(items=LIST), connector(things=LIST))
    assert found
    assert (list(found.definition["paths"]), found.policies) == (["/items", "/things"], ())


def test_a_removed_operation_comes_back_deprecated() -> None:
    found = remedied(connector(items={"operationId": "ListItems"}), connector())
    assert found == Remedy(
        {"ListItems": "put 'ListItems' back as it was, and deprecate it"},
        {
            "paths": {
                "/items": {
                    "get": {
                        "operationId": "ListItems",
                        "deprecated": True,
                        "x-ms-api-annotation": {"family": "ListItems", "revision": 1},
                    }
                }
            }
        },
        (),
    )


def test_what_is_called_deprecated_is_not_called_so_twice() -> None:
    old = {**LIST, "summary": "List items (deprecated)"}
    found = remedied(connector(items=old), connector(items={**old, "responses": {}}))
    assert found
    assert found.definition["paths"]["/items"]["get"]["summary"] == "List items (deprecated)"


def test_the_revision_goes_on_from_the_name_or_the_annotation_and_is_free() -> None:
    second = {**LIST, "operationId": "ListItems_V2"}
    annotated = {**LIST, "operationId": "Other", "x-ms-api-annotation": {"family": "Items", "revision": 7}}
    old = connector(items=second, other=annotated, third={"operationId": "ListItems_V3"})
    new = connector(
        items={**second, "responses": {}},
        other={**annotated, "responses": {}},
        third={"operationId": "ListItems_V3"},
        **{"items/v4": {"operationId": "More"}},
    )
    found = remedied(old, new)
    assert found
    assert list(found.sentences.values()) == [
        "put 'ListItems_V2' back as it was, and move the change to 'ListItems_V4'",
        "put 'Other' back as it was, and move the change to 'Items_V8'",
    ]
    assert list(found.definition["paths"]) == ["/items", "/items/v4_", "/other", "/other/v8"]


def test_the_rest_of_a_trigger_moves_with_it() -> None:
    polling = {**LIST, "x-ms-trigger": "batch"}
    found = remedied(connector(items=polling), connector(items={**polling, "responses": {}}))
    assert found
    assert found.sentences["ListItems"].endswith("to 'ListItems_V2', with its policy 'pollingtrigger'")


def test_nothing_is_to_be_done_where_no_operation_breaks() -> None:
    assert remedied(connector(items=LIST), connector(items={**LIST, "deprecated": True})) is None
    assert remedied(Connector({"host": "a"}, {}), Connector({"host": "b"}, {})) is None


def merged(value: Any, patch: Any) -> Any:
    """As RFC 7396 merges, which is how one pastes."""
    if not isinstance(patch, dict):
        return patch
    below = value if isinstance(value, dict) else {}
    return {**below, **{key: merged(below.get(key), patch[key]) for key in patch}}


def test_the_remedy_keeps_every_flow_working() -> None:
    changed = {**LIST, "parameters": [], "responses": {}}
    old, new = connector(items=LIST, gone={"operationId": "Gone"}), connector(items=changed)
    found = remedied(old, new)
    assert found
    mended = copy.deepcopy(old.definition)
    mended["paths"]["/items/v2"] = {"get": changed}
    kept = merged(mended, found.definition)
    compared = compare(old, Connector(kept, {"properties": {"policyTemplateInstances": list(found.policies)}}))
    assert [f"{change.kind.name} {change.value_path}" for change in compared.changes] == [
        "OperationAdded operation/ListItems_V2",
        "OperationDeprecated operation/ListItems/deprecated",
        "SummaryChanged operation/ListItems/summary",
        "OperationDeprecated operation/Gone/deprecated",
    ]


def test_makers_read_what_they_would_notice() -> None:
    new = copy.deepcopy(LIST)
    new["parameters"] = [{"name": "since", "in": "query", "type": "string", "x-ms-summary": "Since", "default": "a"}]
    new["responses"]["200"]["schema"]["properties"] = {
        **{f"field_{index}": {"type": "string"} for index in range(10)},
        "a": {"type": "string", "x-nullable": True},
    }
    old, other = connector(items=LIST), connector(items=new, things={"operationId": "List_Things"})
    other.definition["host"] = "elsewhere.example"
    assert changelog(old, other, compare(old, other).changes) == (
        "### Breaking: flows that use this have to be changed\n"
        "\n"
        "* **List items (`ListItems`)**: no longer has the input 'Page'\n"
        "\n"
        "### To look at: flows that use this may act otherwise\n"
        "\n"
        "* **The connection**: calls the service at another address\n"
        "* **List items (`ListItems`)**: may return 'a' empty\n"
        "\n"
        "### New, and safe\n"
        "\n"
        "* **List\\_Things (`List_Things`)**: new\n"
        "* **List items (`ListItems`)**: has the new input 'Since'; returns 'field\\_0', 'field\\_1', 'field\\_2', "
        "'field\\_3', 'field\\_4', 'field\\_5', 'field\\_6', 'field\\_7' and 2 more as well\n"
    )


def test_makers_read_one_sentence_where_they_would_notice_nothing() -> None:
    assert changelog(connector(), connector(), ()) == "Nothing that makers would notice.\n"
