"""paconn, unmodified, in an environment of its own: how that is made and found, and how paconn is run."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from connkit.core import UserError

VERSION = "0.0.21"
TRIED_ON = ((3, 11), (3, 12), (3, 13))
INSTALL = "connkit paconn install"

_STAMP = "connkit.stamp"  # says which list the environment was made from; only a folder that holds one is ever emptied
_UNFINISHED = "unfinished"
_QUESTION = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
try:
    found = version("paconn")
except PackageNotFoundError:
    found = None
print(json.dumps([found, list(sys.version_info[:2])]))
"""
_PATIENCE = 60.0  # seconds for an interpreter to say what it has
_LAST_WORDS = 5.0  # seconds for what a killed paconn has said to arrive
_PIP_ALIEN = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_CONSTRAINT", "PIP_REQUIREMENT")
_PIP_SETTINGS = {"PIP_USER": "0", "PIP_NO_WARN_SCRIPT_LOCATION": "1", "PIP_ROOT_USER_ACTION": "ignore"}
_PIP_LINES = 8  # of what pip says last are shown when it fails


@dataclass(frozen=True, slots=True)
class Paconn:
    """The interpreter of an environment that has paconn, and paconn's version."""

    python: Path
    version: str


@dataclass(frozen=True, slots=True)
class Call:
    """paconn with these arguments, in this current folder, with this home, for so many seconds at most."""

    arguments: tuple[str, ...]
    folder: Path
    home: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Ran:
    """`exit_code` is None where the time limit was reached and paconn was killed."""

    exit_code: int | None
    output: str
    errors: str


Run = Callable[[Call], Ran]


def find_paconn(places: Sequence[Path], environ: Mapping[str, str]) -> Paconn:
    """The first of these folders that holds a finished environment; UserError when there is none.

    A folder without our stamp is somebody's own environment; its paconn has to be of the one version as well.
    """
    problems: list[str] = []
    for folder in places:
        found = _look_into(folder, environ)
        if isinstance(found, Paconn):
            return found
        problems += [found] if found else []
    shown = " or ".join(f"'{folder}'" for folder in places)
    problem = problems[0] if problems else f"there is no environment with paconn {VERSION} in {shown}"
    raise UserError(f"{problem}\nrun '{INSTALL}', which makes one")


def install_paconn(folder: Path, tell: Callable[[str], None], environ: Mapping[str, str]) -> Paconn:
    """Makes the environment in `folder`, unless a finished one is there; an unfinished or outdated one is replaced."""
    refusal = untried(sys.version_info[:2])
    if refusal:
        raise UserError(refusal)
    folder = folder.absolute()
    try:
        with _one_at_a_time(folder, tell):
            return _finished(folder, environ) or _made(folder, tell, environ)
    except OSError as error:
        raise UserError(f"cannot make '{error.filename or folder}': {error.strerror or error}") from error


def untried(version: Sequence[int]) -> str | None:
    """Why paconn is not run on this Python, or None."""
    if tuple(version) in TRIED_ON:
        return None
    names = [f"{major}.{minor}" for major, minor in TRIED_ON]
    return (
        f"paconn {VERSION} was tried on Python {', '.join(names[:-1])} and {names[-1]}, not on "
        f"{version[0]}.{version[1]}\ninstall connkit with Python {names[-1]}, and run '{INSTALL}' again"
    )


def runner(paconn: Paconn, environ: Mapping[str, str]) -> Run:
    """Runs paconn where it can read and change nothing but what each call names."""

    def run(call: Call) -> Ran:
        environment = private_environment(environ, call.home)
        process = _started(paconn, call.arguments, call.folder, environment, **_CLOSED, **_ALONE)
        return _watched(process, call.seconds)

    return run


def attached(paconn: Paconn, arguments: Iterable[str], folder: Path, environ: Mapping[str, str]) -> int:
    """Runs plain paconn on the terminal, with its user's home; returns its exit code. Ctrl-C is left to paconn."""
    process = _started(paconn, arguments, folder, _plain(environ))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# --- finding -----------------------------------------------------------------------------------------------------


