"""Choices and schemas that another operation of the connector gives."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from connkit.core import Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.dynamic import Choice, Choices, dynamic_values, invoke_resolved, resolve_schemas
from connkit.runtime.switches import EmulatorSwitches

CONNECTION = Credentials({"X-Key": "k"})
VALUES, LIST = "x-ms-dynamic-values", "x-ms-dynamic-list"
SCHEMA, PROPERTIES = "x-ms-dynamic-schema", "x-ms-dynamic-properties"
SHELVES = {"operationId": "ListShelves", "value-collection": "data/shelves", "value-path": "id", "value-title": "n/t"}
ANSWER = {"data": {"shelves": [{"id": 1, "n": {"t": "one"}}, {"id": "2", "n": {"t": None}}]}}


class Service:
    """Gives one answer to whatever is asked, and remembers who asked for what."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        self.answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.status = status
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return Response(self.status, {}, self.answer)

    @property
    def queries(self) -> list[list[tuple[str, str]]]:
        return [parse_qsl(urlsplit(request.url).query, True) for request in self.asked]


def operation(name: str, *parameters: dict[str, Any], answer: dict[str, Any] | None = None) -> dict[str, Any]:
    responses = {"200": {"description": "", **({"schema": answer} if answer else {})}}
    return {"operationId": name, "parameters": list(parameters), "responses": responses}


def query(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "type": kind, **more}


def body(**properties: Any) -> dict[str, Any]:
    return {"name": "body", "in": "body", "schema": {"type": "object", "properties": properties}}


ROOM, KIND = query("room", required=True), query("kind")


def connector(*parameters: dict[str, Any], answer: dict[str, Any] | None = None) -> Connector:
    paths = {
        "/do": {"post": operation("Do", *parameters, answer=answer)},
        "/shelves": {"get": operation("ListShelves", KIND)},
        "/rooms": {"get": operation("ListInRoom", ROOM, KIND)},
    }
    return Connector({"host": "h.example", "paths": paths}, {})


def choices(made: Connector, name: str, send: Any, given: dict[str, Any] | None = None, **switches: Any) -> Choices:
    return dynamic_values(made, CONNECTION, "Do", name, given or {}, send, EmulatorSwitches(**switches))


# ---- choices

OLD = {VALUES: SHELVES}
NEW = {
    LIST: {
        "operationId": "ListShelves",
        "itemsPath": "data/shelves",
        "itemValuePath": "id",
        "itemTitlePath": "n/t",
    }
}
TWO = (Choice("one", 1), Choice("", "2"))


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (query("shelf", **OLD), "shelf"),
        (query("shelf", **NEW), "shelf"),
        ({"name": "shelf", "in": "path", "required": True, "type": "string", **OLD}, "shelf"),
        (query("shelf", "array", items={"type": "string", **OLD}), "shelf"),
        (body(shelf={"type": "string", **OLD}), "shelf"),
        (body(shelf={"type": "string", **OLD}), "body/shelf"),
        (body(shelf={"type": "array", "items": {"type": "string", **NEW}}), "body/shelf"),
        (body(at={"type": "object", "properties": {"shelf": OLD}}), "at/shelf"),
        (body(at={"type": "object", "properties": {"shelf": OLD}}), "at.shelf"),
        (body(at={"type": "object", "properties": {"shelf": OLD}}), "shelf"),
        (body(at={"type": "array", "items": {"properties": {"shelf": OLD}}}), "at/shelf"),
        (body(at={"type": "array", "items": {"properties": {"shelf": OLD}}}), "at/[]/shelf"),
        (body(at={"allOf": [{"properties": {"shelf": OLD}}]}), "at/shelf"),
    ],
)
def test_where_choices_are_declared(parameter: dict[str, Any], name: str) -> None:
    send = Service(ANSWER)
    found = choices(connector(parameter), name, send)
    assert (found.choices, found.problem) == (TWO, "")
    assert found.invocation and [found.invocation.request] == send.asked
    assert (send.asked[0].url, send.asked[0].headers) == ("https://h.example/shelves", {"X-Key": "k"})


