"""Files are there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from connkit.core import UserError
from connkit.deploy import written
from connkit.deploy.written import atomic_write, iso_seconds, own_folder, remove

posix = pytest.mark.skipif(os.name == "nt", reason="Windows knows neither modes nor the syncing of folders")


def raising(monkeypatch: pytest.MonkeyPatch, name: str, errors: list[BaseException]) -> list[int]:
    """Makes a function of os raise these errors in turn before it works again; the list counts its calls."""
    real: Callable[..., Any] = getattr(os, name)
    calls = [0]

    def act(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if errors:
            raise errors.pop(0)
        return real(*arguments, **named)

    monkeypatch.setattr(os, name, act)
    return calls


@pytest.mark.parametrize("data", [b"", b"\r\n\x00\xff", "Šiauliai\n".encode()])
def test_the_bytes_are_written_as_they_are(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "Šiauliai ir kt" / "a" / "x.json"
    atomic_write(path, b"old")
    atomic_write(path, data)
    assert path.read_bytes() == data
    assert os.listdir(path.parent) == ["x.json"]


@posix
@pytest.mark.parametrize(("mode", "expected"), [(None, 0o640), (0o600, 0o600)])
def test_the_mode_is_the_given_one_from_the_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None, expected: int
) -> None:
    seen: list[int] = []
    real = os.fsync

    def look(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    before = os.umask(0o027)
    try:
        atomic_write(tmp_path / "x", b"fake-token-0000", mode)
    finally:
        os.umask(before)
    assert seen == [expected]
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == expected


@posix
def test_contents_reach_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        status = os.fstat(handle)
        order.append("folder" if stat.S_ISDIR(status.st_mode) else f"{status.st_size} bytes")
        fsync(handle)

    def rename(*names: Any) -> None:
        order.append("replace")
        replace(*names)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", rename)
    atomic_write(tmp_path / "a" / "b" / "x", b"12345")
    assert order == ["folder", "folder", "5 bytes", "replace", "folder"]
    remove(tmp_path / "a" / "b" / "x")
    assert order[5:] == ["folder"]


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
@pytest.mark.parametrize("existed", [True, False])
def test_what_cannot_be_written_leaves_the_old_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, existed: bool
) -> None:
    path = tmp_path / "x"
    if existed:
        path.write_bytes(b"old")
    raising(monkeypatch, step, [OSError(errno.ENOSPC, "No space left on device")])
    with pytest.raises(UserError) as error:
        atomic_write(path, b"new")
    assert str(error.value) == (
        f"'{path.as_posix()}' cannot be written: no space left on device; check the path, its permissions and the disk"
    )
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == ([("x", b"old")] if existed else [])


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_an_interruption_leaves_the_old_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    (tmp_path / "x").write_bytes(b"old")
    raising(monkeypatch, step, [KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "x", b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("x", b"old")]


def test_what_another_program_holds_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(written.time, "sleep", pauses.append)
    calls = raising(monkeypatch, "replace", [PermissionError(errno.EACCES, "Access is denied")] * 3)
    atomic_write(tmp_path / "x", b"new")
    assert ((tmp_path / "x").read_bytes(), calls, pauses) == (b"new", [4], [0.02, 0.05, 0.1])


def test_what_another_program_keeps_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written.time, "sleep", lambda seconds: None)
    calls = raising(monkeypatch, "replace", [PermissionError(errno.EACCES, "Access is denied")] * 99)
    with pytest.raises(UserError, match="cannot be written: access is denied; check the path"):
        atomic_write(tmp_path / "x", b"new")
    assert (os.listdir(tmp_path), calls) == ([], [6])


@posix
def test_a_file_system_that_cannot_sync_folders_is_good_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", sync)
    atomic_write(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / ".connkit").write_bytes(b"")
    with pytest.raises(UserError) as error:
        own_folder(tmp_path)
    assert str(error.value) == (
        f"'{(tmp_path / '.connkit').as_posix()}' cannot be made: file exists; check the path, its permissions and the "
        "disk"
    )


def test_git_ignores_the_own_folder(tmp_path: Path, git: Callable[..., str]) -> None:
    git(tmp_path, "init", "-q")
    assert own_folder(tmp_path) == tmp_path / ".connkit"
    atomic_write(own_folder(tmp_path) / "journals" / "x.json", b"{}")
    assert git(tmp_path, "status", "--porcelain", "--untracked-files=all") == ""
    assert (tmp_path / ".connkit" / ".gitignore").read_bytes() == b"*\n"


def test_what_is_not_there_is_removed_already(tmp_path: Path) -> None:
    remove(tmp_path / "no" / "x")
    remove(tmp_path / "x")


def test_moments_are_told_in_utc() -> None:
    moment = datetime(2026, 11, 28, 1, 30, 9, 999999, timezone(timedelta(hours=2)))
    assert iso_seconds(moment) == "2026-11-27T23:30:09Z"
    assert iso_seconds(moment.astimezone(UTC)) == "2026-11-27T23:30:09Z"
    with pytest.raises(ValueError, match="a moment without a time zone"):
        iso_seconds(datetime(2026, 11, 28))
