"""The connector of this repository against its mock service, which is broken in one way at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import smartmex
from connkit.contract.contract import ContractResult, contract
from connkit.contract.summary import changes, never_seen, unanswered
from connkit.core import Request, Response
from connkit.model import Connector

Change = Callable[[Request, Response], Response]


def results(pbx: Connector, mock: smartmex.SmartMex) -> list[ContractResult]:
    return contract(pbx, mock, mock.handle)


def problems(pbx: Connector, mock: smartmex.SmartMex) -> list[str]:
    return [f"{result.operation_id}: {problem}" for result in results(pbx, mock) for problem in result.problems]


@pytest.fixture
def mock(definition: dict[str, Any]) -> smartmex.SmartMex:
    return smartmex.mock(definition)


def test_every_operation_and_every_event_is_as_defined(pbx: Connector, mock: smartmex.SmartMex) -> None:
    found = results(pbx, mock)
    assert [result.operation_id for result in found] == [operation.operation_id for operation in pbx.operations]
    assert [result.problems for result in found] == [()] * 29
    assert sum(result.event for result in found) == 10
    assert mock.live_webhooks() == 0
    assert changes(found) == []
    assert [(str(place).rpartition("/")[2], names) for place, names in never_seen(found).items()] == [
        ("previous_contactID", ["CallCompleted"])
    ]
    assert unanswered(pbx, found) == {"200": 10, "401": 29, "404": 10, "429": 29}


def test_wrong_input_is_refused_but_where_the_service_is_tolerant(pbx: Connector, mock: smartmex.SmartMex) -> None:
    taken = [each.what for result in results(pbx, mock) for each in result.attempts if not each.refused]
    assert taken == [
        f"without 'initial_{name}_id'"
        for name in ("contact", "group", "record", "call", "box", "voicemail", "prompt", "endpoint")
    ]


def _on(line: str, change: Callable[[Any], object]) -> Change:
    """Changes the data of what a request is answered with, where the request ends so."""

    def corrupt(request: Request, response: Response) -> Response:
        if not f"{request.method} {request.url}".endswith(line) or response.status >= 300:
            return response
        body = response.json()
        change(body["data"])
        return Response(response.status, response.headers, json.dumps(body).encode())

    return corrupt


def _where(fits: Callable[[Request, Response], bool], other: Response) -> Change:
    return lambda request, response: other if fits(request, response) else response


CALLS, PROMPT = "/call_history?initial_call_id=0", "/audio_prompts/5122"
BROKEN: dict[str, tuple[Change, list[str], list[str]]] = {
    "a field that is not declared": (
        _on(CALLS, lambda calls: [call.update(rating=5) for call in calls[:2]]),
        ["GetCallHistory: /data/*/rating: not in the definition in 2 of 7 items, so makers cannot see it"],
        ['/definitions/Call/properties/rating: {"type": "integer", "format": "int64"}'],
    ),
    "null where nothing says so": (
        _on(CALLS, lambda calls: [call.update(caller=None) for call in calls[1:4]]),
        ["GetCallHistory: /data/*/caller: null in 3 of 7 items, but the definition promises string"],
        ["/definitions/Call/properties/caller/x-nullable: true"],
    ),
    "a number that overflows": (
        _on(PROMPT, lambda prompt: prompt.update(type=2**31)),
        ["GetAudioPromptByID: /data/type: 2147483648 does not fit into int32"],
        ['/definitions/AudioPrompt/properties/type/format: "int64"'],
    ),
    "another type": (
        _on(PROMPT, lambda prompt: prompt.update(id="seven")),
        ["GetAudioPromptByID: /data/id: a string, but the definition promises integer"],
        ['/definitions/AudioPrompt/properties/id/type: "string"'],
    ),
    "another status": (
        _where(lambda request, response: request.url.endswith("/90417") and response.status == 200, Response(204)),
        ["DeleteWebhookByID: the body: status 204 is not declared; declared are 200, 401, 403, 404, 422, 429"],
        ['/paths/~1webhooks~1{webhook_id}/delete/responses/204: {"description": "..."}'],
    ),
    "no JSON": (
        _where(
            lambda request, response: PROMPT in request.url and response.status == 200, Response(200, {}, b"<html>")
        ),
        ["GetAudioPromptByID: the body: the body is no JSON, but the definition promises a schema"],
        [],
    ),
    "no body": (
        _where(lambda request, response: PROMPT in request.url and response.status == 200, Response(200)),
        ["GetAudioPromptByID: the body: the body is empty, but the definition promises a schema"],
        [],
    ),
    "a key that nobody checks": (
        _where(lambda request, response: PROMPT in request.url and response.status == 403, Response(200, {}, b"{}")),
        [
            "GetAudioPromptByID: without a key: the service answered 200, but should refuse",
            "GetAudioPromptByID: with a wrong key: the service answered 200, but should refuse",
            "GetAudioPromptByID: with the key without its prefix: the service answered 200, but should refuse",
        ],
        [],
    ),
    "a refusal that is not declared": (
        _where(lambda request, response: "/groups" in request.url and response.status == 404, Response(400)),
        [
            "GetGroupByID: with a 'group_id' that does not exist: the body: status 400 is not declared; "
            "declared are 200, 401, 403, 404, 422, 429"
        ],
        [],
    ),
    "a webhook that stays": (
        _where(lambda request, response: request.url.endswith("/90418"), Response(500)),
        [
            "CallStarted: the webhook may be leaked: the service answered 500 to "
            "DELETE https://mobili-stotele.tele2.lt/api/v2/webhooks/90418"
        ],
        [],
    ),
}


@pytest.mark.parametrize(("corrupt", "expected", "suggested"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_contract_is_told(
    pbx: Connector, mock: smartmex.SmartMex, corrupt: Change, expected: list[str], suggested: list[str]
) -> None:
    mock.corrupt = corrupt
    found = results(pbx, mock)
    assert [f"{result.operation_id}: {problem}" for result in found for problem in result.problems] == expected
    assert [str(change.suggestion) for change in changes(found)] == suggested


FAULTS: dict[str, tuple[tuple[str, str], dict[str, Any], list[str]]] = {
    "an error": (
        ("error", "GET /groups/{group_id}"),
        {"times": 1},
        [
            "GetGroupByID: the service answered 500 to right input",
            "GetGroupByID: the body: status 500 is not declared; declared are 200, 401, 403, 404, 422, 429",
        ],
    ),
    "too many requests": (
        ("too_many", "GET /lost_calls"),
        {"times": 1},
        ["GetLostCalls: the service answered 429 to right input"],
    ),
    "a dropped connection": (
        ("drop_before", "POST /dial"),
        {"times": 1},
        ["Dial: no answer came: the mock service dropped the connection"],
    ),
    "a registration that was never answered": (
        ("drop_before", "POST /webhooks/CallStarted"),
        {"times": 1},
        [
            "CallStarted: no answer came: the mock service dropped the connection; "
            "a webhook may be left behind, of which nobody knows the Location"
        ],
    ),
    "wrong types in an event": (
        ("wrong_schema", "VoicemailDeleted"),
        {},
        [
            *(
                f"VoicemailDeleted: event /{name}: an array, but the definition promises string"
                for name in ("type", "eventType", "version", "data/sender")
            ),
            "VoicemailDeleted: event /data/voicemailID: a string, but the definition promises integer",
        ],
    ),
    "an event that comes twice": (
        ("duplicate", "CallStarted"),
        {},
        ["CallStarted: the event sent 2 notifications, expected 1"],
    ),
    "an event that never comes": (
        ("reorder", "CallRecorded"),
        {},
        ["CallRecorded: the event sent 0 notifications, expected 1"],
    ),
}


@pytest.mark.parametrize(("fault", "given", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told(
    pbx: Connector, mock: smartmex.SmartMex, fault: tuple[str, str], given: dict[str, Any], expected: list[str]
) -> None:
    mock.set_fault(*fault, **given)
    assert problems(pbx, mock) == expected
    assert mock.live_webhooks() == 0


def test_without_a_location_each_trigger_is_told_and_removed_by_its_id(definition: Any, pbx: Connector) -> None:
    mock = smartmex.mock(definition, smartmex.Switches(registration_location=False))
    events = [operation.operation_id for operation in pbx.operations if operation.is_webhook]
    assert problems(pbx, mock) == [
        f"{event}: the webhook is leaked and stays behind, because the registration named no Location; "
        "the service has to answer 201 with a Location header; DeleteWebhookByID removed it"
        for event in events
    ]
    assert mock.live_webhooks() == 0


@pytest.mark.parametrize(
    "switches",
    [
        {"bad_key_status": 401},
        {"error_envelope": False},
        {"newest_first": False, "initial_inclusive": True, "default_limit": 1, "zero_limit_refused": False},
        {"trigger_paths": True, "double_slashes": True},
    ],
)
def test_what_is_unknown_may_be_either_way(definition: Any, pbx: Connector, switches: dict[str, Any]) -> None:
    assert problems(pbx, smartmex.mock(definition, smartmex.Switches(**switches))) == []


def test_null_for_an_absent_value_is_told_with_what_to_write(definition: Any, pbx: Connector) -> None:
    mock = smartmex.mock(definition, smartmex.Switches(absent_left_out=False))
    found = {
        str(each.suggestion): [f"{name} {why}" for name, why in each.evidence] for each in changes(results(pbx, mock))
    }
    previous = "/x-ms-notification-content/schema/properties/data/properties/previous_contactID/x-nullable: true"
    assert found == {
        "/definitions/Contact/properties/avatar/x-nullable: true": [
            "GetContactsByID /data/avatar: null, but the definition promises string",
            "GetContacts /data/*/avatar: null in 2 of 3 items, but the definition promises string",
        ],
        "/definitions/MissedCaller/properties/contact_name/x-nullable: true": [
            "GetLostCalls /data/*/contact_name: null in 1 of 2 items, but the definition promises string"
        ],
        "/definitions/Call/properties/recordingID/x-nullable: true": [
            "GetCallHistory /data/*/recordingID: null in 4 of 7 items, but the definition promises integer"
        ],
        f"/paths/~1webhooks~1CallCompleted{previous}": [
            "CallCompleted event /data/previous_contactID: null, but the definition promises integer"
        ],
    }


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429])
def test_each_declared_status_may_be_answered(pbx: Connector, mock: smartmex.SmartMex, status: int) -> None:
    """As wrong input alone brings out only some of them."""
    mock.set_fault("error", status=status)
    found = {result.operation_id: result.problems for result in results(pbx, mock)}
    for operation in pbx.operations:
        if str(status) in {response.code for response in operation.responses}:
            assert found[operation.operation_id] == (f"the service answered {status} to right input",)
        else:
            assert (operation.is_webhook, status) == (True, 404)
            assert found[operation.operation_id][1].startswith("the body: status 404 is not declared; ")
