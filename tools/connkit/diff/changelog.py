"""The entry of a changelog that makers read, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connkit.core import Severity
from connkit.diff.taxonomy import FIELD, Area, Change
from connkit.model import Connector, Operation

_SECTIONS = {
    Severity.ERROR: "Breaking: flows that use this have to be changed",
    Severity.WARNING: "To look at: flows that use this may act otherwise",
    Severity.INFO: "New, and safe",
}
_SHOWN = 8
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
    subjects: dict[str, dict[str, list[str]]] = {}
    for change in changes:
        if change.severity is severity and change.told:
            phrases = subjects.setdefault(_subject(change, names), {})
            phrases.setdefault(change.told, []).append(change.field)
    lines = [f"* **{subject}**: {_told(phrases)}" for subject, phrases in subjects.items()]
    if lines:
        yield "\n".join([f"### {_SECTIONS[severity]}", "", *lines])


def _told(phrases: dict[str, list[str]]) -> str:
    return _text("; ".join(phrase.replace(FIELD, _listed(fields)) for phrase, fields in phrases.items()))


def _listed(fields: Sequence[str]) -> str:
    """The fields in quotes, of many the first few."""
    named = [f"'{field}'" for field in dict.fromkeys(fields)]
    if len(named) > _SHOWN:
        named = [*named[:_SHOWN], f"{len(named) - _SHOWN} more"]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


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
