from __future__ import annotations

from pathlib import Path

import pytest

from connkit.core import UserError
from connkit.load import find_connectors


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_tree_is_searched_in_order_whatever_the_letter_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch(tmp_path, "t/b/APIdefinition.swagger.json", "t/a/apiProperties.json", "t/.git/apiProperties.json")
    touch(tmp_path, "t/node_modules/x/apiProperties.json", "t/.venv/apiProperties.json")
    touch(tmp_path, "t/a/.connkit/backups/test/20261128-193000-1/apiProperties.json")
    first, second = find_connectors([Path("t")])
    assert (first.shown, first.definition, first.properties) == ("t/a", None, Path("t/a/apiProperties.json"))
    assert (second.shown, second.definition) == ("t/b", Path("t/b/APIdefinition.swagger.json"))


def test_a_definition_of_any_name_brings_the_files_beside_it(tmp_path: Path) -> None:
    touch(tmp_path, "other.json", "apiProperties.json", "apiDefinition.swagger.json")
    (found,) = find_connectors([tmp_path / "other.json"])
    assert (found.definition, found.properties) == (tmp_path / "other.json", tmp_path / "apiProperties.json")


def test_a_connector_named_twice_is_found_once(tmp_path: Path) -> None:
    touch(tmp_path, "apiDefinition.swagger.json")
    assert len(find_connectors([tmp_path, tmp_path, tmp_path / "apiDefinition.swagger.json"])) == 1


def test_files_of_the_current_folder_are_shown_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    touch(tmp_path, "apiDefinition.swagger.json")
    (found,) = find_connectors([])
    assert found.definition is not None
    assert found.shown_file(found.definition) == "apiDefinition.swagger.json"


def test_a_missing_path_stops_the_tool() -> None:
    with pytest.raises(UserError, match="^'no/such' does not exist; name a connector's folder"):
        find_connectors([Path("no/such")])


def test_a_tree_without_connectors_stops_the_tool(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="looked for 'apiDefinition.swagger.json' and 'apiProperties.json'"):
        find_connectors([tmp_path])
