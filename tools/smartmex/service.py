"""The service itself, free of any transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from connkit.core import (
    Answer,
    MockService,
    Probe,
    Reply,
    Request,
    Response,
    Send,
    Unknown,
    UserError,
    Watch,
)
from connkit.core.switches import changed, unknowns
from connkit.serving.control import PREFIX
from connkit.serving.courier import Courier, Delivery, RetryRule, http_post
from connkit.serving.intercepting import intercept
from connkit.serving.telling import told
from smartmex import control, samples, sounds, wire
from smartmex.access import FAKE_KEY
from smartmex.api import Api
from smartmex.clock import Clock
from smartmex.company import Company
from smartmex.faults import EVERYWHERE, Fault, fault
from smartmex.probes import PROBES
from smartmex.refusal import Refusal
from smartmex.seeding import Seed, default_seed, parsed
from smartmex.stories import SENTENCES
from smartmex.switches import ASSUMED, Switches
from smartmex.ticker import Ticker

__all__ = ["FAKE_KEY", "SmartMex", "mock"]

Corrupt = Callable[[Request, Response], Response]
_START = datetime(2026, 1, 12, 8, tzinfo=UTC)  # where the clock stands while nobody makes it run


def mock(definition: dict[str, Any], switches: Switches | None = None) -> SmartMex:
    """The mock at the host and base path of the apiDefinition; UserError when it names no host."""
    host = definition.get("host")
    if not isinstance(host, str) or not host:
        raise UserError("the apiDefinition has no host, so smartmex does not know what to answer for: add `host`")
    return SmartMex(host, str(definition.get("basePath") or "/"), switches)


class SmartMex(MockService):
    """One customer's telephony, at `base`, the URL that every path is appended to, without a slash at its end.

    With `at_once`, whatever takes time is over when a call of this class returns, and the clock has moved that far;
    otherwise it waits for `advance`, or for the clock to run. `corrupt`, when set, has the last word on each reply,
    so that a test can break the contract. `post`, given a time-out in seconds, makes what sends notifications while the
    mock is served. Every method may be called from any thread.
    """

    name = "smartmex"

    def __init__(
        self,
        host: str = "pbx.example",
        base_path: str = "/api/v2/",
        switches: Switches | None = None,
        *,
        seed: Seed | None = None,
        at_once: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        post: Callable[[float], Send] | None = None,
    ) -> None:
        self.host = host
        self.corrupt: Corrupt | None = None
        self._base_path = base_path.strip("/")
        self._origin = f"https://{host}"
        self._seed = default_seed() if seed is None else seed
        self._at_once, self._speed = at_once, 0.0
        self._sleep, self._post = sleep, post
        self._watch: Watch | None = None
        self._courier: Courier | None = None
        self._ticker: Ticker | None = None
        self._lock = RLock()
        self._begin(self._seed, switches or Switches())

    def _begin(self, seed: Seed, switches: Switches) -> None:
        start = datetime.now(UTC) if self._speed else _START
        at_once = self._at_once and not self._speed
        company = Company(self._origin, seed, Clock(start, self._speed), at_once, switches)
        company.watch = self._watch
        if self._courier is not None:
            company.deliveries.open(self._courier)
        self._seed, self._company = seed, company
        self._api = Api(company, self.base)

    @property
    def base(self) -> str:
        return f"{self._origin}/{self._base_path}" if self._base_path else self._origin

    @property
    def switches(self) -> Switches:
        return self._company.switches

    # What every mock service does.

    def connection(self) -> Mapping[str, str]:
        return {"api_key": self._company.keys.first}

    def answer(self, request: Request) -> Reply:
        with self._lock:
            reply = self._api.answer(request)
        if self.corrupt is None or reply.response is None:
            return reply
        return Reply(self.corrupt(request, reply.response), reply.delay)

    def handle(self, request: Request) -> Response:
        """The answer, after the delay that a fault asks for; ConnectionError where a fault drops the connection."""
        reply = self.answer(request)
        if reply.delay:
            self._sleep(reply.delay)
        if reply.response is None:
            raise ConnectionError("the mock service dropped the connection")
        return reply.response

    def intercept(self) -> AbstractContextManager[Any]:
        return intercept(self.host, self.handle)

    def sample_parameters(self, operation_id: str) -> Mapping[str, Any]:
        with self._lock:
            return samples.parameters(operation_id, self._company.world, self._sample_webhook)

    def _sample_webhook(self) -> int:
        """A webhook that can be removed: a new one, or the oldest where no more fit."""
        webhooks = self._company.webhooks
        oldest = webhooks.oldest()
        if oldest is not None and len(webhooks) >= self.switches.cap:
            return oldest.webhook_id
        body = wire.json_bytes(samples.webhook_body("CallStarted"))
        return webhooks.register("CallStarted", body, self.switches).webhook_id

    def make_item(self, operation_id: str) -> None:
        with self._lock:
            self._company.make(samples.polled(operation_id))

    def fire(self, operation_id: str) -> Mapping[str, Any]:
        with self._lock:
            return self._company.fire(samples.event(operation_id))

    def live_webhooks(self) -> int:
        with self._lock:
            return len(self._company.webhooks)

    def deliveries(self) -> list[Request]:
        with self._lock:
            return self._company.deliveries.take()

    # What a test or the control interface does besides.

    def unknowns(self) -> Sequence[Unknown]:
        return unknowns(Switches)

    def probes(self) -> Sequence[Probe]:
        return PROBES

    def assumed(self) -> Sequence[str]:
        return ASSUMED

    def configure(self, switch: str, value: object) -> None:
        with self._lock:
            if switch.startswith("delivery_") and self._courier is not None:
                raise UserError(f"the switch '{switch}' is read when the mock begins to be served; set it before that")
            self._company.switches = changed(self._company.switches, switch, value)

    def seed(self, text: str | Seed) -> None:
        """Starts over with another company, from YAML or what it holds; the old one stays where there is a mistake."""
        document = parsed(text) if isinstance(text, str) else text
        with self._lock:
            self._replace(document)

    def reset(self) -> None:
        """Starts over: the seed's company, no webhooks, no faults; switches stay."""
        with self._lock:
            self._replace(self._seed)

    def _replace(self, seed: Seed) -> None:
        old = self._company
        self._begin(seed, old.switches)
        for webhook in old.webhooks.listed():
            old.deliveries.cancel(webhook.webhook_id)

    def stories(self) -> Mapping[str, str]:
        return SENTENCES

    def play(self, story: str, caller: str | None = None, contact_id: int | None = None) -> None:
        with self._lock:
            self._company.play(story, caller, contact_id)

    def now(self) -> datetime:
        with self._lock:
            return self._company.timeline.clock.now()

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; what lies between happens."""
        with self._lock:
            self._company.timeline.pass_time(seconds)

    def set_fault(self, kind: str, where: str = EVERYWHERE, **given: Any) -> None:
        """`given` may be `times`, `seconds` and `status`; UserError where they make no sense."""
        self.add_fault(fault({"kind": kind, "where": where, **given}))

    def add_fault(self, made: Fault) -> None:
        with self._lock:
            self._company.faults.add(made)

    def clear_faults(self) -> None:
        with self._lock:
            self._company.faults.clear()

    def faults_in_force(self) -> list[Fault]:
        with self._lock:
            return self._company.faults.listed()

    def webhooks(self) -> list[dict[str, Any]]:
        """Those alive: ID, event and receiver, without what is secret."""
        with self._lock:
            listed = self._company.webhooks.listed()
        return [{"id": each.webhook_id, "event": each.event, "receiver": each.receiver} for each in listed]

    def delivery_log(self) -> list[Delivery]:
        """How the last ten thousand notifications fared, the oldest first."""
        with self._lock:
            return list(self._company.deliveries.log)

    # Being served.

    def open(self, origin: str, speed: float, watch: Watch | None = None) -> Answer:
        """At speed 0 the clock stands still and everything happens at once, as it does in process."""
        with self._lock:
            if self._courier is not None:
                raise UserError(f"the mock service is served at {self._origin} already; close it first")
            self._origin, self._speed, self._watch = origin, speed, watch
            post = (self._post or http_post)(self.switches.delivery_timeout)
            self._courier = Courier(post, self._rule(), self._delivered)
            self._hand_over(self._courier)
        if speed:
            self._ticker = Ticker(self._tick)
        return self._served

    def _rule(self) -> RetryRule:
        known = self.switches
        return RetryRule(timeout=known.delivery_timeout, retries=known.delivery_retries, pause=known.delivery_pause)

    def _hand_over(self, courier: Courier) -> None:
        """Gives the company that there is what being served brings."""
        company = self._company
        company.origin, company.watch = self._origin, self._watch
        company.timeline.at_once = self._at_once and not self._speed
        if self._speed and "now" not in self._seed:
            company.timeline.clock.set(datetime.now(UTC))
        company.timeline.clock.run(self._speed)
        company.deliveries.open(courier)
        self._api = Api(company, self.base)

    def _tick(self) -> float | None:
        with self._lock:
            self._company.timeline.run_due()
            return self._company.timeline.seconds_to_next()

    def _delivered(self, delivery: Delivery) -> None:
        with self._lock:
            webhook = self._company.webhook(delivery.lane)
            if webhook and delivery.outcome == "410" and self.switches.gone_removes_webhook:
                self._company.remove(webhook.webhook_id)
            self._company.tell(told(delivery))

    def _served(self, request: Request) -> Reply:
        path = request.url.removeprefix(self._origin)
        if f"{path}/".startswith(f"{PREFIX}/"):
            return Reply(control.answer(self, request, path.removeprefix(PREFIX)))
        with self._lock:
            sound = sounds.sound(self._company.world, path) if request.method == "GET" else None
        return Reply(sound) if sound else self.answer(request)

    def first_steps(self) -> Sequence[str]:
        contact = next(iter(self._company.world.items["contacts"]), 48211)
        key = self._company.keys.first
        return (
            f'curl -H "Authorization: {key}" {self.base}/contacts/{contact}',
            f"curl -X POST {self._origin}{PREFIX}/stories/incoming-answered-recorded",
            f"curl {self._origin}{PREFIX}/",
        )

    def refusal(self, status: int, message: str) -> Response:
        return wire.refused(Refusal(status, message), self.switches.error_envelope)

    def close(self, patience: float) -> list[str]:
        if self._ticker is not None:
            self._ticker.stop()
        left = self._company.deliveries.close(patience)  # without the lock, as the courier tells what it delivers
        self._courier = self._ticker = None
        return [f"{each.event} for webhook {each.lane} was not delivered" for each in left]
