"""What was deployed before."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.core import UserError
from connkit.deploy.backups import Action, Backup, backup_names, backups, load_backup, save_backup
from connkit.deploy.environments import Environment
from connkit.deploy.record import Record, write_record
from connkit.deploy.state import Hashes, State

TEST = Environment("test", "env-1", False)
NOW = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)
STATE = State(
    {"swagger": "2.0", "info": {"title": "Mobili stotelė"}},
    {"iconBrandColor": "#fff", "unknown": [1]},
    b"\x89PNG\r\n",
    b"// Q\xff\r\n",
    "Mobili stotelė",
)


def save(root: Path, state: State | None = STATE, action: Action = "update", now: datetime = NOW) -> Backup:
    connector_id = None if state is None else "shared_a"
    return save_backup(
        root, TEST, action=action, connector_id=connector_id, display_name="Mobili stotelė", state=state, now=now
    )


def folder_of(root: Path, name: str) -> Path:
    return root / ".connkit" / "backups" / "test" / name


def test_it_holds_the_files_as_paconn_could_deploy_them(tmp_path: Path) -> None:
    made = save(tmp_path)
    assert made == Backup(
        "20261128-193000-1", "2026-11-28T19:30:00Z", "env-1", "shared_a", "Mobili stotelė", STATE, "update"
    )
    folder = folder_of(tmp_path, made.name)
    assert sorted(os.listdir(folder)) == [
        "apiDefinition.swagger.json",
        "apiProperties.json",
        "backup.json",
        "icon.png",
        "script.csx",
    ]
    assert json.loads((folder / "apiDefinition.swagger.json").read_text("ascii")) == STATE.definition
    assert json.loads((folder / "apiProperties.json").read_text("ascii")) == {"properties": STATE.properties}
    assert ((folder / "icon.png").read_bytes(), (folder / "script.csx").read_bytes()) == (STATE.icon, STATE.script)
    assert load_backup(tmp_path, TEST, made.name) == made
    assert (tmp_path / ".connkit" / ".gitignore").read_text("utf-8") == "*\n"


@pytest.mark.parametrize(
    "state", [None, State({}, {}), State({}, {}, b"", b"", ""), replace(STATE, script=None, display_name="Other")]
)
def test_what_is_not_there_is_kept_as_not_there(tmp_path: Path, state: State | None) -> None:
    made = save(tmp_path, state, "create")
    assert load_backup(tmp_path, TEST, made.name) == made
    assert made.state == state


TEXTS = st.text(st.characters(codec=None, categories=None), max_size=8) | st.sampled_from(
    ["ąčęėįšųūž", "\ud800", "\udfff"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(10**30, 10**40) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=3)
STATES = st.builds(State, OBJECTS, OBJECTS, st.none() | st.binary(max_size=9), st.none() | st.binary(max_size=9), TEXTS)


@settings(deadline=None, max_examples=60)
@given(STATES)
def test_any_state_survives(state: State) -> None:
    with TemporaryDirectory() as folder:
        made = save(Path(folder), state)
        loaded = load_backup(Path(folder), TEST, made.name)
    assert loaded == made
    assert loaded.state
    assert loaded.state.fingerprint == state.fingerprint
    assert json.dumps(loaded.state.definition) == json.dumps(state.definition), "the order of keys stays"


def test_the_newest_comes_first_whatever_the_number(tmp_path: Path) -> None:
    names = [save(tmp_path).name for _ in range(11)]
    names.append(save(tmp_path, now=NOW + timedelta(seconds=1)).name)
    names.insert(0, save(tmp_path, now=NOW - timedelta(days=1)).name)
    assert names[10:] == ["20261128-193000-10", "20261128-193000-11", "20261128-193001-1"]
    assert backup_names(tmp_path, TEST) == names[::-1]
    assert [each.name for each in backups(tmp_path, TEST)] == names[::-1]
    assert backup_names(tmp_path, replace(TEST, name="other")) == []


def record(backup: str | None) -> Record:
    return Record("test", "env-1", "shared_a", "", "", "update", Hashes("", "", "", ""), "", backup, "0.1.0")


def test_the_newest_twenty_are_kept_and_the_one_of_the_record(tmp_path: Path) -> None:
    names = [save(tmp_path, now=NOW + timedelta(minutes=minute)).name for minute in range(20)]
    write_record(tmp_path, TEST, record(names[1]))
    (folder_of(tmp_path, "notes")).mkdir()
    names += [save(tmp_path, now=NOW + timedelta(minutes=minute)).name for minute in range(20, 24)]
    kept = [names[1], *names[4:]]
    assert backup_names(tmp_path, TEST) == kept[::-1]
    assert sorted(os.listdir(folder_of(tmp_path, ""))) == [*kept, "notes"]


def test_a_clock_that_was_put_back_drops_no_backup_just_made(tmp_path: Path) -> None:
    for minute in range(20):
        save(tmp_path, now=NOW + timedelta(minutes=minute))
    made = save(tmp_path, now=NOW - timedelta(days=900))
    assert load_backup(tmp_path, TEST, made.name) == made


def test_nothing_is_dropped_while_the_record_is_damaged(tmp_path: Path) -> None:
    write_record(tmp_path, TEST, record(None)).write_text("", "utf-8")
    names = [save(tmp_path, now=NOW + timedelta(minutes=minute)).name for minute in range(22)]
    assert backup_names(tmp_path, TEST) == names[::-1]


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["open", "fsync", "replace", "mkdir"])
def test_cut_off_at_any_write_there_is_a_whole_backup_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    first = save(tmp_path)
    real, calls, cut = getattr(os, step), [0], [0]

    def act(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls == cut:
            raise error
        return real(*arguments, **named)

    monkeypatch.setattr(os, step, act)
    changed, none = replace(STATE, script=b"new"), 0
    for cut[0] in range(1, 16):
        calls[0], before = 0, len(backups(tmp_path, TEST))
        try:
            save(tmp_path, changed, now=NOW + timedelta(minutes=cut[0]))
        except (UserError, KeyboardInterrupt):
            none += len(backups(tmp_path, TEST)) == before
    cut[0] = 0
    save(tmp_path, changed, now=NOW + timedelta(hours=1))
    whole = backups(tmp_path, TEST)
    assert none >= 1
    assert [each.state for each in whole] == [*[changed] * (16 - none), first.state]
    assert {*os.listdir(folder_of(tmp_path, ""))} == {*backup_names(tmp_path, TEST)}, "what was cut off is cleared away"


MEND = "it cannot be used; take another one, or the files of git"


@pytest.mark.parametrize(
    ("file", "data", "reason"),
    [
        ("icon.png", b"other", "'icon.png' was changed after it was saved"),
        ("apiProperties.json", b'{"properties": {}}', "'apiProperties.json' was changed after it was saved"),
        ("script.csx", None, "'script.csx' is missing"),
        ("backup.json", b"{}", "it has no version"),
        ("backup.json", b"", "it is no JSON, from line 1 on"),
    ],
)
def test_damage_is_told(tmp_path: Path, file: str, data: bytes | None, reason: str) -> None:
    made = save(tmp_path)
    folder = folder_of(tmp_path, made.name)
    if data is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(data)
    place = folder / file if file == "backup.json" else folder
    for read in (lambda: load_backup(tmp_path, TEST, made.name), lambda: backups(tmp_path, TEST)):
        with pytest.raises(UserError) as error:
            read()
        assert str(error.value) == f"the backup '{place.as_posix()}' is damaged: {reason}\n{MEND}"
    assert backup_names(tmp_path, TEST) == [made.name]


@pytest.mark.parametrize(
    "change",
    [
        {"files": ["../../../connkit.yaml"], "hashes": [""]},
        {"files": [], "hashes": []},
        {"hashes": []},
    ],
)
def test_a_list_of_other_files_is_damage(tmp_path: Path, change: dict[str, Any]) -> None:
    folder = folder_of(tmp_path, save(tmp_path).name)
    about = json.loads((folder / "backup.json").read_text("utf-8"))
    (folder / "backup.json").write_text(json.dumps(about | change), "utf-8")
    with pytest.raises(UserError) as error:
        load_backup(tmp_path, TEST, folder.name)
    assert str(error.value) == (
        f"the backup '{folder.as_posix()}' is damaged: 'backup.json' names other files than a backup has\n{MEND}"
    )


@pytest.mark.parametrize("name", ["20261128-193000-2", "", "..", "../test/20261128-193000-1", "20261128-193000-1/"])
def test_one_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    save(tmp_path)
    with pytest.raises(UserError) as error:
        load_backup(tmp_path, TEST, name)
    assert str(error.value) == (f"there is no backup '{name}' of the environment 'test'; there are: 20261128-193000-1")


def test_an_unfinished_one_is_none(tmp_path: Path) -> None:
    made = save(tmp_path)
    (folder_of(tmp_path, made.name) / "backup.json").unlink()
    assert backups(tmp_path, TEST) == []
    with pytest.raises(UserError) as error:
        load_backup(tmp_path, TEST, made.name)
    assert str(error.value) == f"there is no backup '{made.name}' of the environment 'test'; there are: none"


def test_one_of_another_environment_is_told(tmp_path: Path) -> None:
    made = save(tmp_path)
    with pytest.raises(UserError) as error:
        load_backup(tmp_path, replace(TEST, id="env-2"), made.name)
    assert str(error.value) == (
        f"the backup '{folder_of(tmp_path, made.name).as_posix()}' is of the environment ID 'env-1', but connkit.yaml "
        "says 'env-2' for 'test'; correct the ID, or choose another backup"
    )
