"""Shared by all tests: the repository's own connector, copied so that a test may break it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

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
