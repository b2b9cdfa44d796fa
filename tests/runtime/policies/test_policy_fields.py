"""Policies on headers and query parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connkit.core import Request, Response

ITEM = "https://service.example/v2/items/a%2Fb/parts/7"


@pytest.mark.parametrize(
    ("headers", "given", "expected"),
    [
        ({}, {"name": "X-A", "value": "v"}, {"X-A": "v"}),
        ({"x-a": "old"}, {"name": "X-A", "value": "v"}, {"X-A": "v"}),
        ({"x-a": "old"}, {"name": "X-A", "value": "v", "existsAction": "Skip"}, {"x-a": "old"}),
        ({}, {"name": "X-A", "value": "v", "existsAction": "skip"}, {"X-A": "v"}),
        ({"x-a": "old"}, {"name": "X-A", "value": "v", "existsAction": "append"}, {"x-a": "old, v"}),
        ({}, {"name": "X-A", "value": "v", "existsAction": "append"}, {"X-A": "v"}),
        ({"X-A": "foo"}, {"name": "x-a", "value": "@headers('X-a')moo"}, {"x-a": "foomoo"}),
        ({}, {"name": "X-A", "value": "to @connectionParameters('SITE').x"}, {"X-A": "to north.x"}),
        ({}, {"name": "X-A", "value": "@connectionParameters('unset','')"}, {"X-A": ""}),
        ({}, {"name": "X-A", "value": "@connectionParameters('undeclared','d')"}, {"X-A": "d"}),
        ({}, {"name": "X-A", "value": "@connectionParameters('token:tenant')"}, {"X-A": "t1"}),
        ({}, {"name": "X-A", "value": "@queryParameters('q r')"}, {"X-A": "1&2"}),
        ({}, {"name": "X-A", "value": ""}, {"X-A": ""}),
        ({}, {"name": "X-A", "value": "v", "section": "request"}, {"X-A": "v"}),
        ({}, {"name": "X-A", "value": "v", "section": "Response"}, {}),
        ({}, {"name": "X-A", "value": "v", "operations": ["ListItems"]}, {}),
        ({}, {"name": "X-A", "value": "v", "operations": ["PutPart"]}, {"X-A": "v"}),
        ({}, {"name": "X-A", "value": "v", "operations": []}, {"X-A": "v"}),
    ],
)
def test_setheader(policies: Any, headers: dict[str, str], given: dict[str, Any], expected: dict[str, str]) -> None:
    request = Request("POST", f"{ITEM}?q%20r=1%262", headers)
    called = policies.run(("setHeader", given), request=request)
    assert (called.request.headers, policies.told(called)) == (expected, [])


def test_setheader_lengthens_by_a_switch(policies: Any) -> None:
    policy = ("setheader", {"name": "X-A", "value": "v", "existsAction": "append"})
    request = Request("POST", ITEM, {"X-A": "old"})
    assert policies.run(policy, request=request, append_adds_a_value=False).request.headers == {"X-A": "oldv"}


@pytest.mark.parametrize(
    ("query", "given", "expected"),
    [
        ("", {"name": "a", "value": "x y/z"}, "?a=x%20y%2Fz"),
        ("?a=1&b=2&a=3", {"name": "a", "value": "v"}, "?a=v&b=2"),
        ("?a=1", {"name": "a", "value": "v", "existsAction": "skip"}, "?a=1"),
        ("?a=1&b=+&c", {"name": "a", "value": "v", "existsAction": "append"}, "?a=1&b=+&c&a=v"),
        ("?%24top=5", {"name": "%24top", "value": "9", "existsAction": "skip"}, "?%24top=5"),
        ("", {"name": "$top", "value": "9"}, "?%24top=9"),
        ("", {"name": "a", "value": 9}, "?a=9"),
        ("", {"name": "a\ud800", "value": "\ud800"}, "?a%ED%A0%80=%ED%A0%80"),
    ],
)
def test_setqueryparameter(policies: Any, query: str, given: dict[str, Any], expected: str) -> None:
    called = policies.run(("setqueryparameter", given), request=Request("POST", ITEM + query))
    assert (called.request.url, policies.told(called)) == (ITEM + expected, [])


def test_setqueryparameter_by_switches(policies: Any) -> None:
    policy = ("setqueryparameter", {"name": "%24a", "value": "v", "existsAction": "append"})
    request = Request("POST", f"{ITEM}?%2524a=1")
    called = policies.run(policy, request=request, append_adds_a_value=False, query_names_are_encoded=False)
    assert called.request.url == f"{ITEM}?%2524a=1v"


def side(answers: Mapping[str, Response], seen: list[Request]) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        seen.append(request)
        return answers.get(request.url.partition("?")[0], Response(200))

    return send


def from_url(target: str, url: str, path: str = "@body().data.tag", **more: Any) -> dict[str, Any]:
    given = {"parameterTemplate": target, "parameterValueUrl": url, "parameterValuePathTemplate": path, **more}
    return ("SetValueFromUrl", given)


FOUND = {"https://service.example/v2/tags/7": Response(200, {}, b'{"data": {"tag": "W/1", "n": 5}, "null": null}')}


def test_setvaluefromurl_sets_a_header(policies: Any) -> None:
    seen: list[Request] = []
    request = Request("POST", ITEM, {"Authorization": "fake-key"}, b"{}")
    called = policies.run(from_url("@headers('If-Match')", "/tags/{part}?x=1"), request=request, send=side(FOUND, seen))
    assert [(one.method, one.url, dict(one.headers), one.body) for one in seen] == [
        ("GET", "https://service.example/v2/tags/7?x=1&code=k", {"Authorization": "fake-key"}, b""),
        ("POST", ITEM, {"Authorization": "fake-key", "If-Match": "W/1"}, b"{}"),
    ]
    assert policies.told(called) == []


def test_setvaluefromurl_sets_a_query_parameter_from_a_post_with_a_body_by_a_switch(policies: Any) -> None:
    seen: list[Request] = []
    policy = from_url("@queryParameters('n')", "tags/7", "@body().data.n", httpMethod="post")
    request = Request("POST", ITEM, {}, b"{}")
    called = policies.run(policy, request=request, send=side(FOUND, seen), side_call_carries_body=True)
    assert (seen[0].method, seen[0].body, called.request.url) == ("POST", b"{}", f"{ITEM}?n=5")


@pytest.mark.parametrize(("switch", "headers"), [(False, {}), (True, {"Authorization": "fake-key"})])
def test_no_credentials_go_to_another_host(policies: Any, switch: bool, headers: dict[str, str]) -> None:
    seen: list[Request] = []
    answers = {"https://other.example/t": FOUND["https://service.example/v2/tags/7"]}
    policy = from_url("@headers('X')", "https://other.example/t")
    request = Request("POST", ITEM, {"Authorization": "fake-key"})
    policies.run(policy, request=request, send=side(answers, seen), credentials_to_foreign_side_call=switch)
    assert (seen[0].headers, "code=k" in seen[0].url) == (headers, switch)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (from_url("@headers('X')", "/gone"), "failed: 'body().data.tag' cannot select 'data' from null"),
        (
            from_url("@headers('X')", "/refused"),
            "failed: GET /refused was answered 403; expected 200 and the value",
        ),
        (
            from_url("@headers('X')", "/html"),
            "failed: GET /html was answered with something that is no JSON",
        ),
        (
            from_url("@headers('X')", "/tags/7", "@body().null"),
            "failed: 'body().null' is null in the answer to GET /tags/7",
        ),
        (from_url("X", "/tags/7"), "mistake: 'X' names no target; expected @headers('x') or @queryParameters('x')"),
        (
            from_url("@headers('x','d')", "/tags/7"),
            "mistake: '@headers('x','d')' names no target; expected @headers('x') or @queryParameters('x')",
        ),
        (
            from_url("@connectionParameters('x')", "/tags/7"),
            "mistake: '@connectionParameters('x')' names no target; expected @headers('x') or @queryParameters('x')",
        ),
        (
            from_url("@headers('X')", "/tags/{item}"),
            "mistake: '{item}' is no part of the path of PutPart; its parts are 'id', 'part'",
        ),
        (
            from_url("@headers('X')", "/tags/7", httpMethod="DELETE"),
            "mistake: 'DELETE' is no value for httpMethod; expected 'GET', 'POST', 'PUT'",
        ),
        (
            from_url("@queryParameters('X')", "/tags/7", section="Response"),
            "mistake: an answer has no query parameters; expected @headers('x')",
        ),
    ],
)
def test_setvaluefromurl_cannot(policies: Any, policy: dict[str, Any], message: str) -> None:
    answers = {
        **FOUND,
        "https://service.example/v2/refused": Response(403),
        "https://service.example/v2/html": Response(200, {}, b"<p>"),
    }
    assert policies.told(policies.run(policy, send=side(answers, []))) == [message]


@pytest.mark.parametrize(("switch", "expected"), [(True, "https://a.example/t?code=k"), (False, "https://a.example/t")])
def test_a_call_on_a_dynamic_host(policies: Any, switch: bool, expected: str) -> None:
    seen: list[Request] = []
    host = ("dynamichosturl", {"urlTemplate": "https://a.example"})
    request = Request("POST", ITEM, {"Authorization": "fake-key"})
    policies.run(
        host,
        from_url("@headers('X')", "/t"),
        request=request,
        send=side({}, seen),
        credentials_to_dynamic_host=switch,
    )
    assert (seen[0].url, "Authorization" in seen[0].headers) == (expected, switch)
