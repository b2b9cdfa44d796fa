"""The pages of a list."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connkit.core import Request, Response, UserError
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.pages import Page, pages
from connkit.runtime.switches import EmulatorSwitches

HOME = "https://h.example/v1"
CONNECTION = Credentials({"X-Key": "k"}, {"code": "c"}, values={"site": "https://t.example/own"})
LINK = {"x-ms-pageable": {"nextLinkName": "nextLink"}}
UPDATE = ("updatenextlink", {"nextLinkPropertyName": "nextLink"})
HOST = ("dynamichosturl", {"urlTemplate": "@connectionParameters('site')"})
SEEN = ("setheader", {"name": "X-Seen", "value": "by policy"})


def connector(*policies: tuple[str, dict[str, str]], **operation: Any) -> Connector:
    parameters = [
        {"name": "top", "in": "query", "type": "integer"},
        {"name": "X-Version", "in": "header", "type": "string", "required": True, "default": "2"},
    ]
    schema = {"type": "object", "properties": {"value": {"type": "array"}, "nextLink": {"type": "string"}}}
    answers = {"200": {"description": "", "schema": schema}}
    raw = {"operationId": "List", "parameters": parameters, "responses": answers, **(operation or LINK)}
    instances = [
        {
            "templateId": name,
            "title": name,
            "parameters": {f"x-ms-apimTemplateParameter.{key}": text for key, text in given.items()},
        }
        for name, given in policies
    ]
    definition = {"host": "h.example", "basePath": "/v1", "paths": {"/items": {"get": raw}}}
    declared = {"site": {"type": "string"}}
    return Connector(
        definition, {"properties": {"policyTemplateInstances": instances, "connectionParameters": declared}}
    )


def service(links: list[Any], asked: list[Request]) -> Callable[[Request], Response]:
    """Answers with one link after the other, and with none after the last."""
    left = list(links)

    def send(request: Request) -> Response:
        asked.append(request)
        link = left.pop(0) if left else None
        return Response(200, {}, json.dumps({"value": [], **({"nextLink": link} if link is not None else {})}).encode())

    return send


def followed(made: Connector, links: list[Any], limit: int = 9, **switches: Any) -> tuple[list[Page], list[Request]]:
    asked: list[Request] = []
    switched = EmulatorSwitches(**switches)
    found = pages(made, CONNECTION, "List", {"top": 1}, service(links, asked), limit, switches=switched)
    return list(found), asked


def test_every_page_is_asked_for_with_credentials_and_headers() -> None:
    found, asked = followed(connector(), [f"{HOME}/items?page=2&code=c", f"{HOME}/items?page=3"])
    assert [(request.method, request.url) for request in asked] == [
        ("GET", f"{HOME}/items?top=1&code=c"),
        ("GET", f"{HOME}/items?page=2&code=c"),
        ("GET", f"{HOME}/items?page=3&code=c"),
    ]
    assert [request.headers for request in asked] == [{"X-Version": "2", "X-Key": "k"}] * 3
    assert [(page.stopped, page.invocation.mismatches) for page in found] == [("", ())] * 3


def test_headers_are_repeated_by_a_switch() -> None:
    _, asked = followed(connector(), [f"{HOME}/items?page=2"], next_page_repeats_headers=False)
    assert asked[1].headers == {"X-Key": "k"}


def test_pages_come_one_by_one() -> None:
    asked: list[Request] = []
    found = pages(connector(), CONNECTION, "List", {}, service([f"{HOME}/items?page=2"], asked))
    next(found)
    assert len(asked) == 1


def test_policies_act_on_every_page() -> None:
    _, asked = followed(connector(SEEN, UPDATE), [f"{HOME}/items?page=2"])
    assert [request.header("X-Seen") for request in asked] == ["by policy", "by policy"]


@pytest.mark.parametrize("policies", [(HOST, UPDATE), (HOST,)])
def test_a_dynamic_host_serves_every_page(policies: tuple[tuple[str, dict[str, str]], ...]) -> None:
    _, asked = followed(connector(*policies), ["https://t.example/own/items?page=2"])
    assert [request.url for request in asked] == [
        "https://t.example/own/items?top=1&code=c",
        "https://t.example/own/items?page=2&code=c",
    ]
    assert asked[1].headers == {"X-Version": "2", "X-Key": "k"}


@pytest.mark.parametrize(
    ("link", "url", "headers"),
    [
        ("https://h.example/v1/items?page=2", f"{HOME}/items?page=2&code=c", {"X-Version": "2", "X-Key": "k"}),
        ("https://h.example/v2/items?page=2", "https://h.example/v2/items?page=2&code=c", {"X-Key": "k"}),
        ("https://h.example/v1x/items", "https://h.example/v1x/items?code=c", {"X-Key": "k"}),
        ("https://evil.example/v1/items?page=2", "https://evil.example/v1/items?page=2", {}),
        ("https://h.example.evil.example/v1/items", "https://h.example.evil.example/v1/items", {}),
        ("https://h.example@evil.example/v1/items", "https://h.example@evil.example/v1/items", {}),
        ("http://h.example/v1/items", "http://h.example/v1/items", {}),
    ],
)
def test_credentials_stay_on_the_own_origin(link: str, url: str, headers: dict[str, str]) -> None:
    _, asked = followed(connector(), [link])
    assert (asked[1].url, asked[1].headers) == (url, headers)


@pytest.mark.parametrize(("policies", "headers"), [((), {}), ((UPDATE,), {"X-Version": "2", "X-Key": "k"})])
def test_by_a_switch_only_the_policy_leads_a_link_through_the_connector(
    policies: tuple[tuple[str, dict[str, str]], ...], headers: dict[str, str]
) -> None:
    made = connector(*policies)
    _, asked = followed(made, [f"{HOME}/items?page=2"], direct_next_page_has_credentials=False)
    assert asked[1].headers == headers


@pytest.mark.parametrize(
    ("links", "count", "stopped"),
    [
        ([], 1, ""),
        ([""], 1, ""),
        ([f"{HOME}/items?top=1&code=c"], 1, "the link to page 2 leads to a page that was asked for already"),
        ([f"{HOME}/items?p=2"] * 2, 2, "the link to page 3 leads to a page that was asked for already"),
        (
            [f"{HOME}/items?p=2", f"{HOME}/items?p=3", f"{HOME}/items?p=2"],
            3,
            "the link to page 4 leads to a page that was asked for already",
        ),
        ([f"{HOME}/items?p={number}" for number in range(20)], 4, "page 5 is not asked for, because the limit is 4"),
        (
            [f"{HOME}/items?p=2", f"{HOME}/items?p=2&code=c"],
            2,
            "the link to page 3 leads to a page that was asked for already",
        ),
        ([5], 1, "'nextLink' of the page is no text, but has to be the address of the next one"),
        (["/v1/items?p=2"], 1, "'nextLink' of the page is '/v1/items?p=2', which is no absolute address"),
        (["ftp://h.example/"], 1, "'nextLink' of the page is 'ftp://h.example/', which is no absolute address"),
        (["https://[/"], 1, "'nextLink' of the page is 'https://[/', which is no absolute address"),
        ([f"{HOME}/a b"], 1, f"'nextLink' of the page is '{HOME}/a b', which is no absolute address"),
    ],
)
def test_where_it_ends(links: list[Any], count: int, stopped: str) -> None:
    found, asked = followed(connector(), links, limit=4)
    assert (len(found), len(asked), found[-1].stopped) == (count, count, stopped)
    assert [page.stopped for page in found[:-1]] == [""] * (count - 1)


def test_a_relative_link_is_followed_by_a_switch() -> None:
    _, asked = followed(connector(), ["?p=2"], relative_next_link_followed=True)
    assert asked[1].url == f"{HOME}/items?p=2&code=c"


@pytest.mark.parametrize(
    ("policies", "answer", "stopped"),
    [
        ((), Response(500), "the page was answered with status 500"),
        ((), Response(200, {}, b"<html>"), "the page is no JSON, so it names no next one"),
        ((), Response(200, {}, b"[]"), ""),
        (
            (UPDATE,),
            Response(200, {}, b'{"nextLink": "https://other.example/"}'),
            "policy 'updatenextlink': 'nextLink' is no address on the host that the operation was called at",
        ),
    ],
)
def test_a_page_that_names_no_other(
    policies: tuple[tuple[str, dict[str, str]], ...], answer: Response, stopped: str
) -> None:
    found = list(pages(connector(*policies), CONNECTION, "List", {}, lambda _: answer))
    assert [page.stopped for page in found] == [stopped]


@pytest.mark.parametrize("raw", [{"x-ms-pageable": {}}, {"x-ms-pageable": True}, {"summary": "List"}])
def test_an_operation_without_pages(raw: dict[str, Any]) -> None:
    with pytest.raises(UserError) as raised:
        followed(connector(**raw), [])
    assert str(raised.value) == "List has no x-ms-pageable with a nextLinkName, so all it lists is one page"


def test_a_trace_sees_every_page() -> None:
    seen: list[str] = []
    asked: list[Request] = []
    links = [f"{HOME}/items?p=2", "https://other.example/3"]
    made = pages(
        connector(), CONNECTION, "List", {}, service(links, asked), trace=lambda request, _: seen.append(request.url)
    )
    assert len(list(made)) == 3
    assert seen == [request.url for request in asked]
