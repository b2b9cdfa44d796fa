"""What `invoke`, `poll` and `listen` have in common: their options, and opening what these name."""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from connkit.cli.screen import Screen
from connkit.cli.trace_view import TraceView
from connkit.core import MockService, Send, UserError
from connkit.model import Connector, Operation
from connkit.runtime.backend import is_readable_on_the_way
from connkit.runtime.connection import API_KEY, TOKEN
from connkit.runtime.masking import is_secret, mask_of
from connkit.runtime.pacing import STANDARD, Clock, Pacing, paced, retried
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.typed_inputs import typed_inputs
from connkit.serving.hosts import is_loopback
from connkit.workflows.acting import Target, connector_of, emulator_switches, operation_for, parted, source_of
from connkit.workflows.project import Project, read_project
from connkit.workflows.reading import read_folder

T = TypeVar("T")
SECRETS = (API_KEY, "password", TOKEN)
"""Connection parameters that go with a security definition, also where they are not declared."""


@dataclass(frozen=True, slots=True)
class Options:
    """As typed."""

    root: Path
    params: Sequence[str]
    params_file: Path | None
    connection: Sequence[str]
    key_env: Sequence[str]
    backend: str | None
    style: str
    trace: bool
    paced: bool
    switches: Sequence[str]


_OPTIONS = (
    click.option(
        "--param",
        "params",
        metavar="NAME=VALUE",
        multiple=True,
        help="An input; a property of the body by its name, a.b for one inside another.",
    ),
    click.option(
        "--params",
        "params_file",
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Inputs as a JSON object; --param comes over them.",
    ),
    click.option("--backend", metavar="URL", help="Call this service instead of the mock: origin, or with base path."),
    click.option(
        "--key-env",
        metavar="[NAME=]VARIABLE",
        multiple=True,
        help="Take the API key, or the secret NAME of the connection, from this environment variable.",
    ),
    click.option(
        "--connection", metavar="NAME=VALUE", multiple=True, help="A value of the connection that is not secret."
    ),
    click.option("--switch", "switches", metavar="NAME=VALUE", multiple=True, help="Set a switch of the emulator."),
    click.option(
        "--paced",
        is_flag=True,
        help="Hold calls back as the platform does: 500 a minute, 120 s each; try again after 408, 429 and 5xx.",
    ),
    click.option("--trace", is_flag=True, help="Show requests and answers, before and after each policy."),
    click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True),
)


def acting_options(function: Callable[..., int]) -> Callable[..., int]:
    """Gives a command the common options, which its function gets as one `Options`."""

    @functools.wraps(function)
    def with_options(root: Path, **given: Any) -> int:
        names = [name for name in Options.__slots__ if name != "root"]
        options = Options(root, **{name: given.pop(name) for name in names})
        return function(options, **given)

    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return click.pass_obj(with_options)


@dataclass(frozen=True, slots=True)
class Opened:
    """The operation of a folder's connector, with all that was given for it; `typed` is the connection's."""

    project: Project
    connector: Connector
    operation: Operation
    inputs: Mapping[str, Any]
    switches: EmulatorSwitches
    typed: Mapping[str, str]


def opened(options: Options, command: str, name: str) -> Opened:
    """Ends the command with 1 where the definition cannot be read."""
    project = read_project(options.root)
    folder = read_folder(options.root)
    if folder.definition is None:
        click.echo(f"{folder.definition_file}: error: {folder.problem}")
        click.get_current_context().exit(1)
    connector = connector_of(folder)
    operation = operation_for(command, connector, name)
    inputs = typed_inputs(operation, parted("--param", options.params), _from_file(options.params_file))
    switches = emulator_switches(parted("--switch", options.switches))
    return Opened(project, connector, operation, inputs, switches, _typed(options, connector))


def mock_of(opened: Opened) -> MockService:
    """The mock of the connector's service; says so where it is made from the definition alone."""
    source = source_of(opened.project, opened.connector)
    if source.generated:
        click.echo("note: connkit.yaml names no mock service; this one is generated from the definition", err=True)
    return source.make()


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise UserError(f"{path.as_posix()}: the file is not UTF-8; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise UserError(f"{path.as_posix()}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from None
    except RecursionError:
        raise UserError(f"{path.as_posix()}: the JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise UserError(f'{path.as_posix()}: the inputs should be a JSON object, such as {{"name": "value"}}')
    return value


def _typed(options: Options, connector: Connector) -> dict[str, str]:
    plain = parted("--connection", options.connection)
    for name in plain:
        if name in (*connector.every_connection_parameter, *SECRETS) and is_secret(connector, name):
            raise UserError(
                f"the connection parameter '{name}' is secret, and a command line is not; put it into an environment "
                f"variable and write --key-env {name}=VARIABLE"
            )
    return {**plain, **dict(_from_environment(given, connector) for given in options.key_env)}


def _from_environment(given: str, connector: Connector) -> tuple[str, str]:
    name, named, variable = given.rpartition("=")
    value = os.environ.get(variable)
    if not value:
        raise UserError(f"the environment variable '{variable}' is not set; set it to the secret that --key-env names")
    return (name if named else _secret_name(connector)), value


def _secret_name(connector: Connector) -> str:
    """The API key, or the only secret that there is."""
    secrets = [name for name in connector.connection_parameters if is_secret(connector, name)]
    return secrets[0] if len(secrets) == 1 else API_KEY


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything to act with; what is sent is traced where that was asked for."""

    opened: Opened
    target: Target
    screen: Screen
    trace: TraceView | None
    as_json: bool
    retrying: Callable[[Send], Send]

    @property
    def send(self) -> Send:
        """What sends to the target, again where the retry rule was asked for."""
        return self.retrying(self.target.send)

    def trigger(self, kind: Callable[..., T], send: Send, **more: Any) -> T:
        """A trigger of the emulator, polling or webhook, for the operation."""
        return kind(
            self.target.connector,
            self.target.connection,
            self.opened.operation.operation_id,
            self.opened.inputs,
            send,
            self.opened.switches,
            self.trace.step if self.trace else None,
            **more,
        )


def staged(options: Options, opened: Opened, target: Target, more: Iterable[str] = ()) -> Stage:
    """`more` are secrets besides the connection's."""
    screen = Screen(mask_of(target.connector, target.connection, more))
    for warning in target.connection.warnings:
        screen.note(f"note: {warning}")
    base = target.connector.base_url
    if options.backend and target.connection.values and is_readable_on_the_way(base):
        screen.note(f"note: the connection's secrets go to {base} unencrypted")
    trace = TraceView(screen.mask, screen.note) if options.trace else None
    send = trace.sending(target.send) if trace else target.send
    retrying: Callable[[Send], Send] = _as_it_is
    if options.paced:
        clock = Clock(time.monotonic, partial(_sleep, screen))
        send = paced(send, clock, Pacing(retry=None), opened.switches)
        retrying = partial(retried, clock=clock, rule=STANDARD, switches=opened.switches)
    return Stage(opened, replace(target, send=send), screen, trace, options.style == "json", retrying)


def _as_it_is(send: Send) -> Send:
    return send


def _sleep(screen: Screen, seconds: float) -> None:
    screen.note(f"waiting {seconds:g} s before the next try")
    time.sleep(seconds)


def is_here(url: str) -> bool:
    """Whether only this machine is meant."""
    return is_loopback(urlsplit(url).hostname)


def no_answer(target: Target, error: OSError) -> UserError:
    return UserError(f"{error}" if target.mock else f"{error}; is the service running there?")
