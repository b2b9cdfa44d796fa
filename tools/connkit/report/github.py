"""Annotations of GitHub Actions.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from connkit.core import Finding, Severity
from connkit.report.values import Report, place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(report: Report) -> str:
    return "".join(f"{_annotation(finding)}\n" for finding in report.ordered)


def _annotation(finding: Finding) -> str:
    span = place(finding)
    values = {"file": span.file, "line": span.line, "col": span.column, "title": finding.rule}
    if span.end_line == span.line:
        values["endColumn"] = span.end_column
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in values.items())
    return f"::{_LEVELS[finding.severity]} {properties}::{_escaped(finding.message)}"


def _escaped(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
