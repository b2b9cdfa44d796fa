"""connkit contract"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import click

from connkit.cli import contract_output as output
from connkit.contract.contract import ContractResult, backend_contract, contract
from connkit.contract.probing import asker, probe
from connkit.core import UserError
from connkit.model import Connector
from connkit.runtime.backend import is_readable_on_the_way, moved, patient_send
from connkit.runtime.connection import Credentials
from connkit.runtime.transports import in_memory, requests_send
from connkit.workflows.contracting import check_reachable, check_tried, connection_of, given_inputs
from connkit.workflows.mocks import UNPROVEN, MockSource, mock_source
from connkit.workflows.project import Project, read_project
from connkit.workflows.reading import read_folder

_SECONDS = 30.0  # for one answer


@click.command("contract")
@click.option("--backend", metavar="URL", help="Call the service at this address instead of the mock in process.")
@click.option("--key-env", metavar="NAME", help="The environment variable that holds the key, as a user types it.")
@click.option("--write", is_flag=True, help="Also call what writes; registered webhooks are removed again.")
@click.option("--input", "inputs", metavar="OPERATION.NAME=VALUE", multiple=True, help="An input that is not known.")
@click.option("--probe", "probing", is_flag=True, help="Ask the service what nobody knows about it.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(
    root: Path,
    backend: str | None,
    key_env: str | None,
    write: bool,
    inputs: Sequence[str],
    probing: bool,
    style: str,
) -> int:
    """Call every operation and compare the answers with the definition.

    Each operation is called with right input and with wrong input that follows from its definition; on the mock, each
    event is made to happen. What the answers show is told with the change to the definition that it suggests.

    A real service is only read, unless --write is given. --probe asks it for the values of the mock's switches, prints
    them as connkit.yaml takes them, and exits with 1 where the mock is set otherwise.

    Where connkit.yaml names no mock service, one is generated from the definition itself.

    \b
    Example:
      connkit contract
      connkit contract --backend https://pbx.example/api/v2 --key-env PBX_KEY
      connkit contract --backend https://pbx.example/api/v2 --key-env PBX_KEY --probe --write
    """
    _check_options(backend, key_env, write, inputs, probing)
    project = read_project(root)
    folder = read_folder(root)
    if folder.definition is None:
        click.echo(f"{folder.definition_file}: error: {folder.problem}")
        return 1
    connector = Connector(folder.definition, folder.properties)
    source = mock_source(project, folder)
    if backend is None:
        return _on_mock(connector, source, style)
    real = _Real(connector, backend, key_env)
    return real.probe(project, source, write, style) if probing else real.contract(inputs, write, style)


def _on_mock(connector: Connector, source: MockSource, style: str) -> int:
    mock = source.make()
    results = contract(connector, mock, in_memory(mock), wrong_input=not source.generated)
    code = _show(connector, results, style, real=False, secret="")
    if source.generated:
        click.echo(f"not proven: {UNPROVEN}", err=True)
    return code


def _check_options(backend: str | None, key_env: str | None, write: bool, inputs: Sequence[str], probing: bool) -> None:
    given = {"--key-env": key_env, "--write": write, "--input": inputs, "--probe": probing}
    for name, value in given.items():
        if value and backend is None:
            raise UserError(f"{name} is for a real service; name its address with --backend URL")
    if probing and inputs:
        raise UserError("--input is for the contract; leave it out with --probe")


def _show(connector: Connector, results: Sequence[ContractResult], style: str, *, real: bool, secret: str) -> int:
    if style == "json":
        _print(output.as_json(connector, results), secret)
    else:
        for line in output.text(connector, results, real):
            _print(line, secret)
    return 0 if all(result.ok for result in results) else 1


def _print(text: str, secret: str) -> None:
    """Prints a text in which a service may have repeated the key."""
    for hidden in (secret, secret.rpartition(" ")[2]):
        text = text.replace(hidden, "<key>") if hidden else text
    click.echo(text)


class _Real:
    """The service at an address, with a key from the environment; UserError where it cannot be asked."""

    def __init__(self, connector: Connector, url: str, key_env: str | None) -> None:
        self._connector, self._url, self._key_env = moved(connector, url), url, key_env
        self._send = patient_send(requests_send(_SECONDS), _wait)
        self._key = _key(key_env)
        self._connection = self._connected()
        if self._key and is_readable_on_the_way(url):
            click.echo(f"note: the key goes to {url} unencrypted", err=True)
        check_reachable(self._connector, self._send, url)

    def _connected(self) -> Credentials:
        connection = connection_of(self._connector, self._key)
        for warning in connection.warnings:
            click.echo(f"{self._key_env}: {warning}", err=True)
        return connection

    def contract(self, inputs: Sequence[str], write: bool, style: str) -> int:
        given = given_inputs(self._connector, inputs)
        told = _progress(len(self._connector.operations))
        results = backend_contract(self._connector, self._connection, self._send, given, writes=write, told=told)
        check_tried(results, self._url, self._key_env)
        return _show(self._connector, results, style, real=True, secret=self._key or "")

    def probe(self, project: Project, source: MockSource, write: bool, style: str) -> int:
        if source.generated:
            raise UserError("connkit.yaml names no mock service, so nobody knows what to ask; add 'mock: NAME'")
        found = []
        for each in probe(source.make(), asker(self._connector, self._connection, self._send), writes=write):
            found.append(each)
            click.echo(f"{each.unknown.name}: {'answered' if each.known else 'not known'}", err=True)
        if style == "json":
            _print(output.probed_json(found, project.switches), self._key or "")
        else:
            for line in output.probed_text(found, project.switches):
                _print(line, self._key or "")
        return int(any(output.differs(each, project.switches) for each in found))


def _wait(seconds: float) -> None:
    click.echo(f"too many requests; waiting {seconds:g} s, as the service asks", err=True)
    time.sleep(seconds)


def _key(name: str | None) -> str | None:
    if name is None:
        return None
    value = os.environ.get(name, "").strip()
    if not value:
        raise UserError(f"the environment variable '{name}' is not set; put the key into it, as a user types it")
    return value


class _progress:
    """Tells each operation on standard error when it was called."""

    def __init__(self, whole: int) -> None:
        self._whole, self._done = whole, 0

    def __call__(self, result: ContractResult) -> None:
        self._done += 1
        if not result.skipped:
            click.echo(f"{self._done} of {self._whole}: {result.operation_id} {result.status or 'no answer'}", err=True)
