"""The connectors under the paths that a user names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from connkit.core import UserError

DEFINITION = "apiDefinition.swagger.json"
PROPERTIES = "apiProperties.json"
SETTINGS = "settings.json"
ICON = "icon.png"
README = "README.md"
SCRIPT = "script.csx"
CONFIG = "connkit.yaml"
_SKIPPED = {".connkit", ".git", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache"}


class ConnectorFiles(NamedTuple):
    """A connector's folder and those of its files that exist; `shown` is the folder as the user gave it.

    `described` says that a connkit.yaml stands in the folder.
    """

    folder: Path
    shown: str
    definition: Path | None = None
    properties: Path | None = None
    settings: Path | None = None
    icon: Path | None = None
    readme: Path | None = None
    script: Path | None = None
    described: bool = False

    def shown_file(self, path: Path) -> str:
        return path.name if self.shown == "." else f"{self.shown.rstrip('/')}/{path.name}"

    def holds(self, path: str) -> bool:
        """Whether a path, relative to the folder, leads to a file or a folder."""
        return os.path.exists(os.path.join(self.folder, path))


def find_connectors(paths: Sequence[Path]) -> list[ConnectorFiles]:
    """Connectors in document order of the paths, each once.

    A path is a connector's folder, one of its files, a definition of any name, or a tree. UserError for a
    path that does not exist and for a folder without a connector.
    """
    found: dict[tuple[Path, Path | None], ConnectorFiles] = {}
    for path in paths or [Path()]:
        for files in _under(path):
            found.setdefault((files.folder.resolve(), files.definition), files)
    return list(found.values())


def find_file(folder: Path, name: str) -> Path | None:
    """The folder's file of that name in any letter case; the exact spelling first."""
    return _named(folder, _names(folder), name)


def _under(path: Path) -> list[ConnectorFiles]:
    if path.is_dir():
        files = list(_in_tree(path))
        if not files:
            raise UserError(
                f"no connector in '{path.as_posix()}': looked for '{DEFINITION}' and '{PROPERTIES}'; "
                "name a connector's folder or its definition file"
            )
        return files
    if not path.exists():
        advice = "name a connector's folder, its definition or a tree"
        raise UserError(f"'{path.as_posix()}' does not exist; {advice}")
    return [_of_file(path)]


def _of_file(path: Path) -> ConnectorFiles:
    folder = _connector(path.parent, _names(path.parent))
    kind = path.name.lower()
    is_definition = kind not in (PROPERTIES.lower(), SETTINGS.lower())
    return folder._replace(definition=path) if is_definition else folder


def _in_tree(top: Path) -> Iterator[ConnectorFiles]:
    for folder, folders, names in os.walk(top, onerror=_unreadable):
        files = _connector(Path(folder), [*names, *folders])
        if files.definition or files.properties:
            yield files
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)


def _unreadable(error: OSError) -> None:
    reason = (error.strerror or str(error)).lower()
    raise UserError(f"'{error.filename}' cannot be read: {reason}; check its permissions")


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        _unreadable(error)
        return []


def _connector(folder: Path, names: Sequence[str]) -> ConnectorFiles:
    return ConnectorFiles(
        folder,
        folder.as_posix(),
        _named(folder, names, DEFINITION),
        _named(folder, names, PROPERTIES),
        _named(folder, names, SETTINGS),
        _named(folder, names, ICON),
        _named(folder, names, README),
        _named(folder, names, SCRIPT),
        CONFIG in names,
    )


def _named(folder: Path, names: Iterable[str], wanted: str) -> Path | None:
    name = matching(names, wanted)
    return folder / name if name else None


def matching(names: Iterable[str], wanted: str) -> str:
    """The one that is this name in any letter case, the exact spelling first; '' where none is."""
    alike = sorted(name for name in names if name.lower() == wanted.lower())
    return wanted if wanted in alike else next(iter(alike), "")
