"""Ctrl-C, SIGTERM and a closed terminal as a wish that is heard between two steps, never in the middle of one."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Thread
from types import FrameType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
_MOMENT = 0.1  # seconds; on Windows, Ctrl-C does not end a wait without a limit
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last two where the system has them: a closed terminal
_SIGNALS = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


class GivenUp(Exception):
    """The wish came again while something was still under way."""


class Stopping:
    """While open, the signals are counted; `asked` is whether there was any."""

    def __init__(self) -> None:
        self._count = 0
        self._old: dict[int, Any] = {}

    @property
    def asked(self) -> bool:
        return self._count > 0

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:
        self._count += 1

    def finish(self, act: Callable[[], T], waiting: Callable[[], object]) -> T:
        """What `act` returns or raises, however long it takes; `waiting` is called where the wish comes meanwhile.

        GivenUp where it comes once more after that.
        """
        work = _Work(act)
        before, told = self._count, False
        while work.thread.is_alive():
            work.thread.join(_MOMENT)
            wishes = self._count - before
            if work.thread.is_alive() and wishes and not told:
                told = True
                waiting()
            elif work.thread.is_alive() and wishes > 1:
                raise GivenUp
        return work.result()

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._old[number] = signal.signal(number, self.ask)
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)


class _Work(Generic[T]):
    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self._value: list[T] = []
        self._error: BaseException | None = None
        self.thread = Thread(target=self._run, name="a call under way", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self._value.append(self._act())
        except BaseException as error:  # raised again where the result is wanted
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value[0]
