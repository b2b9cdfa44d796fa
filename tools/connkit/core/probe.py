"""Questions that a service itself can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from connkit.core.http import Response


class Ask(Protocol):
    """Asks the service one thing; OSError when no answer comes.

    `path` begins with a slash and comes after the base path as it is, with its query. Without `headers` those of the
    connection are sent; given ones take their place.
    """

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response: ...


class CouldNotTell(Exception):
    """The service's answers do not decide a question; the message says why."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How a service is asked for the value of a switch.

    `observe` returns the value, or raises CouldNotTell. One that `writes` changes something while
    it asks, and undoes it.
    """

    switch: str
    observe: Callable[[Ask], object]
    writes: bool = False
