"""Registration, the cap, events and their deliveries."""

from __future__ import annotations

import pytest

_ENDPOINT = {"endpoint": "https://callback.example/hook?sig=1"}
_CALL = {"callID", "caller", "destination", "direction", "status", "callStarted", "contactID"}
_FINISHED = _CALL | {"callConnected", "connectionTime", "previous_contactID"}
_LOST_CALLER = {"contact_name", "destination", "attempts", "callerid", "last_contact"}
_FIELDS = {
    "CallStarted": _CALL,
    "CallConnected": _CALL | {"callConnected"},
    "CallCompleted": _FINISHED,
    "CallTransfered": _FINISHED,
    "CallRecorded": {
        "recordingID",
        "callID",
        "callStarted",
        "recordingURL",
        "direction",
        "connectionTime",
    },
    "VoicemailCreated": {
        "sender",
        "voicemailID",
        "length",
        "callStarted",
        "voicemailBoxID",
        "voicemailBoxName",
        "messageURL",
    },
    "VoicemailDeleted": {"sender", "voicemailID"},
    "LostCallerAdded": _LOST_CALLER,
    "LostCallerUpdated": _LOST_CALLER,
    "LostCallerRemoved": {"destination", "callerid"},
}


@pytest.mark.parametrize("event", _FIELDS)
def test_registration_answers_with_id_and_location(client, event):
    response = client.ask(f"POST /webhooks/{event}", _ENDPOINT)
    assert response.header("Location") == "https://pbx.example/api/v2/webhooks/90417"
    assert response.status == 201
    assert response.json() == {
        "version": "v2",
        "status": "success",
        "statusCode": 201,
        "message": "OK",
        "data": "90417",
    }


def test_registration_without_location_is_a_switch(build):
    response = build(registration_location=False).ask("POST /webhooks/CallStarted", _ENDPOINT)
    assert (response.status, response.header("Location"), response.json()["data"]) == (200, None, "90417")


_BAD_ENDPOINTS = {
    "no endpoint": ({}, "endpoint is missing"),
    "an http URL": (
        {"endpoint": "http://callback.example"},
        'endpoint "http://callback.example" is not an https URL',
    ),
    "no host": ({"endpoint": "https:///hook"}, 'endpoint "https:///hook" is not an https URL'),
    "not a URL": ({"endpoint": "https://[x"}, 'endpoint "https://[x" is not an https URL'),
    "null": ({"endpoint": None}, "endpoint null is not an https URL"),
    "a list as body": ([], "the body is not a JSON object"),
    "no body": (None, "the body is not JSON"),
}


@pytest.mark.parametrize(("body", "message"), _BAD_ENDPOINTS.values(), ids=_BAD_ENDPOINTS)
def test_only_an_https_endpoint_is_registered(client, body, message):
    assert client.refusal("POST /webhooks/CallStarted", body) == (422, message)
    assert client.service.live_webhooks() == 0


def test_at_most_twenty_webhooks_exist(client):
    statuses = [client.ask("POST /webhooks/CallStarted", _ENDPOINT).status for _ in range(20)]
    assert statuses == [201] * 20
    refusal = (422, "20 webhooks exist, which is the most: remove one first")
    assert client.refusal("POST /webhooks/CallCompleted", _ENDPOINT) == refusal
    assert client.ask("DELETE /webhooks/90417").status == 200
    assert client.ask("POST /webhooks/CallCompleted", _ENDPOINT).json()["data"] == "90437"
    assert client.service.live_webhooks() == 20


def test_the_cap_and_its_status_are_switches(build):
    client = build(cap=0, cap_status=403)
    refusal = (403, "0 webhooks exist, which is the most: remove one first")
    assert client.refusal("POST /webhooks/CallStarted", _ENDPOINT) == refusal


