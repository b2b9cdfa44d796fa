"""What whoever makes a connection is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model.shape import as_list, as_object, as_text

API_KEY = "api_key"
TOKEN = "token"
BOUND = {"apiKey": (API_KEY,), "basic": ("username", "password"), "oauth2": (TOKEN,)}
"""Connection parameters that the platform binds to each type of security definition."""

TOKEN_PROPERTY = f"{TOKEN}:"
"""Before the name of a property that comes with an OAuth token."""


@dataclass(frozen=True, slots=True, eq=False)
class ConnectionParameter:
    """A connection parameter; `set_name` is None for one of the connector's own."""

    name: str
    raw: dict[str, Any]
    pointer: Pointer
    set_name: str | None = None

    @property
    def type(self) -> str:
        """In lower case: string, securestring, int, bool, oauthsetting, gatewaysetting."""
        return as_text(self.raw.get("type")).lower()

    @property
    def shown(self) -> dict[str, Any]:
        """How the connection dialog shows it."""
        return as_object(self.raw.get("uiDefinition"))

    @property
    def constraints(self) -> dict[str, Any]:
        return as_object(self.shown.get("constraints"))

    @property
    def required(self) -> bool:
        return is_true(self.constraints.get("required"))

    @property
    def hidden(self) -> bool:
        return is_true(self.constraints.get("hidden"))

    @property
    def oauth(self) -> dict[str, Any]:
        """How to sign in, {} for another type or where nothing says so."""
        return as_object(self.raw.get("oAuthSettings"))

    @property
    def oauth_pointer(self) -> Pointer:
        return self.pointer / "oAuthSettings"

    @property
    def provider(self) -> str:
        """Who it signs in with, in lower case: oauth2, oauth2generic, aad, aadcertificate or a name such as github."""
        return as_text(self.oauth.get("identityProvider")).lower()


def is_true(value: Any) -> bool:
    """Constraints are truth values or, as documented, text."""
    return value is True or as_text(value).lower() == "true"


def connection_parameters(apiproperties: dict[str, Any]) -> Iterator[ConnectionParameter]:
    """The connector's own, then those of each set, in document order."""
    place = Pointer(("properties",))
    yield from _of(apiproperties, "connectionParameters", place, None)
    sets = as_object(apiproperties.get("connectionParameterSets"))
    for index, raw in enumerate(as_list(sets.get("values"))):
        one = as_object(raw)
        inside = place / "connectionParameterSets" / "values" / index
        yield from _of(one, "parameters", inside, as_text(one.get("name")))


def _of(holder: dict[str, Any], key: str, place: Pointer, set_name: str | None) -> Iterator[ConnectionParameter]:
    for name, raw in as_object(holder.get(key)).items():
        if isinstance(raw, dict):
            yield ConnectionParameter(name, raw, place / key / name, set_name)
