"""One call of an operation."""

import json
from typing import Any

import pytest

from connkit.core import Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import Invocation, check_body, check_response, invoke
from connkit.runtime.policies import PolicyStep
from connkit.runtime.switches import EmulatorSwitches

NEEDED = {"shelf": "a/b", "name": "c/d", "size": 3}
CONNECTION = Credentials({"Authorization": "Bearer fake"}, {"code": "k"})


def call(connector: Connector, given: dict[str, Any], response: Response, **more: Any) -> Invocation:
    return invoke(connector, CONNECTION, "PutWidget", given, lambda _: response, **more)


def test_the_request(connector: Connector) -> None:
    given = {**NEEDED, "tags": ["x", "y"], "X-Dry": True}
    request = call(connector, given, Response(201, {}, b'{"id": 1}')).request
    assert (request.method, request.url) == (
        "POST",
        "https://widgets.example/v1/shelves/a%2Fb/widgets/c%252Fd?version=v%201&tags=x%2Cy&code=k",
    )
    assert request.headers == {
        "X-Dry": "true",
        "Content-Type": "application/json",
        "Authorization": "Bearer fake",
    }
    assert json.loads(request.body) == {"size": 3, "unit": "mm"}


def test_the_body_may_be_given_whole(connector: Connector) -> None:
    given = {"shelf": "s", "name": "n", "widget": {"size": 1}, "note": "over it"}
    request = call(connector, given, Response(201, {}, b'{"id": 1}')).request
    assert json.loads(request.body) == {"size": 1, "note": "over it", "unit": "mm"}


def test_a_switch_sends_optional_defaults(connector: Connector) -> None:
    switches = EmulatorSwitches(optional_defaults_sent=True)
    request = call(connector, NEEDED, Response(200), switches=switches).request
    assert json.loads(request.body) == {"size": 3, "unit": "mm", "note": "not sent"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shelf": "s", "size": 1}, "input 'name' of PutWidget is required"),
        ({"shelf": "s", "name": "n"}, "input 'size' of PutWidget is required"),
        ({"shelf": "", "name": "n", "size": 1}, "input 'shelf' of PutWidget is empty, but a part of the path"),
        (
            {**NEEDED, "colour": 1},
            "unknown input 'colour' of PutWidget; its inputs are 'shelf', 'name', 'version', 'tags', 'X-Dry', "
            "'widget', 'size', 'unit', 'note'",
        ),
    ],
)
def test_wrong_inputs(connector: Connector, given: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as raised:
        call(connector, given, Response(200))
    assert str(raised.value) == message


def test_an_unknown_operation(connector: Connector) -> None:
    with pytest.raises(UserError) as raised:
        invoke(connector, CONNECTION, "Nope", {}, lambda _: Response(200))
    assert str(raised.value) == "unknown operation 'Nope'; the connector has NewWidgets, PutWidget, WhenMade"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (Response(200, {}, b'{"id": 1}'), []),
        (Response(200, {}, b'{"id": "1"}'), ["/id: a string, but the definition promises integer"]),
        (Response(201, {}, b"{}"), ["/id: missing, but the definition requires it"]),
        (Response(200), ["the body: the body is empty, but the definition promises a schema"]),
        (Response(200, {}, b"<html>"), ["the body: the body is no JSON, but the definition promises a schema"]),
        (Response(418), ["the body: status 418 is not declared; declared are 200, 201"]),
    ],
)
def test_the_answer_is_checked(connector: Connector, response: Response, expected: list[str]) -> None:
    assert [str(found) for found in call(connector, NEEDED, response).mismatches] == expected


@pytest.mark.parametrize(
    ("schema", "content_type", "body", "expected"),
    [
        ({"type": "string"}, "text/plain", b"hello", []),
        (
            {"type": "string", "enum": ["a"]},
            "text/plain",
            b"b",
            ["the body: 'b' is none of the values in the definition"],
        ),
        ({"type": "string"}, "application/json; charset=utf-8", b'"hello"', []),
        ({"type": "string", "enum": ["a"]}, "application/json", b'"a"', []),
        (
            {"type": "string"},
            "application/problem+json",
            b"hello",
            ["the body: the body is no JSON, but the definition promises a schema"],
        ),
        ({"type": "string"}, "", b"hello", ["the body: the body is no JSON, but the definition promises a schema"]),
        (
            {"type": "object"},
            "text/plain",
            b"hello",
            ["the body: the body is no JSON, but the definition promises a schema"],
        ),
        ({"type": "string", "format": "binary"}, "image/png", b"\xff", []),
        ({"type": "file"}, "image/png", b"\xff", []),
    ],
)
def test_text_and_files_are_no_json(
    connector: Connector, schema: dict[str, Any], content_type: str, body: bytes, expected: list[str]
) -> None:
    assert [str(found) for found in check_body(connector, schema, body, content_type)] == expected


