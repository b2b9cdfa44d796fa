"""Faults on demand: how the platform misbehaves until it is told otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import UserError

STEPS = {
    "validate": "the check of a definition",
    "storage": "the place for icon and script",
    "blob": "the upload of one file",
    "create": "a new connector",
    "update": "a change to a connector",
    "get": "one connector",
    "list": "an environment's connectors",
    "content": "a connector's definition, icon or script",
    "environments": "the environments",
}
"""The requests that are told apart, and what each is about."""

EVERY = "*"
READS = ("get", "list", "content")
KINDS = {
    "401": "401, and nothing is done",
    "403": "403, and nothing is done",
    "404": "404, and nothing is done",
    "409": "409, and nothing is done",
    "429": "429, and nothing is done; `Retry-After` where `retry_after` is given",
    "500": "500, and nothing is done",
    "502-empty": "502 without a body, and nothing is done",
    "503": "503, and nothing is done; `Retry-After` where `retry_after` is given",
    "200-error": "200 with an error in the body, and nothing is done",
    "stall": "nothing is done, and no answer ever comes",
    "drop": "nothing is done, and the connection is cut",
    "stall-after": "it is done, and no answer ever comes",
    "drop-after": "it is done, and the connection is cut",
    "502-empty-after": "it is done, and the answer is 502 without a body",
    "200-error-after": "it is done, and the answer is 200 with an error in the body",
    "nameless-after": "it is done, and the answer lacks the connector's ID",
    "stale": "the answer is that from before the last write",
    "slow": "it is done, and the answer comes `seconds` later",
}
_ONLY = {"nameless-after": ("create",), "stale": READS}
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Passes over the first `after` requests of the step, then strikes `times` of them, None for ever.

    `step` may be '*'. With a `name`, only requests whose path ends with it count: a file's, or a connector's ID.
    """

    step: str
    kind: str
    after: int = 0
    times: int | None = 1
    retry_after: int | None = None
    name: str | None = None
    seconds: float = 0.0

    def concerns(self, step: str, name: str) -> bool:
        return self.step in (EVERY, step) and step in _ONLY.get(self.kind, STEPS) and self.name in (None, name)


def checked(fault: Fault) -> Fault:
    """UserError where there is no such step or kind, or they do not go together."""
    if fault.step not in (*STEPS, EVERY):
        raise UserError(f"there is no step '{fault.step}'; there are {', '.join((*STEPS, EVERY))}")
    if fault.kind not in KINDS:
        raise UserError(f"there is no kind of fault '{fault.kind}'; there are {', '.join(KINDS)}")
    only = _ONLY.get(fault.kind)
    if only and fault.step not in (*only, EVERY):
        raise UserError(f"the fault '{fault.kind}' cannot strike '{fault.step}'; it can strike {', '.join(only)}")
    return fault


def fault_of(given: Mapping[str, Any]) -> Fault:
    """From a parsed JSON object; UserError says what is wrong with it and what would be right."""
    names = [field.name for field in dataclasses.fields(Fault)]
    for name in given:
        if name not in names:
            raise UserError(f"a fault has no '{name}'; it has {', '.join(names)}")
    for name in ("step", "kind"):
        if not isinstance(given.get(name), str):
            raise UserError(f'say which {name}: {{"step": "create", "kind": "drop-after"}}')
    return checked(
        Fault(
            given["step"],
            given["kind"],
            after=_number(given, "after", 0, 0),
            times=None if given.get("times", 1) is None else _number(given, "times", 1, 1),
            retry_after=None if given.get("retry_after") is None else _number(given, "retry_after", None, 0),
            name=_text(given, "name"),
            seconds=_seconds(given),
        )
    )


def fault_from_text(text: str) -> Fault:
    """From `STEP:KIND`, or `STEP:KIND,times=3,after=1`."""
    place, *rest = text.split(",")
    step, colon, kind = place.partition(":")
    if not colon:
        raise UserError(f"the fault '{text}' names no kind; write STEP:KIND, such as create:drop-after")
    given: dict[str, Any] = {"step": step, "kind": kind}
    for each in rest:
        name, equals, value = each.partition("=")
        if not equals:
            raise UserError(f"'{each}' of the fault '{text}' has no value; write {name}=VALUE")
        given[name] = value if name == "name" else _read(value)
    return fault_of(given)


class Faults:
    """Those in force, in the order in which they were set."""

    def __init__(self) -> None:
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._set.append(checked(fault))

    def clear(self) -> None:
        self._set.clear()

    def listed(self) -> list[Fault]:
        return list(self._set)

    def strike(self, step: str, name: str) -> Fault | None:
        """The fault that befalls a request: the first whose turn it is; what has struck for the last time is gone."""
        for place, fault in enumerate(self._set):
            if not fault.concerns(step, name):
                continue
            if fault.after:
                self._set[place] = dataclasses.replace(fault, after=fault.after - 1)
                continue
            self._set[place : place + 1] = _left(fault)
            return fault
        return None


def _left(fault: Fault) -> list[Fault]:
    if fault.times is None:
        return [fault]
    return [dataclasses.replace(fault, times=fault.times - 1)] if fault.times > 1 else []


def _number(given: Mapping[str, Any], name: str, default: int | None, least: int) -> Any:
    value = given.get(name, default)
    if type(value) is not int or not least <= value <= _MOST:
        raise UserError(f"{name} {value!r} is no whole number from {least} to {_MOST}")
    return value


def _seconds(given: Mapping[str, Any]) -> float:
    value = given.get("seconds", 0.0)
    if type(value) not in (int, float) or not 0 <= value <= 3_600:
        raise UserError(f"seconds {value!r} is no number from 0 to 3600")
    return float(value)


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise UserError(f"{name} {value!r} is not text")
    return value


def _read(value: str) -> Any:
    if value in ("none", "null"):
        return None
    try:
        return float(value) if "." in value else int(value)
    except ValueError:
        return value
