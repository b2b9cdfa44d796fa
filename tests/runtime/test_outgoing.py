"""The request that a maker's input becomes."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.core import Request, UserError
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.outgoing import build_request, find_operation, location_request
from connkit.runtime.switches import EmulatorSwitches

NOON = datetime(2024, 5, 6, 12, tzinfo=timezone.utc)  # noqa: UP017 - the alias hides that it is a timezone


def connector(*parameters: dict[str, Any], path: str = "/x", **operation: Any) -> Connector:
    raw = {"operationId": "Do", "parameters": list(parameters), "responses": {}, **operation}
    return Connector({"host": "h.example", "paths": {path: {"post": raw}}}, {})


def sent(made: Connector, inputs: dict[str, Any], **switches: Any) -> Request:
    connection = Credentials({"X-Key": "k"})
    return build_request(made, connection, find_operation(made, "Do"), inputs, EmulatorSwitches(**switches))


def query(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "type": kind, **more}


def body(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "body", "in": "body", "schema": schema, **more}


# ---- addresses


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (query("q"), "a b&c=d+e/ä", "q=a%20b%26c%3Dd%2Be%2F%C3%A4"),
        (query("q"), "", "q="),
        (query("q"), "half \ud800", "q=half%20%ED%A0%80"),
        (query("$top", "integer"), 5, "%24top=5"),
        (query("q", "boolean"), True, "q=true"),
        (query("q", "boolean"), False, "q=false"),
        (query("q", "number"), 1.0, "q=1"),
        (query("q", "number"), 0.25, "q=0.25"),
        (query("q", "string", format="date-time"), NOON, "q=2024-05-06T12%3A00%3A00Z"),
        (query("q", "string", format="date-no-tz"), NOON, "q=2024-05-06T12%3A00%3A00"),
        (query("q", "string", format="date"), date(2024, 5, 6), "q=2024-05-06"),
        (query("q", "string", format="byte"), b"\xff\x00", "q=%2FwA%3D"),
        (query("q", "array"), ["x", 2, True, None], "q=x%2C2%2Ctrue%2C"),
        (query("q", "array"), [], "q="),
        (query("q", "array", collectionFormat="csv"), ["x", "y"], "q=x%2Cy"),
        (query("q", "array", collectionFormat="ssv"), ["x", "y"], "q=x%20y"),
        (query("q", "array", collectionFormat="tsv"), ["x", "y"], "q=x%09y"),
        (query("q", "array", collectionFormat="pipes"), ["x", "y"], "q=x%7Cy"),
        (query("q", "array", collectionFormat="multi"), ["x", "y z"], "q=x&q=y%20z"),
        (query("q", "array", collectionFormat="multi"), [], ""),
        (query("q", "object"), {"a": 1}, "q=%7B%22a%22%3A1%7D"),
        (query("q", default="d"), None, ""),
        (query("q", default="d", required=True), None, "q=d"),
        (query("q", default="d", required=True), "mine", "q=mine"),
        (query("q", default=False, required=True), None, "q=false"),
        (query("q", default=0, required=True, **{"x-ms-visibility": "internal"}), None, "q=0"),
    ],
)
def test_a_query(parameter: dict[str, Any], value: Any, expected: str) -> None:
    assert urlsplit(sent(connector(parameter), {parameter["name"]: value}).url).query == expected


@pytest.mark.parametrize(
    ("more", "value", "expected"),
    [
        ({}, "a/b c", "a%2Fb%20c"),
        ({"x-ms-url-encoding": "single"}, "a/b%", "a%2Fb%25"),
        ({"x-ms-url-encoding": "double"}, "a/b%", "a%252Fb%2525"),
        ({}, "\ud800", "%ED%A0%80"),
        ({"type": "boolean"}, True, "true"),
        ({"type": "array"}, ["a", "b"], "a%2Cb"),
        ({"type": "array", "collectionFormat": "multi"}, ["a", "b"], "a%2Cb"),
        ({"type": "array", "collectionFormat": "pipes"}, ["a", "b"], "a%7Cb"),
        ({"default": "d e"}, None, "d%20e"),
    ],
)
def test_a_path(more: dict[str, Any], value: Any, expected: str) -> None:
    made = connector({"name": "id", "in": "path", "required": True, "type": "string", **more}, path="/x('{id}')")
    assert sent(made, {"id": value}).url == f"https://h.example/x('{expected}')"


def test_a_path_with_a_query_of_its_own() -> None:
    assert sent(connector(query("q"), path="/x?kind=1"), {"q": 2}).url == "https://h.example/x?kind=1&q=2"


def test_true_and_false_may_be_capitalised() -> None:
    made = connector(query("q", "boolean"))
    assert sent(made, {"q": True}, truth_values_in_lower_case=False).url == "https://h.example/x?q=True"


@given(st.text(min_size=1), st.sampled_from(["single", "double"]))
@settings(max_examples=60, deadline=None)
def test_a_service_decodes_from_the_path_what_was_typed(value: str, encoding: str) -> None:
    raw = {"name": "id", "in": "path", "required": True, "type": "string", "x-ms-url-encoding": encoding}
    path = urlsplit(sent(connector(raw, path="/a/{id}/b"), {"id": value}).url).path
    _, a, part, b = path.split("/")
    decoded = unquote(part, errors="surrogatepass")
    assert (a, b) == ("a", "b")
    assert (unquote(decoded, errors="surrogatepass") if encoding == "double" else decoded) == value


@given(st.lists(st.text(), max_size=4), st.text(min_size=1))
@settings(max_examples=60, deadline=None)
def test_a_service_decodes_from_the_query_what_was_typed(values: list[str], name: str) -> None:
    made = connector(query(name, "array", collectionFormat="multi"))
    pairs = parse_qsl(urlsplit(sent(made, {name: values}).url).query, True, errors="surrogatepass")
    assert pairs == [(name, value) for value in values]


# ---- headers


def header(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "type": "string", **more}


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (header("If-Match"), '"a"', {"If-Match": '"a"', "X-Key": "k"}),
        (header("N", type="boolean"), True, {"N": "true", "X-Key": "k"}),
        (header("N", type="array", collectionFormat="multi"), ["a", "b"], {"N": "a,b", "X-Key": "k"}),
        (header("N", type="array", collectionFormat="tsv"), ["a", "b"], {"N": "a\tb", "X-Key": "k"}),
        (header("N", default="d"), None, {"X-Key": "k"}),
        (header("N", default="d", required=True), None, {"N": "d", "X-Key": "k"}),
        (header("x-key"), "mine", {"X-Key": "k"}),
    ],
)
def test_headers(parameter: dict[str, Any], value: Any, expected: dict[str, str]) -> None:
    assert sent(connector(parameter), {parameter["name"]: value}).headers == expected


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "ä", "\x7f"])
def test_what_no_header_can_carry(value: str) -> None:
    with pytest.raises(UserError) as raised:
        sent(connector(header("N")), {"N": value})
    assert str(raised.value) == "input 'N' of Do holds a line break or a character that no header can carry"


def test_accept_is_sent_by_a_switch_only() -> None:
    made = connector(produces=["application/json", "text/csv"])
    assert sent(made, {}).headers == {"X-Key": "k"}
    asked = sent(made, {}, accept_from_produces=True)
    assert asked.headers == {"Accept": "application/json, text/csv", "X-Key": "k"}
    own = connector(header("accept"), produces=["application/json"])
    assert sent(own, {"accept": "text/csv"}, accept_from_produces=True).headers == {"accept": "text/csv", "X-Key": "k"}


# ---- bodies

ROW = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "unit": {"default": "mm"}}}
NESTED = {
    "type": "object",
    "required": ["head"],
    "properties": {
        "head": {
            "type": "object",
            "required": ["kind", "size"],
            "properties": {
                "kind": {"type": "string", "default": "made", "x-ms-visibility": "internal"},
                "size": {"type": "integer"},
                "made": {"type": "string", "readOnly": True},
            },
        },
        "rows": {"type": "array", "items": ROW},
        "when": {"type": "string", "format": "date-time"},
        "file": {"type": "string", "format": "byte"},
        "x.y": {"type": "string"},
    },
}
READ_ONLY = {"type": "object", "required": ["id", "n"], "properties": {"id": {"readOnly": True, "default": 1}, "n": {}}}
PARTS = {"allOf": [ROW, {"type": "object", "required": ["z"], "properties": {"z": {"default": 1}}}]}


@pytest.mark.parametrize(
    ("schema", "inputs", "expected"),
    [
        (NESTED, {"body": {"head": {"size": 1}}}, {"head": {"size": 1, "kind": "made"}}),
        (NESTED, {"head": {"size": 1}}, {"head": {"size": 1, "kind": "made"}}),
        (NESTED, {"head/size": 1}, {"head": {"size": 1, "kind": "made"}}),
        (NESTED, {"head.size": 1}, {"head": {"size": 1, "kind": "made"}}),
        (NESTED, {"body/head/size": 1}, {"head": {"size": 1, "kind": "made"}}),
        (NESTED, {"body": {"head": {"size": 1}}, "head/size": 2}, {"head": {"size": 2, "kind": "made"}}),
        (NESTED, {"head/size": 1, "head/kind": "x"}, {"head": {"size": 1, "kind": "x"}}),
        (NESTED, {"head/size": 1, "x.y": "n"}, {"head": {"size": 1, "kind": "made"}, "x.y": "n"}),
        (NESTED, {"head/size": 1, "rows": [{"id": 1}]}, {"head": {"size": 1, "kind": "made"}, "rows": [{"id": 1}]}),
        (NESTED, {"head/size": 1, "file": b"ab"}, {"head": {"size": 1, "kind": "made"}, "file": "YWI="}),
        (
            NESTED,
            {"head/size": 1, "when": NOON.astimezone(timezone(timedelta(hours=2)))},
            {"head": {"size": 1, "kind": "made"}, "when": "2024-05-06T14:00:00+02:00"},
        ),
        (NESTED, {"head": {"size": 1, "made": "x"}}, {"head": {"size": 1, "made": "x", "kind": "made"}}),
        (READ_ONLY, {"n": None}, {"n": None}),
        (PARTS, {"id": 1}, {"id": 1, "z": 1}),
        ({"type": "array", "items": ROW}, {"body": [{"id": 1}]}, [{"id": 1}]),
        ({"type": "object"}, {"body": {"free": [1]}}, {"free": [1]}),
        ({"type": "object", "default": {"a": 1}}, {}, {"a": 1}),
        ({"type": "string"}, {"body": "a"}, "a"),
        ({"type": "integer"}, {"body": 0}, 0),
    ],
)
def test_a_body(schema: dict[str, Any], inputs: dict[str, Any], expected: Any) -> None:
    request = sent(connector(body(schema, required=True)), inputs)
    assert json.loads(request.body) == expected
    assert request.headers["Content-Type"] == "application/json"


def test_a_switch_sends_the_defaults_of_optional_properties_too() -> None:
    made = connector(body({"type": "array", "items": ROW}))
    assert json.loads(sent(made, {"body": [{"id": 1}]}, optional_defaults_sent=True).body) == [{"id": 1, "unit": "mm"}]


@pytest.mark.parametrize(
    ("schema", "inputs", "message"),
    [
        (NESTED, {}, "input 'head/size' of Do is required"),
        (NESTED, {"head": {}}, "input 'head/size' of Do is required"),
        (NESTED, {"head/size": 1, "rows": [{"id": 1}, {}]}, "input 'rows/1/id' of Do is required"),
        (PARTS, {}, "input 'id' of Do is required"),
        ({"type": "array"}, {}, "input 'body' of Do is required"),
        (
            NESTED,
            {"rows/id": 1},
            "input 'rows/id' of Do stands inside a list; give the list 'rows' instead",
        ),
        (
            NESTED,
            {"head/x": 1},
            "unknown input 'head/x' of Do; its inputs are 'body', 'head', 'rows', 'when', 'file', 'x.y'",
        ),
    ],
)
def test_a_body_refused(schema: dict[str, Any], inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as raised:
        sent(connector(body(schema, required=True)), inputs)
    assert str(raised.value) == message


def test_an_optional_body_nobody_gave_is_not_sent() -> None:
    request = sent(connector(body(NESTED)), {})
    assert (request.body, request.headers) == (b"", {"X-Key": "k"})


TEXT, BINARY = {"type": "string"}, {"type": "string", "format": "binary"}
OBJECT = {"type": "object", "properties": {"a": {}, "b": {}}}
CONTENT = {"$content-type": "image/png", "$content": "YWI="}


@pytest.mark.parametrize(
    ("schema", "consumes", "value", "expected"),
    [
        (OBJECT, ["text/xml", "application/json"], {"a": 1}, (b'{"a": 1}', "application/json")),
        (OBJECT, ["application/json-patch+json"], {"a": 1}, (b'{"a": 1}', "application/json-patch+json")),
        (OBJECT, ["text/json; charset=utf-8"], {"a": 1}, (b'{"a": 1}', "text/json; charset=utf-8")),
        (OBJECT, ["text/xml"], {"a": 1}, (b'{"a": 1}', "application/json")),
        (OBJECT, [], {"a": 1}, (b'{"a": 1}', "application/json")),
        (TEXT, ["text/plain"], "ä", ("ä".encode(), "text/plain")),
        (TEXT, ["text/plain", "application/json"], "a", (b'"a"', "application/json")),
        (BINARY, ["application/pdf"], b"\xff", (b"\xff", "application/pdf")),
        (BINARY, [], b"\xff", (b"\xff", "application/octet-stream")),
        (BINARY, [], "ä", ("ä".encode(), "application/octet-stream")),
        (BINARY, ["application/pdf"], CONTENT, (b"ab", "image/png")),
        ({"type": "file"}, [], CONTENT, (b"ab", "image/png")),
        ({"type": "object", "properties": {"f": BINARY}}, [], {"f": b"ab"}, (b'{"f": "YWI="}', "application/json")),
    ],
)
def test_content_types(schema: dict[str, Any], consumes: list[str], value: Any, expected: tuple[bytes, str]) -> None:
    request = sent(connector(body(schema), consumes=consumes), {"body": value})
    assert (request.body, request.headers["Content-Type"]) == expected


def test_consumes_of_the_whole_definition() -> None:
    made = connector(body(TEXT))
    made.definition["consumes"] = ["text/plain"]
    assert sent(made, {"body": "a"}).headers["Content-Type"] == "text/plain"
    own = connector(body(TEXT), consumes=[])
    own.definition["consumes"] = ["text/plain"]
    assert sent(own, {"body": "a"}).headers["Content-Type"] == "application/json"


def test_an_input_called_content_type_comes_first() -> None:
    made = connector(header("content-type", required=True, default="text/csv"), body(TEXT), consumes=["text/plain"])
    request = sent(made, {"body": "a,b"})
    assert (request.body, request.headers) == (b"a,b", {"content-type": "text/csv", "X-Key": "k"})


def test_a_switch_sends_a_body_as_a_form() -> None:
    made = connector(body(OBJECT), consumes=["application/x-www-form-urlencoded"])
    request = sent(made, {"a": "x y", "b": True}, form_types_encode_bodies=True)
    assert (request.body, request.headers["Content-Type"]) == (b"a=x+y&b=true", "application/x-www-form-urlencoded")


@pytest.mark.parametrize("value", [{"$content": "not base64"}, {"$content": "YWI=!"}, {}, 5, ["a"]])
def test_what_is_no_file(value: Any) -> None:
    with pytest.raises(UserError) as raised:
        sent(connector(body(BINARY)), {"body": value})
    assert str(raised.value) == (
        'input \'body\' of Do is a file; give bytes, text, or {"$content-type": "image/png", "$content": "<base64>"}'
    )


def test_a_content_type_that_no_header_can_carry() -> None:
    with pytest.raises(UserError) as raised:
        sent(connector(body(BINARY)), {"body": {"$content-type": "a\r\nX-Evil: 1", "$content": ""}})
    assert str(raised.value) == (
        "'$content-type' of input 'body' holds a line break or a character that no header can carry"
    )


# ---- forms


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "formData", "type": kind, **more}


def part(boundary: str, head: str, content: str) -> str:
    return f"--{boundary}\r\n{head}\r\n\r\n{content}\r\n"


NAMED = 'Content-Disposition: form-data; name="{}"'
FILE = 'Content-Disposition: form-data; name="{0}"; filename="{0}"\r\nContent-Type: {1}'


@pytest.mark.parametrize(
    ("parameters", "inputs", "expected"),
    [
        ([field("a"), field("b", "boolean")], {"a": "x &ä", "b": True}, b"a=x+%26%C3%A4&b=true"),
        ([field("a", "array")], {"a": [1, 2]}, b"a=1%2C2"),
        ([field("a", "array", collectionFormat="multi")], {"a": [1, 2]}, b"a=1&a=2"),
        ([field("a", default="d", required=True), field("b", default="e")], {}, b"a=d"),
        ([field("a")], {"a": ""}, b"a="),
    ],
)
def test_a_form(parameters: list[dict[str, Any]], inputs: dict[str, Any], expected: bytes) -> None:
    request = sent(connector(*parameters), inputs)
    assert (request.body, request.headers["Content-Type"]) == (expected, "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("parameters", "inputs", "expected", "boundary"),
    [
        ([field("a")], {"a": "ä"}, [(NAMED.format("a"), "ä")], "connkit-0"),
        ([field("a")], {"a": "connkit-0"}, [(NAMED.format("a"), "connkit-0")], "connkit-1"),
        (
            [field("a", "array", collectionFormat="multi")],
            {"a": ["x", "y"]},
            [(NAMED.format("a"), "x"), (NAMED.format("a"), "y")],
            "connkit-0",
        ),
        (
            [field("f", "file"), field("n", "integer", required=True, default=3)],
            {"f": b"PK"},
            [(FILE.format("f", "application/octet-stream"), "PK"), (NAMED.format("n"), "3")],
            "connkit-0",
        ),
        ([field("f", "file")], {"f": CONTENT}, [(FILE.format("f", "image/png"), "ab")], "connkit-0"),
        ([field("\ud800")], {"\ud800": "x"}, [(NAMED.format("\ud800"), "x")], "connkit-0"),
        ([field('a"b\r\n')], {'a"b\r\n': "x"}, [(NAMED.format("a%22b%0D%0A"), "x")], "connkit-0"),
    ],
)
def test_a_form_of_parts(
    parameters: list[dict[str, Any]], inputs: dict[str, Any], expected: list[tuple[str, str]], boundary: str
) -> None:
    request = sent(connector(*parameters, consumes=["multipart/form-data"]), inputs)
    assert (
        request.body.decode(errors="surrogatepass")
        == "".join(part(boundary, *one) for one in expected) + f"--{boundary}--\r\n"
    )
    assert request.headers["Content-Type"] == f"multipart/form-data; boundary={boundary}"


def test_a_file_makes_parts_whatever_is_consumed() -> None:
    request = sent(connector(field("f", "file")), {"f": "x"})
    assert request.headers["Content-Type"] == "multipart/form-data; boundary=connkit-0"


def test_a_form_nobody_filled_in_is_no_body() -> None:
    request = sent(connector(field("a"), field("f", "file"), consumes=["multipart/form-data"]), {})
    assert (request.body, request.headers) == (b"", {"X-Key": "k"})


# ---- what cannot be sent


@pytest.mark.parametrize(
    ("path", "parameters", "message"),
    [
        ("/x/{id}", [], "the path of Do has '{id}', but no parameter in the path is called so"),
        ("/x", [field("f", "file", required=True)], "input 'f' of Do is required"),
        ("/x", [query("q", required=True, default=None)], "input 'q' of Do is required"),
        (
            "/x",
            [header("N\n", required=True, default="a")],
            "input 'N\n' of Do goes into a header that cannot be called so",
        ),
        ("/x", [header("N", required=True)], "input 'N' of Do is required"),
    ],
)
def test_a_refusal(path: str, parameters: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(UserError) as raised:
        sent(connector(*parameters, path=path), {})
    assert str(raised.value) == message


# ---- addresses that the service names


@pytest.mark.parametrize(
    ("url", "expected", "headers"),
    [
        ("https://h.example/a", "https://h.example/a?code=k", {"X-Key": "k"}),
        ("https://H.example/a?b=1", "https://H.example/a?b=1&code=k", {"X-Key": "k"}),
        ("https://h.example/a?code=theirs", "https://h.example/a?code=theirs", {"X-Key": "k"}),
        ("https://h.example:444/a", "https://h.example:444/a", {}),
        ("http://h.example/a", "http://h.example/a", {}),
        ("https://h.example@evil.example/a", "https://h.example@evil.example/a", {}),
    ],
)
def test_credentials_go_to_the_own_origin_only(url: str, expected: str, headers: dict[str, str]) -> None:
    connection = Credentials({"X-Key": "k"}, {"code": "k"})
    request = location_request("https://h.example/v1", connection, "GET", url, EmulatorSwitches())
    assert (request.url, request.headers) == (expected, headers)
