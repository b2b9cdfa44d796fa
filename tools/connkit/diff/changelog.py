"""The entry of a changelog that makers read, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connkit.core import Severity
from connkit.diff.taxonomy import Area, Change
from connkit.model import Connector, Operation

_SECTIONS = {
    Severity.ERROR: "Breaking: flows that use this have to be changed",
    Severity.WARNING: "To look at: flows that use this may act otherwise",
    Severity.INFO: "New, and safe",
}
_CONNECTION = "The connection"
_EVERYTHING = "The whole connector"
_ON_CONNECTIONS = (Area.CONNECTION, Area.SERVICE)


def changelog(old: Connector, new: Connector, changes: Sequence[Change]) -> str:
    """What makers would notice, by what it does to their flows; one sentence where they would notice nothing."""
    names = {operation.label: _shown(operation) for one in (old, new) for operation in one.operations}
    blocks = [block for severity in Severity for block in _section(severity, names, changes)]
    return "\n\n".join(blocks or ["Nothing that makers would notice."]) + "\n"


def _shown(operation: Operation) -> str:
    name = _text(operation.summary or operation.label)
    return f"{name} (`{operation.label}`)"


def _section(severity: Severity, names: dict[str, str], changes: Sequence[Change]) -> Iterator[str]:
    phrases: dict[str, list[str]] = {}
    for change in changes:
        if change.severity is severity and change.told:
            told = phrases.setdefault(_subject(change, names), [])
            told += [] if change.told in told else [change.told]
    lines = [f"* **{subject}**: {_text('; '.join(told))}" for subject, told in phrases.items()]
    if lines:
        yield "\n".join([f"### {_SECTIONS[severity]}", "", *lines])


def _subject(change: Change, names: dict[str, str]) -> str:
    if change.operation_id:
        return names.get(change.operation_id, change.operation_id)
    return _CONNECTION if change.kind.area in _ON_CONNECTIONS else _EVERYTHING


def _text(text: str) -> str:
    """On one line, with nothing in it that Markdown would obey."""
    plain = " ".join(text.split())
    for character in "\\`*_[<":
        plain = plain.replace(character, f"\\{character}")
    return plain
