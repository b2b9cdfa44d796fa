"""Faults on demand: how an endpoint or a webhook misbehaves until it is told otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connkit.core import UserError
from smartmex.events import EVENT_FIELDS
from smartmex.routes import ROUTES

EVERYWHERE = "*"
REQUEST_FAULTS = {
    "latency": "the answer, or the notification, comes `seconds` later",
    "error": "the answer is `status`, and nothing is done",
    "too_many": "the answer is 429 with Retry-After: `seconds`, and nothing is done",
    "drop_before": "the connection is dropped before anything is done",
    "drop_after": "the work is done, and the connection dropped before the answer",
    "wrong_schema": "the answer, or the notification, has values of other types than it should",
}
EVENT_FAULTS = {
    "latency": REQUEST_FAULTS["latency"],
    "wrong_schema": REQUEST_FAULTS["wrong_schema"],
    "duplicate": "each notification is sent twice",
    "reorder": "a notification is held back until the next one has been sent",
}
KINDS: dict[str, str] = {**REQUEST_FAULTS, **EVENT_FAULTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`where` is a route ('GET /contacts'), an event, the ID of a webhook, or '*' for every request.

    `times` is how often it still strikes, None for ever.
    """

    kind: str
    where: str = EVERYWHERE
    times: int | None = None
    seconds: float = 0.0
    status: int = 500

    @property
    def strikes_events(self) -> bool:
        return self.where in EVENT_FIELDS or self.where.isdecimal()


def fault(given: Mapping[str, Any]) -> Fault:
    """From a parsed JSON object; UserError says what is wrong with it and what would be right."""
    names = {each.name for each in dataclasses.fields(Fault)}
    for name in given:
        if name not in names:
            raise UserError(f"a fault has no '{name}'; it has {', '.join(sorted(names))}")
    kind, where = given.get("kind"), str(given.get("where", EVERYWHERE))
    if not isinstance(kind, str) or kind not in KINDS:
        raise UserError(f"there is no kind of fault {kind!r}; there are {', '.join(KINDS)}")
    made = Fault(
        kind=kind,
        where=where,
        times=_number(given, "times", None, 1, 1_000_000),
        seconds=_number(given, "seconds", 0.0, 0, 3_600),
        status=_number(given, "status", 500, 400, 599),
    )
    _check_place(made)
    return made


def _number(given: Mapping[str, Any], name: str, default: Any, least: int, most: int) -> Any:
    value = given.get(name, default)
    kinds = (int, float) if name == "seconds" else (int,)
    if value != default and (type(value) not in kinds or not least <= value <= most):
        raise UserError(f"{name} {value!r} is no number from {least} to {most}")
    return value


def _check_place(made: Fault) -> None:
    routes = [str(route) for route in ROUTES]
    if made.strikes_events:
        allowed = EVENT_FAULTS
    elif made.where == EVERYWHERE or made.where in routes:
        allowed = REQUEST_FAULTS
    else:
        raise UserError(
            f"'{made.where}' is neither '*' nor a route such as 'GET /contacts', an event such as 'CallStarted' "
            "or the ID of a webhook"
        )
    if made.kind not in allowed:
        raise UserError(f"the fault '{made.kind}' cannot strike '{made.where}'; there {', '.join(allowed)} can")


class Faults:
    """Those in force, in the order they were set."""

    def __init__(self) -> None:
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._set.append(fault)

    def clear(self) -> None:
        self._set.clear()

    def listed(self) -> list[Fault]:
        return list(self._set)

    def strike_request(self, route: str) -> list[Fault]:
        """What befalls a request; faults that struck for the last time are gone."""
        return self._strike({EVERYWHERE, route}) if self._set else []

    def strike_event(self, event: str, webhook_id: int) -> list[Fault]:
        return self._strike({event, str(webhook_id)}) if self._set else []

    def _strike(self, places: set[str]) -> list[Fault]:
        struck = [each for each in self._set if each.where in places]
        self._set = [left for each in self._set for left in _left(each, each in struck)]
        return struck


def _left(fault: Fault, struck: bool) -> list[Fault]:
    if not struck or fault.times is None:
        return [fault]
    return [dataclasses.replace(fault, times=fault.times - 1)] if fault.times > 1 else []


def delay(struck: Sequence[Fault]) -> float:
    """Seconds that latency adds."""
    return sum(each.seconds for each in struck if each.kind == "latency")


def kinds(struck: Sequence[Fault]) -> set[str]:
    return {each.kind for each in struck}


def with_wrong_types(value: Any) -> Any:
    """Numbers become text, text becomes a list, and null a number."""
    if isinstance(value, dict):
        return {name: with_wrong_types(item) for name, item in value.items()}
    if isinstance(value, list):
        return [with_wrong_types(item) for item in value]
    return [value] if isinstance(value, str) else 0 if value is None else str(value)
