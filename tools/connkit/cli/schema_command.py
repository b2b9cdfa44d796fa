"""connkit schema"""

from __future__ import annotations

import json

import click

from connkit.report.machine import json_schema


@click.command("schema")
def command() -> int:
    """Print the JSON Schema of the JSON output of lint and diff.

    \b
    Example:
      connkit schema > lint.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=2))
    return 0
