"""Policies on where a request goes."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.core import Request

ITEM = "https://service.example/v2/items/a%2Fb/parts/7"


REST = "/items/a%2Fb/parts/7"


@pytest.mark.parametrize("template", ["dynamichosturl", "DynamicSubdomain"])
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://@connectionParameters('site').shop.example", f"https://north.shop.example{REST}?q=1"),
        ("@connectionParameters('url')/api/", f"https://own.example/api{REST}?q=1"),
        ("@connectionParameters('unset','https://main.example')", f"https://main.example{REST}?q=1"),
        ("https://@header('port','x').example:81/v9", f"https://x.example:81/v9{REST}?q=1"),
        ("http://plain.example/run?mode=@queryParameters('q')", f"http://plain.example/run{REST}?mode=1&q=1"),
    ],
)
def test_host(policies: Any, template: str, url: str, expected: str) -> None:
    called = policies.run((template, {"urlTemplate": url}), request=Request("POST", f"{ITEM}?q=1"))
    assert (called.request.url, policies.told(called)) == (expected, [])


def test_the_last_host_wins_and_is_known_afterwards(policies: Any) -> None:
    first, last = "https://a.example/one", "https://b.example/two"
    called = policies.run(*(("dynamichosturl", {"urlTemplate": url}) for url in (first, last)))
    assert (called.request.url, called.base_url) == (last + REST, last)


def test_host_by_switches(policies: Any) -> None:
    policy = ("dynamichosturl", {"urlTemplate": "https://a.example"})
    request = Request("POST", f"{ITEM}?code=k&x=1", {"AUTHORIZATION": "fake-key", "X-A": "v"})
    called = policies.run(policy, request=request, host_url_replaces_base_path=False, credentials_to_dynamic_host=False)
    assert called.request == Request("POST", f"https://a.example/v2{REST}?x=1", {"X-A": "v"})
    same = ("dynamichosturl", {"urlTemplate": "https://service.example/v3"})
    assert policies.run(same, request=request, credentials_to_dynamic_host=False).request.headers == request.headers
    old = ("dynamicsubdomain", {"urlTemplate": "https://a.example"})
    assert policies.told(policies.run(old, dynamicsubdomain_sets_host=False)) == [
        "unsupported: what dynamicsubdomain does is documented nowhere"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "@connectionParameters('site')",
        "ftp://a.example",
        "https://",
        "https://a b.example",
        "https://me@a.example",
        "https://a.example:x",
        "https://a.example/#f",
        "https://[a",
    ],
)
def test_no_host(policies: Any, url: str) -> None:
    called = policies.run(("dynamichosturl", {"urlTemplate": url}))
    assert policies.told(called) == [
        f"failed: '{url}' gives no absolute http or https address; a host needs https:// before"
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"newPath": "/other/{part}/of/{id}"}, ("POST", "/other/7/of/a%2Fb?q=1&r=2")),
        ({"newPath": "plain", "httpMethod": "@request.originalhttpmethod"}, ("POST", "/plain?q=1&r=2")),
        ({"newPath": "/", "httpMethod": "patch"}, ("PATCH", "/?q=1&r=2")),
        ({"newPath": "/@connectionParameters('site')/x?q=@queryParameters('r')"}, ("POST", "/north/x?q=2&r=2")),
        ({"newPath": "/f('{part}')/$/x"}, ("POST", "/f('7')/$/x?q=1&r=2")),
        ({"newPath": "/@headers('X-A')"}, ("POST", "/a%20b/c?q=1&r=2")),
        ({"newPath": "/@headers('X','\ud800')"}, ("POST", "/%ED%A0%80?q=1&r=2")),
    ],
)
def test_routerequesttoendpoint(policies: Any, given: dict[str, Any], expected: tuple[str, str]) -> None:
    request = Request("POST", f"{ITEM}?q=1&r=2", {"X-A": "a b/c"})
    called = policies.run(("RouteRequestToEndpoint", given), request=request)
    method, path = expected
    assert (called.request.method, called.request.url) == (method, f"https://service.example/v2{path}")
    assert policies.told(called) == []


def test_route_by_switches(policies: Any) -> None:
    policy = ("routerequesttoendpoint", {"newPath": "/@headers('X-A')"})
    request = Request("POST", f"{ITEM}?q=1", {"X-A": "a/b"})
    called = policies.run(
        policy,
        request=request,
        route_keeps_query=False,
        new_path_follows_base_path=False,
        inserted_values_are_encoded=True,
    )
    assert called.request.url == "https://service.example/a%2Fb"


def test_route_after_host_goes_to_the_new_host(policies: Any) -> None:
    host = ("dynamichosturl", {"urlTemplate": "https://a.example/one"})
    assert policies.run(host, ("routerequesttoendpoint", {"newPath": "/x/{id}"})).request.url == (
        "https://a.example/one/x/a%2Fb"
    )


def test_the_original_method_is_that_of_the_operation(policies: Any) -> None:
    first = ("routerequesttoendpoint", {"newPath": "/x", "httpMethod": "PATCH"})
    last = ("routerequesttoendpoint", {"newPath": "/y"})
    assert policies.run(first, last).request.method == "POST"
