"""Stories that the exchange can play, each a course of calls with the events it fires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connkit.core import UserError
from smartmex.clock import Steps
from smartmex.events import colleague, employee
from smartmex.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the number outside the company, the employee, and a colleague."""

    caller: str
    contact_id: int
    colleague_id: int


Plot = Callable[[Switchboard, Cast], Steps]


def incoming_answered(board: Switchboard, cast: Cast) -> Steps:
    """somebody calls and is answered"""
    yield from board.talk(board.start("in", cast.caller, cast.contact_id), ringing=6, talking=95)


def incoming_answered_recorded(board: Switchboard, cast: Cast) -> Steps:
    """somebody calls and is answered; the recording is ready a moment after the call"""
    call = board.start("in", cast.caller, cast.contact_id)
    yield from board.talk(call, ringing=6, talking=95)
    yield 3
    board.record(call)


def outgoing_answered(board: Switchboard, cast: Cast) -> Steps:
    """an employee calls somebody, who answers"""
    yield from board.talk(board.start("out", cast.caller, cast.contact_id), ringing=11, talking=240)


def missed_twice_then_called_back(board: Switchboard, cast: Cast) -> Steps:
    """somebody calls in vain, tries again half an hour later, and is called back"""
    yield from board.ring_in_vain(board.start("in", cast.caller, cast.contact_id))
    yield 1800
    yield from board.ring_in_vain(board.start("in", cast.caller, cast.contact_id))
    yield 600
    yield from board.talk(board.start("out", cast.caller, cast.contact_id), ringing=8, talking=130)


def missed_then_answered(board: Switchboard, cast: Cast) -> Steps:
    """somebody calls in vain, and gets through an hour later"""
    yield from board.ring_in_vain(board.start("in", cast.caller, cast.contact_id))
    yield 3600
    yield from board.talk(board.start("in", cast.caller, cast.contact_id), ringing=6, talking=75)


def voicemail_left_then_deleted(board: Switchboard, cast: Cast) -> Steps:
    """nobody answers, the caller leaves a voicemail, and somebody deletes it the same day"""
    call = board.start("in", cast.caller, cast.contact_id)
    yield from board.ring_in_vain(call)
    yield 25
    voicemail = board.leave_voicemail(call, 17)
    yield 7200
    if voicemail is not None:
        board.delete_voicemail(voicemail)


def blind_transfer(board: Switchboard, cast: Cast) -> Steps:
    """an employee answers and hands the call over to a colleague without asking first"""
    call = board.start("in", cast.caller, cast.contact_id)
    yield 5
    board.answer(call)
    yield 20
    board.transfer(call, cast.colleague_id)
    yield 180
    board.end(call)


def attended_transfer(board: Switchboard, cast: Cast) -> Steps:
    """an employee answers, asks a colleague by a call of their own, and then hands the call over"""
    call = board.start("in", cast.caller, cast.contact_id)
    yield 5
    board.answer(call)
    yield 20
    asked = board.world.items["contacts"].get(cast.colleague_id, {})
    inquiry = board.start("out", str(asked.get("number", cast.caller)), cast.contact_id)
    yield from board.talk(inquiry, ringing=4, talking=15)
    board.transfer(call, cast.colleague_id)
    yield 180
    board.end(call)


def all_events(board: Switchboard, cast: Cast) -> Steps:
    """every event once at least: a recorded call, a transferred one, a missed caller and a voicemail"""
    for plot in (
        incoming_answered_recorded,
        blind_transfer,
        missed_twice_then_called_back,
        voicemail_left_then_deleted,
    ):
        yield from plot(board, cast)
        yield 60


_PLOTS: tuple[Plot, ...] = (
    incoming_answered,
    incoming_answered_recorded,
    outgoing_answered,
    missed_twice_then_called_back,
    missed_then_answered,
    voicemail_left_then_deleted,
    blind_transfer,
    attended_transfer,
    all_events,
)
STORIES: dict[str, Plot] = {plot.__name__.replace("_", "-"): plot for plot in _PLOTS}
SENTENCES: dict[str, str] = {name: plot.__doc__ or "" for name, plot in STORIES.items()}


def story(name: str, board: Switchboard, caller: str | None = None, contact_id: int | None = None) -> Steps:
    """The steps of a story; UserError for an unknown name or employee."""
    if name not in STORIES:
        raise UserError(f"there is no story '{name}'; there are {', '.join(STORIES)}")
    contacts = [int(str(each)) for each in board.world.items["contacts"]]
    if contact_id is not None and contact_id not in contacts:
        raise UserError(f"no contact has the contactID {contact_id}; there are {', '.join(map(str, contacts))}")
    chosen = employee(board) if contact_id is None else contact_id
    cast = Cast(caller or board.world.stranger(), chosen, colleague(board, chosen))
    return STORIES[name](board, cast)
