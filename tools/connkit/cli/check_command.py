"""connkit check"""

from __future__ import annotations

import json
from pathlib import Path

import click

from connkit.cli.findings import finding_json, finding_line
from connkit.core import UserError
from connkit.workflows.checking import Outcome, Report, Status, check
from connkit.workflows.project import read_project

MARKS = {Status.PASSED: "ok", Status.FAILED: "FAILED", Status.NOT_CHECKED: "not checked"}
COLORS = {Status.PASSED: "green", Status.FAILED: "red", Status.NOT_CHECKED: "yellow"}


@click.command("check")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--require-baseline", is_flag=True, help="Exit 2 when there is no earlier release to compare with.")
@click.pass_obj
def command(root: Path, style: str, require_baseline: bool) -> int:
    """Prove that the connector in this folder works, offline.

    Compares the built files with their sources and the connector with its last release tag (such as v1.2.3), holds
    the files against the OpenAPI specification, schemas and rules, calls every operation on the mock service, and
    takes every trigger through its whole life in the emulator. Where connkit.yaml names no mock service, one is
    generated from the definition. What could not be checked is named.

    \b
    Example:
      connkit check
      connkit -C my-connector check --format json
    """
    project = read_project(root)
    report = check(project)
    if style == "json":
        click.echo(json.dumps(_as_json(report), indent=2))
    else:
        _print(report)
    if require_baseline and report.no_baseline:
        raise UserError(report.no_baseline)
    return 0 if report.ok else 1


def _print(report: Report) -> None:
    for outcome in report.outcomes:
        mark = click.style(f"{MARKS[outcome.status]:<12}", fg=COLORS[outcome.status])
        click.echo(f"{mark} {outcome.name}: {outcome.summary}")
        for problem in outcome.problems:
            click.echo(f"             {problem}")
        for finding in outcome.findings:
            click.echo(f"             {finding_line(finding)}")
    click.echo("")
    click.echo("Not covered by this check:")
    for item in report.not_covered:
        click.echo(f"  - {item}")
    failed = [outcome.name for outcome in report.outcomes if outcome.status is Status.FAILED]
    click.echo("")
    click.echo(f"FAILED: {', '.join(failed)}" if failed else "The connector passed.")


def _as_json(report: Report) -> dict[str, object]:
    return {
        "version": 1,
        "passed": report.ok,
        "checks": [_outcome_json(outcome) for outcome in report.outcomes],
        "not_covered": list(report.not_covered),
    }


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.name,
        "status": outcome.status.value,
        "summary": outcome.summary,
        "problems": list(outcome.problems),
        "findings": [finding_json(finding) for finding in outcome.findings],
    }
