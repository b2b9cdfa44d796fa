"""Shared by all tests: the repository's own connector, copied so that a test may break it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from connkit.deploy.paconn import untried

ROOT = Path(__file__).resolve().parent.parent
CONNECTOR_FILES = (
    "apiDefinition.swagger.json",
    "apiProperties.json",
    "settings.json",
    "icon.png",
    "README.md",
    "connkit.yaml",
    "tools/docs/operations.md",
    "tools/docs/fidelity.md",
    *("CHANGELOG.md", "LICENSE", "tools/README.md"),  # what the README leads to
    *("tools/docs/ARCHITECTURE.md", "tools/docs/CONTRIBUTING.md", "tools/docs/mock-service.md"),
    "tools/docs/deploy.md",
)


@pytest.fixture
def connector_copy(tmp_path: Path) -> Path:
    """A copy of this repository's connector with its sources."""
    copy = tmp_path / "connector"
    shutil.copytree(ROOT / "definition", copy / "definition")
    for name in CONNECTOR_FILES:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    return copy


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a folder of this test, without anybody's settings; returns what it prints."""
    names = {f"GIT_{who}_{what}": "test@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(tmp_path)}

    def run(folder: Path, *arguments: str) -> str:
        command = ["git", "-c", "init.defaultBranch=main", "-C", str(folder), *arguments]
        done = subprocess.run(
            command, env={**os.environ, **names, **alone}, capture_output=True, text=True, encoding="utf-8", check=True
        )
        return done.stdout

    return run


@pytest.fixture(scope="session")
def paconn_python() -> Path:
    """The interpreter of the environment that holds the real paconn."""
    _skip_where_untried()
    python = Path(sys.prefix) / "paconn" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        pytest.fail("run 'python3 run.py test', which sets it up")
    return python


def _skip_where_untried() -> None:
    """connkit refuses to run paconn on a Python on which nobody has seen it work, and so do the tests."""
    reason = untried(sys.version_info[:2])
    if reason:
        pytest.skip(reason)


StandIn = Callable[..., Path]


@pytest.fixture
def stand_in() -> StandIn:
    """Makes an environment whose paconn is this source, of this version or of none; returns its interpreter."""

    _skip_where_untried()

    def make(folder: Path, source: str = "", version: str | None = "0.0.21") -> Path:
        venv.create(folder, symlinks=os.name != "nt")
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        packages = folder / ("Lib" if os.name == "nt" else f"lib/python3.{sys.version_info[1]}") / "site-packages"
        (packages / "paconn.py").write_text(source, encoding="utf-8")
        if version is not None:
            known = packages / f"paconn-{version}.dist-info"
            known.mkdir()
            (known / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: paconn\nVersion: {version}\n", encoding="utf-8"
            )
        return python

    return make
