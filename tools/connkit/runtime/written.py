"""Values as they stand in a URL, a header, a form or JSON."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from connkit.core import UserError
from connkit.model import Parameter
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.expressions import as_text

_SEPARATORS = {"ssv": " ", "tsv": "\t", "pipes": "|"}
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110
_REPEATED_IN = ("query", "formData")  # OpenAPI 2.0 allows collectionFormat multi nowhere else


def plain(value: Any, format_: str = "") -> Any:
    """What JSON can hold: a time as RFC 3339 writes it (`date-no-tz` without its offset), bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        told = (value.replace(tzinfo=None) if format_ == "date-no-tz" else value).isoformat()
        return told.replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(inside) for name, inside in value.items()}
    return [plain(item, format_) for item in value] if isinstance(value, (list, tuple)) else value


def texts_of(parameter: Parameter, value: Any, switches: EmulatorSwitches) -> list[str]:
    """One text for a value; several where each item of an array is sent under the name again."""
    if not isinstance(value, list):
        return [text_of(value, switches)]
    written = [text_of(item, switches) for item in value]
    collection = parameter.raw.get("collectionFormat")
    if collection == "multi" and parameter.location in _REPEATED_IN:
        return written
    return [_SEPARATORS.get(str(collection), ",").join(written)]


def text_of(value: Any, switches: EmulatorSwitches) -> str:
    """As in expressions, but for true and false."""
    if isinstance(value, bool) and switches.truth_values_in_lower_case:
        return str(value).lower()
    return as_text(value)


def encoded(text: str) -> str:
    """A text in which nothing is left that means something in a URL."""
    return quote(text, safe="", errors="surrogatepass")


def query_of(pairs: Iterable[tuple[str, str]]) -> str:
    """A query, where a space is %20, because a plus sign is a space in forms only."""
    return urlencode(list(pairs), quote_via=quote, errors="surrogatepass")


def headers_of(*groups: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers of several origins: a later one replaces those of its name, whatever their letter case."""
    kept: dict[str, tuple[str, str]] = {}
    for name, value in (pair for group in groups for pair in group):
        kept[name.lower()] = (name, value)
    return dict(kept.values())


def check_header(what: str, text: str) -> None:
    """UserError for a text that no header can carry."""
    if not (text.isascii() and text.replace("\t", "").isprintable()):
        raise UserError(f"{what} holds a line break or a character that no header can carry")
