"""When policies run, and what their authors are told."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.core import Response

ITEM = "https://service.example/v2/items/a%2Fb/parts/7"


@pytest.mark.parametrize(
    ("section", "status", "covers", "expected"),
    [
        ("Response", 200, False, {"X-A": "v"}),
        ("response", 200, False, {"X-A": "v"}),
        ("Response", 404, False, {}),
        ("Response", 404, True, {"X-A": "v"}),
        ("Failure", 200, False, {}),
        ("Failure", 404, False, {"X-A": "v"}),
        ("Request", 200, False, {}),
        ("", 200, False, {}),
    ],
)
def test_sections(policies: Any, section: str, status: int, covers: bool, expected: dict[str, str]) -> None:
    policy = ("setheader", {"name": "X-A", "value": "v", "section": section})
    called = policies.run(policy, answer=Response(status), response_section_covers_refusals=covers)
    assert (called.response.headers, called.response.status) == (expected, status)


def test_without_a_section_by_a_switch_the_answer(policies: Any) -> None:
    called = policies.run(("setheader", {"name": "X-A", "value": "v"}), no_section_is_request=False)
    assert (called.request.headers, called.response.headers) == ({}, {"X-A": "v"})


@pytest.mark.parametrize(
    ("template", "given", "place", "message"),
    [
        ("setheader", {"value": "v"}, "", "mistake: the parameter 'name' is missing; setheader needs 'name', 'value'"),
        (
            "setheader",
            {"name": "", "value": "v"},
            "",
            "mistake: the parameter 'name' is missing; setheader needs 'name', 'value'",
        ),
        (
            "setheader",
            {"name": "a b", "value": "v"},
            "Parameter.name",
            "mistake: 'a b' is no name that a header can have",
        ),
        (
            "setheader",
            {"name": "X", "value": "a\nb"},
            "Parameter.value",
            "failed: the value for the header 'X' holds what no header can carry, such as a line break",
        ),
        ("setheader", {"name": "X", "value": ["v"]}, "Parameter.value", "mistake: 'value' has to be text"),
        (
            "setheader",
            {"name": "X", "value": "v", "existsAction": "add"},
            "Parameter.existsAction",
            "mistake: 'add' is no value for existsAction; expected 'override', 'skip', 'append'",
        ),
        (
            "setheader",
            {"name": "X", "value": "v", "exists": "skip"},
            "Parameter.exists",
            "mistake: setheader has no parameter 'exists'; it has 'name', 'value', 'existsAction'",
        ),
        (
            "setheader",
            {"name": "X", "value": "v", "section": "After"},
            "-policySection",
            "mistake: setheader does not run in the section 'After'; expected Request or Response or Failure",
        ),
        (
            "setqueryparameter",
            {"name": "X", "value": "v", "section": "Response"},
            "-policySection",
            "mistake: setqueryparameter does not run in the section 'Response'; expected Request",
        ),
        (
            "setheader",
            {"name": "X", "value": "@headers('Y')"},
            "Parameter.value",
            "failed: the request has no header 'Y', and '@headers('Y')' gives no default",
        ),
        (
            "setheader",
            {"name": "X", "value": "@queryParameters('y')"},
            "Parameter.value",
            "failed: the request has no query parameter 'y', and '@queryParameters('y')' gives no default",
        ),
        (
            "setheader",
            {"name": "X", "value": "@connectionParameters('unset')"},
            "Parameter.value",
            "failed: the connection has no value for its parameter 'unset', "
            "and '@connectionParameters('unset')' gives no default",
        ),
        (
            "setheader",
            {"name": "X", "value": "@connectionParameters('Token:y')"},
            "Parameter.value",
            "failed: the connection has no value for its parameter 'Token:y', "
            "and '@connectionParameters('Token:y')' gives no default",
        ),
        (
            "setheader",
            {"name": "X", "value": "@connectionParameters('y')"},
            "Parameter.value",
            "mistake: there is no connection parameter 'y'; the connector has 'site', 'url', 'unset', 'token'",
        ),
        (
            "setheader",
            {"name": "X", "value": "@queryParamters('y')"},
            "Parameter.value",
            "mistake: '@queryParamters' is no function of a policy; did you mean '@queryParameters'",
        ),
        (
            "setheader",
            {"name": "X", "value": "@utcNow()"},
            "Parameter.value",
            "unsupported: '@utcNow' is no function of a policy; "
            "use @connectionParameters, @headers or @queryParameters",
        ),
        (
            "routerequesttoendpoint",
            {"newPath": "/{x}"},
            "Parameter.newPath",
            "mistake: '{x}' is no part of the path of PutPart; its parts are 'id', 'part'",
        ),
        (
            "routerequesttoendpoint",
            {"newPath": "/x", "httpMethod": "READ"},
            "Parameter.httpMethod",
            "mistake: 'READ' is no value for httpMethod; expected '@Request.OriginalHTTPMethod', "
            "'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'",
        ),
        (
            "setconnectionstatustounauthenticated",
            {"statusCode": "all"},
            "Parameter.statusCode",
            "mistake: 'all' is no status; expected one such as 401",
        ),
        (
            "setheaders",
            {},
            "",
            "unsupported: there is no template 'setheaders'; there are convertarraytoobject, convertobjecttoarray, "
            "dynamichosturl, dynamicsubdomain, encodepropertyvalue, moveproperties, routerequesttoendpoint, "
            "setconnectionstatustounauthenticated, setheader, setproperty, setqueryparameter, setvaluefromurl, "
            "stringreplace, stringtoarray, updatenextlink, pollingtrigger",
        ),
    ],
)
def test_what_an_author_is_told(policies: Any, template: str, given: dict[str, Any], place: str, message: str) -> None:
    (problem,) = policies.run((template, given)).problems
    pointer = "/properties/policyTemplateInstances/0" + (f"/parameters/x-ms-apimTemplate{place}" if place else "")
    assert (f"{problem.kind}: {problem.message}", str(problem.pointer)) == (message, pointer)
    assert str(problem) == f"policy 'P': {problem.message}"


def test_a_missing_value_is_empty_by_a_switch(policies: Any) -> None:
    policy = ("setheader", {"name": "X", "value": "a@headers('Y')"})
    assert policies.run(policy, missing_value_is_empty=True).request.headers == {"X": "a"}


WRONG = ("setheader", {"name": "X", "value": "@headers('Y')"})
RIGHT = ("setheader", {"name": "Z", "value": "z"})


def test_a_failed_policy_ends_the_call(policies: Any) -> None:
    called = policies.run(WRONG, RIGHT, send=lambda _: pytest.fail("nothing may be sent"))
    assert (called.sent, called.response, called.request.headers) == (False, Response(502), {})
    late = {"section": "Response", "name": "X", "value": "@headers('Y')"}
    called = policies.run(("setheader", late), ("setheader", {"name": "Z", "value": "z", "section": "Response"}))
    assert (called.sent, called.response, len(called.problems)) == (True, Response(200), 1)


def test_by_a_switch_the_call_goes_on(policies: Any) -> None:
    called = policies.run(WRONG, RIGHT, failed_policy_stops=False)
    assert (called.sent, called.request.headers, len(called.problems)) == (True, {"Z": "z"}, 1)
