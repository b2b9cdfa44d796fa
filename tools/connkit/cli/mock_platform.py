"""connkit mock platform"""

from __future__ import annotations

import contextlib
import shlex
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from connkit.cli.happenings import happening_line
from connkit.cli.switching import name_and_value
from connkit.core import UserError

if TYPE_CHECKING:
    from connkit.platform import Address, MockPlatform

PORT = 8325


@click.command("platform")
@click.option("--port", metavar="PORT", type=int, default=PORT, show_default=True, help="The port; 0 for a free one.")
@click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Put the token and the certificate there, not into a temporary folder that goes when the platform stops.",
)
@click.option(
    "--fault",
    "faults",
    metavar="STEP:KIND",
    multiple=True,
    help="Begin with this fault; more about it as in create:429,times=2,retry_after=1.",
)
@click.option("--switch", "switches", metavar="NAME=VALUE", multiple=True, help="Set a switch of the fidelity page.")
@click.option(
    "--seed",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Begin with the connectors that this file names.",
)
@click.option("--quiet", is_flag=True, help="Print no line for each request.")
def platform(
    port: int, folder: Path | None, faults: Sequence[str], switches: Sequence[str], seed: Path | None, quiet: bool
) -> int:
    """Serve a stand-in for the Power Platform endpoints that paconn talks to, until Ctrl-C.

    It works in any folder, keeps everything in memory, and answers this machine only. What it prints can be pasted into
    another terminal, where the unmodified paconn then validates, creates, updates and downloads without an account. A
    new definition is checked by connkit's own lint.

    \b
    Example:
      connkit mock platform
      connkit mock platform --fault create:drop-after
      connkit mock platform --port 0 --seed connectors.yaml --switch update_merges=true
    """
    made = _made(faults, switches, seed)
    if not quiet:
        made.watch = lambda happening: click.echo(happening_line(happening))
    with _folder(folder) as home, _served(made, home, port) as address:
        _greet(made, address)
        _wait()
    return 0


def _made(faults: Sequence[str], switches: Sequence[str], seeded: Path | None) -> MockPlatform:
    from connkit.platform import MockPlatform
    from connkit.platform.faults import fault_from_text
    from connkit.workflows.platforms import lint_validation, seed

    made = MockPlatform(lint_validation)
    for text in faults:
        try:
            made.fault(fault_from_text(text))
        except UserError as error:
            raise UserError(f"--fault '{text}': {error}") from None
    for switch in switches:
        made.configure(*name_and_value(switch))
    if seeded is not None:
        seed(made, seeded)
    return made


@contextlib.contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        yield chosen
        return
    with TemporaryDirectory(prefix="connkit-platform-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _served(made: MockPlatform, home: Path, port: int) -> contextlib.AbstractContextManager[Address]:
    from connkit.platform import served

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return served(made, home, port)


def _wait() -> None:
    """Until Ctrl-C, or SIGTERM."""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            threading.Event().wait(0.2)  # on Windows, Ctrl-C does not end a wait without a limit


def _greet(made: MockPlatform, address: Address) -> None:
    click.echo(f"mock platform at {click.style(address.url, bold=True)}")
    for environment in made.environments:
        click.echo(f"environment {environment.name}: {environment.id}")
    click.echo(f"token and certificate, both fake and worth nothing elsewhere: {address.home}")
    both = {
        "REQUESTS_CA_BUNDLE": str(address.ca_file),
        "NO_PROXY": "127.0.0.1",
        "CONNKIT_ACCESS_TOKEN": made.token,
    }
    click.echo("\nfor connkit deploy in another terminal, in sh; for plain paconn, the last line too:")
    for name, value in {**both, "HOME": str(address.home)}.items():
        click.echo(f"  export {name}={shlex.quote(value)}")
    click.echo("\nor in PowerShell:")
    for name, value in {**both, "USERPROFILE": str(address.home)}.items():
        quoted = value.replace("'", "''")
        click.echo(f"  $env:{name} = '{quoted}'")
    click.echo("\ntry, in a connector's folder:")
    click.echo("  connkit deploy --environment rehearsal, with this in 'environments' of connkit.yaml:")
    click.echo(f"    {_entry(made, address)}")
    click.echo(f"  paconn validate -u {address.url} -d apiDefinition.swagger.json")
    click.echo("Ctrl-C stops it.\n")


def _entry(made: MockPlatform, address: Address) -> str:
    """The first environment as connkit.yaml takes it."""
    first, url = made.environments[0], address.url
    return f'- {{name: rehearsal, id: {first.id}, production: false, url: "{url}", flow_url: "{url}"}}'
