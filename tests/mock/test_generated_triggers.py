"""Polling and webhook triggers on a generated mock, and what it does while it is served."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connkit.core import Happening, Request, Response, UserError
from connkit.mock.service import GeneratedMock, generated_mock
from connkit.model import Connector
from connkit.runtime.life import Step, polling_life, webhook_life

BASE = "https://lanterns.example/v2"
KEY = {"X-Key": "fake-key-for-tests"}
HOOK = "https://receiver.example/hook?sig=1"


def ask(mock: GeneratedMock, line: str, body: Any = None, base: str = BASE) -> Response:
    method, path = line.split(" ", 1)
    return mock.handle(Request(method, base + path, KEY, b"" if body is None else json.dumps(body).encode()))


def failed(steps: list[Step]) -> list[str]:
    return [f"{step.name}: {step.detail}" for step in steps if not step.ok]


def live(definition: dict[str, Any], properties: dict[str, Any], operation_id: str) -> list[str]:
    connector, mock = Connector(definition, properties), generated_mock(definition, properties)
    trigger = connector.operation(operation_id)
    assert trigger
    life = webhook_life if trigger.is_webhook else polling_life
    return failed(life(connector, mock, operation_id, mock.handle))


# Polling triggers with a policy


@pytest.mark.parametrize("path", ["/lanterns", "/trigger/lanterns"])
def test_a_page_holds_what_is_newer_than_its_state(mock: GeneratedMock, path: str) -> None:
    for _ in range(3):
        mock.make_item("NewLanterns")

    def ids(query: str) -> list[int]:
        return [item["id"] for item in ask(mock, f"GET {path}{query}").json()["items"]]

    assert (ids(""), ids("?after=0"), ids("?after=3"), ids("?after=4")) == ([4, 3, 2], [4, 3, 2], [4], [])
    assert (ids("?after=-7"), ids("?after=99")) == ([4, 3, 2], [])
    mock.configure("newest_first", "no")
    mock.configure("state_inclusive", "yes")
    assert ids("?after=3") == [3, 4]


_STATES: dict[str, tuple[dict[str, Any], str]] = {
    "a number": ({"type": "integer"}, "@{triggerBody().items[0].x}"),
    "a number that goes round": ({"type": "integer", "minimum": 1, "maximum": 15}, "@{triggerBody().items[0].x}"),
    "a text": ({"type": "string"}, "@{triggerBody().items[0].x}"),
    "a short text": ({"type": "string", "maxLength": 3}, "@{triggerBody().items[0].x}"),
    "a date-time": ({"type": "string", "format": "date-time"}, "@{triggerBody().items[0].x}"),
    "a date-time inside words": ({"type": "string", "format": "date-time"}, "x gt @{triggerBody()['ITEMS'][0].X}"),
    "a property of the page": ({"type": "integer"}, "@{triggerBody().until}"),
}


@pytest.mark.parametrize(("schema", "expression"), _STATES.values(), ids=_STATES)
def test_the_state_may_be(
    definition: dict[str, Any], properties: dict[str, Any], schema: dict[str, Any], expression: str
) -> None:
    default = "never" if schema["type"] == "integer" else ""  # of another kind than the states
    page = {
        "items": {"type": "array", "items": {"properties": {"x": schema, "name": {"type": "string"}}}},
        "until": schema,
    }
    trigger = definition["paths"]["/trigger/lanterns"]["get"]
    trigger["responses"]["200"]["schema"] = {"properties": page}
    trigger["parameters"][0] = {"name": "after", "in": "query", "type": "string", "default": default}
    (policy,) = properties["properties"]["policyTemplateInstances"]
    policy["parameters"]["x-ms-apimTemplateParameter.triggerConfig"] = {"after": expression}
    assert live(definition, properties, "NewLanterns") == []


def test_items_that_the_definition_leaves_open_get_what_the_state_is_read_from(
    definition: dict[str, Any], properties: dict[str, Any]
) -> None:
    trigger = definition["paths"]["/trigger/lanterns"]["get"]
    trigger["responses"]["200"]["schema"] = {"properties": {"items": {"type": "array", "items": {"type": "object"}}}}
    trigger["parameters"][0].update(type="string", default="")
    assert live(definition, properties, "NewLanterns") == []


_SWITCHES = {
    "newest_first": (
        False,
        "1 run started, 0 expected; item 2 of the page before came again, because the state is read from the page's "
        "first item, which is the oldest here; the service has to list the newest first, for example by a sort "
        "parameter with a default",
    ),
    "state_inclusive": (
        True,
        "1 run started, 0 expected; the service has to list exactly what is newer than {'after': '2'}, "
        "the newest first",
    ),
}


@pytest.mark.parametrize(("switch", "value", "problem"), [(name, *given) for name, given in _SWITCHES.items()])
def test_a_service_that_is_otherwise_breaks_the_trigger(
    connector: Connector, mock: GeneratedMock, switch: str, value: bool, problem: str
) -> None:
    mock.configure(switch, value)
    (told,) = failed(polling_life(connector, mock, "NewLanterns", mock.handle))
    assert told.split(": ", 1)[1] == problem


def test_a_state_that_never_changes_breaks_the_trigger(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    (policy,) = properties["properties"]["policyTemplateInstances"]
    policy["parameters"]["x-ms-apimTemplateParameter.triggerConfig"] = {"after": "@{triggerBody().items[0].colour}"}
    definition["definitions"]["Lantern"]["properties"]["colour"]["enum"] = ["red"]
    definition["paths"]["/trigger/lanterns"]["get"]["parameters"][0]["type"] = "string"
    assert live(definition, properties, "NewLanterns") == [
        "one new item starts one run with its data: 0 runs started, 1 expected; the service has to list exactly what "
        "is newer than {'after': 'red'}, the newest first"
    ]


def test_an_action_may_share_the_path_of_a_trigger(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    answers = {"200": {"description": "", "schema": {"$ref": "#/definitions/Page"}}}
    definition["paths"]["/lanterns"]["get"] = {"operationId": "ListLanterns", "responses": answers}
    del definition["paths"]["/trigger/lanterns"]["get"]["parameters"][0]["default"]  # so that the first poll is like it
    assert live(definition, properties, "NewLanterns") == []


# Polling triggers that speak the platform's protocol


@pytest.fixture
def native(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with such a trigger, whose key stands in the query."""
    definition["securityDefinitions"]["key"].update({"in": "query", "name": "code"})
    return definition