def test_a_trace_sees_both_sides(connector: Connector) -> None:
    seen: list[tuple[Request, Response]] = []
    made = call(connector, NEEDED, Response(201), trace=lambda *pair: seen.append(pair))
    assert seen == [(made.request, made.response)]


def with_policies(definition: dict[str, Any], properties: dict[str, Any], *policies: dict[str, Any]) -> Connector:
    instances = properties["properties"]["policyTemplateInstances"]
    for number, parameters in enumerate(policies):
        own = {f"x-ms-apimTemplateParameter.{name}": value for name, value in parameters.items() if name != "section"}
        section = {"x-ms-apimTemplate-policySection": parameters.get("section", "Request")}
        instances.append({"templateId": "setheader", "title": f"no. {number}", "parameters": {**own, **section}})
    return Connector(definition, properties)


def test_policies_act_on_both_sides_and_are_traced(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    connector = with_policies(
        definition,
        properties,
        {"name": "Authorization", "value": "Token @headers('Authorization')"},
        {"name": "X-Kind", "value": "a", "section": "Response"},
    )
    sent: list[tuple[str | None, str | None]] = []
    steps: list[PolicyStep] = []
    made = call(
        connector,
        NEEDED,
        Response(201, {}, b'{"id": 1}'),
        trace=lambda request, response: sent.append((request.header("Authorization"), response.header("X-Kind"))),
        policy_trace=steps.append,
    )
    assert sent == [("Token Bearer fake", None)]
    assert (made.request.header("Authorization"), made.response.header("X-Kind")) == ("Token Bearer fake", "a")
    assert [(step.policy.title, step.before.headers != step.after.headers, step.problem) for step in steps] == [
        ("no. 0", True, None),
        ("no. 1", True, None),
    ]
    assert (made.mismatches, made.problems, made.sent) == ((), (), True)


def test_a_policy_that_fails_is_told_and_nothing_is_sent(
    definition: dict[str, Any], properties: dict[str, Any]
) -> None:
    connector = with_policies(definition, properties, {"name": "X", "value": "@headers('Y')"})
    steps: list[PolicyStep] = []
    made = call(connector, NEEDED, Response(200), policy_trace=steps.append)
    assert [str(problem) for problem in made.problems] == [
        "policy 'no. 0': the request has no header 'Y', and '@headers('Y')' gives no default"
    ]
    assert (made.sent, made.response, made.mismatches) == (False, Response(502), ())
    assert [(step.before == step.after, step.problem) for step in steps] == [(True, made.problems[0])]


@pytest.mark.parametrize(
    ("operation_id", "expected"),
    [
        ("NewWidgets", []),  # it belongs to the platform's protocol
        ("PutWidget", ["the body: status 202 is not declared; declared are 200, 201"]),
    ],
)
def test_only_a_polling_trigger_may_answer_202_undeclared(
    connector: Connector, operation_id: str, expected: list[str]
) -> None:
    operation = connector.operation(operation_id)
    assert operation
    assert list(map(str, check_response(connector, operation, Response(202)))) == expected


def test_a_list_in_a_path_is_written_like_one_in_a_query(definition: dict[str, Any], service: Any) -> None:
    (operation,) = definition["paths"]["/shelves/{shelf}/widgets/{name}"].values()
    operation["parameters"][0].update(type="array", items={"type": "integer"}, collectionFormat="pipes")
    given = {"shelf": [1, 2], "name": "n", "size": 1}
    called = invoke(Connector(definition, {}), Credentials(), "PutWidget", given, service.handle)
    assert called.request.url == "https://widgets.example/v1/shelves/1%7C2/widgets/n?version=v%201"
