"""One process at a time, among those that agree on a lock file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_MOMENT = 0.2  # seconds between two tries


@contextmanager
def one_at_a_time(
    file: Path, waiting: Callable[[], None], pause: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Waits for whoever holds the lock, told once; the system frees it even of a process that was killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as held:
        told = False
        while not _is_ours(held):
            if not told:
                told = True
                waiting()
            pause(_MOMENT)
        yield


def _is_ours(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
