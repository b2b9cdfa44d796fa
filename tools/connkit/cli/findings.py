"""Findings as the short commands show them."""

from __future__ import annotations

from connkit.core import Finding


def finding_line(finding: Finding) -> str:
    """`file:line:column: severity: message (Rule, at pointer)` on one line."""
    place = f", at {finding.pointer}" if finding.pointer.parts else ""
    return f"{finding.span or finding.file}: {finding.severity}: {finding.message} ({finding.rule}{place})"


def finding_json(finding: Finding) -> dict[str, object]:
    """The finding as a plain object."""
    span = finding.span
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": finding.file,
        "pointer": str(finding.pointer),
        "line": span.line if span else None,
        "column": span.column if span else None,
    }
