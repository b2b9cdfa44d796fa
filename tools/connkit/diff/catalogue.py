"""The page of all classes of change."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.diff.taxonomy import Area, ChangeClass, Direction, all_classes

_HEAD = """\
# Classes of change

Printed by `connkit diff --classes`; do not edit. [What the command does](diff.md).

An `error` breaks existing flows, a `warning` may, an `info` does not. Authority: `official` is published by Microsoft
or was seen in the answers of its detector, `observed` was seen in how the platform behaves, `own` is our opinion.
*Undone* is the class of the same change the other way round, *other direction* that of outputs beside that of inputs.
"""
_TITLES = {
    Area.OPERATION: "Operations",
    Area.PARAMETER: "Inputs",
    Area.RESPONSE: "Outputs",
    Area.TRIGGER: "Triggers",
    Area.SERVICE: "The service",
    Area.CONNECTION: "Connections",
    Area.POLICY: "Policies and the script",
}


def classes_page() -> str:
    """In Markdown: a table for each area."""
    return "\n".join([_HEAD, *(line for area in Area for line in _section(area))]) + "\n"


def _section(area: Area) -> Iterator[str]:
    rows = [kind for kind in all_classes().values() if kind.area is area]
    directed = any(kind.direction is not Direction.NONE for kind in rows)
    columns = ["class", "severity", "action", "authority", "undone", *(["other direction"] if directed else [])]
    yield f"## {_TITLES[area]}\n"
    yield _row(columns)
    yield "|" + "---|" * len(columns)
    for kind in rows:
        yield _row(_cells(kind)[: len(columns)])
    yield ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(kind: ChangeClass) -> list[str]:
    authority = f"[{kind.authority}]({kind.source})"
    other = _names(kind.counterpart) or kind.no_counterpart
    return [f"`{kind.name}`", kind.severity, kind.action, authority, _names(kind.opposite), other]


def _names(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)