def test_a_service_may_keep_the_state_in_its_location(native: dict[str, Any]) -> None:
    mock = generated_mock(native, {})
    first = ask(mock, "GET /trigger/lanterns?after=0&code=fake-key-for-tests")
    location = f"{BASE}/trigger/lanterns?after=0&triggerState=after-0"
    assert (first.status, first.header("Location"), first.header("Retry-After")) == (202, location, "15")
    mock.make_item("NewLanterns")
    mock.make_item("NewLanterns")
    second = ask(mock, f"GET {location}&code=fake-key-for-tests", base="")
    assert (second.status, [item["id"] for item in second.json()["items"]]) == (200, [3, 2])
    assert second.header("Location") == f"{BASE}/trigger/lanterns?after=0&triggerState=after-2"
    third = ask(mock, f"GET {second.header('Location')}&code=fake-key-for-tests", base="")
    assert (third.status, third.header("Location")) == (202, second.header("Location"))


_PAGES: dict[str, dict[str, Any]] = {
    "a page": {"$ref": "#/definitions/Page"},
    "an array": {"type": "array", "items": {"$ref": "#/definitions/Lantern"}},
    "one item": {"$ref": "#/definitions/Lantern"},
}


@pytest.mark.parametrize("schema", _PAGES.values(), ids=_PAGES)
@pytest.mark.parametrize("codes", [["200"], ["200", "202"]], ids=",".join)
def test_such_a_trigger_lives(native: dict[str, Any], schema: dict[str, Any], codes: list[str]) -> None:
    trigger = native["paths"]["/trigger/lanterns"]["get"]
    trigger["responses"] = {code: {"description": "", "schema": schema} for code in codes}
    trigger["parameters"].append({"name": "TriggerState", "in": "query", "required": True, "type": "string"})
    assert live(native, {}, "NewLanterns") == []


