"""connkit lint"""

from __future__ import annotations

from pathlib import Path

import click

from connkit.cli.reporting import deliver, exit_code, report_options, texts_of
from connkit.report import Note, Report
from connkit.workflows.linting import Linted, lint_paths
from connkit.workflows.project import PROFILES, read_project


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--profile", type=click.Choice(PROFILES), help="Instead of the one in connkit.yaml, or custom.")
@click.option("--select", multiple=True, metavar="RULE", help="Run only this rule; may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave this rule out; may be repeated.")
@report_options
@click.pass_obj
def command(
    root: Path,
    paths: tuple[Path, ...],
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    style: str,
    output: Path | None,
) -> int:
    """Find flaws in connector folders, files and trees; without PATHS, in this folder.

    \b
    Example:
      connkit lint my-connector another-connector
      connkit lint --profile certified --format sarif --output lint.sarif
    """
    project = read_project(root)
    chosen = [root / path for path in paths] or [root]
    linted = lint_paths(project, chosen, profile or project.profile, select, ignore)
    deliver(_report(linted), style, output)
    return exit_code(linted.findings, fail_on)


def _report(linted: Linted) -> Report:
    return Report(
        findings=linted.findings,
        connectors=linted.run.connectors,
        profile=linted.run.profile,
        checks_run=len(linted.rules_run),
        not_run=tuple(Note(", ".join(group.rules), group.reason) for group in linted.not_run),
        waived=linted.waived,
        texts=texts_of(linted.findings),
    )
