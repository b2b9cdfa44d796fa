"""What connkit asks of every mock service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

import smartmex
from connkit.core import MockService, Response, UserError

_POLLED = {
    "GetAudioPrompts": "/audio_prompts?initial_prompt_id=5122",
    "GetCallHistory": "/call_history?initial_call_id=1768053900097344",
    "GetCallRecordings": "/call_records?initial_record_id=176805390018",
    "GetContacts": "/contacts?initial_contact_id=48213",
    "GetGroups": "/groups?initial_group_id=3108",
    "GetVoicemailBoxes": "/voicemail_boxes?initial_box_id=9022",
    "GetVoicemails": "/voicemails?initial_voicemail_id=176796480052",
    "GetVoipEndpoints": "/voip_endpoints?initial_endpoint_id=7012",
}
_BY_ID = {
    "GetAudioPromptByID": ("/audio_prompts", {"prompt_id": 5122}),
    "GetCallHistoryItemByID": ("/call_history", {"call_id": 1768053900097344}),
    "GetCallRecordingByID": ("/call_records", {"record_id": 176805390018}),
    "GetContactsByID": ("/contacts", {"contact_id": 48213}),
    "GetGroupByID": ("/groups", {"group_id": 3108}),
    "GetVoicemailBoxByID": ("/voicemail_boxes", {"box_id": 9022}),
    "GetVoicemailByID": ("/voicemails", {"voicemail_id": 176796480052}),
    "GetVoipEndpointByID": ("/voip_endpoints", {"endpoint_id": 7012}),
}
_EVENTS = (
    "CallCompleted",
    "CallConnected",
    "CallRecorded",
    "CallStarted",
    "CallTransfered",
    "LostCallerAdded",
    "LostCallerRemoved",
    "LostCallerUpdated",
    "VoicemailCreated",
    "VoicemailDeleted",
)


def test_it_is_a_mock_service(client):
    service: MockService = client.service
    assert (service.name, dict(service.connection())) == (
        "smartmex",
        {"api_key": "Bearer fake-key-for-tests"},
    )


@pytest.mark.parametrize(("operation", "path"), _POLLED.items(), ids=_POLLED)
def test_a_made_item_is_the_only_new_one(client, operation, path):
    assert client.data(f"GET {path}") == []
    client.service.make_item(operation)
    assert len(client.data(f"GET {path}")) == 1
    client.service.make_item(operation)
    assert len(client.data(f"GET {path}")) == 2


@pytest.mark.parametrize("operation", [*_POLLED, "GetLostCalls"])
def test_a_list_needs_no_parameters(client, operation):
    assert client.service.sample_parameters(operation) == {}


@pytest.mark.parametrize(("operation", "expected"), _BY_ID.items(), ids=_BY_ID)
def test_a_sample_id_exists(client, operation, expected):
    path, parameters = expected
    assert client.service.sample_parameters(operation) == parameters
    (item_id,) = parameters.values()
    assert client.ask(f"GET {path}/{item_id}").status == 200


@pytest.mark.parametrize("event", _EVENTS)
def test_a_sample_endpoint_can_be_registered(client, event):
    parameters = client.service.sample_parameters(event)
    assert parameters == {"endpoint": f"https://callback.example/{event}"}
    assert client.service.live_webhooks() == 0
    assert client.ask(f"POST /webhooks/{event}", parameters).status == 201


def test_the_sample_dial_succeeds(client):
    assert client.ask("POST /dial", client.service.sample_parameters("Dial")).status == 200


def test_the_sample_webhook_is_registered_and_can_be_removed(client):
    assert client.service.sample_parameters("DeleteWebhookByID") == {"webhook_id": 90417}
    assert client.service.live_webhooks() == 1
    assert client.ask("DELETE /webhooks/90417").status == 200


def test_the_sample_webhook_at_the_cap_is_the_oldest(build):
    service = build(cap=2).service
    found = [service.sample_parameters("DeleteWebhookByID")["webhook_id"] for _ in range(3)]
    assert found == [90417, 90418, 90417]


_UNKNOWN = {
    "sample_parameters": "smartmex knows no operation 'Nothing'",
    "make_item": (
        "smartmex knows no polling trigger 'Nothing': known are GetContacts, GetGroups, GetCallRecordings, "
        "GetCallHistory, GetVoicemailBoxes, GetVoicemails, GetAudioPrompts, GetVoipEndpoints"
    ),
    "fire": (
        "smartmex knows no webhook trigger 'Nothing': known are CallStarted, CallConnected, CallCompleted, "
        "CallTransfered, CallRecorded, VoicemailCreated, VoicemailDeleted, LostCallerAdded, "
        "LostCallerUpdated, LostCallerRemoved"
    ),
}


@pytest.mark.parametrize(("method", "message"), _UNKNOWN.items(), ids=_UNKNOWN)
def test_an_unknown_operation_is_an_error(client, method, message):
    with pytest.raises(UserError) as error:
        getattr(client.service, method)("Nothing")
    assert str(error.value) == message


def test_corrupt_has_the_last_word_on_every_reply(client):
    client.service.corrupt = lambda request, response: Response(response.status + 1, {}, request.url.encode())
    answers = [client.ask(line) for line in ("GET /contacts", "GET /contacts/1")]
    assert [(each.status, each.body) for each in answers] == [
        (201, f"{client.origin}/api/v2/contacts".encode()),
        (405, f"{client.origin}/api/v2/contacts/1".encode()),
    ]


def test_two_services_share_nothing():
    one, other = (smartmex.mock({"host": "pbx.example", "basePath": "/api/v2/"}) for _ in range(2))
    one.make_item("GetContacts")
    one.sample_parameters("DeleteWebhookByID")
    assert other.sample_parameters("GetContactsByID") == {"contact_id": 48213}
    assert other.live_webhooks() == 0


def test_threads_get_different_webhooks(client):
    def register(_):
        return client.service.sample_parameters("DeleteWebhookByID")["webhook_id"]

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(register, range(20))) == list(range(90417, 90437))


def test_no_other_host_is_reached_while_intercepting():
    service = smartmex.mock({"host": "pbx.example", "basePath": "/api/v2/"})
    with service.intercept(), pytest.raises(requests.ConnectionError):
        requests.get("https://pbx.example.evil/api/v2/contacts", timeout=1)


@pytest.mark.parametrize("body", [b'{"endpoint": "https://a.example"}', '{"endpoint": "https://a.example"}'])
@pytest.mark.parametrize("chunked", [False, True])
def test_any_kind_of_body_comes_through(body, chunked):
    service = smartmex.mock({"host": "pbx.example", "basePath": "/api/v2/"})
    with service.intercept():
        reply = requests.post(
            "https://pbx.example/api/v2/webhooks/CallStarted",
            data=iter([body]) if chunked else body,
            headers={"Authorization": "Bearer fake-key-for-tests"},
            timeout=1,
        )
    assert reply.status_code == 201
