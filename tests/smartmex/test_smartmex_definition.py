"""Every operation and every event, in and out, against this repository's own definition: no difference."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from connkit.contract.contract import contract
from connkit.model import Connector
from connkit.semantics.values import check_value
from smartmex.events import EVENT_FIELDS
from smartmex.stories import STORIES

ROOT = Path(__file__).resolve().parents[2]
CONNECTOR = Connector(
    json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8")),
    json.loads((ROOT / "apiProperties.json").read_text("utf-8")),
)
OPERATIONS = {operation.operation_id: operation for operation in CONNECTOR.operations}
EVENTS = {name: operation for name, operation in OPERATIONS.items() if operation.is_webhook}
LISTS = {
    name: operation.path.removeprefix("/trigger")
    for name, operation in OPERATIONS.items()
    if operation.method == "get" and "{" not in operation.path
}


def test_every_operation_and_event_is_as_the_definition_says(client):
    place = urlsplit(client.origin)
    definition = {**CONNECTOR.definition, "host": place.netloc, "schemes": [place.scheme]}
    results = contract(Connector(definition, CONNECTOR.properties), client.service, client.send)
    assert {result.operation_id: result.problems for result in results} == dict.fromkeys(OPERATIONS, ())


@pytest.mark.parametrize("story", STORIES)
def test_each_event_of_each_story_is_as_the_definition_says(client, story):
    for event in EVENT_FIELDS:
        client.register(event)
    for caller in ("60000103", None):
        client.service.play(story, caller)
    for request in client.service.deliveries():
        sent = json.loads(request.body)
        operation = EVENTS[sent["eventType"]]
        assert check_value(sent, operation.notification_schema, CONNECTOR.resolve) == [], sent


@pytest.mark.parametrize(("operation_id", "path"), LISTS.items(), ids=LISTS)
def test_each_list_after_all_stories_is_as_the_definition_says(client, operation_id, path):
    for story in STORIES:
        client.service.play(story)
    answer = OPERATIONS[operation_id].success_response
    assert answer is not None
    body = client.ask(f"GET {path}").json()
    assert check_value(body, answer.schema, CONNECTOR.resolve) == []
    assert body["data"]


@pytest.mark.parametrize(
    ("line", "status"),
    [("GET /contacts/1", 404), ("GET /contacts/x", 422), ("POST /dial", 422), ("DELETE /webhooks/1", 404)],
)
def test_each_refusal_is_as_the_definition_says(client, line, status):
    operation = OPERATIONS[
        {"GET": "GetContactsByID", "POST": "Dial", "DELETE": "DeleteWebhookByID"}[line.split(" ")[0]]
    ]
    response = client.ask(line)
    declared = {answer.code: answer.schema for answer in operation.responses}
    assert response.status == status
    assert check_value(response.json(), declared[str(status)], CONNECTOR.resolve) == []


def test_the_mock_knows_just_the_events_of_the_definition():
    assert set(EVENTS) == set(EVENT_FIELDS)
    for name, operation in EVENTS.items():
        data = CONNECTOR.resolve(CONNECTOR.resolve(operation.notification_schema)["properties"]["data"])
        assert list(data["properties"]) and set(data["properties"]) == set(EVENT_FIELDS[name]), name
