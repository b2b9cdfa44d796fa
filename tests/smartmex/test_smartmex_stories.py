"""Stories: which events they fire, with which data, and what is left in the lists afterwards."""

from __future__ import annotations

import pytest

from connkit.core import UserError
from smartmex.events import EVENT_FIELDS
from smartmex.stories import STORIES

CALLER = "60000104"
_STORIES = {
    "incoming-answered": ["CallStarted", "CallConnected", "CallCompleted"],
    "incoming-answered-recorded": ["CallStarted", "CallConnected", "CallCompleted", "CallRecorded"],
    "outgoing-answered": ["CallStarted", "CallConnected", "CallCompleted"],
    "missed-twice-then-called-back": [
        "CallStarted",
        "CallCompleted",
        "LostCallerAdded",
        "CallStarted",
        "CallCompleted",
        "LostCallerUpdated",
        "CallStarted",
        "CallConnected",
        "LostCallerRemoved",
        "CallCompleted",
    ],
    "missed-then-answered": [
        "CallStarted",
        "CallCompleted",
        "LostCallerAdded",
        "CallStarted",
        "CallConnected",
        "LostCallerRemoved",
        "CallCompleted",
    ],
    "voicemail-left-then-deleted": [
        "CallStarted",
        "CallCompleted",
        "LostCallerAdded",
        "VoicemailCreated",
        "VoicemailDeleted",
    ],
    "blind-transfer": ["CallStarted", "CallConnected", "CallTransfered", "CallCompleted"],
    "attended-transfer": [
        "CallStarted",
        "CallConnected",
        "CallStarted",
        "CallConnected",
        "CallCompleted",
        "CallTransfered",
        "CallCompleted",
    ],
}
_STORIES["all-events"] = [
    event
    for story in (
        "incoming-answered-recorded",
        "blind-transfer",
        "missed-twice-then-called-back",
        "voicemail-left-then-deleted",
    )
    for event in _STORIES[story]
]


def played(client, story):
    """The data of each event of a story, in order, as one webhook for each event gets them."""
    for event in EVENT_FIELDS:
        client.register(event)
    client.service.deliveries()
    client.service.play(story, CALLER, 48211)
    sent = [each.json() for each in map(_as_response, client.service.deliveries())]
    return [(each["eventType"], each["data"]) for each in sent]


def _as_response(request):
    from connkit.core import Response

    return Response(200, {}, request.body)


@pytest.mark.parametrize("story", STORIES)
def test_a_story_fires_its_events_in_order(client, story):
    assert [event for event, _ in played(client, story)] == _STORIES[story]


def test_the_stories_together_fire_every_event():
    assert set(_STORIES["all-events"]) == set(EVENT_FIELDS)
    assert set(_STORIES) == set(STORIES)


def test_a_recorded_call_is_told_alike_by_each_event_and_list(client):
    (_, started), (_, connected), (_, completed), (_, recorded) = played(client, "incoming-answered-recorded")
    assert started == {
        "callID": 1768204860097344,
        "caller": CALLER,
        "destination": "60000001",
        "direction": "in",
        "status": 0,
        "callStarted": "2026-01-12T08:01:00+0000",
        "contactID": 48211,
    }
    assert connected == started | {"status": 1, "callConnected": "2026-01-12T08:01:06+0000"}
    assert completed == connected | {"connectionTime": 95}
    assert recorded == {
        "recordingID": 176820486018,
        "callID": 1768204860097344,
        "callStarted": "2026-01-12T08:01:00+0000",
        "recordingURL": client.data("GET /call_records/176820486018")["recordingURL"],
        "direction": "in",
        "connectionTime": 95,
    }
    kept = completed | {"callEnded": "2026-01-12T08:02:41+0000", "recordingID": 176820486018}
    assert client.data("GET /call_history?limit=1") == [kept]


