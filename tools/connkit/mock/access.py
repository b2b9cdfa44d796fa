"""The connection that the mock hands out, and who gets in with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connkit.core import Request
from connkit.model import Connector
from connkit.model.shape import as_list, as_object, as_text
from connkit.runtime.connection import API_KEY, BOUND, TOKEN, TOKEN_PROPERTY, credentials
from connkit.semantics.paths import UnsupportedExpression
from connkit.semantics.policy_text import Lookup, parse_policy_text

FAKE_KEY = "fake-key-for-tests"
FAKE_TOKEN = "fake-token-for-tests"
_MENTIONED = re.compile(r"connectionParameters\(\s*'([^']+)'", re.IGNORECASE)
_REWRITING = ("setheader", "setqueryparameter")


class Access:
    """Hands out one connection, and lets in whoever sends what the platform makes of it."""

    def __init__(self, connector: Connector) -> None:
        self.values = dict(_values(connector))
        sent = credentials(connector, self.values)
        self._headers = dict(sent.headers)
        self.query = dict(sent.query)
        self._rewritten = any(policy.template_id in _REWRITING for policy in connector.policies)
        self._open = {one.operation_id for one in connector.operations if one.raw.get("security") == []}

    def flaw(self, request: Request, operation_id: str) -> str:
        """Why the request is refused, '' where it is not; what was sent is not repeated, as it may be a real key."""
        if not (self._headers or self.query) or operation_id in self._open:
            return ""
        query = dict(parse_qsl(urlsplit(request.url).query))
        headers = {name.lower(): value for name, value in request.headers.items()}
        if any(headers.get(name.lower()) == value for name, value in self._headers.items()):
            return ""
        if any(query.get(name) == value for name, value in self.query.items()):
            return ""
        if self._rewritten and self._holds_secret([*headers.values(), *query.values()]):
            return ""
        wanted = [f"header '{name}'" for name in self._headers] + [f"query parameter '{name}'" for name in self.query]
        return f"the {' or the '.join(wanted)} is missing or not what the mock's own connection sends"

    def _holds_secret(self, texts: list[str]) -> bool:
        """Whether a policy may have put the credentials elsewhere."""
        secrets = [*self._headers.values(), *self.query.values(), *self.values.values()]
        return any(secret in text for secret in secrets for text in texts)


def _values(connector: Connector) -> Iterator[tuple[str, str]]:
    """Of a connector with sets of connection parameters, the first set is chosen."""
    chosen = next(iter(connector.connection_parameter_sets.values()), None)
    declared = {**connector.connection_parameters, **(chosen or {})}
    kinds = {as_text(as_object(security).get("type")) for security in connector.security_definitions.values()}
    bound = [name for kind, names in BOUND.items() if kind in kinds and chosen is None for name in names]
    names = dict.fromkeys([*declared, *bound])
    mentioned = set(_MENTIONED.findall(str([policy.parameters for policy in connector.policies])))
    for name in names:
        yield name, _value(connector, name, as_object(declared.get(name)))
    for name in sorted(mentioned - set(names)):
        if name.startswith(TOKEN_PROPERTY) and TOKEN in names:
            yield name, _value(connector, name, {})


def _value(connector: Connector, name: str, raw: Mapping[str, Any]) -> str:
    """A value that fits: chosen from those allowed, the default, or a fake one."""
    shown = as_object(raw.get("uiDefinition"))
    constraints = as_object(shown.get("constraints"))
    allowed = [as_object(one).get("value") for one in as_list(constraints.get("allowedValues"))]
    given = next((one for one in (*allowed, constraints.get("default")) if isinstance(one, str) and one), "")
    if given:
        return given
    if name == API_KEY:
        return FAKE_KEY
    if raw.get("type") == "oauthSetting" or name == TOKEN:
        return FAKE_TOKEN
    if ("connectionparameters", name.lower()) in leading(connector):
        return address(connector)
    return f"fake-{re.sub('[^A-Za-z0-9]+', '-', name).strip('-')}"


def address(connector: Connector) -> str:
    return f"https://{connector.host or 'service.example'}"


def leading(connector: Connector) -> set[tuple[str, str]]:
    """Sources and names, in lower case, of the values that a policy begins a host URL with."""
    found: set[tuple[str, str]] = set()
    for policy in connector.policies:
        try:
            parts = parse_policy_text(as_text(policy.parameters.get("urlTemplate")))
        except UnsupportedExpression:
            continue
        if parts and isinstance(parts[0], Lookup):
            found.add((parts[0].source.lower(), parts[0].name.lower()))
    return found
