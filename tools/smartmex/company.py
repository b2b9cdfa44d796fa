"""One customer of the service: everything that is kept in memory, and what makes it change."""

from __future__ import annotations

from typing import Any

from connkit.core import Happening, UserError, Watch
from smartmex import events, stories, wire
from smartmex.access import Pace
from smartmex.clock import Clock, Timeline
from smartmex.deliveries import Deliveries
from smartmex.faults import Faults
from smartmex.seeding import Seed, seeded
from smartmex.switchboard import Switchboard
from smartmex.switches import Switches
from smartmex.webhooks import Webhook, Webhooks
from smartmex.world import SECRET_LINKS, Item, World


class Company:
    """`origin` is the address that links to sounds begin with, `watch` is told what a person is to see."""

    def __init__(self, origin: str, seed: Seed, clock: Clock, at_once: bool, switches: Switches) -> None:
        made = seeded(seed, clock)
        if made.now is not None:
            clock.set(made.now)
        self.origin = origin
        self.switches = switches
        self.watch: Watch | None = None
        self.world, self.keys = made.world, made.keys
        self.timeline = Timeline(clock, at_once)
        self.board = Switchboard(self.world, self.timeline, self._emit)
        self.webhooks = Webhooks()
        self.deliveries = Deliveries()
        self.faults = Faults()
        self.pace = Pace()
        self._last: dict[str, Item] = {}

    def _emit(self, event: str, subject: Item) -> None:
        notification = events.notification(event, self.linked(subject), self.switches.absent_left_out)
        self._last[event] = notification
        webhooks = self.webhooks.of(event)
        if not webhooks:
            self.tell(Happening("event", event, "no webhook is registered for it"))
        body = wire.json_bytes(notification)
        for webhook in webhooks:
            struck = self.faults.strike_event(event, webhook.webhook_id)
            self.deliveries.notify(webhook, body, struck, self.switches.signature)

    def linked(self, item: Item) -> Item:
        """With whole addresses where the world keeps paths."""
        links = {name: self.origin + item[name] for name in SECRET_LINKS if name in item}
        return {**item, **links} if links else item

    def tell(self, happening: Happening) -> None:
        if self.watch is not None:
            self.watch(happening)

    def remove(self, webhook_id: int) -> None:
        self.webhooks.remove(webhook_id)
        self.deliveries.cancel(webhook_id)

    def webhook(self, webhook_id: object) -> Webhook | None:
        return next((each for each in self.webhooks.listed() if each.webhook_id == webhook_id), None)

    # What a test, a demonstration or the control interface makes happen.

    def fire(self, event: str) -> Item:
        """Makes one event happen now, after what has to come before it; what its webhooks were sent."""
        if event not in events.EVENT_FIELDS:
            raise UserError(f"there is no event '{event}'; there are {', '.join(events.EVENT_FIELDS)}")
        self._new_moment()
        self.timeline.rush(events.course(event, self.board))
        return self._last[event]

    def make(self, collection: str) -> None:
        """One new item in a list that can be polled, with the events that belong to it."""
        self._new_moment()
        made = _MADE_BY_EVENT.get(collection)
        if made is not None:
            self.timeline.rush(events.course(made, self.board))
        else:
            _ADD[collection](self.world)

    def play(self, name: str, caller: str | None = None, contact_id: int | None = None) -> None:
        steps = stories.story(name, self.board, caller, contact_id)
        self._new_moment()
        self.timeline.begin(steps)

    def dial(self, contact_id: int, destination: str) -> None:
        """The employee's phone makes a call, which is answered."""
        self.timeline.begin(self.board.talk(self.board.start("out", destination, contact_id)))

    def _new_moment(self) -> None:
        """Where the clock stands still, whatever is asked for happens a minute later than the last."""
        if self.timeline.at_once:
            self.timeline.pass_time(60)


_MADE_BY_EVENT = {"call_history": "CallCompleted", "call_records": "CallRecorded", "voicemails": "VoicemailCreated"}
_ADD: dict[str, Any] = {
    "contacts": World.add_contact,
    "groups": World.add_group,
    "voicemail_boxes": World.add_box,
    "audio_prompts": World.add_prompt,
    "voip_endpoints": World.add_endpoint,
}
