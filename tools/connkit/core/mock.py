"""What connkit asks of a mock service, and how a caller reaches any service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from connkit.core.errors import UserError
from connkit.core.http import Reply, Request, Response
from connkit.core.probe import Probe

Send = Callable[[Request], Response]
"""Carries one request to a service; raises OSError when no answer comes."""

Answer = Callable[[Request], Reply]
"""A service as a server sees it; never blocks, never raises."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a person at the terminal is to see: a request that was answered, or a notification on its way.

    `kind` is "request" or "event", `subject` what it was about (`GET /contacts`, `CallStarted -> webhook 90417`),
    `outcome` how it ended (`200`, `delivered`), `who` whom it concerns; none of them holds a secret.
    """

    kind: str
    subject: str
    outcome: str
    who: str = ""
    failed: bool = False


Watch = Callable[[Happening], None]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question about the service that nothing published answers, and the answer the mock assumes."""

    name: str
    default: object
    question: str
    source: str


class MockService(Protocol):
    """A mock of the service behind a connector, found as an entry point of the group `connkit.mocks`.

    The entry point names a callable `factory(definition: dict) -> MockService`; `definition` is the parsed
    apiDefinition, from which the mock learns host and base path. All state is in memory and per instance.
    A class that names this one as its base needs only the methods without a body here.
    """

    name: str

    def connection(self) -> Mapping[str, str]:
        """Connection parameters that the mock accepts, for example {"api_key": "Bearer fake-key"}."""
        ...

    def handle(self, request: Request) -> Response:
        """Answers one request; transport-free."""
        ...

    def intercept(self) -> AbstractContextManager[Any]:
        """While open, requests made with the `requests` library to the connector's host are answered here."""
        ...

    def sample_parameters(self, operation_id: str) -> Mapping[str, Any]:
        """Parameters that make the operation succeed now, body properties by name; {} where none are needed."""
        ...

    def make_item(self, operation_id: str) -> None:
        """Makes one new item that the polling trigger `operation_id` is to see."""
        ...

    def fire(self, operation_id: str) -> Mapping[str, Any]:
        """Makes the event of the webhook trigger happen; the notification that every live webhook of that
        event was sent."""
        ...

    def live_webhooks(self) -> int:
        """How many webhooks are registered now."""
        ...

    def deliveries(self) -> list[Request]:
        """Notifications sent since the last call of this method, oldest first; calling it empties the list."""
        ...

    # What only a server needs. `connkit mock service` works with these bodies too.

    def unknowns(self) -> Sequence[Unknown]:
        """What is not known about the service, each a switch of `configure`."""
        return ()

    def probes(self) -> Sequence[Probe]:
        """How a real service is asked for the values of the switches, at most one a switch."""
        return ()

    def assumed(self) -> Sequence[str]:
        """What the mock assumes about the service without a switch, a sentence each."""
        return ()

    def configure(self, switch: str, value: object) -> None:
        """Sets a switch, from text or a value; UserError where there is no such switch or value."""
        raise UserError(f"the mock service '{self.name}' has no switch '{switch}'; it has none at all")

    def seed(self, text: str) -> None:
        """Replaces the world by what a seed file holds; UserError where that is not understood."""
        raise UserError(f"the mock service '{self.name}' cannot be seeded")

    def stories(self) -> Mapping[str, str]:
        """What can be played, each with a sentence that tells it."""
        return {}

    def play(self, story: str) -> None:
        """Plays a story on the mock's clock; UserError where there is no such story."""
        raise UserError(f"the mock service '{self.name}' has no story '{story}'; it has none at all")

    def open(self, origin: str, speed: float, watch: Watch | None = None) -> Answer:
        """Begins to be served at `origin`, such as http://127.0.0.1:8321: deliveries are sent from now on, and the
        world's clock runs `speed` times as fast as ours."""
        return lambda request: Reply(self.handle(request))

    def refusal(self, status: int, message: str) -> Response:
        """How the service words an HTTP message that it cannot take: malformed, too large, too slow."""
        return Response(status, {"Content-Type": "text/plain"}, message.encode())

    def first_steps(self) -> Sequence[str]:
        """Commands to try first, one a line; the mock is open then."""
        return ()

    def close(self, patience: float) -> Sequence[str]:
        """Stops sending, after at most `patience` seconds; a sentence for each delivery that is left."""
        return ()
