"""One deployment per environment on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connkit.core import UserError
from connkit.deploy.locks import only_one

TOOLS = Path(__file__).parents[2] / "tools"
URL = "https://api.powerapps.com"
NOW = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)
HOLD = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from connkit.deploy.locks import only_one
with only_one(Path(sys.argv[1]), sys.argv[2], sys.argv[3], datetime(2026, 11, 28, 19, 0, tzinfo=timezone.utc)):
    print("held", flush=True)
    sys.stdin.read()
"""
Holding = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[Holding]:
    """Starts a process that holds an environment until it is killed or its input ends."""
    started: list[subprocess.Popen[str]] = []

    def start(environment_id: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, str(tmp_path), environment_id, URL]
        process = subprocess.Popen(
            command, cwd=TOOLS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def refusal(folder: Path, environment_id: str, url: str = URL) -> str:
    with pytest.raises(UserError) as error, only_one(folder, environment_id, url, NOW):
        pass
    return str(error.value)


def held(environment_id: str, who: str) -> str:
    return (
        f"another connkit deploys to the environment '{environment_id}' on this machine{who}\n"
        "wait until it has ended, then plan again"
    )


def test_a_second_process_is_refused_and_told_who_is_first(tmp_path: Path, holding: Holding) -> None:
    first = holding("env-1")
    told = held("env-1", f" (process {first.pid}, since 2026-11-28T19:00:00Z)")
    assert refusal(tmp_path, "env-1") == told
    assert refusal(tmp_path, "ENV-1", f"{URL.upper()}/") == told.replace("'env-1'", "'ENV-1'")
    with only_one(tmp_path, "env-2", URL, NOW), only_one(tmp_path, "env-1", "http://127.0.0.1:8322", NOW):
        pass
    first.communicate()
    with only_one(tmp_path, "env-1", URL, NOW):
        pass


def test_a_killed_process_holds_nothing(tmp_path: Path, holding: Holding) -> None:
    first = holding("env-1")
    first.kill()
    first.wait()
    with only_one(tmp_path, "env-1", URL, NOW):
        assert refusal(tmp_path, "env-1") == held("env-1", f" (process {os.getpid()}, since 2026-11-28T19:30:00Z)")


def test_a_file_left_behind_is_no_lock(tmp_path: Path) -> None:
    """The process ID in it may be another's by now."""
    with only_one(tmp_path, "env-1", URL, NOW):
        (file,) = tmp_path.glob("*.lock")
    file.write_text(f"{os.getppid()}\n{socket.gethostname()}\n", "utf-8")
    with only_one(tmp_path, "env-1", URL, NOW):
        pass


def test_the_same_process_is_refused_too(tmp_path: Path) -> None:
    with only_one(tmp_path / "Šiauliai ir kt" / "locks", "env-1", URL, NOW):
        assert refusal(tmp_path / "Šiauliai ir kt" / "locks", "env-1") == held(
            "env-1", f" (process {os.getpid()}, since 2026-11-28T19:30:00Z)"
        )


def test_an_error_frees_it(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), only_one(tmp_path, "env-1", URL, NOW):
            raise KeyboardInterrupt
    assert list(tmp_path.glob("*.json")) == []


@pytest.mark.parametrize("told", [None, "", "{}", "[]", '{"pid": "x", "started": ""}', '{"pid": 1}'])
def test_who_holds_it_may_be_unknown(tmp_path: Path, told: str | None) -> None:
    with only_one(tmp_path, "env-1", URL, NOW):
        (holder,) = tmp_path.glob("*.json")
        if told is None:
            holder.unlink()
        else:
            holder.write_text(told, "utf-8")
        assert refusal(tmp_path, "env-1") == held("env-1", "")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "locks").write_bytes(b"")
    assert refusal(tmp_path / "locks", "env-1") == (
        f"'{(tmp_path / 'locks').as_posix()}' cannot be made: file exists; check the path, its permissions and the disk"
    )
