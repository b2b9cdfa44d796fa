"""Wrong input as it follows from a definition: what is sent, and with which key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connkit.contract.service import Service, Unchanged, call_wrongly
from connkit.contract.wrong_input import WrongInput, wrong_inputs
from connkit.core import Request, Response
from connkit.model import Connector, Operation
from connkit.runtime.connection import credentials

KEY = {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}}
BODY = {
    "name": "body",
    "in": "body",
    "required": True,
    "schema": {
        "required": ["size"],
        "properties": {"size": {"type": "number"}, "box": {"type": "object"}, "any": {}},
    },
}
PARAMETERS: list[dict[str, Any]] = [
    {"name": "id", "in": "path", "required": True, "type": "integer", "format": "int64"},
    {"name": "small", "in": "path", "required": True, "type": "integer"},
    {"name": "name", "in": "path", "required": True, "type": "string"},
    {"name": "q", "in": "query", "required": True, "type": "string"},
    {"name": "since", "in": "query", "type": "string", "format": "date-time"},
    {"name": "sort", "in": "query", "type": "string", "enum": ["up", "down"]},
    {"name": "deep", "in": "query", "type": "boolean"},
    {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}},
    {"name": "X-Site", "in": "header", "required": True, "type": "string"},
    BODY,
]
RIGHT = {"id": 7, "small": 8, "name": "a b", "q": "x y", "X-Site": "north", "size": 1, "box": {}, "any": 5}


def connector(*parameters: dict[str, Any], **more: Any) -> Connector:
    operation = {"operationId": "Put", "parameters": list(parameters), "responses": {"200": {"description": ""}}}
    path = "/a" + "".join(f"/{{{each['name']}}}" for each in parameters if each["in"] == "path")
    paths = {path: {"post": operation}}
    return Connector({"host": "a.example", "paths": paths, "securityDefinitions": KEY, **more}, {})


def sent(tried: Connector, right: dict[str, Any], key: str = "Bearer fake") -> dict[str, tuple[str, str | None, Any]]:
    """By what is wrong: the address below the host, the key and, where it is told by a header, the site, the body."""
    connection = credentials(tried, {"api_key": key})
    requests: list[Request] = []

    def send(request: Request) -> Response:
        requests.append(request)
        return Response(400)

    service = Service(tried, lambda: connection, lambda operation: right, send)
    operation: Operation = tried.operations[0]
    found = {}
    for wrong in wrong_inputs(tried, operation, connection, right):
        try:
            call_wrongly(service, operation, wrong)
        except Unchanged:
            continue
        request = requests[-1]
        address = request.url.removeprefix("https://a.example")
        body = json.loads(request.body) if request.body else None
        found[wrong.what] = (address, request.header("Authorization"), (request.header("X-Site"), body))
    return found


def test_every_input_is_made_wrong_in_turn() -> None:
    whole, address, key = {"size": 1, "box": {}, "any": 5}, "/a/7/8/a%20b?q=x%20y", "Bearer fake"
    good, wrong = ("north", whole), {"not": "what was asked for"}
    assert sent(connector(*PARAMETERS), RIGHT) == {
        "with a 'id' that does not exist": ("/a/9007199254740991/8/a%20b?q=x%20y", key, good),
        "with text for the integer 'id'": ("/a/text/8/a%20b?q=x%20y", key, good),
        "with a 'small' that does not exist": ("/a/7/2147483647/a%20b?q=x%20y", key, good),
        "with text for the integer 'small'": ("/a/7/text/a%20b?q=x%20y", key, good),
        "with a 'name' that does not exist": ("/a/7/8/no-such-thing-of-connkit?q=x%20y", key, good),
        "without 'q'": ("/a/7/8/a%20b", key, good),
        "with a 'since' that is no date": (f"{address}&since=text", key, good),
        "with a 'sort' that is none of its values": (f"{address}&sort=no-such-value-of-connkit", key, good),
        "with text for the boolean 'deep'": (f"{address}&deep=text", key, good),
        "without 'X-Site'": (address, key, (None, whole)),
        "without a body": (address, key, ("north", None)),
        "without 'size'": (address, key, ("north", {"box": {}, "any": 5})),
        "with an object for the number 'size'": (address, key, ("north", {**whole, "size": wrong})),
        "with text for the object 'box'": (address, key, ("north", {**whole, "box": "text"})),
        "without a key": (address, None, good),
        "with a wrong key": (address, "Bearer wrong-key-of-connkit", good),
        "with the key without its prefix": (address, "fake", good),
    }


def test_a_key_without_a_prefix_has_none_to_lose() -> None:
    tried = sent(connector(), {}, "fake")
    assert {what: key for what, (_, key, _) in tried.items()} == {
        "without a key": None,
        "with a wrong key": "wrong-key-of-connkit",
    }


def test_without_a_key_there_is_no_wrong_one() -> None:
    tried = Connector({**connector().definition, "securityDefinitions": {}}, {})
    assert list(wrong_inputs(tried, tried.operations[0], credentials(tried, {}), {})) == []


def test_input_that_would_be_right_all_the_same_is_not_sent() -> None:
    tried = connector()
    connection = credentials(tried, {"api_key": "fake"})
    service = Service(tried, lambda: connection, lambda operation: {}, lambda request: Response(200))
    wrong = WrongInput("without what is not there", {}, connection, lambda request: request)
    with pytest.raises(Unchanged):
        call_wrongly(service, tried.operations[0], wrong)
