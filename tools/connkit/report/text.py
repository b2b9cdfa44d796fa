"""For people: each finding with its line of source, then one summary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from connkit.core import Finding, Severity
from connkit.report.values import Report, place, printable

_WIDEST = 140


def text(report: Report) -> str:
    lines = {file: source.split("\n") for file, source in report.texts.items()}
    blocks = ["\n".join(_block(finding, lines)) for finding in report.ordered]
    closing = map(printable, report.closing) if report.closing else _summary(report)
    return "\n\n".join([*blocks, "\n".join(closing)]) + "\n"


def _block(finding: Finding, lines: Mapping[str, list[str]]) -> Iterator[str]:
    span = place(finding)
    yield printable(f"{span}: {finding.severity}: {finding.message} [{finding.rule}]")
    yield from _source(finding, lines.get(span.file, []))
    if finding.pointer.parts:
        yield printable(f"    at {finding.pointer}")


def _source(finding: Finding, lines: list[str]) -> Iterator[str]:
    """The line with its place underlined; of a long line, the part around the place."""
    span = place(finding)
    if finding.span is None or span.line > len(lines):
        return
    line = "".join(character if character.isprintable() else " " for character in lines[span.line - 1])
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(0, start - 40) if len(line) > _WIDEST else 0
    shown = line[first : first + _WIDEST]
    end = max(min(end, first + len(shown)), start + 1)
    yield f"  {span.line:>5} | {shown}".rstrip()
    yield f"        | {' ' * (start - first)}{'^' * (end - start)}"


def _summary(report: Report) -> Iterator[str]:
    counts = ", ".join(_many(report.count(severity), _NAMES[severity]) for severity in Severity)
    waived = f", {report.waived} waived" if report.waived else ""
    profile = f"profile '{report.profile}', " if report.profile else ""
    yield f"{_many(len(report.connectors), 'connector')}: {counts}{waived}"
    yield f"{profile}{_many(report.checks_run, 'rule')} run"
    reasons: dict[str, list[str]] = defaultdict(list)
    for note in report.not_run:
        reasons[note.why].append(note.what)
    for why, names in reasons.items():
        yield printable(f"not run ({why}): {', '.join(names)}")


_NAMES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}


def _many(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")
