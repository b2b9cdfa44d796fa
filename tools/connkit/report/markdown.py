"""A table for a pull request's comment or a job's summary."""

from __future__ import annotations

from connkit.core import Finding, Severity
from connkit.report.values import Report, place, printable


def markdown(report: Report) -> str:
    counts = ", ".join(f"{severity}: {report.count(severity)}" for severity in Severity)
    head = f"**{len(report.connectors)} connectors; {counts}; waived: {report.waived}**\n"
    closing = "\n" + "\n".join(report.closing) + "\n" if report.closing else ""
    if not report.ordered:
        return head + closing
    table = ["| severity | rule | place | message |", "|---|---|---|---|", *map(_row, report.ordered)]
    return head + "\n" + "\n".join(table) + "\n" + closing


def _row(finding: Finding) -> str:
    rule = f"[{finding.rule}]({finding.doc})" if finding.doc else finding.rule
    return f"| {finding.severity} | {rule} | {_cell(str(place(finding)))} | {_cell(finding.message)} |"


def _cell(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\")
    for character in "|`<*_[":
        escaped = escaped.replace(character, f"\\{character}")
    return escaped
