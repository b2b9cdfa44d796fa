"""Registration, the cap, events and their deliveries."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

_ENDPOINT = {"endpoint": "https://callback.example/hook?sig=1"}
_CALL = {"callID", "caller", "destination", "direction", "status", "callStarted", "contactID"}
_FINISHED = _CALL | {"callConnected", "connectionTime"}
_LOST_CALLER = {"contact_name", "destination", "attempts", "callerid", "last_contact"}
_FIELDS = {
    "CallStarted": _CALL,
    "CallConnected": _CALL | {"callConnected"},
    "CallCompleted": _FINISHED,
    "CallTransfered": _FINISHED | {"previous_contactID"},
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
    assert response.header("Location") == f"{client.origin}/api/v2/webhooks/90417"
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
    line = "DELETE " + location.removeprefix(f"{client.origin}/api/v2")
    assert client.data(line) == {}
    assert client.service.live_webhooks() == 0
    assert client.refusal(line) == (404, "no webhook has the webhook_id 90417")


def test_a_webhook_id_is_an_integer(client):
    message = "webhook_id 'all' is not an integer"
    assert client.refusal("DELETE /webhooks/all") == (422, message)


def test_an_event_is_no_webhook_that_could_be_removed(client):
    assert client.refusal("DELETE /webhooks/CallStarted")[0] == 405
    assert client.ask("DELETE /webhooks/CallStarted").header("Allow") == "POST"


@pytest.mark.parametrize(("event", "fields"), _FIELDS.items(), ids=_FIELDS)
def test_an_event_reaches_each_of_its_webhooks(client, event, fields):
    other = "VoicemailDeleted" if event != "VoicemailDeleted" else "CallTransfered"
    client.register(event, "https://a.example/1")
    client.register(other, "https://b.example/")
    client.register(event, "https://c.example/2")
    notification = client.service.fire(event)
    assert set(notification["data"]) == fields - ({"contact_name"} if event == "LostCallerUpdated" else set())
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
        b'"callID": 1768204860097344, "caller": "60000201", "destination": "60000001", "direction": "in", '
        b'"status": 1, "callStarted": "2026-01-12T08:01:00+0000", '
        b'"callConnected": "2026-01-12T08:01:05+0000", "contactID": 48212}}'
    )


def test_a_removed_webhook_hears_nothing(client):
    client.ask("POST /webhooks/CallStarted", _ENDPOINT)
    client.ask("DELETE /webhooks/90417")
    client.service.fire("CallStarted")
    assert client.service.deliveries() == []


_REFUSED_AS_LOOPBACK = (
    "http://127.0.0.1.evil.example/",
    "http://192.168.0.1/",
    "http://[::2]/",
    "http://localhost.example/",
)


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x", "http://127.8.8.8/"]
)
def test_a_receiver_on_this_machine_needs_no_https(client, endpoint):
    assert client.register("CallStarted", endpoint) == 90417


@pytest.mark.parametrize("endpoint", _REFUSED_AS_LOOPBACK)
def test_any_other_machine_does(client, endpoint):
    message = f'endpoint "{endpoint}" is not an https URL'
    assert client.refusal("POST /webhooks/CallStarted", {"endpoint": endpoint}) == (422, message)


def test_https_for_this_machine_too_is_a_switch(build):
    client = build(loopback_endpoints=False)
    assert client.refusal("POST /webhooks/CallStarted", {"endpoint": "http://127.0.0.1:9/"})[0] == 422


def test_a_message_repeats_no_more_than_the_beginning_of_a_value(client):
    message = client.refusal("POST /webhooks/CallStarted", {"endpoint": "x" * 100_000})[1]
    assert message == f'endpoint "{"x" * 199}... is not an https URL'


def test_a_signature_is_a_switch(build):
    client = build(signature=True)
    client.register("CallStarted")
    client.service.fire("CallStarted")
    (delivery,) = client.service.deliveries()
    expected = hmac.new(b"fake-key-for-tests", delivery.body, hashlib.sha256).hexdigest()
    assert delivery.header("X-Signature") == expected


def test_fifty_registrations_in_the_same_instant_leave_twenty(client):
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda n: client.ask("POST /webhooks/CallStarted", _ENDPOINT), range(50)))
    assert Counter(reply.status for reply in replies) == {201: 20, 422: 30}
    assert client.service.live_webhooks() == 20
    assert len({reply.json()["data"] for reply in replies if reply.status == 201}) == 20


def test_registering_and_removing_from_many_threads_leaves_nothing(build):
    client = build()

    def register_and_remove(_):
        webhook_id = client.register("CallStarted")
        return client.ask(f"DELETE /webhooks/{webhook_id}").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(register_and_remove, range(1000))) == {200}
    assert client.service.live_webhooks() == 0
