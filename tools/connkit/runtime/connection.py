"""From what a user types into the connection dialog to what is sent with each request."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.core import UserError
from connkit.model import Connector
from connkit.model.connection_parameter import API_KEY, BOUND, TOKEN, TOKEN_PROPERTY
from connkit.model.shape import as_object, as_text

__all__ = ["API_KEY", "BOUND", "TOKEN", "TOKEN_PROPERTY", "Credentials", "credentials"]

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

    A name such as `token:host` is a property of the OAuth token `token`. Where the connector has sets of parameters,
    the names say which set is meant.
    """
    chosen = _chosen(connector, values)
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    for security in map(as_object, connector.security_definitions.values()):
        if security.get("type") == "apiKey" and API_KEY in values:
            place = headers if security.get("in") == "header" else query
            place[str(security.get("name"))] = values[API_KEY]
        elif security.get("type") == "basic" and "username" in values:
            pair = f"{values['username']}:{values.get('password', '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    if TOKEN in values and _is_oauth(connector, chosen):
        headers["Authorization"] = f"Bearer {values[TOKEN]}"
    _check_headers(headers)
    return Credentials(headers, query, tuple(_warnings(connector, chosen, values)), dict(values))


_NEEDED = {"uiDefinition": {"constraints": {"required": "true"}}}


def _chosen(connector: Connector, values: Mapping[str, str]) -> dict[str, Any]:
    """The connection parameters that the values are for: the connector's own, and those of one set."""
    own, sets = connector.connection_parameters, connector.connection_parameter_sets
    if not sets:
        known = {**dict.fromkeys(_implied(connector), _NEEDED), **own}
        _check_known(known, values)
        _check_missing(known, values, "the connector")
        return known
    _check_known(connector.every_connection_parameter, values)
    fitting = {name: {**own, **raw} for name, raw in sets.items() if not _unknown({**own, **raw}, values)}
    complete = [name for name, known in fitting.items() if not _missing(known, values)]
    if not complete and len(fitting) != 1:
        told = ", ".join(f"{name} ({_names(parameters)})" for name, parameters in sets.items())
        raise UserError(f"the connection parameters given are {_names(values)}, which fit no set; the sets are {told}")
    name = [*complete, *fitting][0]
    _check_missing(fitting[name], values, f"the set '{name}'")
    return fitting[name]


def _implied(connector: Connector) -> list[str]:
    """Names of the parameters that the platform binds to the security definitions."""
    kinds = _kinds(connector)
    return [name for kind, names in BOUND.items() if kind in kinds for name in names]


def _kinds(connector: Connector) -> set[str]:
    return {as_text(as_object(security).get("type")) for security in connector.security_definitions.values()}


def _is_oauth(connector: Connector, chosen: Mapping[str, Any]) -> bool:
    kinds = _kinds(connector)
    return "oauth2" in kinds or as_object(chosen.get(TOKEN)).get("type") == "oauthSetting"


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise UserError(
                f"the value for the header '{name}' holds a line break or a character that no header can carry; "
                "copy the key once more"
            )


def _check_known(known: Mapping[str, object], values: Mapping[str, str]) -> None:
    for name in _unknown(known, values):
        raise UserError(f"unknown connection parameter '{name}'; the connector has {_names(known)}")


def _check_missing(known: Mapping[str, object], values: Mapping[str, str], who: str) -> None:
    for name in _missing(known, values):
        raise UserError(f"connection parameter '{name}' is missing; {who} needs {_names(known)}")


def _unknown(known: Mapping[str, object], values: Mapping[str, str]) -> list[str]:
    has_token = TOKEN in known
    return [name for name in values if name not in known and not (has_token and name.startswith(TOKEN_PROPERTY))]


def _missing(known: Mapping[str, object], values: Mapping[str, str]) -> list[str]:
    return [name for name, parameter in known.items() if name not in values and _required(parameter)]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "none"


def _required(parameter: object) -> bool:
    shown = as_object(as_object(parameter).get("uiDefinition"))
    return str(as_object(shown.get("constraints")).get("required")).lower() == "true"


def _warnings(connector: Connector, chosen: Mapping[str, Any], values: Mapping[str, str]) -> list[str]:
    kinds = _kinds(connector)
    asked = as_text(as_object(as_object(chosen.get(API_KEY)).get("uiDefinition")).get("description"))
    match = _PREFIX_WORD.search(asked) or _PREFIX.search(asked)
    warnings: list[str] = []
    key, token = values.get(API_KEY), values.get(TOKEN, "")
    if "apiKey" in kinds and key is not None and match and not key.lower().startswith(match[1].lower() + " "):
        warnings.append(f"the key does not begin with '{match[1]} ', which the connection dialog asks for")
    if token.lower().startswith("bearer ") and _is_oauth(connector, chosen):
        warnings.append("the token begins with 'Bearer ', which the platform puts before it once more")
    return warnings
