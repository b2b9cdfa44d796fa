"""What a generated mock answers to actions, whom it lets in, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.contract.contract import contract
from connkit.core import Request, Response, UserError
from connkit.mock.service import GeneratedMock, generated_mock
from connkit.model import Connector
from connkit.runtime.connection import credentials
from connkit.runtime.transports import requests_send

BASE = "https://lanterns.example/v2"
KEY = {"X-Key": "fake-key-for-tests"}


def ask(mock: GeneratedMock, line: str, body: Any = None, headers: dict[str, str] | None = None) -> Response:
    """Sends a line such as "GET /lanterns/7", with the mock's own key where no headers are given."""
    method, path = line.split(" ", 1)
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return mock.handle(Request(method, BASE + path, KEY if headers is None else headers, content))


def test_every_operation_answers_as_defined(connector: Connector, mock: GeneratedMock) -> None:
    results = contract(connector, mock, mock.handle, wrong_input=False)
    assert [(result.operation_id, result.status, result.problems) for result in results] == [
        ("NewLanterns", 200, ()),
        ("GetLantern", 200, ()),
        ("HangLantern", 201, ()),
        ("WhenLit", 201, ()),
        ("Unhook", 204, ()),
    ]


def test_every_operation_answers_the_requests_library_too(connector: Connector, mock: GeneratedMock) -> None:
    with mock.intercept():
        assert all(result.ok for result in contract(connector, mock, requests_send(), wrong_input=False))


def test_an_answer_is_an_example(mock: GeneratedMock) -> None:
    answer = ask(mock, "GET /lanterns/7")
    assert (answer.status, answer.header("Content-Type")) == (200, "application/json")
    assert answer.json() == {"id": 1, "colour": "red", "lit": "2026-01-12T08:00:00Z"}


_ANSWERS: dict[str, tuple[dict[str, Any], tuple[int, str | None, bytes]]] = {
    "the declared example": (
        {"responses": {"200": {"schema": {"type": "string"}, "examples": {"application/json": "lit"}}}},
        (200, "application/json", b'"lit"'),
    ),
    "a declared example that does not fit is passed over": (
        {"responses": {"200": {"schema": {"type": "integer"}, "examples": {"application/json": "lit"}}}},
        (200, "application/json", b"1"),
    ),
    "the declared type": (
        {"produces": ["text/html", "text/json"], "responses": {"200": {"schema": {"type": "integer"}}}},
        (200, "text/json", b"1"),
    ),
    "a file": (
        {"produces": ["image/png"], "responses": {"200": {"schema": {"type": "file"}}}},
        (200, "image/png", b"a few bytes"),
    ),
    "no schema": ({"responses": {"202": {}}}, (202, None, b"")),
    "no body where none may be": ({"responses": {"204": {"schema": {"type": "string"}}}}, (204, None, b"")),
    "the default answer": (
        {"responses": {"default": {"schema": {"type": "integer"}}}},
        (200, "application/json", b"1"),
    ),
    "no answer declared": ({"responses": {"404": {}}}, (200, None, b"")),
    "no link to a next page": (
        {"responses": {"200": {"schema": {"properties": {"nextLink": {"type": "string"}, "n": {"type": "integer"}}}}}},
        (200, "application/json", b'{"n": 1}'),
    ),
}


@pytest.mark.parametrize(("operation", "expected"), _ANSWERS.values(), ids=_ANSWERS)
def test_the_answer_is(
    definition: dict[str, Any], operation: dict[str, Any], expected: tuple[int, str | None, bytes]
) -> None:
    definition["paths"]["/x"] = {"get": {"operationId": "X", **operation}}
    answer = ask(generated_mock(definition, {}), "GET /x")
    assert (answer.status, answer.header("Content-Type"), answer.body) == expected


def test_a_request_that_matches_nothing_is_told_what_there_is(mock: GeneratedMock) -> None:
    answer = ask(mock, "PUT /lanterns/7")
    assert (answer.status, answer.json()) == (
        404,
        {
            "error": "no operation has this method and path",
            "candidates": [
                "GET /lanterns/{id}: the method is another",
                "GET /lanterns: 2 segments instead of 1",
                "POST /lanterns: 2 segments instead of 1",
                "DELETE /hooks/{hook}: 'lanterns' is another segment",
                "GET /trigger/lanterns: 'lanterns' is another segment",
                "POST /hooks: 2 segments instead of 1",
            ],
        },
    )
    elsewhere = mock.handle(Request("GET", "https://lanterns.example/lanterns/7", KEY))
    assert (elsewhere.status, elsewhere.json()["candidates"]) == (404, ["every path is below /v2"])


