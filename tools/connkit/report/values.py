"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from connkit.core import Finding, Severity, Span


class Note(NamedTuple):
    """Something that was not done, and why; `names` are its parts, where it has some."""

    what: str
    why: str
    names: tuple[str, ...] = ()


class Report(NamedTuple):
    """One command's result; `texts` holds source text by file name, `checks_run` counts rules or checks.

    `known` counts what a baseline keeps quiet. `quiet_remarks` says that remarks were not asked for, so that none are
    counted. `guide` is the last line for people, on how to learn more. `about` is the page of each rule, its first
    line the flaw in one sentence. `closing` holds lines for the end, which stand in text instead of the summary and
    in Markdown after the table.
    """

    findings: tuple[Finding, ...]
    connectors: tuple[str, ...] = ()
    profile: str = ""
    checks_run: int = 0
    not_run: tuple[Note, ...] = ()
    waived: int = 0
    known: int = 0
    quiet_remarks: bool = False
    guide: str = ""
    about: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}
    closing: tuple[str, ...] = ()

    @property
    def ordered(self) -> list[Finding]:
        return sorted(self.findings, key=lambda finding: finding.order)

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def fingerprint(finding: Finding, connector: str | None = None) -> str:
    """Sixteen hexadecimal digits that stay the same when lines move; `connector` names its folder in another way."""
    import hashlib  # 4 ms to import, and most reports need none

    folder = finding.connector if connector is None else connector
    parts = (finding.rule, folder, str(finding.pointer), finding.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


NAMES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
"""What people call a finding of each severity."""


def many(number: int, name: str) -> str:
    """The number with the name, in the plural where it needs one."""
    return f"{number} {name}" + ("" if number == 1 else "s")


def place(finding: Finding) -> Span:
    return finding.span or Span(finding.file)


def printable(text: str) -> str:
    """The text with control characters escaped, so that no connector can drive a terminal."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
