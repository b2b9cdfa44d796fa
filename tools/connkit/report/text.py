"""For people: each finding with its line of source, then one summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connkit.core import Finding, Severity
from connkit.report.values import NAMES, Note, Report, many, place, printable

_WIDEST = 140
_NAMED = 4
"""Rules that did not run are named up to so many, and counted beyond."""


def text(report: Report) -> str:
    shown = report.ordered
    lines = _lines(report.texts, shown)
    blocks = ["\n".join(_block(finding, lines)) for finding in shown]
    closing = map(printable, report.closing) if report.closing else _summary(report)
    return "\n\n".join([*blocks, "\n".join(closing)]) + "\n"


def _lines(texts: Mapping[str, str], shown: list[Finding]) -> dict[str, list[str]]:
    files = {place(finding).file for finding in shown}
    return {file: source.split("\n") for file, source in texts.items() if file in files}


def _block(finding: Finding, lines: Mapping[str, list[str]]) -> Iterator[str]:
    span = place(finding)
    yield printable(f"{span}: {finding.severity}: {finding.message} [{finding.rule}]")
    yield from _source(finding, lines.get(span.file, []))
    if finding.pointer.parts:
        yield printable(f"    at {finding.pointer}")
    for related in finding.related_spans:
        yield printable(f"    see {related}")
    if finding.mend:
        yield printable(f"    to mend it: {finding.mend}")


def _source(finding: Finding, lines: list[str]) -> Iterator[str]:
    """The line with its place underlined; of a long line, the part around the place."""
    span = place(finding)
    if finding.span is None or span.line > len(lines):
        return
    line = lines[span.line - 1]
    if not line.isprintable():
        line = "".join(character if character.isprintable() else " " for character in line)
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(0, start - 40) if len(line) > _WIDEST else 0
    shown = line[first : first + _WIDEST]
    end = max(min(end, first + len(shown)), start + 1)
    yield f"  {span.line:>5} | {shown}".rstrip()
    yield f"        | {' ' * (start - first)}{'^' * (end - start)}"


def _summary(report: Report) -> Iterator[str]:
    counted = [severity for severity in Severity if not (report.quiet_remarks and severity is Severity.INFO)]
    counts = ", ".join(many(report.count(severity), NAMES[severity]) for severity in counted)
    waived = f", {report.waived} waived" if report.waived else ""
    known = f", {report.known} known from the baseline" if report.known else ""
    yield f"{many(len(report.connectors), 'connector')}: {counts}{waived}{known}"
    profile = f"profile '{report.profile}', " if report.profile else ""
    yield f"{profile}{many(report.checks_run, 'rule')} run"
    yield from (printable(_left_out(note)) for note in report.not_run)
    if report.guide and report.ordered:
        yield report.guide


def _left_out(note: Note) -> str:
    uncounted = 0 < len(note.names) <= _NAMED
    what = note.what if not uncounted else f"{note.what} ({', '.join(note.names)})"
    return f"{what} not run: {note.why}"
