"""SARIF 2.1.0, with what GitHub's code scanning asks for.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from connkit.core import Finding, Severity, Span
from connkit.report.values import Report, fingerprint, place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(report: Report) -> str:
    names = dict.fromkeys(finding.rule for finding in report.ordered)
    first = {finding.rule: finding for finding in reversed(report.ordered)}
    rules = [_rule(first[name], report.about.get(name, name)) for name in names]
    run = {
        "tool": {"driver": {"name": "connkit", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in report.ordered],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(finding: Finding, about: str) -> dict[str, Any]:
    rule = {
        "id": finding.rule,
        "shortDescription": {"text": about.partition("\n")[0]},
        "fullDescription": {"text": about},
        "help": {"text": finding.mend or about},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }
    return rule | ({"helpUri": finding.doc} if finding.doc else {})


def _result(finding: Finding) -> dict[str, Any]:
    logical = [{"fullyQualifiedName": str(finding.pointer)}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _physical(place(finding)), "logicalLocations": logical}],
        "partialFingerprints": {"connkit/v1": fingerprint(finding)},
    }
    if finding.related_spans:
        related = [{"physicalLocation": _physical(span)} for span in finding.related_spans]
        result["relatedLocations"] = related
    return result


def _physical(span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": quote(span.file, errors="replace")}, "region": region}
