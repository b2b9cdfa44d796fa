"""Thousands of random lives of webhook triggers on a service that fails: no webhook is left behind unsaid."""

from __future__ import annotations

import contextlib
import functools
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connkit.core import Request, Response
from connkit.model import Connector
from connkit.runtime.connection import Credentials, credentials
from connkit.runtime.pacing import STANDARD, Clock, Pacing, paced, retried
from connkit.runtime.webhook import Leak, WebhookTrigger
from smartmex import SmartMex, Switches

ROOT = Path(__file__).resolve().parents[2]
CONNECTOR = Connector(
    json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8")),
    json.loads((ROOT / "apiProperties.json").read_text("utf-8")),
)
EVENTS = [operation.operation_id for operation in CONNECTOR.operations if operation.is_webhook]
CALLBACK = "https://callback.example/run?sig=fake"
REMOVE = "DELETE /webhooks/{webhook_id}"
REGISTER = [f"POST /webhooks/{event}" for event in EVENTS]
SEED = {
    "keys": [
        {"name": "whole", "key": "fake-key-whole"},
        {"name": "registers only", "key": "fake-key-partial", "methods": REGISTER},
    ]
}
WHOLE, PARTIAL = (credentials(CONNECTOR, {"api_key": f"Bearer {key['key']}"}) for key in SEED["keys"])
FAULTS = ["error", "too_many", "drop_before", "drop_after", "latency"]


@dataclass
class Service:
    """The mock on a clock that moves when somebody waits; `trouble` is how likely a fault is before each act."""

    chance: random.Random
    trouble: float
    switches: Switches
    time: float = 0.0
    unheard: int = 0  # webhooks whose registration nobody heard of
    doubtful: int = 0  # attempts to register that may have been such
    leaks: list[Leak] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mock = SmartMex(CONNECTOR.host, switches=self.switches, seed=SEED, sleep=self.sleep)
        self.clock = Clock(lambda: self.time, self.sleep)
        self.paced = paced(self.mock.handle, self.clock, Pacing(retry=None))

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def send(self, request: Request) -> Response:
        before, status = self.mock.live_webhooks(), 500
        try:
            response = self.paced(request)
            status = response.status
            return response
        finally:
            assert self.mock.live_webhooks() <= self.switches.cap
            if request.method == "POST" and status >= 500:
                self.doubtful += 1
                self.unheard += self.mock.live_webhooks() - before

    def live(self, keys: float) -> None:
        """One life from saving to deleting; `keys` is how likely a connection may not remove what it registers."""
        chance = self.chance
        first, second = (PARTIAL if chance.random() < keys else WHOLE for _ in range(2))
        again = functools.partial(retried, clock=self.clock, rule=STANDARD)
        one = WebhookTrigger(CONNECTOR, first, chance.choice(EVENTS), {}, self.send, retrying=again)
        is_on = False
        for act in [
            "enable",
            *chance.choices(["edit", "renew", "disable", "enable"], k=chance.randrange(6)),
            "disable",
        ]:
            if is_on != (act == "enable"):
                self.set_fault()
                with contextlib.suppress(OSError):
                    self.act(one, act, second)
                is_on = act != "disable"
        self.leaks += one.leaks
        self.check()

    def act(self, one: WebhookTrigger, act: str, renewed: Credentials) -> None:
        match act:
            case "enable":
                one.enable(CALLBACK)
            case "edit":
                one.edit(CALLBACK)
            case "renew":
                one.renew(renewed, CALLBACK)
            case "disable":
                one.disable()

    def set_fault(self) -> None:
        chance = self.chance
        self.mock.clear_faults()
        if chance.random() < self.trouble:
            kind, where = chance.choice(FAULTS), chance.choice(["*", REMOVE, *REGISTER[:2]])
            times, status = chance.choice([1, 2, 8, 9, 30]), chance.choice([403, 422, 500, 503])
            self.mock.set_fault(kind, where, times=times, status=status, seconds=200)

    def check(self) -> None:
        """Each webhook that is left is reported: by its place, or as one that may have been registered."""
        left = {f"{self.mock.base}/webhooks/{each['id']}" for each in self.mock.webhooks()}
        places = {leak.location for leak in self.leaks if leak.location}
        certain = [leak for leak in self.leaks if leak.certain]
        nowhere = [leak for leak in self.leaks if not leak.location]
        assert {leak.location for leak in certain if leak.location} <= left
        assert len(left - places) == self.unheard + len([leak for leak in nowhere if leak.certain])
        assert len([leak for leak in nowhere if not leak.certain]) == self.doubtful


def lives(count: int, *, trouble: float, keys: float, cap: int = 20, located: bool = True) -> list[Service]:
    switches = Switches(cap=cap, registration_location=located)
    services = [Service(random.Random(seed), trouble, switches) for seed in range(count // 20)]
    for service in services:
        for _ in range(20):
            service.live(keys)
    return services


def reasons(services: list[Service]) -> dict[str, int]:
    """The beginnings of the reasons, without addresses."""
    return Counter(leak.reason.partition(" https://")[0] for service in services for leak in service.leaks)


@pytest.mark.parametrize("cap", [3, 20])
def test_every_webhook_that_is_left_is_reported_with_its_reason(cap: int) -> None:
    services = lives(1200, trouble=0.3, keys=0.1, cap=cap)
    assert set(reasons(services)) == {
        "a webhook may be leaked: no answer came to POST",
        "a webhook may be leaked: the service answered 500 to POST",
        "a webhook may be leaked: the service answered 503 to POST",
        "the webhook is leaked: the service answered 403 to DELETE",
        "the webhook is leaked: the service answered 422 to DELETE",
        "the webhook is leaked: the service answered 429 to DELETE",
        "the webhook may be leaked: no answer came to DELETE",
        "the webhook may be leaked: the service answered 500 to DELETE",
        "the webhook may be leaked: the service answered 503 to DELETE",
    }
    assert max(service.mock.live_webhooks() for service in services) == cap


def test_no_webhook_is_left_where_removal_works() -> None:
    services = lives(600, trouble=0.0, keys=0.0)
    assert [(service.mock.live_webhooks(), service.leaks) for service in services] == [(0, [])] * 30


def test_without_a_location_every_webhook_is_reported() -> None:
    services = lives(200, trouble=0.0, keys=0.0, located=False)
    left = sum(service.mock.live_webhooks() for service in services)
    assert left > 0
    assert reasons(services) == {
        "the webhook is leaked and stays behind, because the registration named no Location; "
        "the service has to answer 201 with a Location header": left
    }
