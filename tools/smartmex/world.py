"""The telephony world in memory: one company, its calls and its messages, the same at every start."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from smartmex.wire import date_text

Item = dict[str, Any]

_SEEDED_CALLS = (
    # start, direction, the other party, employee, seconds until answered, seconds connected, recorded
    ("2026-01-05T08:00:00+00:00", "in", "60000101", 48211, 6, 95, True),
    ("2026-01-06T09:30:00+00:00", "out", "60000102", 48212, 11, 240, False),
    ("2026-01-07T10:15:00+00:00", "in", "60000103", 48212, None, 0, False),
    ("2026-01-08T11:45:00+00:00", "out", "60000101", 48213, 4, 31, True),
    ("2026-01-09T13:20:00+00:00", "in", "60000102", 48211, None, 0, False),
    ("2026-01-10T14:05:00+00:00", "in", "60000101", 48213, 9, 610, True),
)
_CREATED = "2024-03-04T07:30:00+0000"
_ANSWERED, _UNANSWERED = 1, 2
_COMPANY_NUMBER = "60000001"


class World:
    """Lists of items by collection name, each item in its wire form; new items get the largest ID.

    Assumed, as nothing is published: `clientID` of a voicemail box and `employee_id` of an endpoint are
    contact IDs; the codes in `status` and `type` mean nothing beyond being stable.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._now = datetime(2026, 1, 12, 8, tzinfo=UTC)
        self._lost_callers = 0
        self.items: dict[str, list[Item]] = {
            "contacts": _contacts(),
            "groups": _groups(),
            "call_history": [],
            "call_records": [],
            "voicemail_boxes": _boxes(),
            "voicemails": [],
            "audio_prompts": _prompts(),
            "voip_endpoints": _endpoints(),
            "lost_calls": _lost_calls(),
        }
        self._seed_calls_and_voicemails()

    def _seed_calls_and_voicemails(self) -> None:
        for start, direction, other, contact_id, waited, connected, recorded in _SEEDED_CALLS:
            moment = datetime.fromisoformat(start)
            call = self.call(moment, direction, other, contact_id, waited, connected)
            self.keep_call(call, self.recording(call) if recorded else None)
        for day, box, sender in ((7, 9021, "60000103"), (8, 9022, "60000101"), (9, 9021, "60000102")):
            moment = datetime(2026, 1, day, 18, 40, tzinfo=UTC)
            self.items["voicemails"].append(self.voicemail(moment, sender, box))

    def tick(self) -> datetime:
        """A new moment, one minute after the last."""
        self._now += timedelta(minutes=1)
        return self._now

    def newest(self, collection: str) -> Item:
        return self.items[collection][-1]

    def newest_contact_id(self) -> int:
        return int(self.newest("contacts")["contactID"])

    def memberships(self, contact_id: int) -> list[Item]:
        return [group for group in self.items["groups"] if {"contactID": contact_id} in group["members"]]

    def box_owner(self, box_id: int) -> int:
        return next(int(b["clientID"]) for b in self.items["voicemail_boxes"] if b["voicemailBoxID"] == box_id)

    def call(
        self,
        start: datetime,
        direction: str,
        other: str,
        contact_id: int,
        waited: int | None = 5,
        connected: int = 60,
    ) -> Item:
        """A finished call that is not yet in the history; `waited` None means never answered."""
        answered = None if waited is None else start + timedelta(seconds=waited)
        end = (answered or start + timedelta(seconds=30)) + timedelta(seconds=connected)
        caller, destination = (other, _COMPANY_NUMBER) if direction == "in" else (_COMPANY_NUMBER, other)
        return {
            "callID": int(start.timestamp()) * 1_000_000 + 97_344,
            "caller": caller,
            "destination": destination,
            "direction": direction,
            "status": _ANSWERED if answered else _UNANSWERED,
            "callStarted": date_text(start),
            "callConnected": date_text(answered) if answered else None,
            "callEnded": date_text(end),
            "connectionTime": connected,
            "contactID": contact_id,
        }

    def new_call(self) -> Item:
        return self.call(self.tick(), "in", "60000104", self.newest_contact_id())

    def recording(self, call: Item) -> Item:
        """The recording of an answered call, not yet in the list."""
        recording_id = call["callID"] // 10_000 + 9
        fields = {field: value for field, value in call.items() if field != "connectionTime"}
        return {
            "recordingID": recording_id,
            **fields,
            "recordingURL": self._secret_url("recordings", recording_id),
        }

    def keep_call(self, call: Item, recording: Item | None = None) -> None:
        if recording is None:
            self.items["call_history"].append(call)
            return
        self.items["call_history"].append({**call, "recordingID": recording["recordingID"]})
        self.items["call_records"].append(recording)

    def voicemail(self, start: datetime, sender: str, box_id: int) -> Item:
        boxes = self.items["voicemail_boxes"]
        box = next(box for box in boxes if box["voicemailBoxID"] == box_id)
        voicemail_id = int(start.timestamp()) * 100 + 52
        return {
            "sender": sender,
            "voicemailID": voicemail_id,
            "length": 17,
            "callStarted": date_text(start),
            "voicemailBoxID": box_id,
            "voicemailBoxName": box["boxName"],
            "messageURL": self._secret_url("voicemails", voicemail_id),
        }

    def new_voicemail(self) -> Item:
        return self.voicemail(self.tick(), "60000104", self.newest("voicemail_boxes")["voicemailBoxID"])

    def new_lost_call(self) -> Item:
        """From a number that has not called before; not yet in the list."""
        self._lost_callers += 1
        return {
            "contact_name": f"Klientas {self._lost_callers}",
            "destination": _COMPANY_NUMBER,
            "attempts": 1,
            "callerid": str(60000200 + self._lost_callers),
            "last_contact": date_text(self.tick()),
        }

    def retry_lost_call(self) -> Item:
        """The newest lost caller whose name is known tries again, and stays one item of the list."""
        caller = next(each for each in reversed(self.items["lost_calls"]) if "contact_name" in each)
        caller.update(attempts=caller["attempts"] + 1, last_contact=date_text(self.tick()))
        return caller

    def add(self, collection: str) -> None:
        """One new item in a list that can be polled."""
        _ADD[collection](self)

    def _next_id(self, collection: str, field: str) -> int:
        return max(int(item[field]) for item in self.items[collection]) + 1

    def _secret_url(self, folder: str, item_id: int) -> str:
        token = hashlib.sha256(f"{folder}/{item_id}".encode()).hexdigest()[:32]
        return f"https://{self._host}/{folder}/{token}"

    def add_contact(self) -> None:
        contact_id = self._next_id("contacts", "contactID")
        contact = _contact(contact_id, "Nauja", f"Darbuotoja {contact_id}", f"600{contact_id}", date_text(self.tick()))
        self.items["contacts"].append(contact)

    def add_group(self) -> None:
        group_id = self._next_id("groups", "groupID")
        group = _group(group_id, f"Group {group_id}", [self.newest_contact_id()], date_text(self.tick()))
        self.items["groups"].append(group)

    def add_box(self) -> None:
        box_id = self._next_id("voicemail_boxes", "voicemailBoxID")
        box = _box(box_id, f"Box {box_id}", self.newest_contact_id(), date_text(self.tick()))
        self.items["voicemail_boxes"].append(box)

    def add_prompt(self) -> None:
        prompt_id = self._next_id("audio_prompts", "id")
        self.items["audio_prompts"].append({"id": prompt_id, "name": f"Prompt {prompt_id}", "type": 1})

    def add_endpoint(self) -> None:
        endpoint_id = self._next_id("voip_endpoints", "id")
        endpoint = {
            "id": endpoint_id,
            "name": f"Phone {endpoint_id}",
            "employee_id": self.newest_contact_id(),
        }
        self.items["voip_endpoints"].append(endpoint)

    def add_voicemail(self) -> None:
        self.items["voicemails"].append(self.new_voicemail())

    def add_call(self) -> None:
        self.keep_call(self.new_call())

    def add_recorded_call(self) -> None:
        call = self.new_call()
        self.keep_call(call, self.recording(call))


