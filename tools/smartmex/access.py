"""Who may ask, for what, from where, and how often."""

from __future__ import annotations

import ipaddress
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connkit.serving.control import address
from smartmex.refusal import Refusal
from smartmex.switches import Switches

FAKE_KEY = "fake-key-for-tests"
AUTHORIZATION = f"Bearer {FAKE_KEY}"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the self-care portal. `methods` are routes such as 'GET /contacts', None for all of them;
    `addresses` the networks it may be used from, None for all."""

    name: str
    secret: str = field(repr=False)
    methods: frozenset[str] | None = None
    addresses: tuple[Network, ...] | None = None

    def check_address(self, client: str) -> None:
        """Nothing is checked where no network lies between."""
        if self.addresses is None or not client:
            return
        if not any(address(client) in network for network in self.addresses):
            raise Refusal(403, f"the key may not be used from {client}: add the address to the key's IP list")

    def check_method(self, route: str) -> None:
        if self.methods is not None and route not in self.methods:
            raise Refusal(403, f"the key may not call {route}: add this API method to the key")


DEMO_KEY = Key("demo", FAKE_KEY)


class Keys:
    """The keys of the company, by what a client has to send."""

    def __init__(self, keys: Iterable[Key] = (DEMO_KEY,)) -> None:
        self._keys = {f"Bearer {key.secret}": key for key in keys}

    @property
    def first(self) -> str:
        """What to send in the Authorization header."""
        return next(iter(self._keys))

    def check(self, authorization: str | None, switches: Switches) -> Key:
        """Messages never repeat what was sent, as it may be a real key."""
        key = self._keys.get(authorization or "")
        if key is None:
            raise Refusal(switches.bad_key_status, self._flaw(authorization))
        return key

    def _flaw(self, authorization: str | None) -> str:
        if authorization is None:
            return "the Authorization header is missing: send 'Bearer <key>'"
        if f"Bearer {authorization}" in self._keys:
            return "the Authorization header has the key without the prefix 'Bearer ': send 'Bearer <key>'"
        if authorization.startswith("Bearer Bearer "):
            return "the Authorization header has the prefix 'Bearer ' twice: send 'Bearer <key>'"
        if not authorization.startswith("Bearer "):
            return "the Authorization header does not begin with 'Bearer ': send 'Bearer <key>'"
        return "the key in the Authorization header is unknown: send 'Bearer <key>' with a key of this service"


_MINUTE = timedelta(minutes=1)


class Pace:
    """Requests of the last minute, on the world's clock."""

    def __init__(self) -> None:
        self._moments: deque[datetime] = deque()

    def check(self, now: datetime, limit: int | None) -> None:
        if limit is None:
            return
        while self._moments and now - self._moments[0] >= _MINUTE:
            self._moments.popleft()
        if len(self._moments) >= limit:
            raise Refusal(429, f"more than {limit} requests in a minute", {"Retry-After": "60"})
        self._moments.append(now)
