"""What paconn is handed: a folder with copies of the connector, settings and a sign-in, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connkit.core import UserError
from connkit.deploy.state import REFUSED, State
from connkit.load.folders import DEFINITION, ICON, PROPERTIES, SCRIPT, SETTINGS

HOME = "home"
WORK = "work"

_NEVER = 4102444800  # the first second of 2100; the gate is what ends the token, long before
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds; on Windows a scanner may hold a file for a moment


def hand_over(
    folder: Path,
    state: State,
    extra: Mapping[str, Any],
    *,
    environment: str,
    connector_id: str | None,
    url: str,
    api_version: str,
    token: str,
    object_id: str,
) -> Path:
    """Fills an empty private folder and returns the settings file in it, for `paconn update -s` and the like.

    `extra` goes among the properties. `home` is the home that paconn gets, and `work` its current folder, where create
    writes a settings.json of its own. Every URL that paconn knows is set, so that nothing goes anywhere but to `url`.
    """
    folder = folder.absolute()
    properties = {name: value for name, value in {**state.properties, **extra}.items() if name != REFUSED}
    contents = {
        DEFINITION: _json(state.definition),
        PROPERTIES: _json({"properties": properties}),
        ICON: state.icon,
        SCRIPT: state.script,
    }
    here = {name: data for name, data in contents.items() if data is not None}
    for name, data in here.items():
        _write(folder / name, data)
    keys = {DEFINITION: "apiDefinition", PROPERTIES: "apiProperties", ICON: "icon", SCRIPT: "script"}
    settings = {
        **({"connectorId": connector_id} if connector_id is not None else {}),
        "environment": environment,
        **{keys[name]: str(folder / name) for name in here},
        "powerAppsUrl": url,
        "powerAppsApiVersion": api_version,
        **dict.fromkeys(("flowUrl", "authorityUrl", "resource"), url),
        "flowApiVersion": api_version,
    }
    _write(folder / SETTINGS, _json(settings))
    _sign_in(folder / HOME, token, object_id)
    (folder / WORK).mkdir(0o700)
    return folder / SETTINGS


def _sign_in(home: Path, token: str, object_id: str) -> None:
    home.mkdir(0o700)
    (home / ".paconn").mkdir(0o700)
    tokens = {"access_token": token, "token_type": "Bearer", "expires_on": _NEVER, "oid": object_id}
    _write(home / ".paconn" / "accessTokens.json", _json(tokens))


def _json(value: Any) -> bytes:
    """Pure ASCII, because paconn reads the files in the locale's encoding, and no byte order mark, which it refuses."""
    return json.dumps(value, indent=2, ensure_ascii=True).encode("ascii")


def _write(path: Path, data: bytes) -> None:
    """A new file that nobody else may read."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)


@contextmanager
def private_folder(parent: Path | None = None) -> Iterator[Path]:
    """An empty folder that only this user may enter, in `parent` or among the temporary files; it is always removed.

    Where it cannot be removed, it is left: what `hand_over` puts in it opens nothing any more.
    """
    try:
        if parent is not None:
            parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="connkit-", dir=parent)).absolute()
    except OSError as error:
        raise UserError(
            f"cannot make a private folder in '{parent or tempfile.gettempdir()}': {error.strerror}"
        ) from error
    try:
        yield folder
    finally:
        removed(folder)


def removed(folder: Path, pause: Callable[[float], None] = time.sleep) -> bool:
    """Whether the folder is gone now; files that are read-only, or held by a program for a moment, do not save it."""
    for seconds in _PAUSES:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return True
        _make_writable(folder)
        pause(seconds)
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _make_writable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            with contextlib.suppress(OSError):
                path.chmod(0o700)
