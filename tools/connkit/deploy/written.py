"""Files that are there whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from connkit.core import UserError

OWN_FOLDER = ".connkit"
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)
_NO_FOLDER_SYNC = (errno.EINVAL, errno.EBADF, errno.EACCES, errno.EPERM, errno.ENOTSUP)


def own_folder(root: Path) -> Path:
    """The folder in a connector's folder that connkit keeps for itself, and that git ignores."""
    folder = root / OWN_FOLDER
    make_folder(folder)
    if not (folder / ".gitignore").exists():
        atomic_write(folder / ".gitignore", b"*\n")
    return folder


def atomic_write(path: Path, data: bytes, mode: int | None = None) -> None:
    """The file holds what it held or `data`, and on the disk, not in a cache; its folder is made where it is missing.

    `mode` is the new file's on POSIX, less what the umask takes away. UserError naming the path when it
    cannot be written.
    """
    make_folder(path.parent)
    temporary = path.parent / f".{os.urandom(8).hex()}.tmp"
    try:
        try:
            _write_through(temporary, data, 0o666 if mode is None else mode)
            _patiently(lambda: os.replace(temporary, path))
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        raise _cannot("written", path, error) from error


def must_be_writable(path: Path) -> None:
    """UserError where `path` could not be written now; its folder is made where it is missing."""
    make_folder(path.parent)
    trial = path.parent / f".{os.urandom(8).hex()}.tmp"
    try:
        try:
            _write_through(trial, b"", 0o666)
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot("written", path, error) from error


def remove(path: Path) -> None:
    """The file is gone for good, if it was there; UserError naming the path when it cannot be removed."""
    try:
        _patiently(lambda: path.unlink(missing_ok=True))
        _sync(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot("removed", path, error) from error


def make_folder(folder: Path) -> None:
    """With the folders above it, all on the disk when it returns; UserError naming the path when it cannot be made."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        new_folder(folder)
    except FileExistsError as error:
        if not folder.is_dir():
            raise _cannot("made", folder, error) from error


def new_folder(folder: Path) -> None:
    """FileExistsError where it exists; UserError naming the path when it cannot be made."""
    try:
        folder.mkdir()
        _sync(folder.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise _cannot("made", folder, error) from error


def _sync(folder: Path) -> None:
    """Brings to the disk which names stand in a folder; Windows offers no way, and some file systems neither."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(handle)


def iso_seconds(moment: datetime) -> str:
    """`2026-11-28T19:30:00Z`; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_through(path: Path, data: bytes, mode: int) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _patiently(act: Callable[[], None]) -> None:
    """Windows refuses for a moment while another program, such as a virus scanner, has the file open."""
    for pause in _PAUSES:
        try:
            return act()
        except PermissionError:
            time.sleep(pause)
    act()


def _cannot(done: str, path: Path, error: OSError) -> UserError:
    reason = (error.strerror or str(error)).lower()
    return UserError(f"'{path.as_posix()}' cannot be {done}: {reason}; check the path, its permissions and the disk")
