"""Files as they were in a revision of a git repository, read by the program git."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connkit.core import UserError

SECONDS = 30
_RELEASE = re.compile(r"v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
FETCH = "git fetch --tags"
FETCH_SHALLOW = "git fetch --unshallow --tags"


class NoBaseline(Exception):
    """There is no earlier release to compare with; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A place in a commit: `name` as the user calls the commit, `path` from the top, '' for the top itself."""

    repository: Path
    name: str
    commit: str
    path: str

    def shown(self, file: str = "") -> str:
        return f"git:{self.name}:{file or self.path}" if file or self.path else f"git:{self.name}"


def revision(root: Path, name: str, path: str) -> Revision:
    """A path, as seen from `root`, in a commit; UserError without git, repository or such a commit."""
    if not name:
        raise UserError("'git:' needs a revision, such as git:v1.0.0 or git:main:my-connector")
    folder, rest = _existing(root / path)
    top, prefix = _repository(folder)
    inside = "/".join([*prefix.strip("/").split("/"), *rest]).strip("/")
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found is None:
        raise UserError(f"there is no revision '{name}' in the repository of '{folder.as_posix()}'; {_advice(folder)}")
    return Revision(top, name, found.decode().strip(), inside)


def _existing(path: Path) -> tuple[Path, list[str]]:
    """The nearest folder that exists today, and the names from there."""
    rest: list[str] = []
    while not path.is_dir() and path != path.parent:
        rest.insert(0, path.name)
        path = path.parent
    return path, rest


def _repository(folder: Path) -> tuple[Path, str]:
    """The top of the repository, and the way from there to the folder."""
    found = _git(folder, "rev-parse", "--show-toplevel", "--show-prefix")
    lines = found.decode().split("\n") if found else []
    if not lines or not lines[0]:
        raise UserError(f"'{folder.as_posix()}' is in no git repository that can be read; name a folder of a checkout")
    return Path(lines[0]), lines[1]


def _advice(folder: Path) -> str:
    if is_shallow(folder):
        return f"the clone is shallow, so fetch the rest with '{FETCH_SHALLOW}'"
    return f"'git tag' lists what there is, and '{FETCH}' fetches more"


def is_shallow(folder: Path) -> bool:
    return _git(folder, "rev-parse", "--is-shallow-repository") == b"true\n"


def names_at(place: Revision) -> Mapping[str, str]:
    """The files in a folder, or the one file, by name, each with how it is read; UserError where there is none."""
    target = f"{place.commit}:{place.path}"
    kind = _git(place.repository, "cat-file", "-t", target)
    if kind == b"blob\n":
        return {place.path.rpartition("/")[2]: target}
    listed = _git(place.repository, "ls-tree", "-z", "--name-only", target) if kind == b"tree\n" else None
    if listed is None:
        raise UserError(f"there is no '{place.path}' in '{place.name}'; name a path that this revision has")
    names = [name for name in listed.decode("utf-8", "replace").split("\0") if name]
    return {name: f"{place.commit}:{place.path}/{name}".replace(":/", ":") for name in names}


def content(place: Revision, target: str) -> bytes:
    found = _git(place.repository, "cat-file", "blob", target)
    if found is None:
        raise UserError(f"'{target}' cannot be read from the repository; run 'git fsck' there")
    return found


def last_release(folder: Path) -> str:
    """The highest tag such as v1.2.3 or 1.2.3 that HEAD comes after; NoBaseline where there is none."""
    try:
        _repository(folder)
    except UserError as error:
        raise NoBaseline(str(error)) from None
    listed = _git(folder, "tag", "--merged", "HEAD", "--format", "%(refname:short)")
    if listed is None:
        raise NoBaseline("the repository has no commit yet")
    tags = listed.decode("utf-8", "replace").split("\n")
    releases = [(tuple(map(int, match.groups())), tag) for tag in tags if (match := _RELEASE.fullmatch(tag))]
    if not releases:
        fetch = FETCH_SHALLOW if is_shallow(folder) else FETCH
        why = "the clone is shallow and shows no release tag" if fetch == FETCH_SHALLOW else "there is no release tag"
        raise NoBaseline(f"{why} such as v1.0.0 before HEAD; fetch tags with '{fetch}'")
    return max(releases)[1]


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, None where it fails; UserError where it cannot be run or does not end."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, env=environment, check=False
        )
    except OSError:
        raise UserError("the program git cannot be run; install git, or compare two folders instead") from None
    except subprocess.TimeoutExpired:
        raise UserError(f"git did not answer within {SECONDS} seconds; try 'git {arguments[0]}' there") from None
    return done.stdout if done.returncode == 0 else None
