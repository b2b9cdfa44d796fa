"""The life of a polling trigger on a mock service."""

from __future__ import annotations

import contextlib
from typing import Any

from connkit.core import MockService, Request, Response, Send
from connkit.model import Connector
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import credentials
from connkit.runtime.hazards import lost, repeated
from connkit.runtime.outgoing import polling_policy
from connkit.runtime.polling import Poll, PollingTrigger
from connkit.runtime.steps import Act, Wrong, check, runs
from connkit.semantics.expressions import evaluate

MANY = 10  # items between two polls; a page that cannot hold them is small for a service that somebody polls


class _Line:
    """A way to the service that can be cut: while it is, a call meets `cut` instead of the service."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.cut: Response | OSError | None = None

    def __call__(self, request: Request) -> Response:
        if isinstance(self.cut, OSError):
            raise self.cut
        return self.cut or self._send(request)


class PollingLife:
    def __init__(self, connector: Connector, mock: MockService, operation_id: str, send: Send) -> None:
        self._connector, self._mock, self._operation_id = connector, mock, operation_id
        self._line = _Line(send)
        self._begun: PollingTrigger | None = None
        self._seen: list[Any] = []  # what must not start a run any more
        self._policy = polling_policy(connector, operation_id)
        self._page: list[Any] = []

    def acts(self) -> list[Act]:
        return [
            ("the first poll only marks the start", self._first),
            ("a poll with nothing new starts no run", self._nothing),
            ("one new item starts one run with its data", lambda: self._new(1)),
            ("the next poll does not start it again", self._nothing),
            ("two new items start two runs, each once", lambda: self._new(2)),
            ("the next poll does not start them again", self._nothing),
            ("an error between two polls loses nothing", self._interrupted),
            ("what came while it was off starts its run after switching on", self._off_and_on),
            (f"{MANY} new items between two polls start {MANY} runs, each once", lambda: self._new(MANY)),
            ("the next poll starts none of them again", self._nothing),
        ]

    @property
    def _trigger(self) -> PollingTrigger:
        assert self._begun is not None
        return self._begun

    def _first(self) -> str:
        connection = credentials(self._connector, self._mock.connection())
        given = self._mock.sample_parameters(self._operation_id)
        self._mock.make_item(self._operation_id)
        self._begun = PollingTrigger(self._connector, connection, self._operation_id, given, self._line)
        poll = self._polled(0)
        self._page = self._seen = self._listed(poll)
        return self._told(0)

    def _listed(self, poll: Poll) -> list[Any]:
        """The items of the page that marked the start, which must never start a run."""
        if self._policy is None:
            return []
        items = evaluate(str(self._policy.get("triggerDataPath")), parsed(poll.response.body))
        return list(items) if isinstance(items, list) else []

    def _nothing(self) -> str:
        self._polled(0)
        return self._told(0)

    def _new(self, count: int) -> str:
        for _ in range(count):
            self._mock.make_item(self._operation_id)
        return self._collected(count)

    def _interrupted(self) -> str:
        self._mock.make_item(self._operation_id)
        for cut in (Response(503), ConnectionError("the connection is cut")):
            self._line.cut = cut
            with contextlib.suppress(ConnectionError):
                self._trigger.poll()
        self._line.cut = None
        return self._collected(1)

    def _off_and_on(self) -> str:
        self._trigger.disable()
        self._mock.make_item(self._operation_id)
        self._trigger.enable()
        return self._collected(1)

    def _collected(self, made: int) -> str:
        """Polls until as many items have come as were made; a service may hand them out page by page."""
        left = made
        while left:
            poll = self._polled(left)
            if not poll.items:
                raise Wrong(self._missing(poll, made, left))
            left -= len(poll.items)
            self._page = list(poll.items)
            self._seen = [*self._seen, *poll.items]
        return self._told(made)

    def _missing(self, poll: Poll, made: int, left: int) -> str:
        """Why nothing more is listed."""
        if left == made:
            return self._unexpected(0, made)
        return lost(self._policy, poll.request, made, left, len(self._page))

    def _polled(self, most: int) -> Poll:
        """One poll that may bring so many items at most, and none that came before."""
        poll = self._trigger.poll()
        if poll.problem:
            raise Wrong(poll.problem)
        again = repeated(self._policy, self._page, poll.items)
        if again or len(poll.items) > most:
            raise Wrong(self._unexpected(len(poll.items), most, again))
        check(poll.mismatches)
        for item in poll.items:
            if item in self._seen:
                raise Wrong(f"a run started for an item that is not new: {item}; each item may start one run")
        return poll

    def _unexpected(self, count: int, expected: int, because: str | None = None) -> str:
        state = dict(self._trigger.state) or "the start"
        why = because or f"the service has to list exactly what is newer than {state}, the newest first"
        return f"{runs(count)} started, {expected} expected; {why}"

    def _told(self, count: int) -> str:
        return f"{runs(count)} started, state {dict(self._trigger.state)}"
