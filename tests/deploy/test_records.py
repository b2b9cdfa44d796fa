"""What was deployed last."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.core import UserError
from connkit.deploy.environments import Environment
from connkit.deploy.record import Record, read_record, write_record
from connkit.deploy.state import Hashes

TEST = Environment("Vystymas 2", "env-1", False)
RECORD = Record(
    "Vystymas 2",
    "env-1",
    "shared_stotele-5f1-5f2",
    "Mobili stotelė",
    "2026-11-28T19:30:00Z",
    "create",
    Hashes("d0", "p0", "", "s0"),
    "f0",
    None,
    "0.1.0",
)
WRITTEN = """\
{
  "version": 1,
  "environment": "Vystymas 2",
  "environment_id": "env-1",
  "connector_id": "shared_stotele-5f1-5f2",
  "display_name": "Mobili stotel\\u0117",
  "deployed_at": "2026-11-28T19:30:00Z",
  "action": "create",
  "sent": {
    "definition": "d0",
    "properties": "p0",
    "icon": "",
    "script": "s0"
  },
  "read_back": "f0",
  "backup": null,
  "connkit": "0.1.0"
}
"""
MEND = (
    "restore it with git, or delete it; deploy then finds the connector by its name, and the plan says which it found"
)


def test_nothing_was_deployed_yet(tmp_path: Path) -> None:
    assert read_record(tmp_path, TEST) is None


def test_it_is_a_file_for_git(tmp_path: Path) -> None:
    path = write_record(tmp_path, TEST, RECORD)
    assert path == tmp_path / "deployments" / "Vystymas 2.json"
    assert path.read_bytes() == WRITTEN.encode()
    assert read_record(tmp_path, TEST) == RECORD


def test_the_last_one_counts(tmp_path: Path) -> None:
    later = replace(RECORD, action="update", backup="20261128-193000-1")
    write_record(tmp_path, TEST, RECORD)
    write_record(tmp_path, TEST, later)
    assert read_record(tmp_path, replace(TEST, id="ENV-1")) == later
    assert read_record(tmp_path, replace(TEST, name="other")) is None


@settings(deadline=None, max_examples=25)
@given(st.text(st.characters(codec=None, categories=None)), st.text())
def test_any_text_survives(display_name: str, connector_id: str) -> None:
    record = replace(RECORD, display_name=display_name, connector_id=connector_id)
    with TemporaryDirectory() as folder:
        write_record(Path(folder), TEST, record)
        assert read_record(Path(folder), TEST) == record


def test_lone_surrogates_survive(tmp_path: Path) -> None:
    record = replace(RECORD, display_name="\ud83d half")
    write_record(tmp_path, TEST, record)
    assert read_record(tmp_path, TEST) == record


def changed(**values: Any) -> str:
    return json.dumps({**json.loads(WRITTEN), **values})


def without(key: str) -> str:
    return json.dumps({name: value for name, value in json.loads(WRITTEN).items() if name != key})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is no JSON, from line 1 on"),
        ("<<<<<<< ours\n" + WRITTEN, "it is no JSON, from line 1 on"),
        (WRITTEN[:-20], "it is no JSON, from line 17 on"),
        (WRITTEN.replace('"backup": null', '"read_back": "f1",\n"backup": null'), "a key stands twice"),
        ("[" * 100000, "it is nested too deeply"),
        ("[]", "it should be a mapping"),
        ("{}", "it has no version"),
        (changed(version="1"), "it has no version"),
        (changed(version=True), "it has no version"),
        (changed(version=0), "it has no version"),
        (changed(extra=1), "nobody knows the key 'extra'"),
        (without("backup"), "'backup' is missing"),
        (changed(connector_id=None), "'connector_id' should be text"),
        (changed(backup=1), "'backup' should be text"),
        (changed(action="delete"), "'action' should be one of create, update, undo"),
        (changed(action=["create"]), "'action' should be one of create, update, undo"),
        (changed(sent=None), "'sent' should be a mapping"),
        (changed(sent={"definition": ""}), "'properties' is missing"),
        (changed(read_back=float("nan")), "'NaN' is no JSON"),
    ],
)
def test_a_damaged_one_is_told(tmp_path: Path, text: str, reason: str) -> None:
    path = write_record(tmp_path, TEST, RECORD)
    path.write_text(text, "utf-8", newline="\n")
    with pytest.raises(UserError) as error:
        read_record(tmp_path, TEST)
    assert str(error.value) == f"the record '{path.as_posix()}' is damaged: {reason}\n{MEND}"


def test_other_bytes_than_utf_8_are_damage(tmp_path: Path) -> None:
    path = write_record(tmp_path, TEST, RECORD)
    path.write_bytes(WRITTEN.encode("utf-16"))
    with pytest.raises(UserError, match="is damaged: it is not UTF-8\n"):
        read_record(tmp_path, TEST)


def test_one_of_a_newer_connkit_is_left_alone(tmp_path: Path) -> None:
    path = write_record(tmp_path, TEST, RECORD)
    path.write_text(changed(version=2, action="delete"), "utf-8")
    with pytest.raises(UserError) as error:
        read_record(tmp_path, TEST)
    assert str(error.value) == (
        f"the record '{path.as_posix()}' was written by a newer connkit (version 2, this one knows 1); update connkit"
    )


def test_one_of_another_environment_is_a_trap_that_is_told(tmp_path: Path) -> None:
    path = write_record(tmp_path, TEST, RECORD)
    with pytest.raises(UserError) as error:
        read_record(tmp_path, replace(TEST, id="env-2"))
    assert str(error.value) == (
        f"the record '{path.as_posix()}' is of the environment ID 'env-1', but connkit.yaml says 'env-2' for "
        "'Vystymas 2'\n"
        "put the former ID back; or, if this is another environment, give it another name, or delete the record"
    )


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    path = tmp_path / "deployments" / "Vystymas 2.json"
    path.mkdir(parents=True)
    with pytest.raises(UserError, match=f"^the record '{path.as_posix()}' cannot be read: "):
        read_record(tmp_path, TEST)
    with pytest.raises(UserError, match=f"^'{path.as_posix()}' cannot be written: "):
        write_record(tmp_path, TEST, RECORD)
