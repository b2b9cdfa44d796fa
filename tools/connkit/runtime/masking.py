"""What must not be shown: the secrets of a connection, and what carries others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

from connkit.model import Connector
from connkit.model.shape import as_object
from connkit.runtime.connection import Credentials

HIDDEN = "***"
SHORTEST = 4
"""Characters of a secret from which on it is looked for everywhere; a shorter one would be found in any text."""

_SCHEMES = re.compile(r"(?:Basic|Bearer|Digest|Key|Token) +(?=\S)", re.IGNORECASE)
_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie")
_QUERY = ("sig",)
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]*:(?:\\?/){2})[^/?#\s\"'<>@\\]*@", re.IGNORECASE)
_PLAIN = ("string", "int", "bool")
_IMPLIED = {"username": "string"}  # goes with a security definition even where it is not declared


def is_secret(connector: Connector, name: str) -> bool:
    """Whether a connection parameter is: all but those declared as plain values that may be read."""
    declared = as_object(connector.every_connection_parameter.get(name))
    constraints = as_object(as_object(declared.get("uiDefinition")).get("constraints"))
    return declared.get("type", _IMPLIED.get(name)) not in _PLAIN or constraints.get("clearText") is False


def mask_of(connector: Connector, connection: Credentials, more: Iterable[str] = ()) -> Mask:
    """Hides the connection's secrets, and `more` such as the parts of a callback URL that nobody may guess."""
    typed = [value for name, value in connection.values.items() if is_secret(connector, name)]
    return Mask(
        (*typed, *connection.headers.values(), *connection.query.values(), *more),
        tuple(name.lower() for name in connection.headers),
        tuple(connection.query),
    )


@dataclass(frozen=True)
class Mask:
    """Puts *** for secrets, however they are written, and for what the named headers and query parameters carry."""

    secrets: tuple[str, ...] = field(default=(), repr=False)
    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()

    @cached_property
    def _everywhere(self) -> re.Pattern[str] | None:
        forms = {form for secret in self.secrets for form in _forms(secret) if len(form) >= SHORTEST}
        longest_first = sorted(forms, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    @cached_property
    def _pairs(self) -> re.Pattern[str]:
        names = "|".join(re.escape(quote(name)) for name in (*_QUERY, *self.query))
        return re.compile(rf"((?:[?&]|\\u0026)(?:{names})=)[^&#\s\"'<>\\]*", re.IGNORECASE)

    def text(self, text: str) -> str:
        """The text, with what is secret in any URL in it hidden too."""
        text = self._pairs.sub(rf"\g<1>{HIDDEN}", _USERINFO.sub(rf"\g<1>{HIDDEN}@", text))
        return self._everywhere.sub(HIDDEN, text) if self._everywhere else text

    def header(self, name: str, value: str) -> str:
        """The value of a header; of a secret one, only the word that says what kind it is."""
        if name.lower() not in (*_HEADERS, *self.headers):
            return self.text(value)
        scheme = _SCHEMES.match(value)
        return f"{scheme[0] if scheme else ''}{HIDDEN}"

    def value(self, value: Any) -> Any:
        """A JSON value; a number in which a secret stands becomes text."""
        if isinstance(value, dict):
            return {self.text(name): self.value(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, str):
            return self.text(value)
        written = json.dumps(value)
        masked = self.text(written)
        return value if masked == written else masked


def _forms(secret: str) -> Iterable[str]:
    """The secret as it may be written in a URL, in JSON or after the word that says what kind it is."""
    scheme = _SCHEMES.match(secret)
    for bare in (secret, secret[scheme.end() :]) if scheme else (secret,):
        for written in (bare, json.dumps(bare)[1:-1], json.dumps(bare, ensure_ascii=False)[1:-1]):
            yield from (written, written.replace("/", r"\/"))
        yield from (quote(bare), quote(bare, safe=""), quote_plus(bare), quote(quote(bare, safe=""), safe=""))
