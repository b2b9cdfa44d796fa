"""connkit lint"""

from __future__ import annotations

import os
from pathlib import Path

import click

from connkit.cli.reporting import deliver, exit_code, report_options
from connkit.core import Severity
from connkit.lint.engine import NotRun
from connkit.lint.registry import all_rules
from connkit.report import Note, Report, many
from connkit.workflows.baseline import read_baseline
from connkit.workflows.baseline import write_baseline as save_baseline
from connkit.workflows.linting import Choice, Linted, lint_paths
from connkit.workflows.project import PROFILES, read_project

FOR_PEOPLE = ("text", "github", "markdown")
GUIDE = "connkit rules NAME explains a rule"


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--profile", type=click.Choice(PROFILES), help="Instead of the one in connkit.yaml, or custom.")
@click.option("--select", multiple=True, metavar="RULE", help="Run only this rule; may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave this rule out; may be repeated.")
@click.option(
    "--remarks/--no-remarks",
    default=None,
    help="Run the rules for remarks too; json, sarif and junit do anyway.",
)
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Keep the findings in it quiet.")
@click.option("--write-baseline", is_flag=True, help="Write all findings to the baseline, and exit 0.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    metavar="N",
    help="How many may share a large tree; by default as many as there are processors.",
)
@report_options
@click.pass_obj
def command(
    root: Path,
    paths: tuple[Path, ...],
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    remarks: bool | None,
    baseline: Path | None,
    write_baseline: bool,
    processes: int | None,
    fail_on: str,
    style: str,
    output: Path | None,
) -> int:
    """Find flaws in connector folders, files and trees; without PATHS, in this folder.

    A baseline adopts an old connector: what it knows is kept quiet, and only what is new fails.

    \b
    Example:
      connkit lint my-connector another-connector
      connkit lint --profile certified --format sarif --output lint.sarif
      connkit lint --baseline lint-baseline.json --write-baseline
      connkit lint --baseline lint-baseline.json
    """
    if write_baseline and baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE, which says where to write")
    project = read_project(root)
    wanted = write_baseline or _wants_remarks(remarks, style, fail_on)
    known = None if baseline is None or write_baseline else read_baseline(root / baseline)
    available = processes or os.cpu_count() or 1
    choice = Choice(profile or project.profile, select, ignore, wanted, available, known)
    linted = lint_paths(project, [root / path for path in paths] or [root], choice)
    if write_baseline and baseline is not None:
        number = save_baseline(root / baseline, linted.findings)
        click.echo(f"{number} findings are known from now on, in '{root / baseline}'", err=True)
        return 0
    report = _report(linted, quiet_remarks=not wanted)
    deliver(report, style, output)
    return exit_code(linted.findings, fail_on)


def _wants_remarks(asked: bool | None, style: str, fail_on: str) -> bool:
    if asked is not None:
        return asked
    return style not in FOR_PEOPLE or fail_on == Severity.INFO


def _report(linted: Linted, *, quiet_remarks: bool) -> Report:
    rules = all_rules()
    tripped = {finding.rule for finding in linted.findings} & set(rules)
    return Report(
        findings=linted.findings,
        connectors=linted.run.connectors,
        profile=linted.run.profile,
        checks_run=len(linted.run.rules_run),
        not_run=tuple(_note(group) for group in linted.run.not_run),
        waived=linted.waived,
        known=linted.known,
        quiet_remarks=quiet_remarks,
        guide=GUIDE,
        about={name: rules[name].text for name in tripped},
    )


def _note(group: NotRun) -> Note:
    kind = "certification rule" if group.reason.startswith("--profile") else "rule"
    what = many(len(group.rules), kind)
    return Note(f"{what} for remarks" if group.reason == "--remarks" else what, group.reason, group.rules)
