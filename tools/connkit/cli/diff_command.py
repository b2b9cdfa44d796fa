"""connkit diff"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from connkit.cli.reporting import deliver, exit_code, report_options, write
from connkit.report import NAMES, Report, many
from connkit.workflows.diffing import Compared, diff
from connkit.workflows.project import read_project


def _print_classes(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from connkit.diff.catalogue import classes_page

        click.echo(classes_page(), nl=False)
        context.exit()


@click.command("diff")
@click.argument("old")
@click.argument("new", default=".")
@click.option("--changelog", is_flag=True, help="Print what makers should know, in Markdown, instead of findings.")
@click.option(
    "--classes",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_classes,
    help="Print the page of all classes of change, and stop.",
)
@report_options
@click.pass_obj
def command(root: Path, old: str, new: str, changelog: bool, fail_on: str, style: str, output: Path | None) -> int:
    """Tell what a change does to the flows that use the connector.

    OLD and NEW are each a connector's folder, a definition file, or git:REV[:PATH]; without NEW, this folder. An error
    breaks existing flows, a warning may, a remark does not.

    \b
    Example:
      connkit diff git:v1.0.0
      connkit diff git:main:my-connector my-connector --format github
      connkit diff old.swagger.json new.swagger.json --changelog
    """
    compared = diff(read_project(root), old, new)
    if changelog:
        write(compared.changelog, output)
    else:
        _deliver(compared, style, output)
    return exit_code(compared.findings, fail_on)


def _deliver(compared: Compared, style: str, output: Path | None) -> None:
    closing = {"text": _closing_text, "markdown": _closing_markdown}.get(style)
    if closing is None:
        for place in compared.not_compared:
            click.echo(f"not compared: {place}", err=True)
    report = Report(
        findings=compared.findings,
        connectors=(compared.new,),
        waived=compared.waived,
        texts=compared.texts,
        closing=tuple(closing(compared)) if closing else (),
    )
    deliver(report, style, output)


def _closing_text(compared: Compared) -> Iterator[str]:
    for title, text in _blocks(compared):
        yield f"{title}:"
        yield from (f"  {line}" for line in text.splitlines())
        yield ""
    yield _counts(compared)
    yield from (f"not compared: {place}" for place in compared.not_compared)


def _closing_markdown(compared: Compared) -> Iterator[str]:
    for title, text in _blocks(compared):
        fence = "" if text.startswith("* ") else "```"
        language = "json" if fence else ""
        yield from (f"{title}:", "", *([fence + language] if fence else []), text, *([fence] if fence else []), "")
    yield from (f"* not compared: {place}" for place in compared.not_compared)


def _blocks(compared: Compared) -> Iterator[tuple[str, str]]:
    """What to do, and what to paste, each with its title."""
    remedy = compared.remedy
    if remedy is None:
        return
    yield "to keep existing flows working", "\n".join(f"* {sentence}" for sentence in remedy.sentences.values())
    yield "merge into the definition", _pretty(remedy.definition)
    if remedy.policies:
        yield "add to policyTemplateInstances in apiProperties.json", _pretty(list(remedy.policies))


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _counts(compared: Compared) -> str:
    head = f"{compared.old} -> {compared.new}: "
    if not compared.findings and not compared.waived:
        return head + "no change that a flow could notice"
    counts = [many(sum(one.severity is kind for one in compared.findings), name) for kind, name in NAMES.items()]
    return head + ", ".join(counts) + (f", {compared.waived} waived" if compared.waived else "")
