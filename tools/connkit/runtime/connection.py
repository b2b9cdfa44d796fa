"""From what a user types into the connection dialog to what is sent with each request."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connkit.core import UserError
from connkit.model import Connector
from connkit.model.shape import as_object, as_text

API_KEY = "api_key"
TOKEN = "token"
TOKEN_PROPERTY = f"{TOKEN}:"  # before the name of a property that came with an OAuth token
_PREFIX = re.compile(r"\b(Bearer|Token|Basic|Key)\b,? (?:and )?a (?:space|blank)", re.IGNORECASE)
_PREFIX_WORD = re.compile(r"\b(?:word|prefix) (Bearer|Token|Basic|Key)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Headers and query parameters that go with every request of a connection, and the `values` as typed."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> str | None:
        """What was typed in for a connection parameter, whose name may be in any letter case."""
        return next((value for own, value in self.values.items() if own.lower() == name.lower()), None)


def credentials(connector: Connector, values: Mapping[str, str]) -> Credentials:
    """Credentials as the platform sends them; UserError for a connection parameter that is missing or unknown.

    An OAuth token is sent as a bearer token; a name such as `token:host` is a property of the token `token`.
    """
    known = {**dict.fromkeys(_implied(connector), _NEEDED), **connector.connection_parameters}
    token = [TOKEN] if _is_oauth(connector) else []
    allowed = (*known, *connector.every_connection_parameter, *token)
    _check_names(known, values, allowed)
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    warnings: list[str] = []
    for security in map(as_object, connector.security_definitions.values()):
        if security.get("type") == "apiKey" and API_KEY in values:
            place = headers if security.get("in") == "header" else query
            place[str(security.get("name"))] = values[API_KEY]
            warnings += _prefix_warning(known, values[API_KEY])
        elif security.get("type") == "basic" and "username" in values:
            pair = f"{values['username']}:{values.get('password', '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    if TOKEN in values and _is_oauth(connector):
        headers.setdefault("Authorization", f"Bearer {values[TOKEN]}")
    _check_headers(headers)
    return Credentials(headers, query, tuple(warnings), dict(values))


_NEEDED = {"uiDefinition": {"constraints": {"required": "true"}}}


def _implied(connector: Connector) -> list[str]:
    """Names of the parameters that the platform binds to the security definitions."""
    kinds = _kinds(connector)
    names = {"apiKey": [API_KEY], "basic": ["username", "password"]}
    return [name for kind in names if kind in kinds for name in names[kind]]


def _kinds(connector: Connector) -> set[str]:
    return {as_text(as_object(security).get("type")) for security in connector.security_definitions.values()}


def _is_oauth(connector: Connector) -> bool:
    declared = as_object(connector.every_connection_parameter.get(TOKEN))
    return "oauth2" in _kinds(connector) or as_text(declared.get("type")).lower() == "oauthsetting"


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise UserError(
                f"the value for the header '{name}' holds a line break or a character that no header can carry; "
                "copy the key once more"
            )


def _check_names(known: Mapping[str, object], values: Mapping[str, str], allowed: Sequence[str]) -> None:
    every = ", ".join(f"'{name}'" for name in dict.fromkeys(allowed)) or "none"
    for name in values:
        if name not in allowed and not (name.startswith(TOKEN_PROPERTY) and TOKEN in allowed):
            raise UserError(f"unknown connection parameter '{name}'; the connector has {every}")
    names = ", ".join(f"'{name}'" for name in known) or "none"
    for name, parameter in known.items():
        if name not in values and _required(parameter):
            raise UserError(f"connection parameter '{name}' is missing; the connector needs {names}")


def _required(parameter: object) -> bool:
    value = parameter
    for key in ("uiDefinition", "constraints", "required"):
        value = value.get(key) if isinstance(value, dict) else None
    return str(value).lower() == "true"


def _prefix_warning(known: Mapping[str, object], key: str) -> list[str]:
    parameter = known.get(API_KEY)
    definition = parameter.get("uiDefinition") if isinstance(parameter, dict) else None
    asked = str(definition.get("description", "")) if isinstance(definition, dict) else ""
    match = _PREFIX_WORD.search(asked) or _PREFIX.search(asked)
    if match and not key.lower().startswith(match[1].lower() + " "):
        return [f"the key does not begin with '{match[1]} ', which the connection dialog asks for"]
    return []
