"""Lint with a project's waivers applied and its findings traced to the sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from connkit.core import Authority, Finding, Pointer, Severity, Span, shown_path
from connkit.lint.engine import LintRun, NotRun, lint
from connkit.load import ConnectorFiles, find_connectors
from connkit.workflows.places import placed
from connkit.workflows.project import CONFIG_FILE, Project, Waiver


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint found, less what the project waives."""

    run: LintRun
    findings: tuple[Finding, ...]
    waived: int

    @property
    def rules_run(self) -> tuple[str, ...]:
        return self.run.rules_run

    @property
    def not_run(self) -> tuple[NotRun, ...]:
        return self.run.not_run


def lint_project(project: Project) -> Linted:
    """Lints the project's own connector by its profile."""
    return lint_paths(project, [project.root], project.profile, only_root=True)


def lint_paths(
    project: Project,
    paths: Sequence[Path],
    profile: str,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    *,
    only_root: bool = False,
) -> Linted:
    """Lints what is under the paths; UserError for a path that holds no connector."""
    connectors = find_connectors(paths)
    if only_root:
        connectors = [files for files in connectors if _is_root(project, files)]
    run = lint(connectors, profile, select, ignore)
    kept, used = _unwaived(project, run.findings)
    linted_root = any(_is_root(project, files) for files in connectors)
    unused = _unused(project, used, run.rules_run) if linted_root else []
    found = sorted([*placed(project, kept), *unused], key=lambda finding: finding.order)
    return Linted(run, tuple(found), len(run.findings) - len(kept))


def _is_root(project: Project, files: ConnectorFiles) -> bool:
    return files.folder.resolve() == project.root.resolve()


def _unwaived(project: Project, findings: Iterable[Finding]) -> tuple[list[Finding], set[Waiver]]:
    own = {(waiver.rule, waiver.place): waiver for waiver in project.waivers}
    kept, used = [], set()
    for finding in findings:
        waiver = own.get((finding.rule, str(finding.pointer)))
        if waiver and Path(finding.file).resolve().parent == project.root.resolve():
            used.add(waiver)
        else:
            kept.append(finding)
    return kept, used


def _unused(project: Project, used: set[Waiver], rules_run: Iterable[str]) -> list[Finding]:
    ran = set(rules_run)
    file = shown_path(project.root, CONFIG_FILE)
    return [
        Finding(
            "UnusedWaiver",
            Severity.WARNING,
            f"nothing at '{waiver.place}' trips {waiver.rule} any more; remove the waiver",
            file,
            Pointer() / "waivers" / index,
            span=Span(file),
            authority=Authority.OWN,
        )
        for index, waiver in enumerate(project.waivers)
        if waiver not in used and waiver.rule in ran
    ]
