"""Commands that act as the platform does, on the mock without an installed entry point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import smartmex
from connkit.cli.main import main
from connkit.workflows import mocks

ROOT = Path(__file__).resolve().parents[2]
KEY = "Bearer fake-key-for-tests"
Act = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mock(monkeypatch: pytest.MonkeyPatch) -> smartmex.SmartMex:
    """The mock that the commands of this test find, where the name is no installed one."""
    service = smartmex.SmartMex("mobili-stotele.tele2.lt")
    monkeypatch.setattr(mocks, "mock_factory", lambda name: lambda definition: service)
    monkeypatch.setenv("PBX_KEY", KEY)
    return service


@pytest.fixture
def act(capsys: pytest.CaptureFixture[str], mock: smartmex.SmartMex) -> Act:
    """Runs connkit on this repository's connector, or on another `folder`: exit code, output, standard error."""

    def run(*arguments: str, folder: Path = ROOT) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["-C", str(folder), *arguments])
        out, err = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, out, err

    return run
