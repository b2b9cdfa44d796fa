"""connkit build"""

from __future__ import annotations

from pathlib import Path

import click

from connkit.build.files import stale, write
from connkit.docs.pages import Edition
from connkit.report import many
from connkit.workflows.building import build_connector
from connkit.workflows.project import read_project


@click.command("build")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail when a file is stale.")
@click.option("--brand", metavar="NAME", help="Build this brand instead of the one in connkit.yaml.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write into this folder instead of the connector's.",
)
@click.option("--certification", is_flag=True, help="Build the folder for Microsoft's certification; needs --out.")
@click.pass_obj
def command(root: Path, only_check: bool, brand: str | None, out: Path | None, certification: bool) -> int:
    """Make the connector's files and README from definition/.

    Nothing is written when the sources have a mistake.

    \b
    Example:
      connkit build --check
      connkit build --brand lmt --out lmt-connector
    """
    project = read_project(root)
    if out is None and (certification or (brand and brand != project.brand)):
        raise click.UsageError("use --out DIR as well: the connector's own folder holds the brand of connkit.yaml")
    edition: Edition = "certification" if certification else "folder" if out else "repository"
    connector = build_connector(project, edition, brand)
    for finding in connector.findings:
        click.echo(f"{finding.span}: {finding.severity}: {finding.message}")
    if connector.findings:
        click.echo(f"{many(len(connector.findings), 'mistake')} in the sources; nothing was written", err=True)
        return 1
    folder = out or root
    if only_check:
        return _report_stale(stale(folder, connector.files), len(connector.files))
    written = write(folder, connector.files)
    for name in written:
        click.echo(f"wrote {(folder / name).as_posix()}")
    click.echo(f"{len(connector.files) - len(written)} of {len(connector.files)} files were up to date", err=True)
    return 0


def _report_stale(names: list[str], total: int) -> int:
    for name in names:
        click.echo(f"{name}: stale: differs from what definition/ makes; run 'connkit build'")
    if not names:
        click.echo(f"all {total} built files are up to date")
    return 1 if names else 0
