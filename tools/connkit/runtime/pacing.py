"""How fast, how long and how often the platform calls: throttling, time-outs and retries, on a clock that is injected.

Limits: https://learn.microsoft.com/power-automate/limits-and-config; which answers are tried again:
https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from connkit.core import Request, Response, Send
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.transports import TIMEOUT, without_query

CALLS_PER_MINUTE = 500  # of one connection
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` tells seconds from any fixed moment, `sleep` lets that many pass."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often a call is tried again; the first pause is `first` seconds, each further one twice as long."""

    retries: int
    first: float
    longest: float

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures."""
        return float(min(self.longest, self.first * 2 ** (failures - 1)))


LOW = RetryRule(retries=2, first=300.0, longest=600.0)  # of flows in the performance profile Low
STANDARD = RetryRule(retries=8, first=7.0, longest=900.0)


@dataclass(frozen=True, slots=True)
class Pacing:
    """What holds a call back; None switches that part off."""

    calls_per_minute: int | None = CALLS_PER_MINUTE
    timeout: float | None = TIMEOUT
    retry: RetryRule | None = STANDARD


def paced(send: Send, clock: Clock, pacing: Pacing = Pacing(), switches: EmulatorSwitches = EmulatorSwitches()) -> Send:
    """Sends as the platform does for one connection; every attempt counts as a call.

    A webhook trigger takes its retries apart, as it has to see each attempt: give it this without `retry`.
    """
    if pacing.timeout is not None:
        send = timed(send, clock, pacing.timeout)
    if pacing.calls_per_minute is not None:
        send = throttled(send, clock, pacing.calls_per_minute, switches)
    return send if pacing.retry is None else retried(send, clock, pacing.retry, switches)


def timed(send: Send, clock: Clock, limit: float = TIMEOUT) -> Send:
    """TimeoutError, an OSError, for an answer that took longer than the limit, in seconds."""

    def sent(request: Request) -> Response:
        began = clock.now()
        response = send(request)
        if clock.now() - began > limit:
            raise TimeoutError(f"no answer from {without_query(request.url)} within {limit:g} s")
        return response

    return sent


def throttled(
    send: Send, clock: Clock, limit: int = CALLS_PER_MINUTE, switches: EmulatorSwitches = EmulatorSwitches()
) -> Send:
    """Answers 429 itself, without sending, what is above the limit of calls in a minute."""
    calls: deque[float] = deque()

    def sent(request: Request) -> Response:
        now = clock.now()
        while calls and now - calls[0] >= _MINUTE:
            calls.popleft() if switches.throttle_slides else calls.clear()
        if len(calls) >= limit:
            return _too_many(limit, calls[0] + _MINUTE - now)
        calls.append(now)
        return send(request)

    return sent


def _too_many(limit: int, seconds: float) -> Response:
    told = {"statusCode": 429, "message": f"more than {limit} calls in a minute on this connection"}
    return Response(429, {"Retry-After": str(math.ceil(seconds))}, json.dumps(told).encode())


def retried(send: Send, clock: Clock, rule: RetryRule, switches: EmulatorSwitches = EmulatorSwitches()) -> Send:
    """Tries again after 408, 429, 5xx and where no answer came; the last outcome is what the caller gets."""

    def sent(request: Request) -> Response:
        for failures in range(1, rule.retries + 1):
            asked = 0.0
            try:
                response = send(request)
            except OSError:
                pass
            else:
                if not is_transient(response.status):
                    return response
                asked = retry_after(response) or 0.0 if switches.retry_after_lengthens_pause else 0.0
            clock.sleep(max(rule.pause(failures), asked))
        return send(request)

    return sent


def is_transient(status: int) -> bool:
    return status in (408, 429) or status >= 500


def retry_after(response: Response) -> float | None:
    """Seconds that the answer asks to wait, None where it does not say so in a way that can be read.

    A moment is counted from the answer's own Date, so that no clock is needed.
    """
    text = (response.header("Retry-After") or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment, date = (parsedate_to_datetime(each) for each in (text, response.header("Date") or ""))
        return max(0.0, (moment - date).total_seconds())
    except (TypeError, ValueError):
        return None
