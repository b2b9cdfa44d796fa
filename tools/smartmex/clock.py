"""The world's time, and what is still to happen in it."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

Steps = Generator[float, None, Any]
"""Something that happens bit by bit: each value is the number of seconds until it goes on."""


class Clock:
    """A clock that anybody may set; at speed 0 it stands still, otherwise it runs that many times as fast as ours."""

    def __init__(self, start: datetime, speed: float = 0.0, ours: Callable[[], float] = time.monotonic) -> None:
        self._ours = ours
        self.speed = speed
        self.set(start)

    def now(self) -> datetime:
        return self._set_to + timedelta(seconds=(self._ours() - self._set_at) * self.speed)

    def set(self, moment: datetime) -> None:
        self._set_to = moment.astimezone(UTC)
        self._set_at = self._ours()

    def advance(self, seconds: float) -> None:
        self.set(self.now() + timedelta(seconds=seconds))

    def run(self, speed: float) -> None:
        self.set(self.now())
        self.speed = speed


class Timeline:
    """Plays steps on a clock.

    At once: the clock is moved forward to whatever comes next, so that nothing is ever left. Otherwise steps wait
    until somebody moves the clock (`pass_time`) or says that it has run (`run_due`).
    """

    def __init__(self, clock: Clock, at_once: bool) -> None:
        self.clock = clock
        self.at_once = at_once
        self._waiting: list[tuple[datetime, int, Steps]] = []
        self._order = itertools.count()

    def begin(self, steps: Steps) -> None:
        """Plays up to the first pause, or to the end where everything happens at once."""
        if self.at_once:
            self.rush(steps)
        else:
            self._continue(steps)

    def rush(self, steps: Steps) -> None:
        """Plays to the end, the clock moving as far as that takes."""
        for seconds in steps:
            self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        """Moves the clock, and lets happen what lies between."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while self._waiting and self._waiting[0][0] <= end:
            self.clock.set(max(self._waiting[0][0], self.clock.now()))
            self._continue(heapq.heappop(self._waiting)[2])
        self.clock.set(max(end, self.clock.now()))

    def run_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= self.clock.now():
            self._continue(heapq.heappop(self._waiting)[2])

    def clear(self) -> None:
        self._waiting.clear()

    def seconds_to_next(self) -> float | None:
        """Seconds of ours until something is due; None where nothing waits or the clock stands still."""
        if not self._waiting or not self.clock.speed:
            return None
        return max(0.0, (self._waiting[0][0] - self.clock.now()).total_seconds() / self.clock.speed)

    def _continue(self, steps: Steps) -> None:
        seconds = next(steps, None)
        if seconds is not None:
            due = self.clock.now() + timedelta(seconds=seconds)
            heapq.heappush(self._waiting, (due, next(self._order), steps))
