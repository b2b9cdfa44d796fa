"""The questions about a service that nothing published answers, asked of the service itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from connkit.core import Ask, CouldNotTell, MockService, Probe, Request, Response, Send, Unknown
from connkit.model import Connector
from connkit.runtime.connection import Credentials

NEEDS_WRITE = "asking it writes"


@dataclass(frozen=True, slots=True)
class Probed:
    """A switch and the service's own answer; where there is none, `reason` says why."""

    unknown: Unknown
    value: object = None
    reason: str = ""

    @property
    def known(self) -> bool:
        return not self.reason


def probe(mock: MockService, ask: Ask, *, writes: bool = False) -> Iterator[Probed]:
    """One answer for each switch of the mock, in its order; probes that write are run only where that is allowed."""
    probes = {each.switch: each for each in mock.probes()}
    for unknown in mock.unknowns():
        yield _asked(unknown, probes.get(unknown.name), ask, writes)


def _asked(unknown: Unknown, each: Probe | None, ask: Ask, writes: bool) -> Probed:
    if each is None:
        return Probed(unknown, reason="the mock service does not know how to ask it")
    if each.writes and not writes:
        return Probed(unknown, reason=NEEDS_WRITE)
    try:
        return Probed(unknown, each.observe(ask))
    except CouldNotTell as reason:
        return Probed(unknown, reason=str(reason))
    except OSError as error:
        return Probed(unknown, reason=f"no answer came: {error}")
    except Exception as error:  # a mock service is somebody's own code, and a real one answers anything
        return Probed(unknown, reason=f"its probe failed: {type(error).__name__}: {error}")


def asker(connector: Connector, connection: Credentials, send: Send) -> Ask:
    """Asks with the connection's credentials, unless a probe brings headers of its own."""

    def ask(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
        own = dict(connection.headers if headers is None else headers)
        query = urlencode(connection.query if headers is None else {}, quote_via=quote)
        if body:
            own["Content-Type"] = "application/json"
        joint = "" if not query else "&" if "?" in path else "?"
        return send(Request(method, f"{connector.base_url}{path}{joint}{query}", own, body))

    return ask