def test_what_is_encoded_in_a_path_stays_one_part_of_it(definition: dict[str, Any]) -> None:
    parameters = [{"name": "a", "in": "path", "required": True, "type": "string", "enum": ["x/y z"]}]
    answers = {"responses": {"200": {}}}
    definition["paths"]["/odd path('{a}')/end"] = {"get": {"operationId": "Odd", "parameters": parameters, **answers}}
    mock = generated_mock(definition, {})
    assert ask(mock, "GET /odd%20path('x%2Fy%20z')/end").status == 200
    assert ask(mock, "GET /odd path('x/y')/end").status == 404


def test_the_path_that_leaves_least_open_is_called(definition: dict[str, Any]) -> None:
    definition["paths"]["/lanterns/best"] = {"get": {"operationId": "Best", "responses": {"203": {}}}}
    assert ask(generated_mock(definition, {}), "GET /lanterns/best").status == 203


# Credentials

_SECURITY: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "a key in a header": ({"type": "apiKey", "in": "header", "name": "X-Key"}, KEY, ""),
    "a key in the query": ({"type": "apiKey", "in": "query", "name": "code"}, {}, "?code=fake-key-for-tests"),
    "basic": ({"type": "basic"}, {"authorization": "Basic ZmFrZS11c2VybmFtZTpmYWtlLXBhc3N3b3Jk"}, ""),
    "OAuth": ({"type": "oauth2"}, {"Authorization": "Bearer fake-token-for-tests"}, ""),
}


@pytest.mark.parametrize(("security", "headers", "query"), _SECURITY.values(), ids=_SECURITY)
def test_only_the_connection_it_hands_out_is_let_in(
    definition: dict[str, Any], security: dict[str, Any], headers: dict[str, str], query: str
) -> None:
    definition["securityDefinitions"] = {"one": security}
    mock = generated_mock(definition, {})
    known = credentials(Connector(definition, {}), mock.connection())
    assert {name.lower() for name in known.headers} == {name.lower() for name in headers}
    assert ask(mock, f"GET /lanterns/7{query}", headers=headers).status == 200
    assert ask(mock, "GET /lanterns/7?code=x", headers={"Authorization": "x", "X-Key": "x"}).status == 403
    mock.configure("checks_credentials", "off")
    assert ask(mock, "GET /lanterns/7", headers={}).status == 200


def test_a_refusal_has_a_declared_status_and_says_what_is_missing(mock: GeneratedMock) -> None:
    told = {"error": "the header 'X-Key' is missing or not what the mock's own connection sends"}
    declared, undeclared = ask(mock, "GET /lanterns/7", headers={}), ask(mock, "POST /lanterns", headers={})
    assert (declared.status, declared.json()) == (403, told)
    assert (undeclared.status, undeclared.json()) == (401, told)


def test_an_operation_without_security_is_open(definition: dict[str, Any]) -> None:
    definition["paths"]["/lanterns/{id}"]["get"]["security"] = []
    assert ask(generated_mock(definition, {}), "GET /lanterns/7", headers={}).status == 200


def test_without_security_everything_is_open(definition: dict[str, Any]) -> None:
    del definition["securityDefinitions"]
    mock = generated_mock(definition, {})
    assert (dict(mock.connection()), ask(mock, "GET /lanterns/7", headers={}).status) == ({}, 200)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("@connectionParameters('site')/deep/v9", "https://lanterns.example"),
        ("https://@connectionParameters('site').other.example/deep/v9", "fake-site"),
    ],
)
def test_a_policy_may_send_the_key_in_another_place(
    definition: dict[str, Any], properties: dict[str, Any], make_policy: Any, url: str, site: str
) -> None:
    instances = properties["properties"]["policyTemplateInstances"]
    instances.append(make_policy("setheader", [], name="X-Key", value="Token @connectionParameters('api_key')"))
    instances.append(make_policy("dynamichosturl", [], urlTemplate=url))
    properties["properties"]["connectionParameters"]["site"] = {"type": "string"}
    connector, mock = Connector(definition, properties), generated_mock(definition, properties)
    assert dict(mock.connection()) == {"api_key": "fake-key-for-tests", "site": site}
    assert [result.problems for result in contract(connector, mock, mock.handle, wrong_input=False)] == [()] * 5
    with mock.intercept():
        assert [result.problems for result in contract(connector, mock, requests_send(), wrong_input=False)] == [()] * 5


