"""Dialling, and requests that nothing answers."""

from __future__ import annotations

import pytest

from connkit.core import Request, UserError
from smartmex import mock
from smartmex.routes import ROUTES

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
    "a contact of more than 64 bits": (
        {"destination": "60000101", "contactID": 2**63},
        422,
        "contactID 9223372036854775808 is not an integer",
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


_STRIPPED = "as /trigger is a prefix that the platform strips"
_UNMATCHED = {
    "GET /contcts": (
        "nothing answers GET /contcts; candidates: GET /contacts ('contacts', not 'contcts'); "
        "GET /contacts/{contact_id} (2 segments, not 1)"
    ),
    "GET /contacts/": (
        "nothing answers GET /contacts/; candidates: GET /contacts (1 segment, not 2); "
        "GET /contacts/{contact_id} ('{contact_id}', not '')"
    ),
    "GET /contacts/48211/groups": (
        "nothing answers GET /contacts/48211/groups; candidates: GET /contacts (1 segment, not 3); "
        "GET /contacts/{contact_id} (2 segments, not 3)"
    ),
    "GET //contacts": (
        "nothing answers GET //contacts, as an empty segment stands in the path; candidates: "
        "GET /contacts (1 segment, not 2); GET /contacts/{contact_id} ('contacts', not '')"
    ),
    "GET /trigger/contacts?initial_contact_id=0": (
        f"nothing answers GET /trigger/contacts, {_STRIPPED}; candidates: GET /contacts (1 segment, not 2); "
        "GET /contacts/{contact_id} ('contacts', not 'trigger')"
    ),
    "GET /lost_calls/1": "nothing answers GET /lost_calls/1; candidates: GET /lost_calls (1 segment, not 2)",
}
_NEAREST = {
    "POST /webhooks/CallStart": "POST /webhooks/CallStarted ('CallStarted', not 'CallStart')",
    "POST /webhooks/CallTransferred": "POST /webhooks/CallTransfered ('CallTransfered', not 'CallTransferred')",
    "PATCH /nothing": "GET /voip_endpoints (another method, 'voip_endpoints', not 'nothing')",
}


@pytest.mark.parametrize(("line", "message"), _UNMATCHED.items(), ids=_UNMATCHED)
def test_a_request_that_matches_nothing_is_told_the_candidates(client, line, message):
    assert client.refusal(line) == (404, message)


@pytest.mark.parametrize(("line", "nearest"), _NEAREST.items(), ids=_NEAREST)
def test_the_nearest_candidate_comes_first(client, line, nearest):
    status, message = client.refusal(line)
    told = message.removeprefix(f"nothing answers {line}; candidates: ").split("; ")
    assert (status, told[0]) == (404, nearest)
    assert len(told) == (11 if "webhooks" in line else len(ROUTES))


_WRONG_METHOD = {
    "POST /contacts": (
        "GET",
        "nothing answers POST /contacts; candidates: GET /contacts (another method); "
        "GET /contacts/{contact_id} (another method, 2 segments, not 1)",
    ),
    "GET /dial": ("POST", "nothing answers GET /dial; candidates: POST /dial (another method)"),
}


@pytest.mark.parametrize(("line", "expected"), _WRONG_METHOD.items(), ids=_WRONG_METHOD)
def test_a_method_that_the_path_does_not_have(client, line, expected):
    allowed, message = expected
    assert client.refusal(line) == (405, message)
    assert client.ask(line).header("Allow") == allowed


def test_the_status_for_a_wrong_method_is_a_switch(build):
    assert build(wrong_method_status=404).refusal("POST /contacts")[0] == 404


def test_trigger_paths_are_a_switch(build):
    client = build(trigger_paths=True)
    assert [item["groupID"] for item in client.data("GET /trigger/groups?initial_group_id=3107")] == [3108]
    assert client.ask("GET /trigger/groups/3107").status == 404
    assert client.ask("GET /trigger/lost_calls").status == 404


def test_double_slashes_are_a_switch(build):
    assert [item["groupID"] for item in build(double_slashes=True).data("GET //groups?limit=1")] == [3108]


_OUTSIDE = {
    "/contacts": "path '/contacts' is outside the base path '/api/v2/'",
    "/api/v20/contacts": "path '/api/v20/contacts' is outside the base path '/api/v2/'",
}


@pytest.mark.parametrize(("path", "message"), _OUTSIDE.items(), ids=_OUTSIDE)
def test_a_path_outside_the_base_path_is_not_found(client, path, message):
    response = client.send(Request("GET", client.origin + path, _HEADERS))
    assert (response.status, response.json()["message"]) == (404, message)


def test_another_host_or_scheme_is_not_found():
    response = mock({"host": "pbx.example", "basePath": "/api/v2"}).handle(
        Request("GET", "http://pbx.example/api/v2/contacts", _HEADERS)
    )
    message = "'http://pbx.example' is not this service: it is at 'https://pbx.example/api/v2'"
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
