"""What is under way."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connkit.core import UserError
from connkit.deploy.environments import Environment
from connkit.deploy.journal import Journal, JournalFile

TEST = Environment("test", "env-1", False)
BEGUN = Journal(
    "create",
    "env-1",
    None,
    "Mobili stotelė",
    "2026-11-28T19:30:00Z",
    "f1",
    "d1",
    None,
    ("shared_a", "shared_b"),
    None,
    "begun",
)
ANSWERED = replace(BEGUN, phase="answered", answered_id="shared_c", status=201)
UPDATE = replace(BEGUN, action="update", connector_id="shared_a", before="f0", known=(), backup="20261128-193000-1")


def test_nothing_is_under_way(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, TEST)
    assert file.read() is None
    file.remove()
    assert not (tmp_path / ".connkit").exists()


@pytest.mark.parametrize("journal", [BEGUN, replace(BEGUN, phase="sent"), ANSWERED, UPDATE])
def test_the_last_one_written_is_read_until_it_is_removed(tmp_path: Path, journal: Journal) -> None:
    JournalFile(tmp_path, TEST).write(BEGUN)
    JournalFile(tmp_path, TEST).write(journal)
    assert JournalFile(tmp_path, TEST).read() == journal
    assert JournalFile(tmp_path, replace(TEST, name="other")).read() is None
    JournalFile(tmp_path, TEST).remove()
    assert JournalFile(tmp_path, TEST).read() is None
    assert (tmp_path / ".connkit" / ".gitignore").read_text("utf-8") == "*\n"


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_cut_off_at_any_write_it_is_the_old_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    file = JournalFile(tmp_path, TEST)
    file.write(BEGUN)
    real, seen, calls, at = getattr(os, step), [], [0], [0]

    def act(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls == at:
            raise error
        return real(*arguments, **named)

    monkeypatch.setattr(os, step, act)
    for at[0] in (1, 2, 3):
        calls[0] = 0
        try:
            file.write(ANSWERED)
        except (UserError, KeyboardInterrupt):
            journal = JournalFile(tmp_path, TEST).read()
            assert journal in (BEGUN, ANSWERED)
            seen.append(journal)
        assert os.listdir(file.path.parent) == ["test.json"]
    assert seen[0] == BEGUN
    assert JournalFile(tmp_path, TEST).read() == ANSWERED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"version": 1, ', "it is no JSON, from line 1 on"),
        ('{"version": 1}', "'action' is missing"),
    ],
)
def test_a_damaged_one_says_what_to_do(tmp_path: Path, text: str, reason: str) -> None:
    file = JournalFile(tmp_path, TEST)
    file.write(BEGUN)
    file.path.write_text(text, "utf-8")
    with pytest.raises(UserError) as error:
        file.read()
    assert str(error.value) == (
        f"the journal '{file.path.as_posix()}' is damaged: {reason}\n"
        "a deployment was cut off; look in the portal (Custom connectors) whether the connector is there, once and as "
        "it should be, then delete that file"
    )


@pytest.mark.parametrize("known", ["shared_a", [1], None])
def test_the_known_connectors_are_texts(tmp_path: Path, known: Any) -> None:
    file = JournalFile(tmp_path, TEST)
    file.write(replace(BEGUN, known=known))
    with pytest.raises(UserError, match=r"is damaged: 'known' should be (a list|text)\n"):
        file.read()


def test_one_of_another_environment_is_told(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, TEST)
    file.write(BEGUN)
    with pytest.raises(UserError) as error:
        JournalFile(tmp_path, replace(TEST, id="env-2")).read()
    assert str(error.value) == (
        f"the journal '{file.path.as_posix()}' is of a deployment to the environment ID 'env-1' that was cut off, but "
        "connkit.yaml says 'env-2' for 'test'\n"
        "put the former ID back and deploy again; or look in the portal how it ended, then delete that file"
    )
