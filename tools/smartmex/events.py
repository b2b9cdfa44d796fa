"""The events of the service, and how each comes about in the world."""

from __future__ import annotations

from collections.abc import Callable

from smartmex.world import Item, World

_CALL = ("callID", "caller", "destination", "direction", "status", "callStarted")
_LOST_CALLER = ("contact_name", "destination", "attempts", "callerid", "last_contact")
_FINISHED = ("callConnected", "connectionTime", "contactID", "previous_contactID")

EVENT_FIELDS: dict[str, tuple[str, ...]] = {
    "CallStarted": (*_CALL, "contactID"),
    "CallConnected": (*_CALL, "callConnected", "contactID"),
    "CallCompleted": (*_CALL, *_FINISHED),
    "CallTransfered": (*_CALL, *_FINISHED),
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


def notification(world: World, event: str) -> Item:
    """Makes the event happen; what each of its webhooks is sent."""
    subject = _HAPPEN[event](world)
    data = {field: subject[field] for field in EVENT_FIELDS[event]}
    return {"type": "Event", "eventType": event, "version": "v1", "data": data}


def _running_call(world: World) -> Item:
    """A call that is not in the history, as it has not ended."""
    return {**world.new_call(), "previous_contactID": world.items["contacts"][0]["contactID"]}


def _completed_call(world: World) -> Item:
    call = world.new_call()
    world.keep_call(call)
    return {**call, "previous_contactID": world.items["contacts"][0]["contactID"]}


def _recorded_call(world: World) -> Item:
    call = world.new_call()
    recording = world.recording(call)
    world.keep_call(call, recording)
    return {**call, **recording}


def _created_voicemail(world: World) -> Item:
    world.add_voicemail()
    return world.newest("voicemails")


def _deleted_voicemail(world: World) -> Item:
    """Left behind and deleted again, so that the seeded ones stay."""
    return world.new_voicemail()


def _added_caller(world: World) -> Item:
    caller = world.new_lost_call()
    world.items["lost_calls"].append(caller)
    return caller


def _removed_caller(world: World) -> Item:
    """Added and called back at once, so that the seeded ones stay."""
    return world.new_lost_call()


_HAPPEN: dict[str, Callable[[World], Item]] = {
    "CallStarted": _running_call,
    "CallConnected": _running_call,
    "CallCompleted": _completed_call,
    "CallTransfered": _running_call,
    "CallRecorded": _recorded_call,
    "VoicemailCreated": _created_voicemail,
    "VoicemailDeleted": _deleted_voicemail,
    "LostCallerAdded": _added_caller,
    "LostCallerUpdated": World.retry_lost_call,
    "LostCallerRemoved": _removed_caller,
}
