"""A definition while it is put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.build.sources import Source, Sources, operation_names
from connkit.core import Finding, Pointer, Span
from connkit.semantics.suggestions import suggestion

TYPES: Mapping[str, dict[str, Any]] = {
    "id": {"type": "integer", "format": "int64"},
    "count": {"type": "integer", "format": "int32"},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
    "date-time": {"type": "string", "format": "date-time"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation as the pages tell it: its source, and where it stands in the definition."""

    operation_id: str
    kind: str  # "action", "polling" or "webhook"
    method: str
    path: str
    summary: str
    description: str
    seed: str
    choose: str
    silent: str
    returns: str
    internal: bool
    shape: str


@dataclass(slots=True)
class Assembly:
    """A definition being put together; `trace` maps places in it to source lines."""

    sources: Sources
    names: Mapping[str, str] = field(init=False)
    definition: dict[str, Any] = field(default_factory=dict)
    trace: dict[Pointer, Span] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    used_shapes: dict[str, None] = field(default_factory=dict)
    placed: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = operation_names(self.sources)

    @property
    def texts(self) -> dict[str, Any]:
        value: dict[str, Any] = self.sources.single("connector").value
        return value

    def problem(self, source: Source, pointer: Pointer, message: str) -> None:
        self.findings.append(source.finding("SourceNotValid", pointer, message))

    def unknown(self, source: Source, pointer: Pointer, what: str, word: str, known: Iterable[str]) -> None:
        """The problem that `word` names nothing there is."""
        self.problem(source, pointer, f"unknown {what} '{word}'; {suggestion(word, known)}")

    def described(self, name: str, own: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the glossary says of a field, and over it what its shape says."""
        return {**self.sources.single("fields").value.get(name, {}), **(own or {})}
