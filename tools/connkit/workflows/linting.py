"""Lint with a project's waivers applied and its findings traced to the sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from connkit.core import Finding
from connkit.lint.engine import LintRun, NotRun, lint
from connkit.load import ConnectorFiles, find_connectors
from connkit.workflows.baseline import Baseline
from connkit.workflows.places import placed
from connkit.workflows.project import Project, Waiver
from connkit.workflows.waivers import unused_waivers


class Linted(NamedTuple):
    """What lint found, less what the project waives and what a baseline knows."""

    run: LintRun
    findings: tuple[Finding, ...]
    waived: int
    known: int = 0

    @property
    def rules_run(self) -> tuple[str, ...]:
        return self.run.rules_run

    @property
    def not_run(self) -> tuple[NotRun, ...]:
        return self.run.not_run


class Choice(NamedTuple):
    """What to look at and how.

    Without `remarks` the rules for them do not run; `processes` is how many may work on many connectors.
    """

    profile: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    remarks: bool = True
    processes: int = 1
    baseline: Baseline | None = None


def lint_project(project: Project, *, remarks: bool = True) -> Linted:
    """Lints the project's own connector by its profile."""
    own = [files for files in find_connectors([project.root]) if _is_root(project, files)]
    return _linted(project, own, Choice(project.profile, remarks=remarks))


def lint_paths(project: Project, paths: Sequence[Path], choice: Choice) -> Linted:
    """Lints what is under the paths; UserError for a path that holds no connector."""
    return _linted(project, find_connectors(paths), choice)


def _linted(project: Project, connectors: Sequence[ConnectorFiles], choice: Choice) -> Linted:
    run = lint(
        connectors,
        choice.profile,
        choice.select,
        choice.ignore,
        remarks=choice.remarks,
        processes=choice.processes,
    )
    kept, used = _unwaived(project, run.findings)
    waived = len(run.findings) - len(kept)
    if any(_is_root(project, files) for files in connectors):
        ran = set(run.rules_run)
        unused = {waiver for waiver in project.waivers if waiver.rule in ran and waiver not in used}
        kept += unused_waivers(project, unused)
    new = choice.baseline.unknown(kept) if choice.baseline else kept
    found = sorted(placed(project, new), key=lambda finding: finding.order)
    return Linted(run, tuple(found), waived, len(kept) - len(new))


def _is_root(project: Project, files: ConnectorFiles) -> bool:
    return files.folder.resolve() == project.root.resolve()


def _unwaived(project: Project, findings: Iterable[Finding]) -> tuple[list[Finding], set[Waiver]]:
    """As `unwaived`, for findings of which some may be about other folders."""
    if not project.waivers:
        return list(findings), set()
    root = project.root.resolve()
    foreign: list[Finding] = []
    own: list[Finding] = []
    for finding in findings:
        (own if Path(finding.file).resolve().parent == root else foreign).append(finding)
    kept, used = unwaived(project, own)
    return foreign + kept, used


def unwaived(project: Project, findings: Iterable[Finding]) -> tuple[list[Finding], set[Waiver]]:
    """What the project's waivers leave of findings about its own connector, and the waivers that were of use."""
    waivers = {(waiver.rule, waiver.place): waiver for waiver in project.waivers}
    kept, used = [], set()
    for finding in findings:
        waiver = waivers.get((finding.rule, str(finding.pointer)))
        if waiver is None:
            kept.append(finding)
        else:
            used.add(waiver)
    return kept, used
