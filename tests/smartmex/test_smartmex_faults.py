"""Faults on demand: what a caller and a receiver see, and what was done all the same."""

from __future__ import annotations

import json

import pytest
import requests

from connkit.core import UserError
from smartmex.routes import ROUTES

_ENDPOINT = {"endpoint": "https://callback.example/hook"}


def test_an_error_strikes_its_endpoint_alone_and_as_often_as_told(client):
    client.service.set_fault("error", "GET /contacts", times=2)
    statuses = [client.ask("GET /contacts").status for _ in range(3)]
    assert (statuses, client.ask("GET /contacts/48211").status) == ([500, 500, 200], 200)


def test_an_error_may_have_any_status_and_keeps_the_work_from_being_done(client):
    client.service.set_fault("error", "POST /webhooks/CallStarted", status=503, times=1)
    assert client.refusal("POST /webhooks/CallStarted", _ENDPOINT) == (503, "the fault 'error' was asked for")
    assert client.service.live_webhooks() == 0


def test_everything_is_struck_until_the_faults_are_cleared(client):
    client.service.set_fault("error")
    assert {client.ask(line).status for line in ("GET /contacts", "GET /groups/3107", "DELETE /webhooks/1")} == {500}
    client.service.clear_faults()
    assert client.ask("GET /contacts").status == 200


def test_too_many_requests_come_with_the_time_to_wait(client):
    client.service.set_fault("too_many", "GET /contacts", seconds=7)
    response = client.ask("GET /contacts")
    assert (response.status, response.header("Retry-After")) == (429, "7")


@pytest.mark.parametrize(("kind", "webhooks"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_dropped_before_or_after_the_work(client, kind, webhooks):
    client.service.set_fault(kind, "POST /webhooks/CallStarted", times=1)
    with pytest.raises((ConnectionError, requests.ConnectionError)):
        client.ask("POST /webhooks/CallStarted", _ENDPOINT)
    assert client.service.live_webhooks() == webhooks


def test_latency_delays_the_answer(build):
    waited = []
    client = build(sleep=waited.append)
    client.service.set_fault("latency", "GET /contacts", seconds=0.05, times=1)
    assert client.ask("GET /contacts").status == 200
    if not client.origin.startswith("http:"):  # the HTTP skin waits by itself, for real
        assert waited == [0.05]
    assert client.service.faults_in_force() == []


def test_a_wrong_schema_has_other_types(client):
    right = client.data("GET /audio_prompts/5122")
    client.service.set_fault("wrong_schema", "GET /audio_prompts/{prompt_id}", times=1)
    assert right == {"id": 5122, "name": "Music on hold", "type": 2}
    assert client.ask("GET /audio_prompts/5122").json() == {
        "version": ["v2"],
        "status": ["success"],
        "statusCode": "200",
        "message": ["OK"],
        "data": {"id": "5122", "name": ["Music on hold"], "type": "2"},
    }


def calls(client):
    return [json.loads(each.body)["data"]["callID"] for each in client.service.deliveries()]


def test_a_notification_may_come_twice(client):
    client.register("CallStarted")
    client.service.set_fault("duplicate", "CallStarted", times=1)
    first, second = (client.service.fire("CallStarted")["data"]["callID"] for _ in range(2))
    assert calls(client) == [first, first, second]


def test_notifications_may_overtake_one_another(client):
    webhook_id = client.register("CallStarted")
    client.service.set_fault("reorder", str(webhook_id), times=1)
    first, second, third = (client.service.fire("CallStarted")["data"]["callID"] for _ in range(3))
    assert calls(client) == [second, first, third]


def test_what_is_held_back_when_its_webhook_goes_is_never_sent(client):
    webhook_id = client.register("CallStarted")
    client.service.set_fault("reorder", "CallStarted", times=1)
    client.service.fire("CallStarted")
    client.ask(f"DELETE /webhooks/{webhook_id}")
    client.register("CallStarted")
    last = client.service.fire("CallStarted")["data"]["callID"]
    assert calls(client) == [last]
    assert client.service.close(0) == []


def test_what_is_held_back_at_the_end_is_told(client):
    client.register("CallStarted")
    client.service.set_fault("reorder", "CallStarted")
    client.service.fire("CallStarted")
    assert client.service.close(0) == ["CallStarted for webhook 90417 was not delivered"]


def test_a_fault_of_one_webhook_leaves_the_others_alone(client):
    struck = client.register("LostCallerRemoved", "https://a.example/")
    client.register("LostCallerRemoved", "https://b.example/")
    client.service.set_fault("wrong_schema", str(struck))
    client.service.fire("LostCallerRemoved")
    sent = {each.url: json.loads(each.body)["data"] for each in client.service.deliveries()}
    assert sent["https://a.example/"] == {name: [text] for name, text in sent["https://b.example/"].items()}


_MISTAKES = {
    "kind": (
        {"kind": "explosion"},
        "there is no kind of fault 'explosion'; there are latency, error, too_many, drop_before, drop_after, "
        "wrong_schema, duplicate, reorder",
    ),
    "place": (
        {"kind": "error", "where": "/contacts"},
        "'/contacts' is neither '*' nor a route such as 'GET /contacts', an event such as 'CallStarted' or the ID of "
        "a webhook",
    ),
    "kind for an event": (
        {"kind": "error", "where": "CallStarted"},
        "the fault 'error' cannot strike 'CallStarted'; there latency, wrong_schema, duplicate, reorder can",
    ),
    "kind for a request": (
        {"kind": "duplicate", "where": "GET /contacts"},
        "the fault 'duplicate' cannot strike 'GET /contacts'; there latency, error, too_many, drop_before, "
        "drop_after, wrong_schema can",
    ),
    "times": ({"kind": "error", "times": 0}, "times 0 is no number from 1 to 1000000"),
    "seconds": ({"kind": "latency", "seconds": -1}, "seconds -1 is no number from 0 to 3600"),
    "status": ({"kind": "error", "status": 200}, "status 200 is no number from 400 to 599"),
    "true": ({"kind": "error", "times": True}, "times True is no number from 1 to 1000000"),
    "field": ({"kind": "error", "when": 1}, "a fault has no 'when'; it has kind, seconds, status, times, where"),
}


@pytest.mark.parametrize(("given", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_fault_that_makes_no_sense_is_an_error(client, given, message):
    with pytest.raises(UserError) as error:
        client.service.set_fault(**given)
    assert str(error.value) == message


def test_any_route_can_be_struck(client):
    for route in ROUTES:
        client.service.set_fault("error", str(route))
        path = route.path.replace("{", "").replace("}", "") if "{" not in route.path else f"/{route.segments[0]}/1"
        assert client.ask(f"{route.method} {path}").status == 500, route
