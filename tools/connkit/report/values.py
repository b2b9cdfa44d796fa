"""What a report is made of, and the JSON form that is a contract."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connkit.core import Authority, Finding, Severity, Span


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not done, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """One command's result; `texts` holds source text by file name, `checks_run` counts rules or checks.

    `closing` holds lines for the end, which stand in text instead of the summary and in Markdown after the table.
    """

    findings: tuple[Finding, ...]
    connectors: tuple[str, ...] = ()
    profile: str = ""
    checks_run: int = 0
    not_run: tuple[Note, ...] = ()
    waived: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    closing: tuple[str, ...] = ()

    @property
    def ordered(self) -> list[Finding]:
        return sorted(self.findings, key=lambda finding: finding.order)

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def fingerprint(finding: Finding) -> str:
    """Sixteen hexadecimal digits that stay the same when lines move."""
    parts = (finding.rule, finding.connector, str(finding.pointer), finding.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def place(finding: Finding) -> Span:
    return finding.span or Span(finding.file)


def printable(text: str) -> str:
    """The text with control characters escaped, so that no connector can drive a terminal."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def as_json(report: Report) -> dict[str, Any]:
    return {
        "version": 1,
        "findings": [_finding(finding) for finding in report.ordered],
        "summary": {
            "connectors": len(report.connectors),
            **{str(severity): report.count(severity) for severity in Severity},
            "waived": report.waived,
        },
    }


def _finding(finding: Finding) -> dict[str, Any]:
    span = place(finding)
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "connector": finding.connector,
        "file": span.file,
        "pointer": str(finding.pointer),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "value_path": finding.value_path,
        "authority": str(finding.authority),
        "doc": finding.doc,
        "fingerprint": fingerprint(finding),
        "related": [str(pointer) for pointer in finding.related],
    }


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the JSON output."""
    text, number, count = (
        {"type": "string"},
        {"type": "integer", "minimum": 1},
        {"type": "integer", "minimum": 0},
    )
    pointer = {"type": "string", "pattern": "^(/([^~/]|~[01])*)*$"}
    numbers = dict.fromkeys(("line", "column", "end_line", "end_column"), number)
    finding = _closed(
        {
            "rule": text,
            "severity": {"enum": [str(severity) for severity in Severity]},
            **dict.fromkeys(("message", "connector", "file"), text),
            "pointer": pointer,
            **numbers,
            "value_path": text,
            "authority": {"enum": [str(authority) for authority in Authority]},
            "doc": text,
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
            "related": {"type": "array", "items": pointer},
        }
    )
    names = ("connectors", *(str(severity) for severity in Severity), "waived")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "connkit findings",
        **_closed(
            {
                "version": {"const": 1},
                "findings": {"type": "array", "items": finding},
                "summary": _closed(dict.fromkeys(names, count)),
            }
        ),
    }
