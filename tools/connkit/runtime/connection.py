"""From what a user types into the connection dialog to what is sent with each request."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connkit.core import UserError
from connkit.model import Connector

API_KEY = "api_key"
_PREFIX = re.compile(r"\b(Bearer|Token|Basic|Key)\b,? (?:and )?a (?:space|blank)", re.IGNORECASE)
_PREFIX_WORD = re.compile(r"\b(?:word|prefix) (Bearer|Token|Basic|Key)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Headers and query parameters that go with every request of a connection, as typed."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()


def credentials(connector: Connector, values: Mapping[str, str]) -> Credentials:
    """Credentials as the platform sends them; UserError for a connection parameter that is missing or unknown."""
    known = {**dict.fromkeys(_implied(connector), _NEEDED), **connector.connection_parameters}
    _check_names(known, values)
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    warnings: list[str] = []
    for security in connector.security_definitions.values():
        if security.get("type") == "apiKey" and API_KEY in values:
            place = headers if security.get("in") == "header" else query
            place[str(security.get("name"))] = values[API_KEY]
            warnings += _prefix_warning(known, values[API_KEY])
        elif security.get("type") == "basic" and "username" in values:
            pair = f"{values['username']}:{values.get('password', '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    _check_headers(headers)
    return Credentials(headers, query, tuple(warnings))


_NEEDED = {"uiDefinition": {"constraints": {"required": "true"}}}


def _implied(connector: Connector) -> list[str]:
    """Names of the parameters that the platform binds to the security definitions."""
    kinds = {security.get("type") for security in connector.security_definitions.values()}
    names = {"apiKey": [API_KEY], "basic": ["username", "password"]}
    return [name for kind in names if kind in kinds for name in names[kind]]


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise UserError(
                f"the value for the header '{name}' holds a line break or a character that no header can carry; "
                "copy the key once more"
            )


def _check_names(known: Mapping[str, object], values: Mapping[str, str]) -> None:
    names = ", ".join(f"'{name}'" for name in known) or "none"
    for name in values:
        if name not in known:
            raise UserError(f"unknown connection parameter '{name}'; the connector has {names}")
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
