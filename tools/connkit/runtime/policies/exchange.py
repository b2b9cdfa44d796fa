"""A call of an operation, as it stands between two policies."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_plus

from connkit.core import Request, Response, Send
from connkit.model import Connector, Operation
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import TOKEN, TOKEN_PROPERTY, Credentials
from connkit.runtime.policies.outcomes import PolicyFailure, PolicyTrace, ProblemKind
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.policy_text import Lookup

_WRITTEN_FOR = ("content-length", "content-encoding")


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same during a call; `policy_trace` sees what each policy was given and what it made of it."""

    connector: Connector
    connection: Credentials
    operation: Operation
    send: Send
    switches: EmulatorSwitches = EmulatorSwitches()
    policy_trace: PolicyTrace | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """The request, and the answer once there is one; `first` is the request before any policy.

    `base_url` is what the operation's path comes after; `unauthenticated` says that the connection has to be renewed.
    """

    setting: Setting
    first: Request
    request: Request
    base_url: str
    response: Response | None = None
    unauthenticated: bool = False

    @property
    def message(self) -> Request | Response:
        """What a policy of this section acts on."""
        return self.response or self.request

    def with_request(self, **changes: Any) -> Exchange:
        return replace(self, request=replace(self.request, **changes))

    def with_headers(self, headers: dict[str, str]) -> Exchange:
        if self.response is None:
            return self.with_request(headers=headers)
        return replace(self, response=replace(self.response, headers=headers))

    def body(self) -> Any:
        """The body as JSON, None for an empty one; PolicyFailure when it is no JSON."""
        try:
            return parsed(self.message.body)
        except ValueError:
            raise PolicyFailure("the body is no JSON, and the policy works on JSON only") from None

    def with_body(self, value: Any) -> Exchange:
        body = json.dumps(value).encode()
        if self.response is None:
            return self.with_request(body=body)
        kept = {name: text for name, text in self.response.headers.items() if name.lower() not in _WRITTEN_FOR}
        return replace(self, response=replace(self.response, headers=kept, body=body))

    def found(self, lookup: Lookup) -> str:
        """The text that a call such as `@headers('x')` stands for; headers and query are always the request's."""
        finders = {"headers": self.request.header, "queryParameters": self._query, "connectionParameters": self._typed}
        value = finders[lookup.source](lookup.name)
        if value is None:
            value = lookup.default
        if value is not None:
            return value
        if lookup.source == "connectionParameters":
            self._check_declared(lookup.name)
        if self.setting.switches.missing_value_is_empty:
            return ""
        what = _THINGS[lookup.source].format(lookup.name)
        raise PolicyFailure(f"{what}, and '{lookup.text}' gives no default")

    def _query(self, name: str) -> str | None:
        for given, value in query_pairs(self.request.url):
            if given == name:
                return value
        return None

    def _typed(self, name: str) -> str | None:
        return self.setting.connection.value(name)

    def _check_declared(self, name: str) -> None:
        known = self.setting.connector.every_connection_parameter
        lowered = {own.lower() for own in known}
        if name.lower() in lowered or (name.lower().startswith(TOKEN_PROPERTY) and TOKEN in lowered):
            return
        has = ", ".join(f"'{own}'" for own in known) or "none"
        message = f"there is no connection parameter '{name}'; the connector has {has}"
        raise PolicyFailure(message, ProblemKind.MISTAKE)


_THINGS = {
    "headers": "the request has no header '{}'",
    "queryParameters": "the request has no query parameter '{}'",
    "connectionParameters": "the connection has no value for its parameter '{}'",
}


def query_pairs(url: str) -> list[tuple[str, str]]:
    """Names and values of a query, decoded."""
    pairs = [part.partition("=") for part in query_parts(url)]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def query_parts(url: str) -> list[str]:
    """The pairs of a query as they are written, so that what is not changed stays byte for byte."""
    query = url.partition("?")[2]
    return query.split("&") if query else []


def with_query(url: str, parts: list[str]) -> str:
    address = url.partition("?")[0]
    return f"{address}?{'&'.join(parts)}" if parts else address
