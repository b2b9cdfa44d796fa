"""What can change in a connector, as a table; each class registers itself with `change_class`."""

from __future__ import annotations

import enum
import importlib
from dataclasses import dataclass

from connkit.core import Authority, Pointer, Severity


class Direction(enum.StrEnum):
    """Which way the data goes that a change is about, seen from a flow."""

    INPUT = "input"
    OUTPUT = "output"
    NONE = "none"


class Area(enum.StrEnum):
    OPERATION = "operation"
    PARAMETER = "parameter"
    RESPONSE = "response"
    TRIGGER = "trigger"
    SERVICE = "service"
    CONNECTION = "connection"
    POLICY = "policy"


class Action(enum.StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"


class Part(enum.StrEnum):
    """The file of a connector that a place is in."""

    DEFINITION = "definition"
    PROPERTIES = "properties"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class ChangeClass:
    """A kind of change with everything that its row in the page says.

    `says` is the message's template, over {operation}, {field}, {was}, {now}, {what} and {hint}; `told` is the phrase
    that makers read, '' where they would not notice. `opposite` names the classes of the same change undone, and
    `counterpart` those of the other direction; where an input or output has none, `no_counterpart` says why.
    """

    name: str
    severity: Severity
    area: Area
    action: Action
    direction: Direction
    authority: Authority
    source: str
    says: str
    told: str
    opposite: tuple[str, ...]
    counterpart: tuple[str, ...]
    no_counterpart: str


FIELD = "{field}"
"""Stands in `Change.told` for what makers call the thing, so that changes alike can be told in one phrase."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `pointer` is its place in the new file, or the nearest one that still exists there.

    `value_path` is in the form of Microsoft's detector; `operation_id` is '' where the flows of every operation are
    hit, and `field` is what makers call the thing.
    """

    kind: ChangeClass
    value_path: str
    pointer: Pointer
    message: str
    told: str = ""
    field: str = ""
    operation_id: str = ""
    part: Part = Part.DEFINITION

    @property
    def severity(self) -> Severity:
        return self.kind.severity


_CLASSES: dict[str, ChangeClass] = {}


def change_class(
    name: str,
    severity: Severity,
    area: Area,
    action: Action,
    *,
    says: str,
    opposite: str | tuple[str, ...],
    told: str = "",
    direction: Direction = Direction.NONE,
    counterpart: str | tuple[str, ...] = (),
    no_counterpart: str = "",
    authority: Authority = Authority.OWN,
    source: str = "",
) -> ChangeClass:
    """Registers a class; what is only our opinion can be no error."""
    if name in _CLASSES:
        raise ValueError(f"two classes of change are called '{name}'")
    if authority is Authority.OWN and severity is Severity.ERROR:
        raise ValueError(f"'{name}' is our own opinion and cannot be an error")
    if (direction is not Direction.NONE) != bool(counterpart or no_counterpart):
        raise ValueError(f"'{name}' needs a counterpart, or a reason for none, exactly when it has a direction")
    made = ChangeClass(
        name,
        severity,
        area,
        action,
        direction,
        authority,
        source,
        says,
        told,
        _names(opposite),
        _names(counterpart),
        no_counterpart,
    )
    _CLASSES[name] = made
    return made


def _names(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def all_classes() -> dict[str, ChangeClass]:
    """Every class by name, in the order of the table."""
    importlib.import_module("connkit.diff.classes")
    return dict(_CLASSES)
