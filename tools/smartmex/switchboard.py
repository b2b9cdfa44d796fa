"""The life of calls: what each step leaves in the world, and which event it fires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from smartmex.clock import Steps, Timeline
from smartmex.wire import date_text
from smartmex.world import Item, World

Emit = Callable[[str, Item], None]
"""Takes an event's name and everything known about its subject."""

_RINGING, _ANSWERED, _UNANSWERED = 0, 1, 2
_GIVES_UP = 30  # seconds a caller lets it ring in vain


@dataclass(slots=True, eq=False)
class Call:
    """A call; it enters the history when it ends. `contact_id` is the employee who has it now."""

    call_id: int
    direction: str
    caller: str
    destination: str
    contact_id: int
    started: datetime
    connected: datetime | None = None
    ended: datetime | None = None
    transferred_by: int | None = None

    def item(self, now: datetime) -> Item:
        """Everything known about the call at a moment, under wire names."""
        until = self.ended or now
        seconds = int((until - self.connected).total_seconds()) if self.connected else 0
        whole = {
            "callID": self.call_id,
            "caller": self.caller,
            "destination": self.destination,
            "direction": self.direction,
            "status": _ANSWERED if self.connected else _UNANSWERED if self.ended else _RINGING,
            "callStarted": date_text(self.started),
            "callConnected": date_text(self.connected) if self.connected else None,
            "callEnded": date_text(until),
            "connectionTime": seconds,
            "contactID": self.contact_id,
        }
        return whole if self.transferred_by is None else {**whole, "previous_contactID": self.transferred_by}


class Switchboard:
    """Acts on the world as the exchange does. `running` are the calls in progress, the newest last."""

    def __init__(self, world: World, timeline: Timeline, emit: Emit) -> None:
        self.world = world
        self.timeline = timeline
        self.running: list[Call] = []
        self._emit = emit
        self._last_call_id = 0

    @property
    def now(self) -> datetime:
        return self.timeline.clock.now()

    def start(self, direction: str, other: str, contact_id: int) -> Call:
        """A phone begins to ring; `other` is the number outside the company."""
        self._last_call_id = max(self.world.call_id(self.now), self._last_call_id + 1)
        line = self.world.company_number if direction == "in" else self._shown_number(contact_id)
        caller, destination = (other, line) if direction == "in" else (line, other)
        call = Call(self._last_call_id, direction, caller, destination, contact_id, self.now)
        self.running.append(call)
        self._emit("CallStarted", call.item(self.now))
        return call

    def _shown_number(self, contact_id: int) -> str:
        contact = self.world.items["contacts"].get(contact_id)
        return str(contact["current_callerid"]) if contact else self.world.company_number

    def answer(self, call: Call) -> None:
        call.connected = self.now
        self._emit("CallConnected", call.item(self.now))
        self._no_longer_lost(call)

    def transfer(self, call: Call, contact_id: int) -> None:
        """Hands the call over to another employee."""
        call.transferred_by, call.contact_id = call.contact_id, contact_id
        self._emit("CallTransfered", call.item(self.now))

    def end(self, call: Call) -> None:
        call.ended = self.now
        self.running.remove(call)
        whole = call.item(self.now)
        kept = {field: value for field, value in whole.items() if field != "previous_contactID"}
        self.world.items["call_history"][call.call_id] = kept
        self._emit("CallCompleted", whole)
        if call.direction == "in" and not call.connected:
            self._lost(call)

    def record(self, call: Call) -> None:
        """The recording of a call that has ended is ready."""
        recording_id = self.world.recording_id(call.call_id)
        history = self.world.items["call_history"][call.call_id]
        fields = {field: value for field, value in history.items() if field != "connectionTime"}
        link = self.world.secret_path("recordings", recording_id)
        recording = {"recordingID": recording_id, **fields, "recordingURL": link}
        history["recordingID"] = recording_id
        self.world.items["call_records"][recording_id] = recording
        self._emit("CallRecorded", {**history, **recording})

    def leave_voicemail(self, call: Call, seconds: int) -> Item | None:
        """What the caller says once nobody has answered; None where the company has no voicemail box."""
        box = self.world.box_of(call.contact_id)
        if box is None:
            return None
        voicemail_id = self.world.voicemail_id(call.started)
        voicemail = {
            "sender": call.caller,
            "voicemailID": voicemail_id,
            "length": seconds,
            "callStarted": date_text(call.started),
            "voicemailBoxID": box["voicemailBoxID"],
            "voicemailBoxName": box["boxName"],
            "messageURL": self.world.secret_path("voicemails", voicemail_id),
        }
        self.world.items["voicemails"][voicemail_id] = voicemail
        self._emit("VoicemailCreated", voicemail)
        return voicemail

    def delete_voicemail(self, voicemail: Item) -> None:
        if self.world.items["voicemails"].pop(voicemail["voicemailID"], None) is not None:
            self._emit("VoicemailDeleted", voicemail)

    def _lost(self, call: Call) -> None:
        lost, key = self.world.items["lost_calls"], (call.caller, call.destination)
        again = key in lost
        attempts = lost.pop(key)["attempts"] + 1 if again else 1
        caller = {
            "destination": call.destination,
            "attempts": attempts,
            "callerid": call.caller,
            "last_contact": date_text(self.now),
        }
        name = self._name_of(call.caller)
        lost[key] = caller if name is None else {"contact_name": name, **caller}
        self._emit("LostCallerUpdated" if again else "LostCallerAdded", lost[key])

    def _name_of(self, number: str) -> str | None:
        for contact in self.world.items["contacts"].values():
            if contact["number"] == number:
                return f"{contact['firstname']} {contact['lastname']}"
        return self.world.names.get(number)

    def _no_longer_lost(self, call: Call) -> None:
        """Whoever is called back, or gets through at last, leaves the list of missed callers."""
        lost = self.world.items["lost_calls"]
        other = call.caller if call.direction == "in" else call.destination
        for key in [key for key, caller in lost.items() if caller["callerid"] == other]:
            self._emit("LostCallerRemoved", lost.pop(key))

    # Whole calls, as stories and seeds tell them.

    def talk(self, call: Call, ringing: float = 5, talking: float = 60) -> Steps:
        """From ringing to the end of a call that is answered."""
        yield ringing
        self.answer(call)
        yield talking
        self.end(call)

    def ring_in_vain(self, call: Call, ringing: float = _GIVES_UP) -> Steps:
        yield ringing
        self.end(call)