def test_the_location_removes_the_webhook_once(client):
    location = client.ask("POST /webhooks/CallStarted", _ENDPOINT).header("Location")
    line = "DELETE " + location.removeprefix("https://pbx.example/api/v2")
    assert client.data(line) == {}
    assert client.service.live_webhooks() == 0
    assert client.refusal(line) == (404, "no webhook has the webhook_id 90417")


def test_a_webhook_id_is_an_integer(client):
    message = "webhook_id 'CallStarted' is not an integer"
    assert client.refusal("DELETE /webhooks/CallStarted") == (422, message)


@pytest.mark.parametrize(("event", "fields"), _FIELDS.items(), ids=_FIELDS)
def test_an_event_reaches_each_of_its_webhooks(client, event, fields):
    other = "CallStarted" if event != "CallStarted" else "CallCompleted"
    for name, endpoint in (
        (event, "https://a.example/1"),
        (other, "https://b.example/"),
        (event, "https://c.example/2"),
    ):
        client.ask(f"POST /webhooks/{name}", {"endpoint": endpoint})
    notification = client.service.fire(event)
    assert set(notification["data"]) == fields
    assert None not in notification["data"].values()
    assert notification == {
        "type": "Event",
        "eventType": event,
        "version": "v1",
        "data": notification["data"],
    }
    deliveries = client.service.deliveries()
    assert [(each.method, each.url) for each in deliveries] == [
        ("POST", "https://a.example/1"),
        ("POST", "https://c.example/2"),
    ]
    assert {each.header("content-type") for each in deliveries} == {"application/json"}
    assert client.service.deliveries() == []


def test_a_delivery_carries_the_notification(client):
    client.ask("POST /webhooks/CallConnected", _ENDPOINT)
    client.service.fire("CallConnected")
    (delivery,) = client.service.deliveries()
    assert delivery.body == (
        b'{"type": "Event", "eventType": "CallConnected", "version": "v1", "data": {'
        b'"callID": 1768204860097344, "caller": "60000104", "destination": "60000001", "direction": "in", '
        b'"status": 1, "callStarted": "2026-01-12T08:01:00+0000", '
        b'"callConnected": "2026-01-12T08:01:05+0000", "contactID": 48213}}'
    )


def test_a_removed_webhook_hears_nothing(client):
    client.ask("POST /webhooks/CallStarted", _ENDPOINT)
    client.ask("DELETE /webhooks/90417")
    client.service.fire("CallStarted")
    assert client.service.deliveries() == []


def test_a_completed_call_enters_the_history(client):
    data = client.service.fire("CallCompleted")["data"]
    assert client.data("GET /call_history?limit=1")[0]["callID"] == data["callID"]


def test_a_recorded_call_has_its_recording(client):
    data = client.service.fire("CallRecorded")["data"]
    assert client.data(f"GET /call_records/{data['recordingID']}")["recordingURL"] == data["recordingURL"]
    assert client.data(f"GET /call_history/{data['callID']}")["recordingID"] == data["recordingID"]


def test_a_deleted_voicemail_is_gone(client):
    data = client.service.fire("VoicemailDeleted")["data"]
    assert client.ask(f"GET /voicemails/{data['voicemailID']}").status == 404


def test_an_update_alone_is_of_a_seeded_caller(client):
    assert client.service.fire("LostCallerUpdated")["data"] == {
        "contact_name": "Jānis Paraugs",
        "destination": "60000001",
        "attempts": 3,
        "callerid": "60000012",
        "last_contact": "2026-01-12T08:01:00+0000",
    }
    assert len(client.data("GET /lost_calls")) == 2


def test_a_lost_caller_who_tries_again_is_updated(client):
    added = client.service.fire("LostCallerAdded")["data"]
    updated = client.service.fire("LostCallerUpdated")["data"]
    assert (added["attempts"], updated["attempts"]) == (1, 2)
    assert updated["callerid"] == added["callerid"]
    assert updated["last_contact"] > added["last_contact"]
    listed = [each for each in client.data("GET /lost_calls") if each["callerid"] == added["callerid"]]
    assert listed == [updated]
