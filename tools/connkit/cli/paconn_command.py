"""connkit paconn"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from connkit.core import UserError
from connkit.deploy.paconn import attached, find_paconn, install_paconn
from connkit.deploy.signin import LOGIN, TOKEN_FILE, SignedOut, SignIn, sign_in

_LOGIN_KEYS = ("clientId", "tenant", "authorityUrl", "resource")  # those of settings.json that a sign-in depends on


@click.group("paconn")
def command() -> None:
    """Install paconn in an environment of its own, and sign in.

    connkit deploy runs paconn, unmodified and of one version. As paconn needs old packages, it gets an environment that
    nothing else uses: in the folder that CONNKIT_PACONN names, or else in .connkit/paconn of your home.

    \b
    Example:
      connkit paconn install
      connkit paconn login
    """


@command.command("install")
@click.option("--folder", metavar="DIR", type=click.Path(path_type=Path), help="Make the environment in this folder.")
def install(folder: Path | None) -> int:
    """Make the environment, once; about 70 MB are installed, pinned and checked by their hashes.

    What is finished is left as it is, and what was interrupted or is outdated is made anew.

    \b
    Example:
      connkit paconn install
    """
    paconn = install_paconn(folder or _usual_place(os.environ), _note, os.environ)
    click.echo(f"paconn {paconn.version} is ready: {paconn.python}")
    return 0


@command.command("where")
def where() -> int:
    """Print the interpreter of the environment that connkit deploy uses.

    \b
    Example:
      connkit paconn where
    """
    click.echo(str(find_paconn(places(os.environ), os.environ).python))
    return 0


@command.command("login")
@click.option("--force", is_flag=True, help="Sign in anew, also where a sign-in is still good.")
@click.pass_obj
def login(root: Path, force: bool) -> int:
    """Sign in with paconn's device code: a page to open and a code to type there.

    A sign-in that is good for a deployment is kept. Tenant, resource and the like are those of settings.json, where the
    folder has one that names them.

    \b
    Example:
      connkit paconn login
      connkit -C my-connector paconn login --force
    """
    known = sign_in(None, Path.home(), time.time())
    if force or isinstance(known, SignedOut):
        known = _signed_in_anew(root)
    else:
        click.echo(f"the sign-in is still good; to sign in anew: {LOGIN} --force", err=True)
    click.echo(signed_in_line(known, time.time()))
    return 0


def _signed_in_anew(root: Path) -> SignIn:
    paconn = find_paconn(places(os.environ), os.environ)
    arguments = ["login", "--force", *_login_settings(root)]
    _remove_sign_in()  # a damaged one would stop paconn
    if attached(paconn, arguments, root, os.environ) != 0:
        raise UserError(f"nobody is signed in; what paconn said stands above\nrun '{LOGIN}' again")
    done = sign_in(None, Path.home(), time.time())
    if isinstance(done, SignedOut):
        raise UserError(done.reason)
    return done


@command.command("logout")
def logout() -> int:
    """Remove paconn's sign-in from this computer.

    \b
    Example:
      connkit paconn logout
    """
    click.echo("signed out" if _remove_sign_in() else "nobody was signed in")
    return 0


@command.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", metavar="-- ARGS", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def run(root: Path, arguments: Sequence[str]) -> int:
    """Run plain paconn, without anything that connkit deploy makes safe; its exit code is passed on.

    \b
    Example:
      connkit paconn run -- validate --api-def apiDefinition.swagger.json
    """
    return attached(find_paconn(places(os.environ), os.environ), arguments, root, os.environ)


def places(environ: Mapping[str, str]) -> list[Path]:
    """Where the environment is looked for, the first first; where CONNKIT_PACONN is set, there and nowhere else."""
    named = environ.get("CONNKIT_PACONN")
    return [Path(named)] if named else [Path(sys.prefix) / "paconn", connkit_home(environ) / "paconn"]


def connkit_home(environ: Mapping[str, str]) -> Path:
    """connkit's folder of this user."""
    named = environ.get("CONNKIT_HOME")
    return Path(named) if named else Path.home() / ".connkit"


def signed_in_line(known: SignIn, now: float) -> str:
    """Who is signed in and for how long."""
    tenant = f", tenant {known.tenant}" if known.tenant else ""
    minutes = known.minutes_left(now)
    left = "" if minutes is None else f", for {minutes} more minute{'' if minutes == 1 else 's'}"
    return f"signed in as {known.user}{tenant}{left}"


def _usual_place(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("CONNKIT_PACONN") or connkit_home(environ) / "paconn")


def _note(text: str) -> None:
    click.echo(text, err=True)


def _remove_sign_in() -> bool:
    """Whether there was one."""
    try:
        (Path.home() / ".paconn" / "accessTokens.json").unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UserError(f"cannot remove {TOKEN_FILE}: {error.strerror}") from error
    return True


def _login_settings(root: Path) -> list[str]:
    """settings.json, where it says something about signing in."""
    settings = root / "settings.json"
    try:
        says = json.loads(settings.read_text("utf-8"))
    except FileNotFoundError:
        says = {}
    except (OSError, ValueError) as error:
        raise UserError(f"{settings.as_posix()}: cannot be read: {error}") from error
    chosen = isinstance(says, dict) and any(says.get(key) for key in _LOGIN_KEYS)
    return ["--settings", str(settings.absolute())] if chosen else []
