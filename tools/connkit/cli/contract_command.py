"""connkit contract"""

from __future__ import annotations

import json
from pathlib import Path

import click

from connkit.contract.contract import ContractResult, contract
from connkit.model import Connector
from connkit.runtime.transports import requests_send
from connkit.workflows.mocks import UNPROVEN, mock_source
from connkit.workflows.project import read_project
from connkit.workflows.reading import read_folder


@click.command("contract")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(root: Path, style: str) -> int:
    """Call every operation on the mock service and compare its answers with the definition.

    Where connkit.yaml names no mock service, one is generated from the definition itself.

    \b
    Example:
      connkit contract
    """
    project = read_project(root)
    folder = read_folder(root)
    if folder.definition is None:
        click.echo(f"{folder.definition_file}: error: {folder.problem}")
        return 1
    source = mock_source(project, folder)
    mock = source.make()
    with mock.intercept():
        results = contract(Connector(folder.definition, folder.properties), mock, requests_send())
    if style == "json":
        told = {"version": 1, "mock": mock.name, "operations": [_as_json(result) for result in results]}
        click.echo(json.dumps(told, indent=2))
    else:
        _print(results)
        if source.generated:
            click.echo(f"Not proven: {UNPROVEN}.")
    return 0 if all(result.ok for result in results) else 1


def _as_json(result: ContractResult) -> dict[str, object]:
    return {"operation": result.operation_id, "status": result.status, "problems": list(result.problems)}


def _print(results: list[ContractResult]) -> None:
    for result in results:
        click.echo(f"{'ok' if result.ok else 'FAILED':<7} {result.operation_id} answered {result.status or 'nothing'}")
        for problem in result.problems:
            click.echo(f"        {problem}")
    good = sum(result.ok for result in results)
    click.echo(f"{good} of {len(results)} operations answered as the definition says")
