"""The mock platform with connkit's own lint for the validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connkit.core import Finding, Severity
from connkit.lint.engine import check
from connkit.model import Connector


def lint_validation(definition: Mapping[str, Any], certification: bool) -> list[str]:
    """What lint says of a definition alone, in the words of the platform's validation; remarks are left out."""
    connector = Connector(dict(definition), {}, definition_file="apiDefinition.swagger.json")
    findings = check(connector, "certified" if certification else "custom")
    return [_line(finding) for finding in findings if finding.severity is not Severity.INFO]


def _line(finding: Finding) -> str:
    """The place is a JSON pointer without its first slash."""
    return f"{finding.severity.capitalize()} : {str(finding.pointer).removeprefix('/')} : {finding.message}"
