"""Carrying a plan out where not the service but something nearer is in the way; and what the rehearsals rest on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

import pytest

from connkit.core import Happening
from connkit.deploy.journal import JournalFile
from connkit.deploy.paconn import Call, Paconn, Ran, runner
from connkit.platform import Fault, Seen

NOTHING = {"connectors": [], "journal": None, "record": None}


def _after(rehearsal: Any) -> dict[str, Any]:
    return {"connectors": rehearsal.stored, "journal": rehearsal.journal, "record": rehearsal.record}


@pytest.mark.parametrize("action", ["create", "update"])
@pytest.mark.parametrize("fault", [None, Fault("blob", "403"), Fault("update", "502-empty", times=None)], ids=str)
def test_a_forked_paconn_does_what_a_started_one_does(
    rehearsal: Any,
    another: Callable[[Path], Any],
    tmp_path: Path,
    paconn_python: Path,
    action: str,
    fault: Fault | None,
) -> None:
    """Else nothing that is rehearsed would be worth anything."""

    def deployed(run: Callable[[Call], Ran], folder: Path) -> tuple[list[Seen], list[tuple[Any, ...]], str]:
        rehearsal.platform.reset()
        each = another(folder)
        ran: list[tuple[Any, ...]] = []

        def noted(call: Call) -> Ran:
            came = run(call)
            ran.append((came.exit_code, came.output, came.errors.splitlines()[-1:]))
            return came

        each.run = noted
        each.prepare(action)
        if fault is not None:
            each.platform.fault(fault)
        ending = each.deploy().ending.name
        return [_what_matters(seen) for seen in each.platform.seen], ran, ending

    environ = {**os.environ, "REQUESTS_CA_BUNDLE": str(rehearsal.address.ca_file)}
    started = deployed(runner(Paconn(paconn_python, "0.0.21"), environ), tmp_path / "started")
    assert deployed(rehearsal.run, tmp_path / "forked") == started


def _what_matters(seen: Seen) -> Seen:
    """Without what is new in each request."""
    passing = ("x-ms-client-request-id", "x-ms-date")
    kept = {name: value for name, value in seen.headers.items() if name.lower() not in passing}
    return replace(seen, headers=kept)


def test_paconn_reaches_its_time_limit_while_the_service_is_writing(rehearsal: Any) -> None:
    """The answer is waited for: it decides."""
    run, send = rehearsal.run, rehearsal.send
    reached, answering = Event(), Event()

    def slow(request: Any) -> Any:
        if request.method == "POST" and request.url.partition("?")[0].endswith("/apis"):
            reached.set()
            answering.wait(30)
        return send(request)

    def cut_off(call: Call) -> Ran:
        Thread(target=run, args=(call,)).start()
        assert reached.wait(30)
        Timer(0.3, answering.set).start()
        return Ran(None, "", "")

    rehearsal.send, rehearsal.run = slow, cut_off
    rehearsal.prepare("create")
    attempt = rehearsal.deploy()
    assert (attempt.ending.name, rehearsal.holds, rehearsal.seen("create")) == ("DONE", "new", 1)


def test_paconn_cannot_be_started(rehearsal: Any, tmp_path: Path) -> None:
    rehearsal.run = runner(Paconn(tmp_path / "no-python", "0.0.21"), os.environ)
    rehearsal.prepare("create")
    attempt = rehearsal.deploy()
    told = f"paconn cannot be started: '{tmp_path / 'no-python'}': No such file or directory"
    assert (attempt.ending.name, attempt.told) == ("FAILED", (told, "nothing was changed"))
    assert _after(rehearsal) == NOTHING


def test_stopped_before_the_write(rehearsal: Any) -> None:
    rehearsal.stopping = lambda: rehearsal.seen("blob") == 2
    rehearsal.prepare("create")
    attempt = rehearsal.deploy()
    assert (attempt.ending.name, attempt.told) == (
        "FAILED",
        ("stopped before anything was written", "nothing was changed"),
    )
    assert _after(rehearsal) == NOTHING


@pytest.mark.parametrize("place", [".connkit/backups", ".connkit/journals"])
def test_what_cannot_be_kept_is_not_begun(rehearsal: Any, place: str) -> None:
    rehearsal.prepare("create")
    (rehearsal.root / ".connkit").mkdir()
    (rehearsal.root / place).write_text("a file where a folder should be")
    attempt = rehearsal.deploy()
    assert attempt.outcome is None and place in attempt.failure
    assert rehearsal.seen("validate") == 0 and rehearsal.stored == []


def test_where_no_record_can_be_written_nothing_is_begun(rehearsal: Any) -> None:
    def in_the_way(happening: Happening) -> None:
        if rehearsal.platform.seen[-1].step == "list":
            (rehearsal.root / "deployments").write_text("a file where a folder should be")

    rehearsal.prepare("create")
    rehearsal.platform.watch = in_the_way
    attempt = rehearsal.deploy()
    assert attempt.outcome is None and "/deployments' cannot be made: file exists; " in attempt.failure
    assert rehearsal.seen("validate") == 0 and rehearsal.stored == []


def test_a_record_that_cannot_be_written_is_written_by_the_next_run(rehearsal: Any) -> None:
    def in_the_way(happening: Happening) -> None:
        if rehearsal.platform.seen[-1].step == "create":
            (rehearsal.root / "deployments/rehearsal.json").mkdir()

    rehearsal.prepare("create")
    rehearsal.platform.watch = in_the_way
    attempt = rehearsal.deploy()
    (connector,) = rehearsal.stored
    begin = f"the connector {connector.id} was created and read back equal, but that could not be recorded: "
    assert attempt.ending.name == "PARTIAL" and attempt.told[0].startswith(begin)
    assert attempt.told[1] == (
        "mend that, then run connkit deploy --environment rehearsal --apply, which sends nothing again and records it"
    )
    (rehearsal.root / "deployments/rehearsal.json").rmdir()
    assert rehearsal.deploy().told == ("nothing to do: what is deployed is what would be sent",)
    assert rehearsal.record.connector_id == connector.id and rehearsal.record.action == "create"
    assert rehearsal.journal is None and rehearsal.seen("create") == 1


def test_a_create_that_was_refused_when_connkit_was_killed(rehearsal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal has the refusal, so nothing is asked for."""

    def gone(file: JournalFile) -> None:
        raise KeyboardInterrupt

    rehearsal.prepare("create")
    rehearsal.break_off("create", "409")
    with monkeypatch.context() as patch:
        patch.setattr(JournalFile, "remove", gone)
        with pytest.raises(KeyboardInterrupt):
            rehearsal.deploy()
    attempt = rehearsal.deploy()
    assert attempt.prepared.plan.earlier == (
        "an earlier create of 2026-11-28T19:30:00Z was left unfinished "
        "after the service had refused it (answer 409); nothing "
        "was created by it",
    )
    assert (attempt.ending.name, rehearsal.holds) == ("DONE", "new")


def test_nothing_is_left_of_paconns_folder(rehearsal: Any) -> None:
    folders: list[Path] = []
    run = rehearsal.run

    def noted(call: Call) -> Ran:
        folders.append(call.folder.parent)
        return run(call)

    rehearsal.run = noted
    rehearsal.prepare("create")
    rehearsal.deploy()
    assert len(folders) == 1 and not folders[0].exists()


def test_undo_goes_back_under_a_fault_too(rehearsal: Any, wish: Callable[..., Any]) -> None:
    rehearsal.prepare("update")
    assert rehearsal.deploy().ending.name == "DONE" and rehearsal.holds == "new"
    rehearsal.break_off("update", "stall-after")
    attempt = rehearsal.deploy(wish(undo=True))
    told = f"the connector {rehearsal.stored[0].id} was taken back to the backup, read back and is what was sent"
    assert (attempt.ending.name, attempt.told) == ("DONE", (told,))
    assert rehearsal.holds == "old" and rehearsal.record.action == "undo" and rehearsal.journal is None
