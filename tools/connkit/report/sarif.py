"""SARIF 2.1.0, which code scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from connkit.core import Finding, Severity
from connkit.report.values import Report, fingerprint, place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(report: Report) -> str:
    rules = {finding.rule: finding for finding in report.ordered}
    driver = {"name": "connkit", "rules": [_rule(finding) for finding in rules.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in report.ordered],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    return {"id": finding.rule} | ({"helpUri": finding.doc} if finding.doc else {})


def _result(finding: Finding) -> dict[str, Any]:
    span = place(finding)
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    physical = {"artifactLocation": {"uri": quote(span.file, errors="replace")}, "region": region}
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": str(finding.pointer)}]}
        ],
        "partialFingerprints": {"connkit/v1": fingerprint(finding)},
    }
