"""Who may ask, and how often."""

from __future__ import annotations

import time
from collections import deque

from smartmex.refusal import Refusal
from smartmex.switches import Switches

FAKE_KEY = "fake-key-for-tests"
AUTHORIZATION = f"Bearer {FAKE_KEY}"

_MINUTE = 60.0


def check_key(authorization: str | None, switches: Switches) -> None:
    """Messages never repeat what was sent, as it may be a real key."""
    if authorization != AUTHORIZATION:
        raise Refusal(switches.bad_key_status, _flaw(authorization))


def _flaw(authorization: str | None) -> str:
    if authorization is None:
        return "the Authorization header is missing: send 'Bearer <key>'"
    if authorization == FAKE_KEY:
        return "the Authorization header has the key without the prefix 'Bearer ': send 'Bearer <key>'"
    if authorization.startswith("Bearer Bearer "):
        return "the Authorization header has the prefix 'Bearer ' twice: send 'Bearer <key>'"
    if not authorization.startswith("Bearer "):
        return "the Authorization header does not begin with 'Bearer ': send 'Bearer <key>'"
    return "the key in the Authorization header is unknown: send 'Bearer <key>' with a key of this service"


class Pace:
    """Requests of the last minute."""

    def __init__(self) -> None:
        self._moments: deque[float] = deque()

    def check(self, switches: Switches) -> None:
        if switches.rate_limit is None:
            return
        now = time.monotonic()
        while self._moments and now - self._moments[0] >= _MINUTE:
            self._moments.popleft()
        if len(self._moments) >= switches.rate_limit:
            raise Refusal(429, f"more than {switches.rate_limit} requests in a minute", {"Retry-After": "60"})
        self._moments.append(now)