@pytest.mark.parametrize(
    ("paths", "answer", "expected"),
    [
        ({}, ["a", "b"], (Choice("a", "a"), Choice("b", "b"))),
        ({}, [], ()),
        ({"value-path": "id"}, [{"id": 1}], (Choice("1", 1),)),
        ({"value-path": "id", "value-title": "t"}, [{"id": 1, "t": "one"}], (Choice("one", 1),)),
        ({"value-collection": "v", "value-path": "a/b"}, {"v": [{"a": {"b": True}}]}, (Choice("True", True),)),
        ({"value-collection": "a.b"}, {"a.b": [1]}, (Choice("1", 1),)),
        ({"value-path": "id", "value-title": "id"}, [{"id": {"x": 1}}], (Choice('{"x":1}', {"x": 1}),)),
    ],
)
def test_paths(paths: dict[str, str], answer: Any, expected: tuple[Choice, ...]) -> None:
    made = connector(query("shelf", **{VALUES: {"operationId": "ListShelves", **paths}}))
    found = choices(made, "shelf", Service(answer))
    assert (found.choices, found.problem) == (expected, "")


def test_which_extension_is_followed_is_a_switch() -> None:
    both = {VALUES: {"operationId": "ListShelves", "parameters": {"kind": "old"}}, **NEW}
    new, old = Service(ANSWER), Service(["a"])
    assert choices(connector(query("shelf", **both)), "shelf", new).choices == TWO
    older = choices(connector(query("shelf", **both)), "shelf", old, dynamic_list_wins=False)
    assert (older.choices, old.queries, new.queries) == ((Choice("a", "a"),), [[("kind", "old")]], [[]])


def test_a_choice_without_its_title_is_shown_by_a_switch() -> None:
    made, send = connector(query("shelf", **OLD)), Service({"data": {"shelves": [{"id": 7}]}})
    assert choices(made, "shelf", send).choices == ()
    assert choices(made, "shelf", send, untitled_choice_shows_value=True).choices == (Choice("7", 7),)


def asking(extension: str, **arguments: Any) -> dict[str, Any]:
    return query("shelf", **{extension: {"operationId": "ListInRoom", "parameters": arguments}})


IN_BODY = body(where={"type": "object", "properties": {"room": {"type": "string"}}}, room_id={"type": "string"})
REFERENCE = {"parameterReference": "body/where/room"}


@pytest.mark.parametrize(
    ("parameters", "given", "query_sent"),
    [
        ([asking(VALUES, room="a b", kind=True)], {}, [("room", "a b"), ("kind", "true")]),
        ([asking(VALUES, room="a", kind=None)], {}, [("room", "a")]),
        ([asking(LIST, room={"value": 3}, kind={"value": False})], {}, [("room", "3"), ("kind", "false")]),
        ([query("r"), asking(VALUES, room={"parameter": "r"})], {"r": "x"}, [("room", "x")]),
        ([query("r"), asking(LIST, room={"parameterReference": "r"})], {"r": "x"}, [("room", "x")]),
        ([query("r", default="d", required=True), asking(VALUES, room={"parameter": "r"})], {}, [("room", "d")]),
        ([query("k"), asking(VALUES, room="a", kind={"parameter": "k"})], {}, [("room", "a")]),
        ([IN_BODY, asking(LIST, room=REFERENCE)], {"body": {"where": {"room": "x"}}}, [("room", "x")]),
        ([IN_BODY, asking(LIST, room=REFERENCE)], {"where": {"room": "x"}}, [("room", "x")]),
        ([IN_BODY, asking(LIST, room=REFERENCE)], {"where/room": "x"}, [("room", "x")]),
        ([IN_BODY, asking(VALUES, room={"parameter": "room"})], {"body": {"where": {"room": "x"}}}, [("room", "x")]),
        ([IN_BODY, asking(VALUES, room={"parameter": "room_id"})], {"room_id": "x"}, [("room", "x")]),
        ([IN_BODY, asking(VALUES, room={"parameter": "where.room"})], {"where": {"room": "x"}}, [("room", "x")]),
        ([query("room_id"), IN_BODY, asking(VALUES, room={"parameter": "room_id"})], {"room_id": "x"}, [("room", "x")]),
    ],
)
def test_what_the_operation_is_asked(
    parameters: list[dict[str, Any]], given: dict[str, Any], query_sent: list[tuple[str, str]]
) -> None:
    send = Service(["a"])
    found = choices(connector(*parameters), "shelf", send, given)
    assert (found.problem, send.queries) == ("", [query_sent])


