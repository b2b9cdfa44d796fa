"""What the commands that report findings have in common: their options, where the report goes, the exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from connkit.core import Finding, Severity, UserError
from connkit.report import FORMATS, Report, render

Command = Callable[..., Any]


def report_options(command: Command) -> Command:
    """Adds `--fail-on`, `--format` (as `style`) and `--output`."""
    severities = click.Choice([str(severity) for severity in Severity])
    threshold = "Exit 1 when there is a finding at or above this severity."
    output = "Write the report here."
    for option in (
        click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help=output),
        click.option("--format", "style", type=click.Choice(list(FORMATS)), default="text", show_default=True),
        click.option("--fail-on", type=severities, default="error", show_default=True, help=threshold),
    ):
        command = option(command)
    return command


def deliver(report: Report, style: str, output: Path | None) -> None:
    """Writes the report; inside a GitHub Actions job, annotations go to standard error as well.

    Text shows lines of source: those that the report does not bring are read here, and for no other format.
    """
    if style == "text":
        report = report._replace(texts={**_texts(report.findings), **report.texts})
    write(render(report, style), output)
    if os.environ.get("GITHUB_ACTIONS") == "true" and style != "github":
        click.echo(render(report, "github"), err=True, nl=False)


def exit_code(findings: Iterable[Finding], fail_on: str) -> int:
    """1 when a finding is at or above the severity, else 0."""
    threshold = Severity(fail_on).rank
    return 1 if any(finding.severity.rank >= threshold for finding in findings) else 0


def _texts(findings: Iterable[Finding]) -> dict[str, str]:
    """Source text of every file that has a finding, where it can be read and is text."""
    texts: dict[str, str] = {}
    for file in {finding.file for finding in findings}:
        path = Path(file)
        data = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in data[:1000]:
            texts[file] = data.decode("utf-8-sig", "replace")
    return texts


def write(text: str, output: Path | None) -> None:
    """To the file, or to standard output."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"cannot write '{output}': {error.strerror}") from error