_ADD = {
    "contacts": World.add_contact,
    "groups": World.add_group,
    "call_history": World.add_call,
    "call_records": World.add_recorded_call,
    "voicemail_boxes": World.add_box,
    "voicemails": World.add_voicemail,
    "audio_prompts": World.add_prompt,
    "voip_endpoints": World.add_endpoint,
}


def _contact(contact_id: int, first: str, last: str, number: str, created: str = _CREATED) -> Item:
    return {
        "current_callerid": _COMPANY_NUMBER,
        "archived": 0,
        "firstname": first,
        "lastname": last,
        "created": created,
        "number": number,
        "contactID": contact_id,
    }


def _contacts() -> list[Item]:
    return [
        {**_contact(48211, "Ona", "Pavyzdytė", "60000011"), "avatar": "https://images.example/ona.png"},
        _contact(48212, "Jānis", "Paraugs", "60000012"),
        {**_contact(48213, "Rasa", "Bandomoji", "60000013"), "archived": 1},
    ]


def _group(group_id: int, name: str, contact_ids: list[int], created: str = _CREATED) -> Item:
    members = [{"contactID": contact_id} for contact_id in contact_ids]
    return {"created": created, "groupID": group_id, "type": 1, "name": name, "members": members}


def _groups() -> list[Item]:
    return [_group(3107, "Sales", [48211, 48212]), _group(3108, "Support", [48212])]


def _box(box_id: int, name: str, contact_id: int, created: str = _CREATED) -> Item:
    return {"clientID": contact_id, "boxName": name, "created": created, "voicemailBoxID": box_id}


def _boxes() -> list[Item]:
    return [_box(9021, "Sales", 48211), _box(9022, "Support", 48212)]


def _prompts() -> list[Item]:
    return [
        {"id": 5120, "name": "Welcome", "type": 1},
        {"id": 5121, "name": "Outside working hours", "type": 1},
        {"id": 5122, "name": "Music on hold", "type": 2},
    ]


def _endpoints() -> list[Item]:
    return [
        {"id": 7011, "name": "Reception desk", "employee_id": 48211},
        {"id": 7012, "name": "Meeting room", "employee_id": 48212},
    ]


def _lost_calls() -> list[Item]:
    known = {
        "contact_name": "Jānis Paraugs",
        "destination": "60000001",
        "attempts": 2,
        "callerid": "60000012",
        "last_contact": "2026-01-07T10:15:30+0000",
    }
    stranger = {
        "destination": "60000002",
        "attempts": 1,
        "callerid": "60000102",
        "last_contact": "2026-01-09T13:20:30+0000",
    }
    return [known, stranger]
