"""HTTP messages as values, for every transport."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `url` is absolute and carries the query, header names are kept as given.

    `client` is the address of the caller, empty where no network lies between.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""

    def header(self, name: str) -> str | None:
        return _lowered(self.headers).get(name.lower())


@dataclass(frozen=True, slots=True)
class Response:
    """A response; header names are kept as given and compared without regard to case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return _lowered(self.headers).get(name.lower())

    @property
    def succeeded(self) -> bool:
        """Whether the status is one from 200 to 299."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON, None when it is empty; ValueError when it is not JSON."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server is to do with a request: wait `delay` seconds, then send the response.

    Without a response the connection is dropped.
    """

    response: Response | None
    delay: float = 0.0
