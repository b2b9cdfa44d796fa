"""Example texts: by format, by pattern, or by the name of what they stand for."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from connkit.model.shape import as_text
from connkit.semantics.limits import Limits
from connkit.semantics.patterns import matching_text

NOTIFICATION_URL = "x-ms-notification-url"
_START = datetime(2026, 1, 12, 8, tzinfo=UTC)
_MOST_STEPS = 1_000_000  # after which dates start again


def example_text(schema: dict[str, Any], number: int, name: str) -> str:
    """The text that fits best: a date-time is one before all; then format, pattern and lengths are tried in turn."""
    if schema.get(NOTIFICATION_URL) is True:
        return f"https://callback.example/{number:04}"
    format_ = as_text(schema.get("format")).lower()
    limits = Limits(schema)
    tried = [_FORMATS[format_](number)] if format_ in _FORMATS else []
    if format_ == "date-time":
        return tried[0]
    patterned = matching_text(as_text(schema.get("pattern")), number)
    tried += [patterned] if patterned is not None else []
    tried.append(_plain(limits, number, as_text(schema.get("example")) or name or "text"))
    return next((text for text in tried if limits.hold(text)), tried[-1])


def _plain(limits: Limits, number: int, words: str) -> str:
    """The words, and a number that keeps its place where texts are sorted; cut or filled to the allowed length."""
    text = f"{words} {number:04}" if number else words
    length = limits.length("minLength", "maxLength", len(text))
    return text[-length:].rjust(length, "0" if number else "x") if length else ""


def _moment(number: int) -> datetime:
    return _START + timedelta(minutes=number % _MOST_STEPS)


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "byte": lambda number: base64.b64encode(f"bytes {number}".encode()).decode(),
    "date": lambda number: (_START + timedelta(days=number % _MOST_STEPS)).date().isoformat(),
    "date-no-tz": lambda number: _moment(number).replace(tzinfo=None).isoformat(),
    "date-time": lambda number: _moment(number).isoformat().replace("+00:00", "Z"),
    "duration": lambda number: f"PT{number + 1}M",
    "email": lambda number: f"person{number:04}@example.com",
    "guid": lambda number: str(UUID(int=number, version=4)),
    "ipv4": lambda number: f"192.0.2.{number % 254 + 1}",
    "time": lambda number: _moment(number).time().isoformat(),
    "uri": lambda number: f"https://example.com/{number:04}",
    "url": lambda number: f"https://example.com/{number:04}",
    "uuid": lambda number: str(UUID(int=number, version=4)),
}