# Inputs

_HUNG = {"id": 1, "colour": "red"}
_INPUTS: dict[str, tuple[str, Any, dict[str, str], tuple[int, Any]]] = {
    "right": ("POST /lanterns?dry=true", _HUNG, {"X-Wind": "1.5"}, (201, None)),
    "a header is missing": ("POST /lanterns", _HUNG, {}, (400, "the header parameter 'X-Wind' is missing")),
    "no number": ("POST /lanterns", _HUNG, {"X-Wind": "x"}, (400, "the header parameter 'X-Wind': 'x' is no number")),
    "neither true nor false": (
        "POST /lanterns?dry=1",
        _HUNG,
        {"X-Wind": "1"},
        (400, "the query parameter 'dry': '1' is neither true nor false"),
    ),
    "no body": ("POST /lanterns", None, {"X-Wind": "1"}, (400, "the body 'lantern' is missing")),
    "no JSON": ("POST /lanterns", b"{", {"X-Wind": "1"}, (400, "the body is not JSON")),
    "wrong properties": (
        "POST /lanterns",
        {"id": "1", "more": 1},
        {"X-Wind": "1"},
        (400, "/colour: missing, but the definition requires it; /id: a string, but the definition promises integer"),
    ),
}


@pytest.mark.parametrize(("line", "body", "headers", "expected"), _INPUTS.values(), ids=_INPUTS)
def test_an_input_is_refused(
    mock: GeneratedMock, line: str, body: Any, headers: dict[str, str], expected: tuple[int, Any]
) -> None:
    answer = ask(mock, line, body, {**KEY, **headers})
    assert (answer.status, answer.json() and answer.json()["error"]) == expected
    mock.configure("checks_inputs", False)
    assert ask(mock, line, body, {**KEY, **headers}).status == 201


def test_a_refusal_has_the_declared_status_and_shape(mock: GeneratedMock) -> None:
    answer = ask(mock, "GET /lanterns/first")
    assert (answer.status, answer.json()) == (
        422,
        {"code": 1, "text": "the path parameter 'id': 'first' is no integer"},
    )


def test_arrays_and_forms_are_read(definition: dict[str, Any]) -> None:
    numbers = {"in": "query", "type": "array", "items": {"type": "integer"}}
    parameters = [
        {"name": "csv", **numbers},
        {"name": "multi", "collectionFormat": "multi", **numbers},
        {"name": "field", "in": "formData", "required": True, "type": "integer"},
    ]
    definition["paths"]["/form"] = {"post": {"operationId": "F", "parameters": parameters, "responses": {"204": {}}}}
    mock = generated_mock(definition, {})
    form = {**KEY, "Content-Type": "application/x-www-form-urlencoded"}
    assert ask(mock, "POST /form?csv=1,2&multi=3&multi=4", b"field=5", form).status == 204
    wrong = ask(mock, "POST /form?csv=1,b&multi=3&multi=d", b"", form).json()["error"]
    assert wrong == (
        "the query parameter 'csv': 'b' is no integer; the query parameter 'multi': 'd' is no integer; "
        "the formData parameter 'field' is missing"
    )
    assert ask(mock, "POST /form", b"--x", {**KEY, "Content-Type": "multipart/form-data; boundary=x"}).status == 204


def test_a_sample_for_a_path_is_never_empty(definition: dict[str, Any]) -> None:
    definition["paths"]["/lanterns/{id}"]["get"]["parameters"][0].update(type="string", example="")
    assert generated_mock(definition, {}).sample_parameters("GetLantern") == {"id": "id"}


