"""Built files: the same bytes everywhere, written all or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connkit.core import UserError


def json_bytes(value: Any) -> bytes:
    """Pure ASCII, because paconn reads the files in the locale's encoding."""
    return (json.dumps(value, indent=2, ensure_ascii=True) + "\n").encode("ascii")


def text_bytes(text: str) -> bytes:
    return text.replace("\r\n", "\n").encode("utf-8")


def stale(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Names of the files that are missing or differ, in the order given."""
    return [name for name, data in files.items() if not _same(folder / name, data)]


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def write(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Writes what differs and returns the names; UserError, and the old files whole, when a write fails."""
    changed = stale(folder, files)
    staged: list[tuple[Path, Path]] = []
    replaced: list[tuple[Path, bytes | None]] = []
    try:
        for name in changed:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.append((_stage(target, files[name]), target))
        for temporary, target in staged:
            old = target.read_bytes() if target.exists() else None
            os.replace(temporary, target)
            replaced.append((target, old))
    except OSError as error:
        _put_back(replaced)
        raise UserError(f"cannot write '{error.filename2 or error.filename}': {error.strerror}") from error
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
    return changed


def _put_back(replaced: list[tuple[Path, bytes | None]]) -> None:
    for target, old in replaced:
        if old is None:
            target.unlink()
        else:
            target.write_bytes(old)


def _stage(target: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(name, 0o644)
    return Path(name)
