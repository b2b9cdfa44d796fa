"""The events of the service, and how each comes about when somebody asks for it alone."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from connkit.core import UserError
from smartmex.clock import Steps
from smartmex.switchboard import Call, Switchboard
from smartmex.world import Item

_CALL = ("callID", "caller", "destination", "direction", "status", "callStarted")
_LOST_CALLER = ("contact_name", "destination", "attempts", "callerid", "last_contact")
_CONNECTED = ("callConnected", "connectionTime", "contactID", "previous_contactID")

EVENT_FIELDS: dict[str, tuple[str, ...]] = {
    "CallStarted": (*_CALL, "contactID"),
    "CallConnected": (*_CALL, "callConnected", "contactID"),
    "CallCompleted": (*_CALL, *_CONNECTED),
    "CallTransfered": (*_CALL, *_CONNECTED),
    "CallRecorded": ("recordingID", "callID", "callStarted", "recordingURL", "direction", "connectionTime"),
    "VoicemailCreated": (
        "sender",
        "voicemailID",
        "length",
        "callStarted",
        "voicemailBoxID",
        "voicemailBoxName",
        "messageURL",
    ),
    "VoicemailDeleted": ("sender", "voicemailID"),
    "LostCallerAdded": _LOST_CALLER,
    "LostCallerUpdated": _LOST_CALLER,
    "LostCallerRemoved": ("destination", "callerid"),
}
"""Event names as on the wire, the misspelt one too, with the fields of their data."""


def notification(event: str, subject: Item, absent_left_out: bool) -> Item:
    """What each webhook of the event is sent."""
    fields = EVENT_FIELDS[event]
    data = {field: subject.get(field) for field in fields if field in subject or not absent_left_out}
    return {"type": "Event", "eventType": event, "version": "v1", "data": data}


Course = Generator[float, None, Call]
"""Steps that leave a call in the state they are named for."""


def course(event: str, board: Switchboard) -> Steps:
    """What leads to the event and ends with it: the life of a call in progress, or of a new one where none fits."""
    return _COURSES[event](board)


def employee(board: Switchboard) -> int:
    """The ID of the newest employee who still works here; 0 where there is nobody."""
    contacts = list(board.world.items["contacts"].values())
    working = [contact for contact in contacts if not contact["archived"]] or contacts
    return int(working[-1]["contactID"]) if working else 0


def colleague(board: Switchboard, contact_id: int) -> int:
    """Somebody else of the company, where there is anybody else."""
    others = [int(str(each)) for each in board.world.items["contacts"] if each != contact_id]
    return others[0] if others else contact_id


def _started(board: Switchboard) -> Course:
    yield 0
    return board.start("in", board.world.stranger(), employee(board))


def _answered(board: Switchboard) -> Course:
    ringing = [call for call in board.running if not call.connected]
    call = ringing[-1] if ringing else (yield from _started(board))
    yield 5
    board.answer(call)
    return call


def _connected(board: Switchboard) -> Course:
    connected = [call for call in board.running if call.connected]
    return connected[-1] if connected else (yield from _answered(board))


def _transferred(board: Switchboard) -> Course:
    call = yield from _connected(board)
    yield 20
    board.transfer(call, colleague(board, call.contact_id))
    return call


def _completed(board: Switchboard) -> Course:
    call = yield from _connected(board)
    yield 60
    board.end(call)
    return call


def _recorded(board: Switchboard) -> Course:
    call = yield from _completed(board)
    yield 3
    board.record(call)
    return call


def _missed(board: Switchboard, number: str | None = None) -> Course:
    call = board.start("in", number or board.world.stranger(), employee(board))
    yield from board.ring_in_vain(call)
    return call


def _voicemail_left(board: Switchboard) -> Steps:
    call = yield from _missed(board)
    yield 25
    if board.leave_voicemail(call, 17) is None:
        raise UserError("the company has no voicemail box, so nobody can leave a voicemail; seed it with one")


def _voicemail_deleted(board: Switchboard) -> Steps:
    if board.world.newest("voicemails") is None:
        yield from _voicemail_left(board)
    yield 60
    voicemail = board.world.newest("voicemails")
    if voicemail is not None:
        board.delete_voicemail(voicemail)


def _missed_again(board: Switchboard) -> Steps:
    number = yield from _missed_caller(board)
    yield 1800
    yield from _missed(board, number)


def _called_back(board: Switchboard) -> Steps:
    number = yield from _missed_caller(board)
    yield 600
    yield from board.talk(board.start("out", number, employee(board)))


def _missed_caller(board: Switchboard) -> Generator[float, None, str]:
    """The number of the newest missed caller, or of a new one where nobody waits to be called back."""
    lost = board.world.newest("lost_calls")
    return str(lost["callerid"]) if lost else (yield from _missed(board)).caller


_COURSES: dict[str, Callable[[Switchboard], Generator[float, None, Any]]] = {
    "CallStarted": _started,
    "CallConnected": _answered,
    "CallCompleted": _completed,
    "CallTransfered": _transferred,
    "CallRecorded": _recorded,
    "VoicemailCreated": _voicemail_left,
    "VoicemailDeleted": _voicemail_deleted,
    "LostCallerAdded": _missed,
    "LostCallerUpdated": _missed_again,
    "LostCallerRemoved": _called_back,
}
