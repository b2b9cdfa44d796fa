"""Policies on answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connkit.core import Request, Response

ITEM = "https://service.example/v2/items/a%2Fb/parts/7"


NEXT = "https://service.example/v2/items?page=2"


@pytest.mark.parametrize(
    ("host", "body", "given", "expected"),
    [
        ("https://a.example/x", {"next": "https://a.example/x/items?page=2"}, {}, {"next": NEXT}),
        ("", {"next": NEXT}, {}, {"next": NEXT}),
        ("", {"next": None}, {}, {"next": None}),
        ("", {}, {}, {}),
        ("", [], {}, []),
        (
            "https://a.example",
            {"page": {"next": "https://a.example/items?page=2"}},
            {"nextLinkParentPropertyPath": "@body().page"},
            {"page": {"next": NEXT}},
        ),
        ("https://a.example/x", {"next": "https://a.example/y"}, {}, {"next": "https://a.example/y"}),
    ],
)
def test_updatenextlink(policies: Any, host: str, body: Any, given: dict[str, str], expected: Any) -> None:
    given_policies = [("dynamichosturl", {"urlTemplate": host})] if host else []
    given_policies.append(("updatenextlink", {"nextLinkPropertyName": "next", **given}))
    request = Request("GET", "https://service.example/v2/items")
    answer = Response(200, {}, json.dumps(body).encode())
    called = policies.run(*given_policies, request=request, answer=answer, operation="ListItems")
    assert (json.loads(called.response.body), policies.told(called)) == (expected, [])


def test_updatenextlink_cannot(policies: Any) -> None:
    policy = ("updatenextlink", {"nextLinkPropertyName": "next"})
    assert policies.told(policies.run(policy)) == [
        "mistake: PutPart has no x-ms-pageable, so no next page is ever asked for"
    ]
    answer = Response(200, {}, b'{"next": "/items?page=2"}')
    request = Request("GET", "https://service.example/v2/items")
    assert policies.told(policies.run(policy, request=request, answer=answer, operation="ListItems")) == [
        "failed: 'next' is no address on the host that the operation was called at"
    ]


@pytest.mark.parametrize(("code", "status", "expected"), [(401, 401, True), ("403", 403, True), (401, 200, False)])
def test_setconnectionstatustounauthenticated(policies: Any, code: Any, status: int, expected: bool) -> None:
    policy = ("setConnectionStatusToUnauthenticated", {"statusCode": code})
    called = policies.run(policy, answer=Response(status))
    assert (called.unauthenticated, called.response.status, policies.told(called)) == (expected, status, [])
