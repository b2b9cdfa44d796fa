"""connkit mock"""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from connkit.cli.happenings import happening_line
from connkit.cli.mock_platform import platform
from connkit.cli.switching import name_and_value
from connkit.core import Happening, MockService, UserError
from connkit.serving.hosts import is_loopback
from connkit.serving.server import Server
from connkit.workflows.mocks import mock_source
from connkit.workflows.project import read_project
from connkit.workflows.reading import read_folder

PORT = 8321
_PATIENCE = 5.0  # seconds for what is on its way when the server is stopped
_BEFORE_STORY = 1.0  # seconds after the first answer, in which a second trigger may be registered


@click.group("mock")
def command() -> None:
    """Serve the mock of the connector's service, or one of the platform that it is deployed to.

    \b
    Example:
      connkit mock service
      connkit mock platform
    """


command.add_command(platform)


@command.command("service")
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", metavar="PORT", type=int, default=PORT, show_default=True, help="The port; 0 for a free one.")
@click.option(
    "--seed",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Begin with the world that this file describes.",
)
@click.option("--story", metavar="NAME", help="Play this story a second after the first request that is answered.")
@click.option(
    "--speed",
    metavar="X",
    type=click.FloatRange(0, 1_000_000),
    default=1.0,
    show_default=True,
    help="Run the world's clock so many times as fast as ours; at 0, whatever takes time happens at once.",
)
@click.option("--switch", "switches", metavar="NAME=VALUE", multiple=True, help="Set a switch of the fidelity page.")
@click.option("--allow-remote", is_flag=True, help="Listen at an address that other machines can reach.")
@click.option("--quiet", is_flag=True, help="Print no line for each request and event.")
@click.pass_obj
def service(
    root: Path,
    host: str,
    port: int,
    seed: Path | None,
    story: str | None,
    speed: float,
    switches: Sequence[str],
    allow_remote: bool,
    quiet: bool,
) -> int:
    """Serve the mock of the connector's service over HTTP, until Ctrl-C.

    Where connkit.yaml names none, one is generated from the definition: actions answer with examples, and each trigger
    is a story, which makes one item or one event.

    Requests and events are told as they come. Whoever can reach the address can call the mock and read what it holds;
    only this machine can, unless --allow-remote is given.

    \b
    Example:
      connkit mock service
      connkit mock service --story incoming-answered-recorded --speed 10
      connkit mock service --port 0 --seed company.yaml --switch bad_key_status=401
    """
    _refuse_remote(host, allow_remote)
    folder = read_folder(root)
    if folder.definition is None:
        click.echo(f"{folder.definition_file}: error: {folder.problem}")
        return 1
    mock = mock_source(read_project(root), folder).make()
    _prepare(mock, seed, switches)
    if story is not None and story not in mock.stories():
        raise UserError(f"there is no story '{story}'; there are {', '.join(mock.stories()) or 'none'}")
    _serve(mock, Server(mock.refusal, host, port), story, speed, quiet)
    return 0


def _refuse_remote(host: str, allowed: bool) -> None:
    if not allowed and not is_loopback(host):
        raise UserError(
            f"other machines could reach the mock service at '{host or '0.0.0.0'}'; add --allow-remote if they are to, "
            "or leave --host out"
        )


def _prepare(mock: MockService, seed: Path | None, switches: Sequence[str]) -> None:
    for switch in switches:
        mock.configure(*name_and_value(switch))
    if seed is not None:
        try:
            mock.seed(seed.read_text("utf-8-sig"))
        except UnicodeDecodeError:
            raise UserError(f"{seed.as_posix()}: the file is not UTF-8; save it as UTF-8") from None
        except UserError as error:
            raise UserError(f"{seed.as_posix()}: {error}") from None


def _serve(mock: MockService, server: Server, story: str | None, speed: float, quiet: bool) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    log = _Log(mock, story, quiet)
    with server:
        server.start(mock.open(server.origin, speed, log))
        try:
            _greet(mock, server.origin)
            server.wait()
        finally:
            log.stop()
            for left in mock.close(_PATIENCE):
                click.echo(left, err=True)


def _greet(mock: MockService, origin: str) -> None:
    click.echo(f"mock service '{mock.name}' at {click.style(origin, bold=True)}")
    for name, value in mock.connection().items():
        click.echo(f"{name}: {value}")
    click.echo("try:")
    for step in mock.first_steps():
        click.echo(f"  {step}")
    click.echo("Ctrl-C stops it.\n")


class _Log:
    """Tells what happens on the terminal, and lets the story begin when somebody is there to see it."""

    def __init__(self, mock: MockService, story: str | None, quiet: bool) -> None:
        self._quiet = quiet
        self._story = threading.Timer(_BEFORE_STORY, mock.play, [story]) if story is not None else None
        self._begun = False

    def __call__(self, happening: Happening) -> None:
        if not self._quiet:
            click.echo(happening_line(happening))
        if self._story is not None and not self._begun and happening.kind == "request" and not happening.failed:
            self._begun = True
            self._story.start()

    def stop(self) -> None:
        if self._story is not None:
            self._story.cancel()