class _Has(NamedTuple):
    version: str | None
    python: tuple[int, int]


def _look_into(folder: Path, environ: Mapping[str, str]) -> Paconn | str | None:
    """The paconn that is there, or what is wrong with the environment, or None where there is none."""
    stamp = _stamp(folder)
    python = python_of(folder)
    if stamp is None and not python.exists():
        return None
    if stamp == _UNFINISHED:
        return f"the environment for paconn in '{folder}' is unfinished"
    if stamp is not None and stamp != _listed():
        return f"the environment for paconn in '{folder}' was made from another list of packages"
    has = _ask(python, environ)
    if has is None or (stamp is not None and has.version != VERSION):
        return f"the environment for paconn in '{folder}' does not work any more"
    if has.version != VERSION:
        what = f"paconn {has.version}" if has.version else "no paconn"
        raise UserError(
            f"the environment in '{folder}' has {what}, and connkit runs paconn {VERSION} alone\n"
            f"run '{INSTALL}' with CONNKIT_PACONN unset, which makes an environment of its own"
        )
    refusal = untried(has.python)
    if refusal:
        raise UserError(refusal)
    return Paconn(python.absolute(), VERSION)


def _stamp(folder: Path) -> str | None:
    try:
        return (folder / _STAMP).read_text("ascii", "replace")
    except OSError:
        return None


def _listed() -> str:
    """What an environment made from the list of today has in its stamp."""
    return hashlib.sha256(_list().encode()).hexdigest()


def _list() -> str:
    """Read as text, so that it is the same whatever line ends a checkout has."""
    return files("connkit.deploy").joinpath("paconn.txt").read_text("utf-8")


def _ask(python: Path, environ: Mapping[str, str]) -> _Has | None:
    """paconn's own --version names an older one."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", _QUESTION],
            env=_plain(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        version, (major, minor) = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return _Has(version, (major, minor))


def _finished(folder: Path, environ: Mapping[str, str]) -> Paconn | None:
    found = _look_into(folder, environ)
    return found if isinstance(found, Paconn) else None


# --- making ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _one_at_a_time(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """The system frees the lock of a process that ends, however it ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{folder.name}.lock"), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        tell("another run is installing; waiting")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _made(folder: Path, tell: Callable[[str], None], environ: Mapping[str, str]) -> Paconn:
    """The stamp tells of a finished environment only when all is done and paconn answers."""
    _empty(folder)
    tell(f"installing paconn {VERSION} in '{folder}', once; this takes a minute")
    _make_venv(folder, tell, environ)
    _install_list(folder, tell, environ)
    has = _ask(python_of(folder), environ)
    if has is None or has.version != VERSION:
        raise UserError(
            f"pip has put paconn somewhere else than into '{folder}'\n"
            "look for 'target' or 'prefix' in what 'pip config list' prints, and remove it"
        )
    (folder / _STAMP).write_text(_listed(), "ascii")  # half a hash is none
    return Paconn(python_of(folder), VERSION)


def _empty(folder: Path) -> None:
    """Leaves nothing but the mark that the environment is unfinished."""
    if _stamp(folder) is None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"'{folder}' holds something that is not connkit's\nname a new folder: {INSTALL} --folder DIR")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _STAMP).write_text(_UNFINISHED, "ascii")
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != _STAMP:
            path.unlink()


def _make_venv(folder: Path, tell: Callable[[str], None], environ: Mapping[str, str]) -> None:
    _must_work(
        [sys.executable, "-m", "venv", str(folder)],
        tell,
        environ,
        "this Python cannot make virtual environments; what it said stands above\n"
        "install its venv module (on Debian and Ubuntu: sudo apt install python3-venv) or the Python of python.org",
    )


