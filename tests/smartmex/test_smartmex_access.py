"""Who is let in, and what the others are told."""

from __future__ import annotations

import pytest

from connkit.core import Request
from smartmex import SmartMex

_SEND = "send 'Bearer <key>'"
_REFUSED = {
    "no header": ({}, f"the Authorization header is missing: {_SEND}"),
    "the key without its prefix": (
        {"Authorization": "fake-key-for-tests"},
        f"the Authorization header has the key without the prefix 'Bearer ': {_SEND}",
    ),
    "the prefix twice": (
        {"Authorization": "Bearer Bearer fake-key-for-tests"},
        f"the Authorization header has the prefix 'Bearer ' twice: {_SEND}",
    ),
    "another scheme": (
        {"Authorization": "Basic fake-key-for-tests"},
        f"the Authorization header does not begin with 'Bearer ': {_SEND}",
    ),
    "a wrong key": (
        {"Authorization": "Bearer another-key"},
        f"the key in the Authorization header is unknown: {_SEND} with a key of this service",
    ),
}


@pytest.mark.parametrize(("headers", "message"), _REFUSED.values(), ids=_REFUSED)
def test_a_wrong_key_is_told_its_flaw(client, headers, message):
    assert client.refusal("GET /contacts", headers=headers) == (403, message)


def test_a_wrong_key_learns_nothing_of_paths(client):
    assert client.refusal("GET /nowhere", headers={})[0] == 403


def test_the_status_for_a_wrong_key_is_a_switch(build):
    assert build(bad_key_status=401).refusal("GET /contacts", headers={})[0] == 401


def test_the_header_name_has_no_case(client):
    assert client.ask("GET /contacts", headers={"AUTHORIZATION": "Bearer fake-key-for-tests"}).status == 200


def test_the_connection_opens_the_service(client):
    key = client.service.connection()["api_key"]
    assert client.ask("GET /contacts", headers={"Authorization": key}).status == 200


_KEYS = [
    {"name": "reader", "key": "fake-key-reader", "methods": ["GET /contacts", "GET /contacts/{contact_id}"]},
    {"name": "hooks", "key": "fake-key-hooks", "methods": ["POST /webhooks/CallStarted"]},
    {"name": "office", "key": "fake-key-office", "addresses": ["10.1.0.0/16", "2001:db8::/32"]},
    {"name": "nobody", "key": "fake-key-nobody", "methods": [], "addresses": []},
]
_BY_METHOD = {
    ("reader", "GET /contacts?limit=1"): (200, "OK"),
    ("reader", "GET /contacts/48211"): (404, "no contact has the contact_id 48211"),
    ("reader", "GET /groups"): (403, "the key may not call GET /groups: add this API method to the key"),
    ("hooks", "DELETE /webhooks/90417"): (
        403,
        "the key may not call DELETE /webhooks/{webhook_id}: add this API method to the key",
    ),
    ("nobody", "GET /contacts"): (403, "the key may not call GET /contacts: add this API method to the key"),
}


@pytest.mark.parametrize(("asked", "expected"), _BY_METHOD.items(), ids=map(str, _BY_METHOD))
def test_a_key_may_call_its_methods_only(build, asked, expected):
    client = build(seed={"keys": _KEYS})
    name, line = asked
    response = client.ask(line, headers={"Authorization": f"Bearer fake-key-{name}"})
    if name == "nobody" and client.origin.startswith("http:"):
        expected = (403, "the key may not be used from 127.0.0.1: add the address to the key's IP list")
    assert (response.status, response.json()["message"]) == expected


def test_a_key_that_may_register_but_not_remove_leaks_its_webhook(build):
    client = build(seed={"keys": _KEYS})
    headers = {"Authorization": "Bearer fake-key-hooks"}
    assert client.ask("POST /webhooks/CallStarted", {"endpoint": "https://a.example/"}, headers).status == 201
    assert client.ask("DELETE /webhooks/90417", headers=headers).status == 403
    assert client.service.live_webhooks() == 1


_FROM = {
    "": 200,
    "10.1.255.255": 200,
    "::ffff:10.1.0.9": 200,
    "2001:db8::5": 200,
    "fe80::1%eth0": 403,
    "10.2.0.0": 403,
    "127.0.0.1": 403,
}


@pytest.mark.parametrize(("address", "status"), _FROM.items(), ids=_FROM)
def test_a_key_may_be_used_from_its_addresses_only(address, status):
    service = SmartMex(seed={"keys": _KEYS})
    headers = {"Authorization": "Bearer fake-key-office"}
    response = service.handle(Request("GET", f"{service.base}/contacts", headers, client=address))
    assert response.status == status
    if status == 403:
        told = f"the key may not be used from {address}: add the address to the key's IP list"
        assert response.json()["message"] == told


def test_the_connection_has_the_first_key(build):
    client = build(seed={"keys": _KEYS})
    assert client.service.connection() == {"api_key": "Bearer fake-key-reader"}


def test_a_rate_limit_is_a_switch(build):
    client = build(rate_limit=2)
    statuses = [client.ask("GET /contacts").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client.ask("GET /contacts").header("Retry-After") == "60"
    client.service.advance(60)
    assert client.ask("GET /contacts").status == 200


def test_refusals_without_a_body_are_a_switch(build):
    response = build(error_envelope=False).ask("GET /contacts/1")
    assert (response.status, response.body) == (404, b"")
