"""The company in memory: its people, its calls and its messages."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from datetime import datetime
from typing import Any

from smartmex.clock import Clock
from smartmex.wire import date_text

Item = dict[str, Any]

SECRET_LINKS = ("recordingURL", "messageURL")
"""Fields that hold a path here; a reply puts the service's address before it."""

_FIRST_IDS = {
    "contacts": 48_211,
    "groups": 3_107,
    "voicemail_boxes": 9_021,
    "audio_prompts": 5_120,
    "voip_endpoints": 7_011,
}


class World:
    """Items of each collection by ID, in their wire form, the newest last; missed callers by number and destination.

    Assumed, as nothing is published: `clientID` of a voicemail box and `employee_id` of an endpoint are
    contact IDs; the codes in `status` and `type` mean nothing beyond being stable.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.company_number = ""
        self.names: dict[str, str] = {}
        self.items: dict[str, dict[Hashable, Item]] = {
            name: {} for name in (*_FIRST_IDS, "call_history", "call_records", "voicemails", "lost_calls")
        }
        self._strangers = 0

    def newest(self, collection: str) -> Item | None:
        return next(reversed(self.items[collection].values()), None)

    def stranger(self) -> str:
        """A number that has not called before, with a name in the address book."""
        self._strangers += 1
        number = str(60_000_200 + self._strangers)
        self.names.setdefault(number, f"Klientas {self._strangers}")
        return number

    def memberships(self, contact_id: int) -> list[Item]:
        return [group for group in self.items["groups"].values() if {"contactID": contact_id} in group["members"]]

    def box_owner(self, box_id: int) -> int | None:
        box = self.items["voicemail_boxes"].get(box_id)
        return int(box["clientID"]) if box else None

    def box_of(self, contact_id: int) -> Item | None:
        """The employee's own voicemail box, or else the company's first."""
        boxes = list(self.items["voicemail_boxes"].values())
        return next((box for box in boxes if box["clientID"] == contact_id), boxes[0] if boxes else None)

    # IDs grow with time and are never used again while their item is the newest.

    def call_id(self, start: datetime) -> int:
        """Microseconds since 1970, as the service seems to count them."""
        return self._after_newest("call_history", int(start.timestamp()) * 1_000_000 + 97_344)

    def recording_id(self, call_id: int) -> int:
        return self._after_newest("call_records", call_id // 10_000 + 9)

    def voicemail_id(self, start: datetime) -> int:
        """Hundredths of a second since 1970."""
        return self._after_newest("voicemails", int(start.timestamp()) * 100 + 52)

    def next_id(self, collection: str) -> int:
        return self._after_newest(collection, _FIRST_IDS[collection])

    def _after_newest(self, collection: str, wanted: int) -> int:
        newest = next(reversed(self.items[collection]), 0)
        return max(wanted, newest + 1) if isinstance(newest, int) else wanted

    def secret_path(self, folder: str, item_id: int) -> str:
        """Where a sound can be heard by whoever knows the path."""
        token = hashlib.sha256(f"{folder}/{item_id}".encode()).hexdigest()[:32]
        return f"/{folder}/{token}"

    # What an administrator adds in the self-care portal; what is left out gets a sensible value.

    def add_contact(self, contactID: int | None = None, **given: Any) -> Item:
        contact_id = self.next_id("contacts") if contactID is None else contactID
        item = {
            "current_callerid": self.company_number,
            "archived": 0,
            "firstname": "Nauja",
            "lastname": f"Darbuotoja {contact_id}",
            "created": date_text(self.clock.now()),
            "number": f"600{contact_id}",
            "contactID": contact_id,
        }
        return self._keep("contacts", contact_id, item | given)

    def add_group(self, groupID: int | None = None, members: list[int] | None = None, **given: Any) -> Item:
        group_id = self.next_id("groups") if groupID is None else groupID
        of_newest = [int(contact["contactID"]) for contact in [self.newest("contacts")] if contact]
        item = {
            "created": date_text(self.clock.now()),
            "groupID": group_id,
            "type": 1,
            "name": f"Group {group_id}",
            "members": [{"contactID": each} for each in (of_newest if members is None else members)],
        }
        return self._keep("groups", group_id, item | given)

    def add_box(self, voicemailBoxID: int | None = None, **given: Any) -> Item:
        box_id = self.next_id("voicemail_boxes") if voicemailBoxID is None else voicemailBoxID
        item = {
            "clientID": self._newest_contact_id(),
            "boxName": f"Box {box_id}",
            "created": date_text(self.clock.now()),
            "voicemailBoxID": box_id,
        }
        return self._keep("voicemail_boxes", box_id, item | given)

    def add_prompt(self, id: int | None = None, **given: Any) -> Item:
        prompt_id = self.next_id("audio_prompts") if id is None else id
        item = {"id": prompt_id, "name": f"Prompt {prompt_id}", "type": 1}
        return self._keep("audio_prompts", prompt_id, item | given)

    def add_endpoint(self, id: int | None = None, **given: Any) -> Item:
        endpoint_id = self.next_id("voip_endpoints") if id is None else id
        item = {"id": endpoint_id, "name": f"Phone {endpoint_id}", "employee_id": self._newest_contact_id()}
        return self._keep("voip_endpoints", endpoint_id, item | given)

    def _newest_contact_id(self) -> int:
        contact = self.newest("contacts")
        return int(contact["contactID"]) if contact else 0

    def _keep(self, collection: str, item_id: int, item: Item) -> Item:
        self.items[collection][item_id] = item
        return item