def test_what_has_a_default_is_not_waited_for() -> None:
    send = Service([])
    made = connector(*NEEDS_ROOM)
    made.definition["paths"]["/rooms"]["get"]["parameters"][0] = {**ROOM, "default": "any"}
    assert (choices(made, "shelf", send).problem, send.queries) == ("", [[("room", "any")]])


ONE_ROOM = {"type": "object", "properties": {"room": {"type": "string"}}}
TWO_ROOMS = body(a=ONE_ROOM, b={"type": "object", "properties": {"room": {"type": "string"}}})
NEEDS_ROOM = [query("r"), asking(VALUES, room={"parameter": "r"})]
KIND_TOO = [query("k"), asking(VALUES, room="a", kind={"parameter": "k"})]


@pytest.mark.parametrize(
    ("parameters", "given", "problem"),
    [
        (NEEDS_ROOM, {}, "depend on the input 'r', which is not given yet"),
        (NEEDS_ROOM, {"r": ""}, "depend on the input 'r', which is not given yet"),
        ([IN_BODY, asking(LIST, room=REFERENCE)], {}, "depend on the input 'body/where/room', which is not given yet"),
        ([asking(VALUES, room={"parameter": "r"})], {}, "depend on 'r', which names no single input of Do"),
        (
            [TWO_ROOMS, asking(VALUES, room={"parameter": "room"})],
            {"a/room": "x"},
            "depend on 'room', which names no single input of Do",
        ),
        ([asking(VALUES)], {}, "cannot be asked for: input 'room' of ListInRoom is required"),
        (
            [asking(VALUES, room="a", rom="b")],
            {},
            "cannot be asked for: unknown input 'rom' of ListInRoom; its inputs are 'room', 'kind'",
        ),
        (
            [query("shelf", **{VALUES: {"operationId": "Gone"}})],
            {},
            "come from the operation 'Gone', which the connector does not have",
        ),
        ([query("shelf", **{VALUES: {}})], {}, "come from nowhere: x-ms-dynamic-values names no operation"),
        (
            [query("shelf", **{VALUES: {"capability": "file-picker"}})],
            {},
            "come from file-picker, which is not emulated",
        ),
        (
            [query("shelf", **{VALUES: {"builtInOperation": "AadGraph.GetUsers"}})],
            {},
            "come from AadGraph.GetUsers, which is not emulated",
        ),
    ],
)
def test_nothing_is_asked(parameters: list[dict[str, Any]], given: dict[str, Any], problem: str) -> None:
    send = Service([])
    found = choices(connector(*parameters), "shelf", send, given)
    assert (found, send.asked) == (Choices((), f"the choices of 'shelf' {problem}", None), [])


