"""One deployment per environment at a time on this machine, from whatever folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from connkit.core import UserError
from connkit.deploy.kept import json_bytes
from connkit.deploy.written import atomic_write, iso_seconds, make_folder, remove


@contextmanager
def only_one(folder: Path, environment_id: str, url: str, now: datetime) -> Iterator[None]:
    """Holds the environment at the service `url`; UserError at once where another process, or this one, holds it.

    The system frees the lock of a process that ends, however it ends.
    """
    make_folder(folder)
    lock, holder = _lock(folder, environment_id, url)
    try:
        lock.acquire()
    except Timeout:
        raise UserError(_held(environment_id, holder)) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"'{lock.lock_file}' cannot be locked: {reason}; check the folder") from error
    try:
        atomic_write(holder, json_bytes({"pid": os.getpid(), "started": iso_seconds(now)}))
        yield
    finally:
        with suppress(UserError):  # a name left behind does no harm
            remove(holder)
        lock.release()


def held_by_another(folder: Path, environment_id: str, url: str) -> str:
    """Who holds the environment now, in the words of `only_one`; '' where nobody does."""
    lock, holder = _lock(folder, environment_id, url)
    if not Path(lock.lock_file).exists():
        return ""
    try:
        lock.acquire()
    except Timeout:
        return "; ".join(_held(environment_id, holder).splitlines())
    except OSError:
        return ""
    lock.release()
    return ""


def _lock(folder: Path, environment_id: str, url: str) -> tuple[BaseFileLock, Path]:
    """And the file that says who holds it."""
    name = hashlib.sha256(f"{url.rstrip('/')}\n{environment_id}".casefold().encode()).hexdigest()[:24]
    return FileLock(folder / f"{name}.lock", timeout=0, thread_local=False), folder / f"{name}.json"


def _held(environment_id: str, holder: Path) -> str:
    return (
        f"another connkit deploys to the environment '{environment_id}' on this machine{_who(holder)}\n"
        "wait until it has ended, then plan again"
    )


def _who(holder: Path) -> str:
    """Nothing in the moment before the other has written who it is."""
    try:
        told = json.loads(holder.read_bytes())
        return f" (process {int(told['pid'])}, since {told['started']})"
    except (OSError, ValueError, TypeError, KeyError):
        return ""
