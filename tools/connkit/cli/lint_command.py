"""connkit lint"""

from __future__ import annotations

import os
from pathlib import Path

import click

from connkit.core import Severity, UserError
from connkit.report import FORMATS, Note, Report, render
from connkit.workflows.linting import Linted, lint_paths
from connkit.workflows.project import PROFILES, read_project


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--profile", type=click.Choice(PROFILES), help="Instead of the one in connkit.yaml, or custom.")
@click.option("--select", multiple=True, metavar="RULE", help="Run only this rule; may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave this rule out; may be repeated.")
@click.option(
    "--fail-on",
    type=click.Choice([str(severity) for severity in Severity]),
    default="error",
    show_default=True,
    help="Exit 1 when there is a finding at or above this severity.",
)
@click.option("--format", "style", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report here.")
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
    report = _report(linted)
    _write(render(report, style), output)
    if os.environ.get("GITHUB_ACTIONS") == "true" and style != "github":
        click.echo(render(report, "github"), err=True, nl=False)
    threshold = Severity(fail_on).rank
    return 1 if any(finding.severity.rank >= threshold for finding in linted.findings) else 0


def _report(linted: Linted) -> Report:
    return Report(
        findings=linted.findings,
        connectors=linted.run.connectors,
        profile=linted.run.profile,
        checks_run=len(linted.rules_run),
        not_run=tuple(Note(item.rule, item.reason) for item in linted.rules_not_run),
        waived=linted.waived,
        texts=_texts(linted),
    )


def _texts(linted: Linted) -> dict[str, str]:
    """Source text of every file that has a finding; YAML that a finding was traced to is read here."""
    texts = dict(linted.run.texts)
    for finding in linted.findings:
        path = Path(finding.file)
        if finding.file not in texts and path.is_file():
            texts[finding.file] = path.read_text("utf-8-sig", errors="replace")
    return texts


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"cannot write '{output}': {error.strerror}") from error
