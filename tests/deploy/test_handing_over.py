"""The private folder that paconn is handed, and that it goes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connkit.core import UserError
from connkit.deploy import handing
from connkit.deploy.handing import hand_over, private_folder, removed
from connkit.deploy.state import State

DEFINITION = {"swagger": "2.0", "info": {"title": "Žinutės", "description": "für 😀 \ud800"}, "paths": {}}
PROPERTIES = {"iconBrandColor": "#1f5c99", "publisher": "Ąžuolas", "capabilities": [], "kept": {"as": "is"}}
ICON = b"\x89PNG\r\n\x1a\n\r\n"
SCRIPT = b"public class Script\r\n{\n}\xff"
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")


def hand(
    folder: Path, state: State, extra: dict[str, Any] | None = None, connector_id: str | None = "shared_a"
) -> Path:
    return hand_over(
        folder,
        state,
        extra or {},
        environment="env-1",
        connector_id=connector_id,
        url="http://127.0.0.1:4711",
        api_version="2016-11-01",
        token="fake-token-0000",
        object_id="00000000-0000-0000-0000-000000000001",
    )


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


ALWAYS = {
    "apiDefinition.swagger.json",
    "apiProperties.json",
    "settings.json",
    "home",
    "home/.paconn",
    "home/.paconn/accessTokens.json",
    "work",
}


def test_all_that_a_connector_has(tmp_path: Path) -> None:
    written = hand(tmp_path, State(DEFINITION, PROPERTIES, ICON, SCRIPT), {"displayName": "Žinutės"})
    assert names(tmp_path) == {*ALWAYS, "icon.png", "script.csx"}
    assert json.loads((tmp_path / "apiDefinition.swagger.json").read_bytes()) == DEFINITION
    assert json.loads((tmp_path / "apiProperties.json").read_bytes()) == {
        "properties": {**PROPERTIES, "displayName": "Žinutės"}
    }
    assert (tmp_path / "icon.png").read_bytes() == ICON
    assert (tmp_path / "script.csx").read_bytes() == SCRIPT
    assert written == tmp_path / "settings.json"
    assert json.loads(written.read_bytes()) == {
        "connectorId": "shared_a",
        "environment": "env-1",
        "apiDefinition": str(tmp_path / "apiDefinition.swagger.json"),
        "apiProperties": str(tmp_path / "apiProperties.json"),
        "icon": str(tmp_path / "icon.png"),
        "script": str(tmp_path / "script.csx"),
        "powerAppsUrl": "http://127.0.0.1:4711",
        "powerAppsApiVersion": "2016-11-01",
        "flowUrl": "http://127.0.0.1:4711",
        "flowApiVersion": "2016-11-01",
        "authorityUrl": "http://127.0.0.1:4711",
        "resource": "http://127.0.0.1:4711",
    }
    assert json.loads((tmp_path / "home" / ".paconn" / "accessTokens.json").read_bytes()) == {
        "access_token": "fake-token-0000",
        "token_type": "Bearer",
        "expires_on": 4102444800,
        "oid": "00000000-0000-0000-0000-000000000001",
    }


def test_what_is_not_there_is_not_named(tmp_path: Path) -> None:
    written = json.loads(hand(tmp_path, State(DEFINITION, PROPERTIES), connector_id=None).read_bytes())
    assert names(tmp_path) == ALWAYS
    assert written.keys() & {"connectorId", "icon", "script"} == set()


def test_an_empty_script_is_one(tmp_path: Path) -> None:
    """paconn would take away what the connector has."""
    hand(tmp_path, State(DEFINITION, PROPERTIES, script=b""))
    assert (tmp_path / "script.csx").read_bytes() == b""


@pytest.mark.parametrize("extra", [{}, {"stackOwner": "again"}])
def test_what_the_service_refuses_is_left_out(tmp_path: Path, extra: dict[str, str]) -> None:
    hand(tmp_path, State(DEFINITION, {"stackOwner": "Somebody", "publisher": "Anybody"}), extra)
    assert json.loads((tmp_path / "apiProperties.json").read_bytes()) == {"properties": {"publisher": "Anybody"}}


def test_the_json_files_are_the_same_in_every_encoding(tmp_path: Path) -> None:
    hand(tmp_path, State(DEFINITION, PROPERTIES), {"displayName": "Žinutės"})
    contents = [path.read_bytes() for path in tmp_path.rglob("*.json")]
    assert len(contents) == 4
    assert all(data.isascii() and data.startswith(b"{") for data in contents)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(
    definition=st.dictionaries(st.text(), VALUES, max_size=3), properties=st.dictionaries(st.text(), VALUES, max_size=3)
)
def test_nothing_of_a_connector_changes_on_the_way(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    with private_folder() as folder:
        hand(folder, State(definition, properties))
        assert json.loads((folder / "apiDefinition.swagger.json").read_bytes()) == definition
        assert json.loads((folder / "apiProperties.json").read_bytes()) == {"properties": properties}


@posix_only
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with private_folder(tmp_path) as folder:
            hand(folder, State(DEFINITION, PROPERTIES, ICON, SCRIPT))
            modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}
    finally:
        os.umask(old)
    assert modes == {(True, 0o700), (False, 0o600)}


def test_a_relative_folder_is_named_absolutely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here").mkdir()
    written = hand(Path("here"), State(DEFINITION, PROPERTIES))
    assert written == tmp_path / "here" / "settings.json"
    assert json.loads(written.read_bytes())["apiDefinition"] == str(tmp_path / "here" / "apiDefinition.swagger.json")


def test_a_folder_that_holds_something_is_not_filled(tmp_path: Path) -> None:
    (tmp_path / "settings.json").touch()
    with pytest.raises(FileExistsError):
        hand(tmp_path, State(DEFINITION, PROPERTIES))


# --- the folder goes ---------------------------------------------------------------------------------------------


def test_a_private_folder_is_removed_whatever_happens(tmp_path: Path) -> None:
    def interrupted() -> None:
        with private_folder(tmp_path / "new" / "parent") as folder:
            hand(folder, State(DEFINITION, PROPERTIES))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list((tmp_path / "new" / "parent").iterdir()) == []


def test_one_without_a_parent_is_among_the_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with private_folder() as folder:
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError) as refused, private_folder(tmp_path / "file"):
        pass
    assert str(refused.value).startswith(f"cannot make a private folder in '{tmp_path / 'file'}': ")


@pytest.mark.parametrize("times", [1, 6])
def test_a_folder_that_is_held_for_a_moment_goes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    remove, tries, pauses = shutil.rmtree, list[Path](), list[float]()

    def held(folder: Path, ignore_errors: bool) -> None:
        tries.append(folder)
        if len(tries) > times:
            remove(folder, ignore_errors)

    monkeypatch.setattr(handing.shutil, "rmtree", held)
    (tmp_path / "folder").mkdir()
    assert removed(tmp_path / "folder", pauses.append)
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6][:times]


def test_a_folder_that_stays_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing.shutil, "rmtree", lambda folder, ignore_errors: None)
    pauses: list[float] = []
    assert not removed(tmp_path, pauses.append)
    assert len(pauses) == 6


def test_read_only_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where a file that is read-only cannot be removed, whoever one is."""
    remove = shutil.rmtree

    def on_windows(folder: Path, ignore_errors: bool) -> None:
        if all(path.stat().st_mode & stat.S_IWRITE for path in folder.rglob("*")):
            remove(folder, ignore_errors)

    monkeypatch.setattr(handing.shutil, "rmtree", on_windows)
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "file").touch(0o400)
    pauses: list[float] = []
    assert removed(tmp_path / "folder", pauses.append)
    assert pauses == [0.05]


def test_a_folder_that_is_gone_is_gone(tmp_path: Path) -> None:
    assert removed(tmp_path / "gone", lambda seconds: pytest.fail("waited"))