def test_waiting_for_what_is_optional_is_a_switch() -> None:
    found = choices(connector(*KIND_TOO), "shelf", Service([]), dynamic_call_waits_for_optional=True)
    assert found.problem == "the choices of 'shelf' depend on the input 'k', which is not given yet"


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        ({}, 404, "cannot be asked for: ListShelves was answered with status 404"),
        (b"<html>", 200, "cannot be read: the answer of ListShelves is no JSON"),
        (b"", 200, "cannot be read: the answer of ListShelves has nothing at 'data', which is below null"),
        ([1], 200, "cannot be read: the answer of ListShelves has nothing at 'data', which is below a list"),
        ({}, 200, "cannot be read: the answer of ListShelves has nothing at 'data'; there is nothing"),
        (
            {"data": {"a": 1, "b": 2}},
            200,
            "cannot be read: the answer of ListShelves has nothing at 'data/shelves'; there is 'a', 'b'",
        ),
        (
            {"data": {"shelves": {}}},
            200,
            "cannot be read: what stands at 'data/shelves' of the answer of ListShelves is no list",
        ),
        (
            {"data": {"shelves": [{"id": 1, "n": {"t": "x"}}, {"ID": 2}]}},
            200,
            "cannot be read: item 2 in the answer of ListShelves has nothing at 'id'; there is 'ID'",
        ),
        (
            {"data": {"shelves": [{"id": 1, "n": "one"}]}},
            200,
            "cannot be read: item 1 in the answer of ListShelves has nothing at 'n/t', which is below a plain value",
        ),
    ],
)
def test_an_answer_without_choices(answer: Any, status: int, problem: str) -> None:
    found = choices(connector(query("shelf", **OLD)), "shelf", Service(answer, status))
    assert (found.choices, found.problem) == ((), f"the choices of 'shelf' {problem}")
    assert found.invocation is not None


def test_no_answer() -> None:
    def down(_: Request) -> Response:
        raise OSError("connection refused")

    found = choices(connector(query("shelf", **OLD)), "shelf", down)
    told = "the choices of 'shelf' cannot be asked for: no answer came from ListShelves: connection refused"
    assert found == Choices((), told)


def test_policies_act_on_the_call() -> None:
    made = connector(query("shelf", **OLD))
    parameters = {"x-ms-apimTemplateParameter.name": "X-Seen", "x-ms-apimTemplateParameter.value": "@headers('Gone')"}
    made.properties["properties"] = {
        "policyTemplateInstances": [{"templateId": "setheader", "title": "Seen", "parameters": parameters}]
    }
    found = choices(made, "shelf", Service(ANSWER))
    assert found.problem == (
        "the choices of 'shelf' cannot be asked for: policy 'Seen': the request has no header 'Gone', "
        "and '@headers('Gone')' gives no default"
    )


def test_an_input_without_choices() -> None:
    made = connector(query("shelf", **OLD), query("plain"), body(at={"properties": {"room": NEW}}))
    with pytest.raises(UserError) as raised:
        choices(made, "plain", Service([]))
    assert str(raised.value) == "input 'plain' of Do has no dynamic choices; those that have: 'shelf', 'at/room'"


# ---- schemas

FOUND = {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}
GIVEN = {"operationId": "ListInRoom", "parameters": {"room": {"parameter": "room"}}}


def dynamic(**extensions: Any) -> dict[str, Any]:
    return {"name": "body", "in": "body", "required": True, "schema": {"type": "object", **extensions}}


@pytest.mark.parametrize(
    ("extensions", "answer"),
    [
        ({SCHEMA: GIVEN}, FOUND),
        ({SCHEMA: {**GIVEN, "value-path": "a/schema"}}, {"a": {"schema": FOUND}}),
        ({SCHEMA: {**GIVEN, "value-path": "schema/properties"}}, {"schema": {"properties": FOUND["properties"]}}),
        ({PROPERTIES: {**GIVEN, "itemValuePath": "schema"}}, {"schema": FOUND}),
        ({SCHEMA: {"operationId": "Gone"}, PROPERTIES: GIVEN}, FOUND),
    ],
)
def test_a_body_is_completed_and_checked_by_its_dynamic_schema(extensions: dict[str, Any], answer: Any) -> None:
    send = Service(answer)
    made, resolved = invoke_resolved(
        connector(query("room"), dynamic(**extensions)), CONNECTION, "Do", {"room": "r", "size": 1}, send
    )
    assert (resolved.problems, json.loads(made.request.body)) == ((), {"size": 1})
    assert send.asked[0].url == "https://h.example/rooms?room=r"


def test_what_a_dynamic_schema_requires() -> None:
    with pytest.raises(UserError) as raised:
        invoke_resolved(
            connector(query("room"), dynamic(**{SCHEMA: GIVEN})), CONNECTION, "Do", {"room": "r"}, Service(FOUND)
        )
    assert str(raised.value) == "input 'size' of Do is required"


