"""Right input taken from a service's own lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from connkit.contract.inputs import ListedInputs, NotTried, id_field, listed_in
from connkit.core import Request, Response
from connkit.model import Connector
from connkit.runtime.connection import Credentials


@pytest.mark.parametrize(
    ("parameter", "item", "field"),
    [
        ("call_id", {"callID": 1, "id": 2}, "callID"),
        ("prompt_id", {"employee_id": 2, "id": 1}, "id"),
        ("box_id", {"clientID": 2, "voicemailBoxID": 1}, "voicemailBoxID"),
        ("record_id", {"callID": 2, "recordingID": 1}, "recordingID"),
        ("name", {"Name": "a"}, "Name"),
        ("call_id", {"callID": None, "id": "x"}, "id"),
        ("id", {"owner": 1}, None),
        ("call_id", {"contactID": 1}, None),
        ("call_id", {}, None),
    ],
)
def test_the_field_that_a_parameter_names(parameter: str, item: dict[str, Any], field: str | None) -> None:
    assert id_field(parameter, item) == field


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ([{"id": 1}], [{"id": 1}]),
        ({"data": [{"id": 1}, 5]}, [{"id": 1}]),
        ({"meta": {"tags": [{"id": 9}]}, "value": [{"id": 1}]}, [{"id": 1}]),
        ({"result": {"rows": [{"id": 1}]}}, [{"id": 1}]),
        ({"data": {}}, []),
        ("text", []),
        (None, []),
    ],
)
def test_the_list_in_a_body(body: Any, items: list[Any]) -> None:
    assert listed_in(body) == items


def _get(operation_id: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"operationId": operation_id, "parameters": list(parameters), "responses": {"200": {}}}}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "type": "string"}


_BODY = {
    "name": "body",
    "in": "body",
    "schema": {"required": ["text", "kind"], "properties": {"text": {}, "kind": {"default": "a"}}},
}
DEFINITION: dict[str, Any] = {
    "host": "shop.example",
    "paths": {
        "/shelves": _get("Shelves"),
        "/shelves/{shelf_id}": _get("Shelf", _path("shelf_id")),
        "/shelves/{shelf_id}/books": _get("Books", _path("shelf_id")),
        "/shelves/{shelf_id}/books/{book}": _get("Book", _path("shelf_id"), _path("book")),
        "/stamps/{stamp}": _get("Stamp", _path("stamp")),
        "/search": _get("Search", {"name": "q", "in": "query", "required": True, "type": "string"}),
        "/notes/{note_id}": {
            "delete": {"operationId": "DeleteNote", "parameters": [_path("note_id")], "responses": {}}
        },
        "/notes": {"post": {"operationId": "AddNote", "parameters": [_BODY], "responses": {}}},
    },
}
CONNECTOR = Connector(DEFINITION, {})
SHOP: dict[str, Any] = {
    "/shelves": {"data": [{"shelfID": "s 1"}, {"shelfID": "s2"}]},
    "/shelves/s%201/books": [{"id": "b1", "book": "b 7"}],
}


def _inputs(shop: Mapping[str, Any], given: Mapping[str, Mapping[str, Any]] = {}) -> tuple[ListedInputs, list[str]]:
    asked: list[str] = []

    def send(request: Request) -> Response:
        path = request.url.removeprefix("https://shop.example")
        asked.append(path)
        return Response(200, {}, json.dumps(shop[path]).encode()) if path in shop else Response(403)

    return ListedInputs(CONNECTOR, Credentials(), send, given), asked


def _known(inputs: ListedInputs, operation_id: str) -> object:
    operation = CONNECTOR.operation(operation_id)
    assert operation is not None
    try:
        return dict(inputs(operation))
    except NotTried as reason:
        return str(reason)


@pytest.mark.parametrize(
    ("operation_id", "shop", "expected"),
    [
        ("Shelves", SHOP, {}),
        ("Shelf", SHOP, {"shelf_id": "s 1"}),
        ("Books", SHOP, {"shelf_id": "s 1"}),
        ("Book", SHOP, {"shelf_id": "s 1", "book": "b 7"}),
        ("Shelf", {"/shelves": []}, "no ID is known, as GET /shelves lists nothing"),
        ("Shelf", {"/shelves": [{"x": 1}]}, "no ID is known, as no field of GET /shelves is like 'shelf_id'"),
        ("Shelf", {}, "no ID is known, as GET /shelves was answered 403"),
        ("Book", {"/shelves": []}, "no ID is known, as GET /shelves lists nothing"),
        ("Stamp", SHOP, "no ID is known, as no operation lists what 'stamp' could be"),
        ("Search", SHOP, "no value is known for 'q'"),
        ("DeleteNote", SHOP, "no value is known for 'note_id'"),
        ("AddNote", SHOP, "no value is known for 'text'"),
    ],
)
def test_what_is_known(operation_id: str, shop: Mapping[str, Any], expected: object) -> None:
    assert _known(_inputs(shop)[0], operation_id) == expected


def test_what_is_given_is_never_looked_up() -> None:
    inputs, asked = _inputs({}, {"Book": {"shelf_id": "s", "book": "b"}, "AddNote": {"text": "hello"}})
    assert _known(inputs, "Book") == {"shelf_id": "s", "book": "b"}
    assert _known(inputs, "AddNote") == {"text": "hello"}
    assert asked == []


def test_a_list_is_asked_for_once() -> None:
    inputs, asked = _inputs(SHOP)
    for name in ("Shelf", "Books", "Book", "Shelf"):
        _known(inputs, name)
    assert asked == ["/shelves", "/shelves/s%201/books"]