def test_a_missed_caller_is_added_updated_and_removed(client):
    told = [(event, data) for event, data in played(client, "missed-twice-then-called-back") if "Lost" in event]
    first = {
        "destination": "60000001",
        "attempts": 1,
        "callerid": CALLER,
        "last_contact": "2026-01-12T08:01:30+0000",
    }
    assert told == [
        ("LostCallerAdded", first),
        ("LostCallerUpdated", first | {"attempts": 2, "last_contact": "2026-01-12T08:32:00+0000"}),
        ("LostCallerRemoved", {"destination": "60000001", "callerid": CALLER}),
    ]
    assert CALLER not in [each["callerid"] for each in client.data("GET /lost_calls")]


def test_a_call_that_nobody_answered_has_no_time_of_answer(client):
    completed = dict(played(client, "voicemail-left-then-deleted"))["CallCompleted"]
    assert (completed["callConnected"], completed["connectionTime"], completed["status"]) == (None, 0, 2)


def test_a_deleted_voicemail_is_gone_from_its_box(client):
    told = dict(played(client, "voicemail-left-then-deleted"))
    created, deleted = told["VoicemailCreated"], told["VoicemailDeleted"]
    assert (created["voicemailBoxID"], created["voicemailBoxName"], created["length"]) == (9021, "Sales", 17)
    assert deleted == {"sender": CALLER, "voicemailID": created["voicemailID"]}
    assert client.ask(f"GET /voicemails/{created['voicemailID']}").status == 404


@pytest.mark.parametrize("story", ["blind-transfer", "attended-transfer"])
def test_a_transfer_names_who_transferred(client, story):
    told = played(client, story)
    transferred = next(data for event, data in told if event == "CallTransfered")
    completed = told[-1][1]
    for data in (transferred, completed):
        assert (data["previous_contactID"], data["contactID"]) == (48211, 48212)
    assert transferred["callID"] == completed["callID"] == told[0][1]["callID"]
    assert completed["connectionTime"] == transferred["connectionTime"] + 180
    (kept,) = client.data(f"GET /call_history?call_id={completed['callID']}")
    assert kept["contactID"] == 48212
    assert "previous_contactID" not in kept


def test_a_colleague_is_asked_before_an_attended_transfer(client):
    told = played(client, "attended-transfer")
    (_, asked) = told[2]
    assert (asked["direction"], asked["destination"], asked["contactID"]) == ("out", "60000012", 48211)


def test_a_known_number_gets_its_name(client):
    client.service.play("missed-then-answered", "60000103")
    assert "60000103" not in [each["callerid"] for each in client.data("GET /lost_calls")]
    client.register("LostCallerAdded")
    client.service.play("missed-then-answered", "60000012")
    (sent,) = client.service.deliveries()
    assert _as_response(sent).json()["data"]["contact_name"] == "Jānis Paraugs"


_UNKNOWN = {
    "a story": (
        ("nothing",),
        f"there is no story 'nothing'; there are {', '.join(STORIES)}",
    ),
    "an employee": (
        ("blind-transfer", None, 7),
        "no contact has the contactID 7; there are 48211, 48212, 48213",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), _UNKNOWN.values(), ids=_UNKNOWN)
def test_what_is_unknown_is_an_error(client, arguments, message):
    with pytest.raises(UserError) as error:
        client.service.play(*arguments)
    assert str(error.value) == message


# One event alone


_COURSES = {
    "CallStarted": ["CallStarted"],
    "CallConnected": ["CallStarted", "CallConnected"],
    "CallCompleted": ["CallStarted", "CallConnected", "CallCompleted"],
    "CallTransfered": ["CallStarted", "CallConnected", "CallTransfered"],
    "CallRecorded": ["CallStarted", "CallConnected", "CallCompleted", "CallRecorded"],
    "VoicemailCreated": ["CallStarted", "CallCompleted", "LostCallerAdded", "VoicemailCreated"],
    "VoicemailDeleted": ["VoicemailDeleted"],
    "LostCallerAdded": ["CallStarted", "CallCompleted", "LostCallerAdded"],
    "LostCallerUpdated": ["CallStarted", "CallCompleted", "LostCallerUpdated"],
    "LostCallerRemoved": ["CallStarted", "CallConnected", "LostCallerRemoved", "CallCompleted"],
}


