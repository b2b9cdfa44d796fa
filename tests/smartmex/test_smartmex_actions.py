"""Dialling, and requests that nothing answers."""

from __future__ import annotations

import pytest

from connkit.core import Request, UserError
from smartmex import mock

_BASE = "https://pbx.example/api/v2"
_HEADERS = {"Authorization": "Bearer fake-key-for-tests"}


def test_dial_answers_with_empty_data(client):
    response = client.ask("POST /dial", {"destination": "+37060000000", "contactID": 48212})
    assert response.json() == {
        "version": "v2",
        "status": "success",
        "statusCode": 200,
        "message": "OK",
        "data": {},
    }


_BAD_DIALS = {
    "no body": (None, 422, "the body is not JSON"),
    "a body that is not JSON": (b"{", 422, "the body is not JSON"),
    "a body that is not UTF-8": (b"\xff", 422, "the body is not JSON"),
    "a body too deep to read": (b"[" * 100_000, 422, "the body is not JSON"),
    "a list": ([], 422, "the body is not a JSON object"),
    "no destination": ({"contactID": 48212}, 422, "destination is missing"),
    "no contact": ({"destination": "60000101"}, 422, "contactID is missing"),
    "a number as destination": (
        {"destination": 5, "contactID": 48212},
        422,
        "destination 5 is not a phone number",
    ),
    "a lone surrogate as contact": (
        b'{"destination": "6", "contactID": "\\ud800"}',
        422,
        'contactID "\\ud800" is not an integer',
    ),
    "a blank destination": (
        {"destination": " ", "contactID": 48212},
        422,
        'destination " " is not a phone number',
    ),
    "a text as contact": (
        {"destination": "60000101", "contactID": "48212"},
        422,
        'contactID "48212" is not an integer',
    ),
    "true as contact": (
        {"destination": "60000101", "contactID": True},
        422,
        "contactID true is not an integer",
    ),
    "an unknown contact": (
        {"destination": "60000101", "contactID": 1},
        404,
        "no contact has the contactID 1",
    ),
}


@pytest.mark.parametrize(("body", "status", "message"), _BAD_DIALS.values(), ids=_BAD_DIALS)
def test_dial_names_what_is_wrong(client, body, status, message):
    assert client.refusal("POST /dial", body) == (status, message)


_CONTACTS = "candidates are GET /contacts, GET /contacts/{contact_id}"
_STRIPPED = "as /trigger is a prefix that the platform strips"
_UNMATCHED = {
    "POST /contacts": f"nothing answers POST /contacts: {_CONTACTS}",
    "GET /contcts": f"nothing answers GET /contcts: {_CONTACTS}",
    "GET /contacts/": f"nothing answers GET /contacts/: {_CONTACTS}",
    "GET /contacts/48211/groups": f"nothing answers GET /contacts/48211/groups: {_CONTACTS}",
    "GET //contacts": f"nothing answers GET //contacts, as an empty segment stands in the path: {_CONTACTS}",
    "GET /trigger/contacts": f"nothing answers GET /trigger/contacts, {_STRIPPED}: {_CONTACTS}",
    "GET /trigger/contacts?initial_contact_id=0": (f"nothing answers GET /trigger/contacts, {_STRIPPED}: {_CONTACTS}"),
    "GET /lost_calls/1": "nothing answers GET /lost_calls/1: candidates are GET /lost_calls",
    "GET /dial": "nothing answers GET /dial: candidates are POST /dial",
    "POST /webhooks/LostCallerCreated": (
        "nothing answers POST /webhooks/LostCallerCreated: candidates are POST /webhooks/CallStarted, "
        "POST /webhooks/CallConnected, POST /webhooks/CallCompleted, POST /webhooks/CallTransfered, "
        "POST /webhooks/CallRecorded, POST /webhooks/VoicemailCreated, POST /webhooks/VoicemailDeleted, "
        "POST /webhooks/LostCallerAdded, POST /webhooks/LostCallerUpdated, POST /webhooks/LostCallerRemoved, "
        "DELETE /webhooks/{webhook_id}"
    ),
}


@pytest.mark.parametrize(("line", "message"), _UNMATCHED.items(), ids=_UNMATCHED)
def test_a_request_that_matches_nothing_is_told_the_nearest(client, line, message):
    assert client.refusal(line) == (404, message)


def test_trigger_paths_are_a_switch(build):
    client = build(trigger_paths=True)
    assert [item["groupID"] for item in client.data("GET /trigger/groups?initial_group_id=3107")] == [3108]
    assert client.ask("GET /trigger/groups/3107").status == 404
    assert client.ask("GET /trigger/lost_calls").status == 404


def test_double_slashes_are_a_switch(build):
    assert [item["groupID"] for item in build(double_slashes=True).data("GET //groups?limit=1")] == [3108]


_ELSEWHERE = {
    "http://pbx.example/api/v2/contacts": (
        "'http://pbx.example' is not this service: it is at 'https://pbx.example/api/v2'"
    ),
    "https://pbx.example/contacts": "path '/contacts' is outside the base path '/api/v2/'",
    "https://pbx.example/api/v20/contacts": "path '/api/v20/contacts' is outside the base path '/api/v2/'",
}


@pytest.mark.parametrize(("url", "message"), _ELSEWHERE.items(), ids=_ELSEWHERE)
def test_another_place_is_not_found(client, url, message):
    response = client.send(Request("GET", url, _HEADERS))
    assert (response.status, response.json()["message"]) == (404, message)


def test_a_url_that_cannot_be_read_is_not_found():
    response = mock({"host": "pbx.example"}).handle(Request("GET", "https://[pbx", _HEADERS))
    assert (response.status, response.json()["message"]) == (404, "'https://[pbx' is not a URL")


@pytest.mark.parametrize(
    ("base_path", "base"),
    [
        ("/api/v2/", _BASE),
        ("/api/v2", _BASE),
        ("api/v2", _BASE),
        ("/", "https://pbx.example"),
        (None, "https://pbx.example"),
    ],
)
def test_host_and_base_path_are_joined_with_single_slashes(base_path, base):
    service = mock({"host": "pbx.example", "basePath": base_path})
    assert service.base == base
    assert service.handle(Request("GET", f"{base}/contacts", _HEADERS)).status == 200


def test_a_definition_without_host_is_an_error():
    with pytest.raises(UserError) as error:
        mock({})
    assert str(error.value) == (
        "the apiDefinition has no host, so smartmex does not know what to answer for: add `host`"
    )