def test_an_answer_is_held_against_its_dynamic_schema() -> None:
    answer = {"type": "object", "properties": {"rows": {"type": "array", "items": {SCHEMA: GIVEN}}}}

    def send(request: Request) -> Response:
        rooms = urlsplit(request.url).path == "/rooms"
        return Response(200, {}, json.dumps(FOUND if rooms else {"rows": [{"size": "big"}]}).encode())

    made = connector(query("room"), answer=answer)
    invocation, resolved = invoke_resolved(made, CONNECTION, "Do", {"room": "r"}, send)
    assert [str(one) for one in invocation.mismatches] == [
        "/rows/0/size: a string, but the definition promises integer"
    ]
    assert [str(one.pointer) for one in resolved.schemas] == [
        "/paths/~1do/post/responses/200/schema/properties/rows/items"
    ]
    assert made.definition["paths"]["/do"]["post"]["responses"]["200"]["schema"] == answer


def test_what_the_definition_says_stays_where_the_answer_says_nothing() -> None:
    static = {"x-ms-summary": "Widget", "properties": {"fixed": {"type": "string"}}, SCHEMA: GIVEN}
    made = connector(query("room"), dynamic(**static))
    found = resolve_schemas(made, CONNECTION, "Do", {"room": "r"}, Service(FOUND)).schemas[0].schema
    assert found == {
        "type": "object",
        "x-ms-summary": "Widget",
        "required": ["size"],
        "properties": {"fixed": {"type": "string"}, "size": {"type": "integer"}},
    }


def test_parameters_and_schemas_behind_references() -> None:
    made = connector({"$ref": "#/parameters/Body"}, query("room"))
    made.definition["parameters"] = {"Body": {**dynamic(), "schema": {"$ref": "#/definitions/Any"}}}
    made.definition["definitions"] = {
        "Any": {"type": "object", "properties": {"self": {"$ref": "#/definitions/Any"}}, SCHEMA: GIVEN}
    }
    resolved = resolve_schemas(made, CONNECTION, "Do", {"room": "r"}, Service(FOUND))
    assert [str(one.pointer) for one in resolved.schemas] == ["/definitions/Any"]
    assert resolved.connector.definition["definitions"]["Any"]["required"] == ["size"]


@pytest.mark.parametrize(
    ("extension", "given", "answer", "problem"),
    [
        (GIVEN, {}, FOUND, "depends on the input 'room', which is not given yet"),
        ({"operationId": "Gone"}, {}, {}, "comes from the operation 'Gone', which the connector does not have"),
        (GIVEN, {"room": "r"}, [], "cannot be read: the answer of ListInRoom is no object"),
        (
            GIVEN,
            {"room": "r"},
            {"size": {"type": "integer"}},
            "cannot be read: the answer of ListInRoom is no schema; it has neither type nor properties",
        ),
        (
            {**GIVEN, "value-path": "a/b"},
            {"room": "r"},
            {"a": {"c": {}}},
            "cannot be read: the answer of ListInRoom has nothing at 'a/b'; there is 'c'",
        ),
        ("Do", {}, {}, "has a dynamic extension that is no object"),
    ],
)
def test_a_schema_that_cannot_be_told(extension: Any, given: dict[str, Any], answer: Any, problem: str) -> None:
    made = connector(query("room"), dynamic(**{SCHEMA: extension}))
    resolved = resolve_schemas(made, CONNECTION, "Do", given, Service(answer))
    assert resolved.problems == (f"the schema at /paths/~1do/post/parameters/1/schema {problem}",)
    assert resolved.connector.definition == made.definition


@pytest.mark.parametrize("answer", [{}, None])
def test_an_empty_schema(answer: Any) -> None:
    resolved = resolve_schemas(
        connector(query("room"), dynamic(**{SCHEMA: GIVEN})), CONNECTION, "Do", {"room": "r"}, Service(answer)
    )
    assert [one.schema for one in resolved.schemas] == [{"type": "object"}]
