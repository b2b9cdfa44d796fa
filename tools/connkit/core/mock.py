"""What connkit asks of a mock service, and how a caller reaches any service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from connkit.core.http import Request, Response

Send = Callable[[Request], Response]
"""Carries one request to a service; raises OSError when no answer comes."""


class MockService(Protocol):
    """A mock of the service behind a connector, found as an entry point of the group `connkit.mocks`.

    The entry point names a callable `factory(definition: dict) -> MockService`; `definition` is the parsed
    apiDefinition, from which the mock learns host and base path. All state is in memory and per instance.
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
