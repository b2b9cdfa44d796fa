"""Lists, their filters and pages, and items by ID; the seeded world is the table's other half."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from smartmex.world import SECRET_LINKS

CALLS = [
    1768053900097344,
    1767964800097344,
    1767872700097344,
    1767780900097344,
    1767691800097344,
    1767600000097344,
]
RECORDINGS = [176805390018, 176787270018, 176760000018]
VOICEMAILS = [176796480052, 176778090052]

_ORDER_FIELD = {
    "contacts": "contactID",
    "groups": "groupID",
    "call_history": "callID",
    "call_records": "recordingID",
    "voicemail_boxes": "voicemailBoxID",
    "voicemails": "voicemailID",
    "audio_prompts": "id",
    "voip_endpoints": "id",
    "lost_calls": "callerid",
}


def ids(client, path):
    field = _ORDER_FIELD[path[1:].split("?")[0]]
    return [item[field] for item in client.data(f"GET {path}")]


_LISTED = {
    "/contacts": [48213, 48212, 48211],
    "/contacts?contact_id=48212": [48212],
    "/contacts?contact_id=1": [],
    "/contacts?initial_contact_id=0": [48213, 48212, 48211],
    "/contacts?initial_contact_id=48211": [48213, 48212],
    "/contacts?initial_contact_id=48213": [],
    "/contacts?limit=2": [48213, 48212],
    "/contacts?limit=2&offset=1": [48212, 48211],
    "/contacts?offset=3": [],
    "/contacts?limit=9223372036854775807": [48213, 48212, 48211],
    "/contacts?unknown=1&unknown=2": [48213, 48212, 48211],
    "/contacts?direction=sideways": [48213, 48212, 48211],
    "/groups": [3108, 3107],
    "/groups?group_id=3107": [3107],
    "/groups?initial_group_id=3107": [3108],
    "/groups?contact_id=48212": [3108, 3107],
    "/groups?contact_id=48211": [3107],
    "/call_history": CALLS,
    f"/call_history?call_id={CALLS[2]}": [CALLS[2]],
    f"/call_history?initial_call_id={CALLS[2]}": CALLS[:2],
    "/call_history?destination=60000102": [CALLS[4]],
    "/call_history?source=60000101": [CALLS[0], CALLS[5]],
    "/call_history?direction=out": [CALLS[2], CALLS[4]],
    "/call_history?contact_id=48213": [CALLS[0], CALLS[2]],
    "/call_history?direction=in&contact_id=48213": [CALLS[0]],
    "/call_history?date_from=2026-01-09T13:20:00Z": CALLS[:2],
    "/call_history?date_from=2026-01-09T13:20:01Z": CALLS[:1],
    "/call_history?date_from=2026-01-09T15:20:00%2B0200": CALLS[:2],
    "/call_history?date_from=2026-01-09T15:20:00%2B02:00": CALLS[:2],
    "/call_history?date_from=2026-01-09T13:20:00.0000000Z": CALLS[:2],
    "/call_history?date_to=2026-01-06T09:30:00%2B0000": CALLS[4:],
    "/call_history?date_to=2026-01-06t09:29:59z": CALLS[5:],
    "/call_history?date_from=2026-01-06T00:00:00Z&date_to=2026-01-07T23:59:59Z": CALLS[3:5],
    "/call_history?date_from=0001-01-01T00:00:00%2B14:00": CALLS,
    "/call_records": RECORDINGS,
    "/call_records?record_id=176760000018": [RECORDINGS[2]],
    "/call_records?initial_record_id=176760000018": RECORDINGS[:2],
    "/call_records?destination=60000101": [RECORDINGS[1]],
    "/call_records?source=60000101": [RECORDINGS[0], RECORDINGS[2]],
    "/call_records?direction=out": [RECORDINGS[1]],
    "/call_records?contact_id=48211": [RECORDINGS[2]],
    "/call_records?date_from=2026-01-08T11:45:00Z": RECORDINGS[:2],
    "/call_records?date_to=2026-01-08T11:45:00Z": RECORDINGS[1:],
    "/voicemail_boxes": [9022, 9021],
    "/voicemail_boxes?box_id=9021": [9021],
    "/voicemail_boxes?initial_box_id=9021": [9022],
    "/voicemails": VOICEMAILS,
    f"/voicemails?voicemail_id={VOICEMAILS[1]}": [VOICEMAILS[1]],
    f"/voicemails?initial_voicemail_id={VOICEMAILS[1]}": [VOICEMAILS[0]],
    "/voicemails?source=60000103": [VOICEMAILS[1]],
    "/voicemails?contact_id=48211": [VOICEMAILS[0]],
    "/voicemails?box_id=9022": [VOICEMAILS[1]],
    "/voicemails?date_from=2026-01-07T10:15:00Z": VOICEMAILS,
    "/voicemails?date_from=2026-01-07T10:15:01Z": VOICEMAILS[:1],
    "/voicemails?date_to=2026-01-09T13:19:59Z": VOICEMAILS[1:],
    "/audio_prompts": [5122, 5121, 5120],
    "/audio_prompts?prompt_id=5121": [5121],
    "/audio_prompts?initial_prompt_id=5121": [5122],
    "/voip_endpoints": [7012, 7011],
    "/voip_endpoints?endpoint_id=7011": [7011],
    "/voip_endpoints?initial_endpoint_id=7011": [7012],
    "/lost_calls": ["60000102", "60000103"],
    "/lost_calls?limit=1": ["60000102"],
    "/lost_calls?offset=1": ["60000103"],
    "/lost_calls?destination=60000001": ["60000102", "60000103"],
    "/lost_calls?destination=60000002": [],
    "/lost_calls?date_from=2026-01-09T13:20:30Z": ["60000102"],
    "/lost_calls?date_to=2026-01-09T13:20:29Z": ["60000103"],
}


@pytest.mark.parametrize(("path", "expected"), _LISTED.items(), ids=_LISTED)
def test_a_list_has_exactly_the_items(client, path, expected):
    assert ids(client, path) == expected


_REFUSED = {
    "/contacts?limit=many": "limit 'many' is not an integer",
    "/contacts?limit=": "limit '' is not an integer",
    "/contacts?limit=1.0": "limit '1.0' is not an integer",
    "/contacts?limit=1_0": "limit '1_0' is not an integer",
    "/contacts?limit=0": "limit '0' is less than 1",
    "/contacts?offset=-1": "offset '-1' is less than 0",
    "/contacts?limit=1&limit=2": "limit is given more than once",
    "/contacts?contact_id=x": "contact_id 'x' is not an integer",
    "/contacts?initial_contact_id=x": "initial_contact_id 'x' is not an integer",
    "/contacts?contact_id=9223372036854775808": "contact_id '9223372036854775808' is not an integer",
    "/call_history?direction=sideways": "direction 'sideways' is neither 'in' nor 'out'",
    "/call_history?date_from=yesterday": "date_from 'yesterday' is not a date such as '2017-10-16T21:26:59Z'",
    "/call_history?date_to=2026-13-01T00:00:00Z": (
        "date_to '2026-13-01T00:00:00Z' is not a date such as '2017-10-16T21:26:59Z'"
    ),
    "/call_history?date_to=2026-01-01T00:00:00": (
        "date_to '2026-01-01T00:00:00' is not a date such as '2017-10-16T21:26:59Z'"
    ),
    "/call_history?date_from=2026-01-01T00:00:00+0000": (
        "date_from '2026-01-01T00:00:00 0000' has a space for its plus, which a query must encode as %2B"
    ),
    "/contacts/first": "contact_id 'first' is not an integer",
    "/call_records/1.5": "record_id '1.5' is not an integer",
    "/voicemails/%20": "voicemail_id ' ' is not an integer",
}


@pytest.mark.parametrize(("path", "message"), _REFUSED.items(), ids=_REFUSED)
def test_a_value_that_cannot_be_read_is_refused(client, path, message):
    assert client.refusal(f"GET {path}") == (422, message)


_BY_ID = {
    "/contacts/48211": {
        "current_callerid": "60000001",
        "archived": 0,
        "firstname": "Ona",
        "lastname": "Pavyzdytė",
        "created": "2024-03-04T07:30:00+0000",
        "number": "60000011",
        "contactID": 48211,
        "avatar": "https://images.example/ona.png",
        "group_membership": [
            {
                "created": "2024-03-04T07:30:00+0000",
                "groupID": 3107,
                "type": 1,
                "name": "Sales",
                "members": [{"contactID": 48211}, {"contactID": 48212}],
            }
        ],
    },
    "/groups/3108": {
        "created": "2024-03-04T07:30:00+0000",
        "groupID": 3108,
        "type": 1,
        "name": "Support",
        "members": [{"contactID": 48212}],
    },
    f"/call_history/{CALLS[5]}": {
        "callID": CALLS[5],
        "caller": "60000101",
        "destination": "60000001",
        "direction": "in",
        "status": 1,
        "callStarted": "2026-01-05T08:00:00+0000",
        "callConnected": "2026-01-05T08:00:06+0000",
        "callEnded": "2026-01-05T08:01:41+0000",
        "connectionTime": 95,
        "contactID": 48211,
        "recordingID": RECORDINGS[2],
    },
    f"/call_history/{CALLS[3]}": {
        "callID": CALLS[3],
        "caller": "60000103",
        "destination": "60000001",
        "direction": "in",
        "status": 2,
        "callStarted": "2026-01-07T10:15:00+0000",
        "callConnected": None,
        "callEnded": "2026-01-07T10:15:30+0000",
        "connectionTime": 0,
        "contactID": 48212,
    },
    f"/call_records/{RECORDINGS[2]}": {
        "recordingID": RECORDINGS[2],
        "callID": CALLS[5],
        "caller": "60000101",
        "destination": "60000001",
        "direction": "in",
        "status": 1,
        "callStarted": "2026-01-05T08:00:00+0000",
        "callConnected": "2026-01-05T08:00:06+0000",
        "callEnded": "2026-01-05T08:01:41+0000",
        "contactID": 48211,
        "recordingURL": "{origin}/recordings/ba8555e1290da82fc1b26492972f7e9c",
    },
    "/voicemail_boxes/9021": {
        "clientID": 48211,
        "boxName": "Sales",
        "created": "2024-03-04T07:30:00+0000",
        "voicemailBoxID": 9021,
    },
    f"/voicemails/{VOICEMAILS[1]}": {
        "sender": "60000103",
        "voicemailID": VOICEMAILS[1],
        "length": 17,
        "callStarted": "2026-01-07T10:15:00+0000",
        "voicemailBoxID": 9022,
        "voicemailBoxName": "Support",
        "messageURL": "{origin}/voicemails/8690e39acac7b00599d5ff28d55f0ca4",
    },
    "/audio_prompts/5122": {"id": 5122, "name": "Music on hold", "type": 2},
    "/voip_endpoints/7011": {"id": 7011, "name": "Reception desk", "employee_id": 48211},
}


@pytest.mark.parametrize(("path", "expected"), _BY_ID.items(), ids=_BY_ID)
def test_an_item_has_exactly_its_fields(client, path, expected):
    links = {name: text.format(origin=client.origin) for name, text in expected.items() if name in SECRET_LINKS}
    assert client.data(f"GET {path}") == expected | links


def test_a_success_is_wrapped_in_the_envelope(client):
    response = client.ask("GET /audio_prompts/5122")
    assert response.header("Content-Type") == "application/json"
    assert response.json() == {
        "version": "v2",
        "status": "success",
        "statusCode": 200,
        "message": "OK",
        "data": {"id": 5122, "name": "Music on hold", "type": 2},
    }


_MISSING = {
    "/contacts/1": "no contact has the contact_id 1",
    "/contacts/-1": "no contact has the contact_id -1",
    "/groups/1": "no group has the group_id 1",
    "/call_history/1": "no call has the call_id 1",
    "/call_records/1": "no call recording has the record_id 1",
    "/voicemail_boxes/1": "no voicemail box has the box_id 1",
    "/voicemails/1": "no voicemail has the voicemail_id 1",
    "/audio_prompts/1": "no audio prompt has the prompt_id 1",
    "/voip_endpoints/1": "no VoIP endpoint has the endpoint_id 1",
}


@pytest.mark.parametrize(("path", "message"), _MISSING.items(), ids=_MISSING)
def test_an_unknown_id_is_not_found(client, path, message):
    assert client.refusal(f"GET {path}") == (404, message)


def test_lists_may_begin_with_the_oldest(build):
    client = build(newest_first=False)
    assert ids(client, "/contacts?limit=2") == [48211, 48212]


def test_the_initial_id_may_be_inclusive(build):
    client = build(initial_inclusive=True)
    assert ids(client, "/contacts?initial_contact_id=48212") == [48213, 48212]


def test_pages_have_a_default_and_a_largest_size(build):
    client = build(default_limit=1, max_limit=2)
    assert ids(client, "/contacts") == [48213]
    assert ids(client, "/contacts?limit=3") == [48213, 48212]


def test_twenty_items_come_by_default_and_a_hundred_at_most(client):
    for _ in range(120):
        client.service.make_item("GetAudioPrompts")
    assert len(client.data("GET /audio_prompts")) == 20
    assert len(client.data("GET /audio_prompts?limit=1000")) == 100


def test_a_limit_of_nothing_may_be_taken(build):
    assert build(zero_limit_refused=False).data("GET /contacts?limit=0") == []


def test_date_bounds_may_be_exclusive(build):
    client = build(date_bounds_inclusive=False)
    between = "date_from=2026-01-06T09:30:00Z&date_to=2026-01-09T13:20:00Z"
    assert ids(client, f"/call_history?{between}") == CALLS[2:4]


def test_a_limit_above_the_largest_may_be_refused(build):
    client = build(over_limit_refused=True)
    assert client.refusal("GET /contacts?limit=101") == (422, "limit '101' is more than 100")


def test_a_field_without_a_value_may_be_null(build):
    client = build(absent_left_out=False)
    assert client.data(f"GET /call_history/{CALLS[3]}")["recordingID"] is None
    assert client.data("GET /contacts/48212")["avatar"] is None


@pytest.mark.parametrize("path", [path for path in _ORDER_FIELD if path not in ("call_history",)])
def test_no_other_field_than_call_connected_is_null(client, path):
    assert "null" not in json.dumps(client.data(f"GET /{quote(path)}"))
