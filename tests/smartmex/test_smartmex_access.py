"""Who is let in, and what the others are told."""

from __future__ import annotations

import pytest

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


def test_a_rate_limit_is_a_switch(build):
    client = build(rate_limit=2)
    statuses = [client.ask("GET /contacts").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client.ask("GET /contacts").header("Retry-After") == "60"


def test_refusals_without_a_body_are_a_switch(build):
    response = build(error_envelope=False).ask("GET /contacts/1")
    assert (response.status, response.body) == (404, b"")
