"""Seeds: what a company can be made of, and what is told of a mistake."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from connkit.core import UserError
from smartmex.seeding import default_seed, parsed

_SEED = """
now: 2026-02-01T00:00:00+0200
company_number: "80000000"
contacts:
  - {contactID: 9, firstname: B, created: 2025-01-01T00:00:00Z}
  - {contactID: 3, number: "80000003"}
groups: [{groupID: 4, name: All, members: [9, 3]}]
voicemail_boxes: [{voicemailBoxID: 5, boxName: Main, clientID: 3}]
names: {"80000077": Known}
calls:
  - {started: 2026-01-03T10:00:00Z, direction: in, other: "80000077", contactID: 3}
  - {started: 2026-01-01T10:00:00Z, direction: in, other: "80000055", contactID: 3, voicemail: 9}
  - {started: 2026-01-02T10:00:00Z, direction: out, other: "80000055", contactID: 9, answered_after: 3, talked: 7}
  - {started: 2026-01-02T11:00:00Z, direction: out, other: "80000066", contactID: 9}
  - started: 2026-01-04T10:00:00Z
    direction: in
    other: "1"
    contactID: 9
    answered_after: 3
    transferred_to: 3
    recorded: true
keys: [{name: own, key: fake-key-own}]
"""


@pytest.fixture
def seeded(build):
    client = build()
    client.service.seed(_SEED)
    return client


def ask(client, path):
    response = client.ask(f"GET {path}", headers={"Authorization": "Bearer fake-key-own"})
    assert response.status == 200, response.body
    return response.json()["data"]


def test_a_seed_replaces_the_company(seeded):
    assert [each["contactID"] for each in ask(seeded, "/contacts")] == [9, 3]
    assert [each["groupID"] for each in ask(seeded, "/groups")] == [4]
    assert ask(seeded, "/audio_prompts") == []
    assert seeded.ask("GET /contacts").status == 403


def test_what_a_seed_leaves_out_gets_a_value(seeded):
    contact = ask(seeded, "/contacts/9")
    assert (contact["firstname"], contact["lastname"], contact["current_callerid"]) == ("B", "Darbuotoja 9", "80000000")
    assert (contact["created"], contact["archived"]) == ("2025-01-01T00:00:00+0000", 0)


def test_past_calls_make_missed_callers_voicemails_and_recordings(seeded):
    assert [each["callStarted"][:10] for each in ask(seeded, "/call_history")] == [
        "2026-01-04",
        "2026-01-03",
        "2026-01-02",
        "2026-01-02",
        "2026-01-01",
    ]
    (lost,) = ask(seeded, "/lost_calls")
    assert (lost["callerid"], lost["contact_name"], lost["attempts"]) == ("80000077", "Known", 1)
    (voicemail,) = ask(seeded, "/voicemails")
    assert (voicemail["sender"], voicemail["length"], voicemail["voicemailBoxName"]) == ("80000055", 9, "Main")
    (recording,) = ask(seeded, "/call_records")
    assert (recording["contactID"], recording["caller"]) == (3, "1")


def test_the_clock_stands_where_the_seed_says(seeded):
    assert seeded.service.now().isoformat() == "2026-01-31T22:00:00+00:00"
    seeded.service.fire("CallStarted")
    seeded.service.reset()
    assert seeded.service.now().isoformat() == "2026-01-31T22:00:00+00:00"


def test_new_items_get_ids_above_the_seeded_ones(seeded):
    seeded.service.make_item("GetContacts")
    seeded.service.make_item("GetAudioPrompts")
    assert ask(seeded, "/contacts")[0]["contactID"] == 48211
    assert ask(seeded, "/audio_prompts")[0]["id"] == 5120


def test_a_reset_forgets_webhooks_faults_and_what_happened(client):
    client.register("CallStarted")
    client.service.set_fault("error", "GET /groups")
    client.service.make_item("GetContacts")
    client.service.configure("default_limit", 2)
    client.service.reset()
    assert client.service.live_webhooks() == 0
    assert client.service.faults_in_force() == []
    assert [each["contactID"] for each in client.data("GET /contacts")] == [48213, 48212]


def test_a_mistaken_seed_leaves_the_old_company(client):
    client.register("CallStarted")
    with pytest.raises(UserError):
        client.service.seed({"contacts": [{}]})
    assert client.service.live_webhooks() == 1


_MISTAKES = {
    "no YAML": (
        "contacts: [",
        "the seed is not YAML: line 1, column 12: expected the node content, but found '<stream end>'",
    ),
    "a list": ("[]", "the seed is wrong at the top: [] is not of type 'object'"),
    "an unknown field": (
        "contacts: [{contactID: 1, name: Ona}]",
        "the seed is wrong at contacts/0: Additional properties are not allowed ('name' was unexpected)",
    ),
    "a missing ID": ("contacts: [{}]", "the seed is wrong at contacts/0: 'contactID' is a required property"),
    "a number that is no text": (
        "company_number: 60000001",
        "the seed is wrong at company_number: 60000001 is not of type 'string'",
    ),
    "a date that does not exist": (
        "calls: [{started: 2026-02-30T00:00:00Z, direction: in, other: '1', contactID: 1}]",
        "the seed is wrong at calls/0/started: it '2026-02-30T00:00:00Z' is not a date such as '2017-10-16T21:26:59Z'",
    ),
    "an ID that stands twice": (
        "contacts: [{contactID: 1}, {contactID: 1}]",
        "the seed is wrong: the contactID 1 stands twice in contacts",
    ),
    "a member that nobody is": (
        "groups: [{groupID: 1, name: A, members: [7]}]",
        "the seed is wrong: the contact 7 is named, but is not among the contacts",
    ),
    "a recording without an answer": (
        "{contacts: [{contactID: 1}], calls: [{started: 2026-02-03T00:00:00Z, direction: in, other: '1', contactID: 1, "
        "recorded: true}]}",
        "the seed is wrong at calls/0: 'answered_after' is a dependency of 'recorded'",
    ),
    "a method that does not exist": (
        "keys: [{name: a, key: b, methods: [GET /contact]}]",
        "the key 'a' lists the method 'GET /contact', which the service does not have; it has methods such as "
        "'GET /contacts' and 'DELETE /webhooks/{webhook_id}'",
    ),
    "an address that is none": (
        "keys: [{name: a, key: b, addresses: [office]}]",
        "the key 'a': 'office' does not appear to be an IPv4 or IPv6 network",
    ),
}


@pytest.mark.parametrize(("text", "message"), _MISTAKES.values(), ids=_MISTAKES)
def test_a_mistake_in_a_seed_is_told(client, text, message):
    with pytest.raises(UserError) as error:
        client.service.seed(text)
    assert str(error.value) == message


def test_the_default_seed_is_as_its_schema_wants():
    schema = json.loads(resources.files("smartmex").joinpath("seed.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(default_seed())) == []


def test_an_empty_seed_is_an_empty_company(build):
    client = build(seed=parsed(""))
    assert client.data("GET /contacts") == []
    assert client.service.fire("CallStarted")["data"]["contactID"] == 0
