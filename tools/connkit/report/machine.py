"""For machines: the JSON form, which is a contract."""

from __future__ import annotations

import json
from typing import Any

from connkit.core import Authority, Finding, Severity
from connkit.report.values import Report, fingerprint, place


def machine(report: Report) -> str:
    return json.dumps(_report(report), indent=2) + "\n"


def _report(report: Report) -> dict[str, Any]:
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
