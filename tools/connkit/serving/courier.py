"""Delivery of notifications: in order within a lane, tried again after a failure, and no lane waits for another."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from threading import Condition, Event, Lock, Thread
from time import monotonic
from typing import Protocol, runtime_checkable

from connkit.core import Request, Send

_LONGEST_PAUSE = 86_400.0
_GRACE = 0.1  # seconds in which threads that are not in the middle of an attempt notice that they are to end

_log = logging.getLogger(__name__)


class State(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRule:
    """How long one attempt may take and what follows a failed one; times in seconds.

    `timeout` is kept by what posts. `pause` comes before the first retry and is doubled for each further one, up to a
    day. A receiver's Retry-After is not heeded: the pauses are those of this rule alone.
    """

    timeout: float = 10.0
    retries: int = 3
    pause: float = 1.0

    def pause_after(self, attempts: int) -> float:
        return min(self.pause * 2.0 ** min(attempts - 1, 64), _LONGEST_PAUSE)


@dataclass(slots=True, eq=False)
class Delivery:
    """One notification on its way to one receiver; a courier changes it until its state is final.

    A lane is what order is kept in, such as the ID of a webhook. `event` names what happened; `outcome` is that of the
    last attempt, such as `200`, `503` or `no answer: TimeoutError`. None of these nor the repr holds what is secret in
    the request. Once its turn has come, the delivery is held back for `delay` seconds.
    """

    lane: Hashable
    event: str
    request: Request = field(repr=False)
    state: State = State.WAITING
    attempts: int = 0
    outcome: str = ""
    delay: float = 0.0


Tell = Callable[[Delivery], object]
Wait = Callable[[Event, float], object]


@runtime_checkable
class _Closeable(Protocol):
    def close(self) -> None: ...


class Courier:
    """Sends each delivery until its receiver takes it with 2xx or the rule gives it up: at least once, in order.

    A redirect is a failure as any other status, and so is whatever `post` raises. `tell` hears of each attempt when it
    has ended (the state is `waiting` where a retry follows) and of each delivery that was cancelled; it is called from
    the lane's thread and outside any lock, so it may call `send` and `cancel`, but not `stop`. `wait` waits so many
    seconds or until the event is set; a lane's thread ends when it had nothing to do for `idle` seconds.

    The first delivery of a lane belongs to the lane's thread alone, the others to nobody until their turn comes.
    Nothing is kept of a delivery whose state is final.
    """

    def __init__(
        self, post: Send, rule: RetryRule, tell: Tell | None = None, *, wait: Wait = Event.wait, idle: float = 30.0
    ) -> None:
        self._means = _Means(post, rule, tell or _silence, wait, idle)
        self._lock = Lock()
        self._lanes: dict[Hashable, _Lane] = {}
        self._live: list[_Lane] = []  # with those that were cancelled and have not ended yet
        self._stopped = False

    def send(self, delivery: Delivery) -> None:
        """Never blocks; once the courier was told to stop, the delivery is cancelled at once, and nobody told."""
        with self._lock:
            if self._stopped:
                delivery.state = State.CANCELLED
                return
            lane = self._lanes.get(delivery.lane)
            if lane is None or not lane.add(delivery):
                self._open(delivery)

    def cancel(self, lane: Hashable) -> None:
        """Cancels what waits in the lane; the first in it follows as soon as its thread lets go of it.

        An attempt that is under way may yet succeed, but none follows. A later delivery of the same lane begins it
        anew and does not wait for that attempt.
        """
        with self._lock:
            found = self._lanes.get(lane)
        if found is not None:
            found.cancel()

    def stop(self, patience: float) -> list[Delivery]:
        """Goes on by the rule for at most `patience` seconds; what is left then, lane by lane, each in its order.

        What is left keeps its state: one that is `sending` may still arrive, but this is no longer noted or told. Its
        thread ends with the attempt; all others have ended. What posts is closed if it has a `close`.
        """
        with self._lock:
            self._stopped = True
            lanes = list(self._live)
        for lane in lanes:
            lane.finish()
        _join(lanes, patience)
        left = [delivery for lane in lanes for delivery in lane.abandon()]
        _join(lanes, _GRACE)
        if isinstance(self._means.post, _Closeable):
            self._means.post.close()
        return left

    def _open(self, delivery: Delivery) -> None:
        lane = _Lane(delivery.lane, self._means, self._forget)
        lane.add(delivery)
        lane.thread.start()
        self._lanes[delivery.lane] = lane
        self._live.append(lane)

    def _forget(self, lane: _Lane) -> None:
        with self._lock:
            self._live.remove(lane)
            if self._lanes.get(lane.name) is lane:
                del self._lanes[lane.name]


@dataclass(frozen=True, slots=True)
class _Means:
    post: Send
    rule: RetryRule
    tell: Tell
    wait: Wait
    idle: float


class _Lane:
    def __init__(self, name: Hashable, means: _Means, ended: Callable[[_Lane], None]) -> None:
        self.name = name
        self.thread = Thread(target=self._run, name=f"courier {name}", daemon=True)
        self._means = means
        self._ended = ended
        self._queue: deque[Delivery] = deque()
        self._changed = Condition(Lock())
        self._interrupted = Event()
        self._closing = self._cancelled = self._abandoned = False

    def add(self, delivery: Delivery) -> bool:
        """Whether the lane still takes any."""
        with self._changed:
            if self._closing:
                return False
            self._queue.append(delivery)
            self._changed.notify()
            return True

    def finish(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()

    def cancel(self) -> None:
        with self._changed:
            self._closing = self._cancelled = True
            for delivery in islice(self._queue, 1, None):
                delivery.state = State.CANCELLED
            self._changed.notify()
        self._interrupted.set()

    def abandon(self) -> list[Delivery]:
        """What is left and was not cancelled; the thread no longer touches it."""
        with self._changed:
            self._closing = self._abandoned = True
            left = [] if self._cancelled else list(self._queue)
            self._queue.clear()
            self._changed.notify()
        self._interrupted.set()
        return left

    def _run(self) -> None:
        while self._step():
            pass
        self._ended(self)

    def _step(self) -> bool:
        """Whether another may follow; while it waits for that, nothing is held of this one."""
        delivery = self._first()
        if delivery is None:
            return False
        self._pause(delivery)
        if self._begin(delivery):
            self._settle(delivery, *self._attempt(delivery.request))
        return True

    def _first(self) -> Delivery | None:
        with self._changed:
            if not self._queue:
                self._changed.wait_for(lambda: self._queue or self._closing, self._means.idle)
            self._closing |= not self._queue
            return self._queue[0] if self._queue else None

    def _pause(self, delivery: Delivery) -> None:
        pause = self._means.rule.pause_after(delivery.attempts) if delivery.attempts else delivery.delay
        if pause > 0:
            self._means.wait(self._interrupted, pause)

    def _begin(self, delivery: Delivery) -> bool:
        """Whether it is still to be sent."""
        with self._changed:
            if self._abandoned:
                return False
            if not self._cancelled:
                delivery.state = State.SENDING
                return True
            delivery.state = State.CANCELLED
            self._queue.popleft()
        self._tell(delivery)
        return False

    def _attempt(self, request: Request) -> tuple[str, bool]:
        """The outcome, and whether the receiver took it."""
        try:
            status = self._means.post(request).status
            return str(status), 200 <= status < 300
        except BaseException as error:  # its text may hold the URL, and that a secret
            return f"no answer: {type(error).__name__}", False

    def _settle(self, delivery: Delivery, outcome: str, taken: bool) -> None:
        with self._changed:
            if self._abandoned:
                return
            delivery.attempts += 1
            delivery.outcome = outcome
            delivery.state = State.DELIVERED if taken else self._after_failure(delivery)
            if delivery.state is not State.WAITING:
                self._queue.popleft()
        self._tell(delivery)

    def _after_failure(self, delivery: Delivery) -> State:
        if self._cancelled:
            return State.CANCELLED
        return State.WAITING if delivery.attempts <= self._means.rule.retries else State.GIVEN_UP

    def _tell(self, delivery: Delivery) -> None:
        try:
            self._means.tell(delivery)
        except BaseException:
            _log.exception("an error in what hears of the deliveries")


def http_post(timeout: float) -> Send:
    """Sends over real HTTP; `timeout` seconds bound one attempt. What it raises is an OSError without the URL."""
    from connkit.serving.posting import HttpPost

    return HttpPost(timeout)


def _silence(delivery: Delivery) -> None:
    pass


def _join(lanes: Iterable[_Lane], seconds: float) -> None:
    until = monotonic() + seconds
    for lane in lanes:
        lane.thread.join(max(0.0, until - monotonic()))
