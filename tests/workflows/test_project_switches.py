"""The switches of the mock service in connkit.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import smartmex
from connkit.core import UserError
from connkit.workflows import mocks
from connkit.workflows.checking import Status, check
from connkit.workflows.mocks import with_switches
from connkit.workflows.project import read_project

DEFINITION = {"host": "pbx.example", "basePath": "/"}


def _made(root: Path, text: str) -> smartmex.SmartMex:
    (root / "connkit.yaml").write_text(text, "utf-8")
    mock = with_switches(smartmex.mock, read_project(root).switches)(DEFINITION)
    assert isinstance(mock, smartmex.SmartMex)
    return mock


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("profile: custom\n", {}),
        ("switches:\n", {}),
        ("switches: {}\n", {}),
        (
            "switches:\n  newest_first: false\n  bad_key_status: 401\n  rate_limit: none\n",
            {"newest_first": False, "bad_key_status": 401},
        ),
        ("switches: {rate_limit: null, cap: '3'}\n", {"cap": 3}),
    ],
)
def test_the_mock_is_set_as_the_project_says(tmp_path: Path, text: str, changed: dict[str, Any]) -> None:
    assert _made(tmp_path, text).switches == smartmex.Switches(**changed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "switches: [newest_first]",
            "connkit.yaml:1:11: 'switches' should be a mapping, such as 'newest_first: false'",
        ),
        (
            "switches:\n  cap: [1]",
            "connkit.yaml:2:8: the switch 'cap' should be a whole number, true, false or none",
        ),
        (
            "switches:\n  cap: 1.5",
            "connkit.yaml:2:8: the switch 'cap' should be a whole number, true, false or none",
        ),
        ("switches: {cap: many}", "connkit.yaml: the switch 'cap' cannot be 'many'; it takes a number from 0 on"),
        (
            "switches: {nothing: 1}",
            f"connkit.yaml: there is no switch 'nothing'; there are "
            f"{', '.join(each.name for each in smartmex.SmartMex().unknowns())}",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as error:
        _made(Path(), text)
    assert str(error.value) == message


def test_check_uses_them(connector_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mocks, "mock_factory", lambda name: smartmex.mock)
    (connector_copy / "connkit.yaml").write_text(
        "brand: tele2\nmock: smartmex\nswitches: {registration_location: false}\n", "utf-8"
    )
    failed = [each.name for each in check(read_project(connector_copy)).outcomes if each.status is Status.FAILED]
    assert failed == ["operations", "webhook triggers"]