@pytest.mark.parametrize(("event", "expected"), _COURSES.items(), ids=_COURSES)
def test_an_event_comes_after_what_leads_to_it(client, event, expected):
    for name in EVENT_FIELDS:
        client.register(name)
    client.service.fire(event)
    assert client.events() == expected


def test_events_that_are_fired_one_by_one_tell_the_life_of_one_call(client):
    life = ("CallStarted", "CallConnected", "CallTransfered", "CallCompleted")
    told = [client.service.fire(event)["data"] for event in life]
    assert len({data["callID"] for data in told}) == 1
    assert client.data("GET /call_history?limit=1")[0]["callID"] == told[0]["callID"]


def test_where_nobody_was_missed_a_caller_is_missed_first(build):
    client = build(seed={"contacts": [{"contactID": 1}], "voicemail_boxes": [{"voicemailBoxID": 2, "boxName": "B"}]})
    for name in EVENT_FIELDS:
        client.register(name)
    client.service.fire("LostCallerUpdated")
    assert client.events() == [
        *("CallStarted", "CallCompleted", "LostCallerAdded"),
        *("CallStarted", "CallCompleted", "LostCallerUpdated"),
    ]
    client.service.fire("VoicemailDeleted")
    assert client.events()[-2:] == ["VoicemailCreated", "VoicemailDeleted"]


def test_a_company_without_a_voicemail_box_is_told(build):
    client = build(seed={"contacts": [{"contactID": 1}]})
    with pytest.raises(UserError) as error:
        client.service.fire("VoicemailCreated")
    assert str(error.value) == "the company has no voicemail box, so nobody can leave a voicemail; seed it with one"


def test_absent_fields_of_events_may_be_null(build):
    client = build(absent_left_out=False)
    assert client.service.fire("CallCompleted")["data"]["previous_contactID"] is None


# Time


def test_dialling_makes_the_employee_call(client):
    client.register("CallStarted")
    client.register("CallCompleted")
    assert client.ask("POST /dial", {"destination": "60000102", "contactID": 48212}).status == 200
    assert client.events() == ["CallStarted", "CallCompleted"]
    (call,) = client.data("GET /call_history?limit=1")
    assert (call["direction"], call["caller"], call["destination"]) == ("out", "60000001", "60000102")
    assert "60000102" not in [each["callerid"] for each in client.data("GET /lost_calls")]


def test_a_call_takes_as_long_as_the_clock_says(build):
    client = build(at_once=False)
    for event in ("CallStarted", "CallConnected", "CallCompleted"):
        client.register(event)
    client.ask("POST /dial", {"destination": "60000102", "contactID": 48212})
    assert client.events() == ["CallStarted"]
    client.service.advance(4.9)
    assert client.events() == []
    client.service.advance(0.1)
    assert client.events() == ["CallConnected"]
    client.service.advance(3600)
    assert client.events() == ["CallCompleted"]
    assert client.data("GET /call_history?limit=1")[0]["connectionTime"] == 60


def test_stories_run_beside_one_another(build):
    client = build(at_once=False)
    for event in ("CallStarted", "CallConnected", "CallCompleted"):
        client.register(event)
    client.service.play("incoming-answered")
    client.service.advance(1)
    client.service.play("incoming-answered")
    client.service.advance(3600)
    assert client.events() == [
        *("CallStarted", "CallStarted"),
        *("CallConnected", "CallConnected"),
        *("CallCompleted", "CallCompleted"),
    ]


def test_ids_grow_even_within_a_second(build):
    client = build(at_once=False)
    for _ in range(3):
        client.service.play("incoming-answered-recorded")
    client.service.advance(3600)
    for collection, field in (("call_history", "callID"), ("call_records", "recordingID")):
        ids = [each[field] for each in client.data(f"GET /{collection}?limit=3")]
        assert [ids[0] - each for each in ids] == [0, 1, 2], collection