def test_a_switch_that_there_is_not(mock: GeneratedMock) -> None:
    with pytest.raises(UserError, match="there is no switch 'magic'; there are checks_credentials, checks_inputs,"):
        mock.configure("magic", "on")
    assert {each.name for each in mock.unknowns()} == set(type(mock.switches).__slots__)
    assert len(mock.assumed()) == 6


def test_an_operation_that_there_is_not(mock: GeneratedMock) -> None:
    with pytest.raises(UserError, match="there is no operation 'Douse'; there are NewLanterns, GetLantern,"):
        mock.sample_parameters("Douse")


# Anything

SCALARS = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["integer", "number", "boolean", "string"])}),
    st.fixed_dictionaries({"type": st.just("string"), "format": st.sampled_from(["date-time", "uuid", "uri"])}),
    st.fixed_dictionaries({"type": st.just("string"), "enum": st.just(["a/b", "c d"]), "minLength": st.just(1)}),
    st.fixed_dictionaries({"type": st.just("integer"), "minimum": st.integers(-9, 9)}),
    st.fixed_dictionaries({"type": st.just("integer"), "default": st.integers(-9, 9)}),
)
LISTS = st.fixed_dictionaries(
    {"type": st.just("array"), "items": SCALARS, "collectionFormat": st.sampled_from(["csv", "pipes", "multi"])}
)
INPUT = st.builds(
    lambda schema, place, needed: {**schema, "in": place, "required": needed or place == "path"},
    st.one_of(SCALARS, LISTS),
    st.sampled_from(["path", "query", "header"]),
    st.booleans(),
)
SCHEMA = st.recursive(
    SCALARS,
    lambda inside: st.builds(
        lambda properties, count: {"type": "object", "properties": properties, "required": list(properties)[:count]},
        st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
        st.integers(0, 3),
    ),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(INPUT, max_size=4), SCHEMA, SCHEMA)
def test_any_operation_takes_its_sample_and_answers_as_defined(
    inputs: list[dict[str, Any]], body: dict[str, Any], answer: dict[str, Any]
) -> None:
    parameters = [{**each, "name": f"p{number}"} for number, each in enumerate(inputs)]
    path = "/x" + "".join(f"/{{{each['name']}}}" for each in parameters if each["in"] == "path")
    parameters.append({"name": "body", "in": "body", "required": True, "schema": body})
    operation = {"operationId": "X", "parameters": parameters, "responses": {"200": {"schema": answer}}}
    connector = Connector({"host": "lanterns.example", "paths": {path: {"post": operation}}}, {})
    mock = GeneratedMock(connector)
    results = contract(connector, mock, mock.handle, wrong_input=False)
    assert [(result.status, result.problems) for result in results] == [(200, ())]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("/{}ab", max_size=4)),
    lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(st.text("ab", max_size=2), inside)),
    max_leaves=4,
)
KEYS = ["parameters", "responses", "x-ms-trigger", "x-ms-notification-content", "security", "produces", "consumes"]
OPERATION = st.dictionaries(st.sampled_from(KEYS), st.one_of(JSON, st.sampled_from(["single", "batch"])))
PARAMETER = st.fixed_dictionaries(
    {"in": st.sampled_from(["body", "query", "path", "header", "formData"]), "name": st.sampled_from(["a", "id"])},
    optional={"type": JSON, "schema": JSON, "required": JSON, "default": JSON, "enum": JSON, "items": JSON},
)


@settings(max_examples=120, deadline=None)
@given(OPERATION, st.lists(PARAMETER, max_size=3), JSON, st.text("/{}ab", max_size=5), st.binary(max_size=5))
def test_no_definition_and_no_request_is_too_wrong(
    operation: dict[str, Any], parameters: list[Any], other: Any, path: str, body: bytes
) -> None:
    wrong = {"get": {"parameters": parameters, **operation, "operationId": "X"}, "post": other, "parameters": other}
    definition = {"host": "lanterns.example", "basePath": "/v2", "paths": {path: wrong}, "securityDefinitions": other}
    mock = generated_mock(definition, {"properties": other})
    for line in (f"GET {path}", "GET /%2F", "DELETE /a/b?c=%"):
        assert isinstance(ask(mock, line, body), Response)