def _install_list(folder: Path, tell: Callable[[str], None], environ: Mapping[str, str]) -> None:
    listed = folder / "paconn.txt"
    listed.write_text(_list(), "utf-8", newline="\n")
    pip = [str(python_of(folder)), "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", "install"]
    _must_work(
        [*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(listed)],
        tell,
        environ,
        f"paconn {VERSION} could not be installed; what pip said stands above\n"
        f"mend the network or the proxy settings, and run '{INSTALL}' again",
    )


def _must_work(command: Sequence[str], tell: Callable[[str], None], environ: Mapping[str, str], otherwise: str) -> None:
    clean = {name: value for name, value in environ.items() if not _is_pythons(name) and name.upper() not in _PIP_ALIEN}
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=clean | _PIP_SETTINGS | {"PYTHONUTF8": "1"},
        check=False,
    )
    if done.returncode != 0:
        for line in done.stdout.decode("utf-8", "replace").splitlines()[-_PIP_LINES:]:
            tell(line)
        raise UserError(otherwise)


# --- running -----------------------------------------------------------------------------------------------------


def _command(paconn: Paconn, arguments: Iterable[str]) -> list[str]:
    """-P, because a file of the current folder, such as requests.py, must not be taken for a package."""
    return [str(paconn.python), "-P", "-m", "paconn", *arguments]


def _is_pythons(name: str) -> bool:
    return name.upper().startswith(("PYTHON", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"))


def _plain(environ: Mapping[str, str]) -> dict[str, str]:
    """The user's own variables but those that bend a Python, or are connkit's and may be secret."""
    own = {name: value for name, value in environ.items() if not _is_pythons(name)}
    kept = {name: value for name, value in own.items() if not name.upper().startswith(("CONNKIT_", "_ARGCOMPLETE"))}
    return kept | authorities(environ) | {"PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"}


_BENDS = ("PACONN_", "NETRC")
"""With these, paconn's framework logs all it sends into files, and requests replaces the token by another sign-in."""


def private_environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """The variables of a paconn that is handed all it needs: no secret of ours, and `home` in place of the user's."""
    own = {name: value for name, value in _plain(environ).items() if not name.upper().startswith(_BENDS)}
    return own | _homes(home) | _direct(environ)


def _homes(home: Path) -> dict[str, str]:
    path = home.absolute()
    homes = {"HOME": str(path), "USERPROFILE": str(path)}
    if os.name == "nt":
        homes |= {"HOMEDRIVE": path.drive, "HOMEPATH": str(path)[len(path.drive) :]}
    return homes


def _direct(environ: Mapping[str, str]) -> dict[str, str]:
    """No proxy stands between paconn and this machine; a lone '*' says so already, and only alone."""
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    hosts = given if given.strip() == "*" else ",".join(filter(None, [given, "127.0.0.1", "localhost"]))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


def authorities(environ: Mapping[str, str]) -> dict[str, str]:
    """requests does not read the variable that OpenSSL and most other programs read."""
    named = environ.get("SSL_CERT_FILE")
    if not named or environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE"):
        return {}
    return {"REQUESTS_CA_BUNDLE": named}


_CLOSED: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
_ALONE: dict[str, Any] = (  # in a group of its own, which a Ctrl-C of the terminal does not reach
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)


def _started(
    paconn: Paconn, arguments: Iterable[str], folder: Path, environment: Mapping[str, str], **how: Any
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(_command(paconn, arguments), cwd=folder, env=environment, **how)
    except OSError as error:
        raise UserError(f"paconn cannot be started: '{error.filename or paconn.python}': {error.strerror}") from error


def _watched(process: subprocess.Popen[bytes], seconds: float) -> Ran:
    try:
        output, errors = process.communicate(timeout=seconds)
        exit_code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        _kill(process)
        output, errors = _rest(process)
        exit_code = None
    except BaseException:
        _kill(process)
        _rest(process)
        raise
    return Ran(exit_code, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace"))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it has started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _rest(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What was said until the end; whoever left the group may hold the pipes open, and is not waited for."""
    try:
        return process.communicate(timeout=_LAST_WORDS)
    except subprocess.TimeoutExpired as error:
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        return error.output or b"", error.stderr or b""
