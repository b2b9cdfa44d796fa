"""Whatever is sent, the platform answers in its own words, and never by failing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.core import Reply, Request, Response
from connkit.platform import MockPlatform
from connkit.workflows.platforms import lint_validation

REHEARSAL = "1e5e0001-0000-4000-8000-000000000001"
RP = "/providers/Microsoft.PowerApps"
PLATFORM = MockPlatform(lint_validation, lambda: 1_800_000_000.0)
OBJECTS = f"{RP}/objectIds/{PLATFORM.object_id}"
TOKEN = PLATFORM.token

_texts = st.text(st.characters(exclude_categories=()), max_size=12)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=12,
)
_definitions = _values | st.fixed_dictionaries(
    {"swagger": st.just("2.0"), "info": st.dictionaries(_texts, _values, max_size=2)},
    optional={
        "paths": st.dictionaries(
            st.sampled_from(["/a", "/b/{c}"]), st.dictionaries(st.sampled_from(["get", "post"]), _values, max_size=2)
        )
    },
)
_keys = (
    "displayName",
    "iconUri",
    "scriptDefinitionUrl",
    "connectionParameters",
    "connectionParameterSets",
    "stackOwner",
)
_connectors = st.fixed_dictionaries(
    {"environment": st.just({"name": REHEARSAL}) | _values, "openApiDefinition": _definitions},
    optional=dict.fromkeys(_keys, _values),
).map(lambda properties: {"properties": properties})
_bodies = (_values | _definitions | _connectors).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=30)
_paths = st.sampled_from(
    [
        f"{OBJECTS}/validateApiSwagger",
        f"{OBJECTS}/generateResourceStorage",
        f"{RP}/objectIds/validateApiSwagger",
        f"{RP}/apis",
        f"{RP}/apis/shared_x",
        "/providers/Microsoft.ProcessSimple/environments",
        f"/contents/{REHEARSAL}/shared_x/icon.png",
        "/upload-0001/icon.png",
    ]
) | _texts.map(lambda text: "/" + quote(text, safe="/%?[]", errors="replace"))
_queries = st.sampled_from(
    ["", "api-version=1", f"api-version=1&$filter=environment eq '{REHEARSAL}'", "sig=x", "%ff=%zz&&=;"]
)
_tokens = st.sampled_from([TOKEN, TOKEN, TOKEN, "", "a.b.c", "a..", "é"]) | _texts


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "get"]), _paths, _queries, _tokens, _bodies)
def test_any_request_is_answered_in_the_platforms_words(
    method: str, path: str, query: str, token: str, body: bytes
) -> None:
    url = f"http://127.0.0.1{path}?{query}"
    response = PLATFORM.handle(Request(method, url, {"Authorization": f"Bearer {token}"}, body)).response
    assert response is not None
    assert response.status < 500
    if response.status >= 400:
        told = response.json()["error"]
        assert [type(told[name]) for name in ("code", "message")] == [str, str]


@pytest.mark.parametrize("depth", [300, 900, 100_000])
def test_what_is_nested_deeply_is_taken_or_refused(caller: Any, depth: int) -> None:
    who = caller._replace(platform=MockPlatform(lint_validation))
    deep = "[" * depth + "]" * depth
    definition = '{"swagger": "2.0", "info": {}, "paths": {}%s}'
    assert who.validate((definition % f', "x-deep": {deep}').encode()).status in (200, 400)
    for inside, beside in ((f', "x-deep": {deep}', "{}"), ("", deep)):
        body = (
            f'{{"properties": {{"displayName": "x", "environment": {{"name": "{REHEARSAL}"}}, '
            f'"connectionParameters": {beside}, "openApiDefinition": {definition % inside}}}}}'
        )
        assert who.ask("POST", f"{RP}/apis", body.encode(), who.filter).status in (201, 400)
    for stored in who.platform.connectors(REHEARSAL).values():
        assert who.get(stored.id).status == 200


@settings(max_examples=80, deadline=None)
@given(_connectors)
def test_any_connector_is_refused_or_can_be_read_back(body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    query = f"?api-version=1&$filter=environment eq '{REHEARSAL}'"
    sent = Request("POST", f"{PLATFORM.origin}{RP}/apis{query}", headers, json.dumps(body).encode())
    created = PLATFORM.handle(sent).response
    assert created is not None and created.status in (201, 400)
    if created.status == 201:
        shown = created.json()
        assert PLATFORM.handle(Request("GET", f"{PLATFORM.origin}{RP}/apis/{shown['name']}{query}", headers)) == Reply(
            Response(200, created.headers, created.body)
        )
        content = PLATFORM.handle(Request("GET", shown["properties"]["apiDefinitions"]["originalSwaggerUrl"])).response
        assert content is not None and content.status == 200
