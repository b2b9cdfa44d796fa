"""Which mock a folder gets."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from connkit.core import UserError
from connkit.mock.service import GeneratedMock
from connkit.workflows import mocks
from connkit.workflows.mocks import mock_source
from connkit.workflows.project import Project
from connkit.workflows.reading import ConnectorFolder

DEFINITION: dict[str, Any] = {"host": "lanterns.example", "paths": {}}


def folder(definition: dict[str, Any] | None) -> ConnectorFolder:
    return ConnectorFolder(Path(), "apiDefinition.swagger.json", definition, {})


def own_mock(definition: dict[str, Any]) -> Any:
    """What another author's entry point names."""
    return ("a mock of", definition["host"])


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("lanterns", f"{__name__}:own_mock", mocks.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: own_mock)
    monkeypatch.setattr(mocks, "entry_points", lambda group: [entry] if group == mocks.GROUP else [])


def test_without_a_name_one_is_generated() -> None:
    source = mock_source(Project(Path()), folder(DEFINITION))
    assert source.generated
    assert isinstance(source.make(), GeneratedMock)
    assert source.make() is not source.make()


@pytest.mark.usefixtures("_installed")
def test_the_named_one_is_used() -> None:
    source = mock_source(Project(Path(), mock="lanterns"), folder(DEFINITION))
    assert (source.generated, source.make()) == (False, ("a mock of", "lanterns.example"))


_OBSTACLES: dict[str, tuple[str | None, dict[str, Any] | None, str]] = {
    "a mock that is not installed": (
        "lantern",
        DEFINITION,
        "connkit.yaml names the mock service 'lantern', which is not installed (did you mean 'lanterns'?); install the "
        "package that has the entry point 'lantern' of the group 'connkit.mocks', or take the line out, and one is "
        "generated from the definition",
    ),
    "no definition": ("lanterns", None, "the definition cannot be read"),
    "no host": (
        None,
        {"paths": {}},
        "apiDefinition.swagger.json has no host, so there is nothing to answer for; add 'host'",
    ),
    "a host that is no text": (
        None,
        {"host": 7},
        "apiDefinition.swagger.json has no host, so there is nothing to answer for; add 'host'",
    ),
}


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(("name", "definition", "message"), _OBSTACLES.values(), ids=_OBSTACLES)
def test_what_stands_in_the_way_is_told(name: str | None, definition: dict[str, Any] | None, message: str) -> None:
    with pytest.raises(UserError) as raised:
        mock_source(Project(Path(), mock=name), folder(definition))
    assert str(raised.value) == message
