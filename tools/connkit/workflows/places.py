"""Where a finding is to be mended: the YAML line a person edits, or else the line of the JSON file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from connkit.core import Finding, Pointer, Span, shown_path
from connkit.load import DEFINITION, PROPERTIES, locate_all
from connkit.workflows.project import Project

STALE_NOTE = "the file is stale, so this is the place in it and not in definition/"


def placed(project: Project, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with the places to mend; the JSON pointer stays.

    Those about the project's own documents are traced to the YAML that they were built from.
    """
    in_json = tuple(_in_json(finding) for finding in findings)
    own = {shown_path(project.root, name): name for name in (DEFINITION, PROPERTIES)}
    traceable = project.has_sources and project.brand is not None
    if not traceable or not any(finding.file in own for finding in in_json):
        return in_json
    from connkit.build.files import stale  # building costs a tenth of a second, so only where it is needed
    from connkit.workflows.building import build_connector

    connector = build_connector(project, "repository")
    fresh = {} if connector.findings else {name: connector.files[name] for name in own.values()}
    old = stale(project.root, fresh) if fresh else own.values()
    return tuple(_traced(connector.built.trace, old, own.get(finding.file), finding) for finding in in_json)


def _traced(
    traces: Mapping[str, Mapping[Pointer, Span]], old: Iterable[str], name: str | None, finding: Finding
) -> Finding:
    if name is None:
        return finding
    return _noted(finding) if name in old else in_yaml(traces[name], finding)


def _in_json(finding: Finding) -> Finding:
    path = Path(finding.file)
    if finding.span is not None or not path.is_file():
        return finding
    text = path.read_text("utf-8-sig", errors="replace")
    region = locate_all(text, [finding.pointer])[finding.pointer]
    return replace(finding, span=Span(finding.file, *region))


def _noted(finding: Finding) -> Finding:
    return replace(finding, message=f"{finding.message} ({STALE_NOTE})")


def in_yaml(trace: Mapping[Pointer, Span], finding: Finding) -> Finding:
    """The finding, with its related places, at the lines that a person edits."""
    span = nearest(trace, finding.pointer)
    if span is None:
        return finding
    related = [nearest(trace, pointer) for pointer in finding.related]
    return replace(finding, file=span.file, span=span, related_spans=tuple(place for place in related if place))


def nearest(trace: Mapping[Pointer, Span], pointer: Pointer) -> Span | None:
    """The source line of the place, or of the smallest thing around it that has one."""
    while pointer.parts and pointer not in trace:
        pointer = pointer.parent
    return trace.get(pointer)