# Webhook triggers


def test_a_webhook_lives(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    assert live(definition, properties, "WhenLit") == []


def test_a_webhook_is_told_of_events_until_it_is_removed(mock: GeneratedMock) -> None:
    answer = ask(mock, "POST /hooks", {"url": HOOK})
    assert (answer.status, answer.header("Location"), mock.live_webhooks()) == (201, f"{BASE}/hooks/1001", 1)
    sent = mock.fire("WhenLit")
    (request,) = mock.deliveries()
    assert (request.method, request.url, json.loads(request.body)) == ("POST", HOOK, sent)
    assert sent == {"id": 2, "colour": "green", "lit": "2026-01-12T08:01:00Z"}
    removed = mock.handle(Request("DELETE", f"{BASE}/hooks/1001"))
    assert (removed.status, mock.live_webhooks()) == (401, 1)
    assert (ask(mock, "DELETE /hooks/1001").status, mock.live_webhooks()) == (204, 0)
    again = ask(mock, "DELETE /hooks/1001")
    assert (again.status, again.json()) == (404, {"error": "this webhook was removed before"})
    mock.fire("WhenLit")
    assert mock.deliveries() == []


def path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    fixed: dict[str, Any] = {"enum": ["one"]}
    return [
        {"name": name, "in": "path", "required": True, "type": "string", **(fixed if name == "fixed" else {})}
        for name in names
    ]


_QUERY = {"name": "id", "in": "query", "required": True, "type": "string"}
_REMOVALS: dict[str, tuple[str, str | None, list[dict[str, Any]], list[str]]] = {
    "below the registration": ("/hooks", "/hooks/{key}", [], ["/hooks/key-1001", "/hooks/key-1002"]),
    "above the registration": ("/hooks/{event}", "/hooks/{key}", [], ["/hooks/key-1001", "/hooks/key-1002"]),
    "with a value of the registration": (
        "/sites/{site}/hooks",
        "/sites/{site}/hooks/{key}/remove",
        [],
        ["/sites/site/hooks/key-1001/remove", "/sites/site/hooks/key-1002/remove"],
    ),
    "under /trigger": ("/trigger/hooks/new", "/hooks/{key}", [], ["/hooks/key-1001", "/hooks/key-1002"]),
    "by the query": ("/hooks", "/hooks", [_QUERY], ["/hooks?id=id-1001", "/hooks?id=id-1002"]),
    "with an ID that cannot differ": ("/hooks", "/hooks/{fixed}", [], ["/hooks/one", "/hooks/1002"]),
    "declared for something else": ("/hooks", "/lanterns/{key}", [], ["/hooks/1001", "/hooks/1002"]),
    "with more than one unknown value": ("/hooks", "/hooks/{a}/{b}", [], ["/hooks/1001", "/hooks/1002"]),
    "not declared": ("/hooks", None, [], ["/hooks/1001", "/hooks/1002"]),
}


@pytest.mark.parametrize(("path", "removal", "parameters", "expected"), _REMOVALS.values(), ids=_REMOVALS)
def test_the_location_of_a_webhook_is(
    definition: dict[str, Any], path: str, removal: str | None, parameters: list[Any], expected: list[str]
) -> None:
    item = definition["paths"].pop("/hooks")
    del definition["paths"]["/hooks/{hook}"]
    item["post"]["parameters"] += path_parameters(path)
    definition["paths"][path] = item
    if removal:
        inputs = [*path_parameters(removal), *parameters]
        operation = {"operationId": "Remove", "parameters": inputs, "responses": {"204": {"description": ""}}}
        definition["paths"].setdefault(removal, {})["delete"] = operation
    mock = generated_mock(definition, {})
    called = path.replace("{site}", "site").replace("{event}", "lit")
    answers = [ask(mock, f"POST {called}", {"url": HOOK}) for _ in range(2)]
    assert [(answer.header("Location") or "").removeprefix(BASE) for answer in answers] == expected
    assert live(definition, {}, "WhenLit") == []


_CODES = {
    "201 before all others": (["200", "201"], 201),
    "200": (["200"], 200),
    "another": (["400", "202"], 202),
    "default": (["default"], 201),
}


@pytest.mark.parametrize(("codes", "status"), _CODES.values(), ids=_CODES)
def test_a_registration_is_answered_with_the_declared(
    definition: dict[str, Any], codes: list[str], status: int
) -> None:
    schema = {"$ref": "#/definitions/Lantern"}
    definition["paths"]["/hooks"]["post"]["responses"] = {code: {"description": "", "schema": schema} for code in codes}
    assert ask(generated_mock(definition, {}), "POST /hooks", {"url": HOOK}).status == status
    assert live(definition, {}, "WhenLit") == []


@pytest.mark.parametrize("url", ["", "receiver", "ftp://receiver.example/", "https://", "https://a b/", "http://[/", 7])
def test_a_callback_that_is_no_url_is_refused(mock: GeneratedMock, url: object) -> None:
    assert (ask(mock, "POST /hooks", {"url": url}).status, mock.live_webhooks()) == (400, 0)


def test_the_callback_is_found_wherever_it_stands(definition: dict[str, Any]) -> None:
    url = definition["paths"]["/hooks"]["post"]["parameters"][0]["schema"]["properties"].pop("url")
    deep = {"type": "object", "required": ["url"], "properties": {"url": url}}
    schema = {"type": "object", "required": ["all"], "properties": {"all": {"type": "array", "items": deep}}}
    definition["paths"]["/hooks"]["post"]["parameters"][0]["schema"] = schema
    assert live(definition, {}, "WhenLit") == []


def test_without_a_location_nothing_can_remove_the_webhook(connector: Connector, mock: GeneratedMock) -> None:
    mock.configure("registration_location", False)
    assert failed(webhook_life(connector, mock, "WhenLit", mock.handle)) == [
        "the registration names a Location, where the webhook can be removed: the answer has no Location header, so "
        "nothing can ever remove the webhook; the service has to answer 201 with one"
    ]


def test_triggers_that_only_a_policy_tells_apart_are_all_told(
    definition: dict[str, Any], properties: dict[str, Any], make_policy: Any
) -> None:
    hook = definition["paths"]["/hooks"]
    for name in ("WhenBroken", "WhenStolen"):
        definition["paths"][f"/hooks/{name}"] = {**hook, "post": {**hook["post"], "operationId": name}}
    routed = ["WhenBroken", "WhenStolen"]
    properties["properties"]["policyTemplateInstances"].append(
        make_policy("routerequesttoendpoint", routed, newPath="/hooks", httpMethod="@Request.OriginalHTTPMethod")
    )
    assert [live(definition, properties, name) for name in ("WhenLit", *routed)] == [[], [], []]


def test_a_notification_that_is_no_object(definition: dict[str, Any]) -> None:
    definition["paths"]["/hooks"]["x-ms-notification-content"]["schema"] = {
        "type": "array",
        "items": {"type": "integer"},
    }
    mock = generated_mock(definition, {})
    ask(mock, "POST /hooks", {"url": HOOK})
    assert mock.fire("WhenLit") == {"notification": [2]}
    assert [json.loads(request.body) for request in mock.deliveries()] == [[2]]


def test_a_trigger_that_there_is_not(mock: GeneratedMock) -> None:
    with pytest.raises(UserError, match="there is no webhook trigger 'NewLanterns'; there are WhenLit"):
        mock.fire("NewLanterns")
    with pytest.raises(UserError, match="there is no polling trigger 'WhenLit'; there are NewLanterns"):
        mock.make_item("WhenLit")


# Served


def test_while_it_is_served_notifications_are_sent(connector: Connector) -> None:
    posted: list[Request] = []
    happenings: list[Happening] = []

    def post(request: Request) -> Response:
        posted.append(request)
        return Response(204)

    mock = GeneratedMock(connector, post=lambda timeout: post)
    answer = mock.open("http://127.0.0.1:9", 1.0, happenings.append)
    with pytest.raises(UserError, match="the mock service is served at http://127.0.0.1:9 already; close it first"):
        mock.open("http://127.0.0.1:9", 1.0)
    body = json.dumps({"url": HOOK}).encode()
    registered = answer(Request("POST", "http://127.0.0.1:9/v2/hooks", KEY, body)).response
    assert registered and registered.header("Location") == "http://127.0.0.1:9/v2/hooks/1001"
    mock.play("WhenLit")
    assert mock.close(5) == []
    assert [request.url for request in posted] == [HOOK]
    assert [(each.kind, each.subject, each.outcome, each.who, each.failed) for each in happenings] == [
        ("request", "POST /v2/hooks", "201", "WhenLit", False),
        ("event", "WhenLit -> webhook 1001", "204", "https://receiver.example/hook", False),
    ]


def test_what_waits_for_a_webhook_that_is_removed_is_not_sent(connector: Connector) -> None:
    def post(request: Request) -> Response:
        raise ConnectionError("nobody there")

    mock = GeneratedMock(connector, post=lambda timeout: post)
    mock.open("http://127.0.0.1:9", 1.0)
    location = ask(mock, "POST /hooks", {"url": HOOK}).header("Location")
    mock.fire("WhenLit")
    mock.fire("WhenLit")
    assert ask(mock, f"DELETE {location}", base="").status == 204
    ask(mock, "POST /hooks", {"url": HOOK})
    mock.fire("WhenLit")
    assert mock.close(0) == ["WhenLit for webhook 1002 was not delivered"]


def test_it_says_what_to_try_first(mock: GeneratedMock) -> None:
    mock.open("http://127.0.0.1:9", 1.0)
    assert mock.first_steps() == (
        'curl -H "X-Key: fake-key-for-tests" "http://127.0.0.1:9/v2/lanterns"',
        "curl -X POST http://127.0.0.1:9/_control/stories/NewLanterns",
        "curl -X POST http://127.0.0.1:9/_control/stories/WhenLit",
        "curl http://127.0.0.1:9/_control/",
    )
    assert mock.close(0) == []


_COMMANDS: dict[str, tuple[bytes, tuple[int, Any]]] = {
    "POST /stories/NewLanterns": (b"", (200, {"playing": "NewLanterns"})),
    "POST /items/NewLanterns": (b"", (200, {"made": "NewLanterns"})),
    "POST /events/WhenLit": (b"", (200, {"id": 2, "colour": "green", "lit": "2026-01-12T08:01:00Z"})),
    "PUT /switches/newest_first": (b'{"value": false}', (200, {"newest_first": False})),
    "PUT /switches/checks_inputs": (b"", (422, {"error": 'say what to set it to: {"value": true}'})),
    "POST /items/WhenLit": (
        b"",
        (422, {"error": "there is no polling trigger 'WhenLit'; there are NewLanterns"}),
    ),
}


@pytest.mark.parametrize(("line", "body", "expected"), [(line, *given) for line, given in _COMMANDS.items()])
def test_a_command_of_the_control_interface(
    mock: GeneratedMock, line: str, body: bytes, expected: tuple[int, Any]
) -> None:
    answer = mock.open("http://127.0.0.1:9", 1.0)
    method, path = line.split(" ")
    told = answer(Request(method, f"http://127.0.0.1:9/_control{path}", {}, body)).response
    state = answer(Request("GET", "http://127.0.0.1:9/_control/")).response
    mock.close(0)
    assert told and (told.status, told.json()) == expected
    assert state and list(state.json()) == ["webhooks", "stories", "switches", "commands"]
