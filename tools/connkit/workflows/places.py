"""Where a finding is to be mended: the YAML line a person edits, or else the line of the JSON file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from connkit.build.building import Built
from connkit.build.files import stale
from connkit.core import Finding, Pointer, Span
from connkit.load import locate_all
from connkit.workflows.building import build_connector
from connkit.workflows.project import Project

DEFINITION_FILE = "apiDefinition.swagger.json"
STALE_NOTE = "the file is stale, so this is the place in it and not in definition/"


def placed(project: Project, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with the places to mend; the JSON pointer stays. `file` is relative to the project."""
    given = list(findings)
    if not given:
        return ()
    in_json = _in_json(project.root, given)
    if not project.has_sources or not any(finding.file == DEFINITION_FILE for finding in given):
        return tuple(in_json)
    connector = build_connector(project, "repository")
    if connector.findings or stale(project.root, {DEFINITION_FILE: connector.files[DEFINITION_FILE]}):
        return tuple(_noted(finding) for finding in in_json)
    return tuple(_in_yaml(connector.built, finding) for finding in in_json)


def _in_json(root: Path, findings: list[Finding]) -> list[Finding]:
    found = []
    for finding in findings:
        path = root / finding.file
        if finding.span is None and path.is_file():
            text = path.read_text("utf-8-sig", errors="replace")
            line, column, end_line, end_column = locate_all(text, [finding.pointer])[finding.pointer]
            finding = replace(finding, span=Span(finding.file, line, column, end_line, end_column))
        found.append(finding)
    return found


def _noted(finding: Finding) -> Finding:
    if finding.file != DEFINITION_FILE:
        return finding
    return replace(finding, message=f"{finding.message} ({STALE_NOTE})")


def _in_yaml(built: Built, finding: Finding) -> Finding:
    if finding.file != DEFINITION_FILE:
        return finding
    span = nearest(built.trace, finding.pointer)
    return replace(finding, file=span.file, span=span) if span else finding


def nearest(trace: Mapping[Pointer, Span], pointer: Pointer) -> Span | None:
    """The source line of the place, or of the smallest thing around it that has one."""
    while pointer.parts and pointer not in trace:
        pointer = pointer.parent
    return trace.get(pointer)
