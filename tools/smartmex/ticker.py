"""Lets happen what is due while the world's clock runs."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

_LONGEST = 0.1  # seconds; something new may have been begun meanwhile


class Ticker:
    """`tick` does what is due and returns the seconds until more is, None where nothing waits."""

    def __init__(self, tick: Callable[[], float | None]) -> None:
        self._tick = tick
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="smartmex clock", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            seconds = self._tick()
            pause = _LONGEST if seconds is None else min(seconds, _LONGEST)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
