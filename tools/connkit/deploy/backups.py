"""What was deployed before something was about to change it, as files that paconn could deploy."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Literal

from connkit.core import UserError
from connkit.deploy.environments import Environment
from connkit.deploy.kept import Kind, damaged, json_bytes, read_bytes, read_kept, write_kept
from connkit.deploy.record import read_record
from connkit.deploy.state import State
from connkit.deploy.written import OWN_FOLDER, atomic_write, iso_seconds, make_folder, new_folder, own_folder, remove
from connkit.load.folders import DEFINITION, ICON, PROPERTIES, SCRIPT

KEPT = 20
_ABOUT = "backup.json"
_NAME = re.compile(r"(\d{8}-\d{6})-(\d+)", re.ASCII)
_KIND = Kind("backup", "it cannot be used; take another one, or the files of git")
Action = Literal["create", "update", "undo"]


@dataclass(frozen=True, slots=True)
class Backup:
    """`action` is what was about to happen; `state` is None where there was nothing, as before a create."""

    name: str
    taken_at: str
    environment_id: str
    connector_id: str | None
    display_name: str
    state: State | None
    action: Action


@dataclass(frozen=True, slots=True)
class _About:
    """backup.json: `files` are the backup's files in the order of their names, each with its SHA-256."""

    taken_at: str
    environment_id: str
    connector_id: str | None
    display_name: str
    action: Action
    state_name: str | None
    files: tuple[str, ...]
    hashes: tuple[str, ...]


def save_backup(
    root: Path,
    environment: Environment,
    *,
    action: Action,
    connector_id: str | None,
    display_name: str,
    state: State | None,
    now: datetime,
) -> Backup:
    """Keeps the state and drops the oldest backups; UserError when it cannot be written.

    backup.json is written last: a folder without it is unfinished, and no backup.
    """
    own_folder(root)
    folder = _new_folder(_folder(root, environment), now)
    contents = _files(state)
    for name, data in contents.items():
        atomic_write(folder / name, data)
    about = _About(
        iso_seconds(now),
        environment.id,
        connector_id,
        display_name,
        action,
        None if state is None else state.display_name,
        tuple(contents),
        tuple(map(_hash, contents.values())),
    )
    write_kept(folder / _ABOUT, about)
    _drop_oldest(root, environment, folder.name)
    return Backup(folder.name, about.taken_at, environment.id, connector_id, display_name, state, action)


def load_backup(root: Path, environment: Environment, name: str) -> Backup:
    """UserError where there is none of that name, or one that is damaged or of another environment."""
    folder = _folder(root, environment) / name
    about = read_kept(folder / _ABOUT, _KIND, _About) if _NAME.fullmatch(name) else None
    if about is None:
        known = ", ".join(backup_names(root, environment)) or "none"
        raise UserError(f"there is no backup '{name}' of the environment '{environment.name}'; there are: {known}")
    if about.environment_id.casefold() != environment.id.casefold():
        raise UserError(
            f"the backup '{folder.as_posix()}' is of the environment ID '{about.environment_id}', but connkit.yaml "
            f"says '{environment.id}' for '{environment.name}'; correct the ID, or choose another backup"
        )
    return _loaded(folder, about)


def backups(root: Path, environment: Environment) -> list[Backup]:
    """Newest first; UserError for one that is damaged. `backup_names` names those too."""
    return [load_backup(root, environment, name) for name in backup_names(root, environment)]


def backup_names(root: Path, environment: Environment) -> list[str]:
    """Those that are finished, newest first."""
    return [each.name for each in _all(_folder(root, environment)) if (each / _ABOUT).is_file()]


def _folder(root: Path, environment: Environment) -> Path:
    return root / OWN_FOLDER / "backups" / environment.name


def _new_folder(parent: Path, now: datetime) -> Path:
    make_folder(parent)
    stamp = now.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
    for number in count(1):
        folder = parent / f"{stamp}-{number}"
        try:
            new_folder(folder)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("numbers do not end")


def _files(state: State | None) -> dict[str, bytes]:
    if state is None:
        return {}
    files = {DEFINITION: json_bytes(state.definition), PROPERTIES: json_bytes({"properties": state.properties})}
    extra = {ICON: state.icon, SCRIPT: state.script}
    return files | {name: data for name, data in extra.items() if data is not None}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _loaded(folder: Path, about: _About) -> Backup:
    contents = dict(_whole(folder, about))
    return Backup(
        folder.name,
        about.taken_at,
        about.environment_id,
        about.connector_id,
        about.display_name,
        _state(folder, about, contents),
        about.action,
    )


def _whole(folder: Path, about: _About) -> Iterator[tuple[str, bytes]]:
    if len(about.files) != len(about.hashes) or not {*about.files} <= {DEFINITION, PROPERTIES, ICON, SCRIPT}:
        raise damaged(folder, _KIND, f"'{_ABOUT}' names other files than a backup has")
    for name, expected in zip(about.files, about.hashes, strict=True):
        data = read_bytes(folder / name, _KIND)
        if data is None:
            raise damaged(folder, _KIND, f"'{name}' is missing")
        if _hash(data) != expected:
            raise damaged(folder, _KIND, f"'{name}' was changed after it was saved")
        yield name, data


def _state(folder: Path, about: _About, contents: dict[str, bytes]) -> State | None:
    if about.state_name is None and not contents:
        return None
    try:
        definition, properties = json.loads(contents[DEFINITION]), json.loads(contents[PROPERTIES])["properties"]
    except (KeyError, ValueError, TypeError):
        raise damaged(folder, _KIND, f"'{_ABOUT}' names other files than a backup has") from None
    return State(definition, properties, contents.get(ICON), contents.get(SCRIPT), about.state_name or "")


def _all(parent: Path) -> list[Path]:
    """The folders of backups, unfinished ones too, newest first."""
    if not parent.is_dir():
        return []
    found = [(match[1], int(match[2]), each) for each in parent.iterdir() if (match := _NAME.fullmatch(each.name))]
    return [each for _, _, each in sorted(found, reverse=True)]


def _drop_oldest(root: Path, environment: Environment, just_made: str) -> None:
    """All but the newest, the one that the record names and, whatever the clock was, the one just made; what cannot
    be removed stays."""
    try:
        record = read_record(root, environment)
        spared = {*backup_names(root, environment)[:KEPT], record.backup if record else None, just_made}
        for folder in _all(_folder(root, environment)):
            if folder.name not in spared:
                remove(folder / _ABOUT)
                shutil.rmtree(folder, ignore_errors=True)
    except (UserError, OSError):
        return
