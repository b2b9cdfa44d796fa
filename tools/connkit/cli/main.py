"""`connkit`, whose commands are imported only when they are run."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from connkit.core import UserError

COMMANDS = {
    "build": "Make the connector's files from definition/.",
    "check": "Prove that the connector in this folder works.",
    "contract": "Hold what the mock, or the real service, answers against the definition.",
    "deploy": "Plan a deployment, carry it out with paconn, and prove that it arrived.",
    "diff": "Tell what a change does to the flows that use the connector.",
    "invoke": "Call an action as the platform does.",
    "lint": "Find flaws in connector folders, files and trees.",
    "listen": "Switch a webhook trigger on, and show what arrives.",
    "mock": "Serve the mock of the connector's service, or of the platform.",
    "paconn": "Install paconn in an environment of its own, and sign in.",
    "poll": "Let a polling trigger ask the service, and show the runs it starts.",
    "rules": "List the rules of lint, or print the page of one.",
    "schema": "Print the JSON Schema of the JSON output of lint and diff.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports only the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"connkit.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "root",
    metavar="DIR",
    default=".",
    help="Work in this folder instead of the current one.",
    type=click.Path(path_type=Path),
)
@click.version_option(package_name="connkit")
@click.pass_context
def cli(context: click.Context, root: Path) -> None:
    """Build, lint and prove Power Platform connectors, offline, and deploy them.

    \b
    Example:
      connkit check              the whole proof, in a connector's folder
      connkit lint my-connector  flaws in somebody else's folder

    Exit codes: 0 clean, 1 findings or a failed check, 2 the tool could not do its job, 3 (deploy) a person must look.
    """
    context.obj = root
    if os.environ.get("NO_COLOR"):  # https://no-color.org: any text in it counts
        context.color = False


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits; an error that a user can cause is one line, never a traceback."""
    _plain_output()
    try:
        code: Any = cli(arguments, prog_name="connkit", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(2)
    except UserError as error:
        click.echo(f"connkit: {error}", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _plain_output() -> None:
    """Text that the console's encoding lacks is replaced, never a reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
