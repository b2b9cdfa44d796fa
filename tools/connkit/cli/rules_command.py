"""connkit rules"""

from __future__ import annotations

import click

from connkit.lint.catalogue import catalogue, rule_page


@click.command("rules")
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """List the rules of lint, or print the page of the one named.

    \b
    Example:
      connkit rules PathParameterMissingEncoding
    """
    if name:
        click.echo(rule_page(name))
        return 0
    listed = catalogue()
    width = max(len(row[0]) for row in listed)
    for rule, severity, scope, title in listed:
        click.echo(f"{rule:<{width}}  {severity:<7}  {scope:<13}  {title}")
    return 0
