"""The forms of values on the wire: integers, dates, bodies and the envelope."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from connkit.core import Response
from smartmex.refusal import Refusal

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})")
_SHORT_OFFSET = re.compile(r".*[+-][0-9]{4}")
_UNENCODED_PLUS = re.compile(r".*T[0-9:.]+ [0-9]{2}:?[0-9]{2}")
_LONGEST = 200
_INT64 = range(-(2**63), 2**63)


def integer(name: str, text: str) -> int:
    """Refused with 422 unless `text` is a decimal integer of at most 64 bits."""
    if not _INTEGER.fullmatch(text) or int(text) not in _INT64:
        raise Refusal(422, f"{name} '{shortened(text)}' is not an integer")
    return int(text)


def integer_from(least: int, name: str, text: str) -> int:
    number = integer(name, text)
    if number < least:
        raise Refusal(422, f"{name} '{text}' is less than {least}")
    return number


def shortened(text: str) -> str:
    """What a message repeats of a value that may be of any length."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def shown(value: Any) -> str:
    """A value of a body as a message repeats it."""
    return shortened(json_bytes(value).decode())


def date(name: str, text: str) -> datetime:
    """Reads RFC 3339 and the service's own form, whose offset has no colon."""
    if _UNENCODED_PLUS.fullmatch(text):
        raise Refusal(422, f"{name} '{shortened(text)}' has a space for its plus, which a query must encode as %2B")
    try:
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    raise Refusal(422, f"{name} '{shortened(text)}' is not a date such as '2017-10-16T21:26:59Z'")


def check_offset(name: str, text: str) -> None:
    """Refuses the service's own form, whose offset has no colon."""
    if _SHORT_OFFSET.fullmatch(text):
        raise Refusal(422, f"{name} '{shortened(text)}' has an offset without a colon")


def date_text(moment: datetime) -> str:
    """The service's form, for example 2017-10-16T21:26:59+0000."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S%z")


def json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(422, "the body is not JSON") from None
    if not isinstance(value, dict):
        raise Refusal(422, "the body is not a JSON object")
    return value


def json_integer(name: str, value: Any) -> int:
    """Refused with 422 unless a value of a body is an integer of at most 64 bits."""
    if type(value) is not int or value not in _INT64:
        raise Refusal(422, f"{name} {shown(value)} is not an integer")
    return value


def reply(data: Any, status: int = 200, **headers: str) -> Response:
    return _envelope(status, "success", "OK", data, headers)


def refused(refusal: Refusal, with_envelope: bool) -> Response:
    if not with_envelope:
        return Response(refusal.status, dict(refusal.headers))
    return _envelope(refusal.status, "error", refusal.message, {}, dict(refusal.headers))


def _envelope(status: int, word: str, message: str, data: Any, headers: dict[str, str]) -> Response:
    envelope = {"version": "v2", "status": word, "statusCode": status, "message": message, "data": data}
    return Response(status, {"Content-Type": "application/json", **headers}, json_bytes(envelope))


def json_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()
