"""The contract against a service that is reached over HTTP, and that nobody may break."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import smartmex
from connkit.contract.contract import ContractResult, backend_contract
from connkit.contract.summary import unanswered
from connkit.core import Request, Response, Send
from connkit.model import Connector
from connkit.runtime.backend import moved
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.transports import requests_send

READS = [
    *("GetContactsByID", "GetGroupByID", "GetCallRecordingByID", "GetCallHistoryItemByID", "GetVoicemailBoxByID"),
    *("GetVoicemailByID", "GetAudioPromptByID", "GetVoipEndpointByID", "GetLostCalls", "GetContacts", "GetGroups"),
    *("GetCallRecordings", "GetCallHistory", "GetVoicemailBoxes", "GetVoicemails", "GetAudioPrompts"),
    "GetVoipEndpoints",
]


@pytest.fixture
def service() -> smartmex.SmartMex:
    """In memory, at another address than the definition names."""
    return smartmex.SmartMex("test.example", "/pbx")


@pytest.fixture
def connection(pbx: Connector) -> Credentials:
    return credentials(pbx, {"api_key": f"Bearer {smartmex.FAKE_KEY}"})


class Log:
    """What was sent, on its way to the service."""

    def __init__(self, send: Send) -> None:
        self._send, self.requests = send, list[Request]()

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self._send(request)


def run(
    pbx: Connector,
    connection: Credentials,
    service: smartmex.SmartMex,
    given: Mapping[str, Mapping[str, Any]] = {},
    send: Send | None = None,
    **options: Any,
) -> tuple[dict[str, ContractResult], list[Request]]:
    log = Log(send or service.handle)
    results = backend_contract(moved(pbx, service.base), connection, log, given, **options)
    return {result.operation_id: result for result in results}, log.requests


def test_only_reads_are_sent_unless_it_may_write(
    pbx: Connector, connection: Credentials, service: smartmex.SmartMex
) -> None:
    results, requests = run(pbx, connection, service)
    assert {request.method for request in requests} == {"GET"}
    assert [name for name, result in results.items() if result.status == 200] == READS
    assert {result.problems for result in results.values()} == {()}
    assert {result.skipped for name, result in results.items() if name not in READS} == {"it writes"}
    assert sorted(unanswered(pbx, list(results.values()))) == ["401", "404", "429"]


def test_a_wrong_key_is_guessed_only_once(pbx: Connector, connection: Credentials, service: smartmex.SmartMex) -> None:
    _, requests = run(pbx, connection, service)
    right = f"Bearer {smartmex.FAKE_KEY}"
    guessed = [key for key in (request.header("Authorization") for request in requests) if key not in (right, None)]
    assert guessed == ["Bearer wrong-key-of-connkit", smartmex.FAKE_KEY]


def test_with_write_every_webhook_is_registered_and_removed_over_http(pbx: Connector, connection: Credentials) -> None:
    with smartmex.served() as service:
        results, requests = run(pbx, connection, service, send=requests_send(5), writes=True)
        left = service.webhooks()
    events = [operation.operation_id for operation in pbx.operations if operation.is_webhook]
    assert [results[name].status for name in events] == [201] * 10
    assert {result.problems for result in results.values()} == {()}
    assert results["DeleteWebhookByID"].status == 200
    assert results["Dial"].skipped == "no value is known for 'destination'"
    assert sum(request.method == "DELETE" for request in requests) == 10
    assert left == []


def test_with_its_input_given_an_action_is_called(
    pbx: Connector, connection: Credentials, service: smartmex.SmartMex
) -> None:
    given = {"Dial": {"destination": "60000101", "contactID": 48211}}
    results, _ = run(pbx, connection, service, given, writes=True)
    assert (results["Dial"].status, results["Dial"].problems) == (200, ())


def test_a_service_without_location_is_cleaned_up_all_the_same(
    pbx: Connector, connection: Credentials, service: smartmex.SmartMex
) -> None:
    service.configure("registration_location", False)
    results, _ = run(pbx, connection, service, writes=True)
    assert results["CallStarted"].problems == (
        "the webhook is leaked and stays behind, because the registration named no Location; "
        "the service has to answer 201 with a Location header; DeleteWebhookByID removed it",
    )
    assert service.webhooks() == []


def test_a_webhook_that_wrong_input_registers_is_removed_too(
    pbx: Connector, connection: Credentials, service: smartmex.SmartMex
) -> None:
    """As a service would that checks neither key nor body."""
    right = {"Authorization": f"Bearer {smartmex.FAKE_KEY}"}
    body = b'{"endpoint": "https://callback.example/any"}'

    def lenient(request: Request) -> Response:
        is_registration = request.method == "POST" and "/webhooks/" in request.url
        taken = Request(request.method, request.url, right, body if is_registration else request.body)
        return service.handle(taken)

    results = {
        result.operation_id: result
        for result in backend_contract(moved(pbx, service.base), connection, lenient, writes=True)
    }
    assert results["CallStarted"].problems == ("without a key: the service answered 201, but should refuse",)
    assert [each.status for each in results["CallStarted"].attempts] == [201, 201, 201, 201]
    assert service.webhooks() == []


def test_each_result_is_told_as_it_comes(pbx: Connector, connection: Credentials, service: smartmex.SmartMex) -> None:
    told: list[str] = []
    results, _ = run(pbx, connection, service, told=lambda result: told.append(result.operation_id))
    assert told == list(results)


def test_a_list_without_items_leaves_its_lookup_untried(
    pbx: Connector, connection: Credentials, service: smartmex.SmartMex
) -> None:
    service.seed("company_number: '60000001'\n")
    try:
        results, _ = run(pbx, connection, service)
    finally:
        service.seed(smartmex.SmartMex()._seed)
    assert results["GetContactsByID"].skipped == "no ID is known, as GET /contacts lists nothing"


@pytest.mark.parametrize(("lost", "problems", "left"), [(1, [], 0), (2, ["CallStarted"], 1)])
def test_a_removal_that_is_not_answered_is_tried_once_more(
    pbx: Connector, connection: Credentials, service: smartmex.SmartMex, lost: int, problems: list[str], left: int
) -> None:
    removals: list[str] = []

    def send(request: Request) -> Response:
        removals.extend([request.url] if request.method == "DELETE" else [])
        if request.method == "DELETE" and len(removals) <= lost:
            raise OSError("timed out")
        return service.handle(request)

    results, _ = run(pbx, connection, service, send=send, writes=True)
    problem = f"the webhook may be leaked: no answer came to DELETE {service.base}/webhooks/90417"
    assert {name: result.problems for name, result in results.items() if not result.ok} == dict.fromkeys(
        problems, (problem,)
    )
    assert len(service.webhooks()) == left
