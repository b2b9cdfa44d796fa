"""This repository's connector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connkit.model import Connector

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def definition() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "apiDefinition.swagger.json").read_text("utf-8"))
    return document


@pytest.fixture(scope="session")
def pbx(definition: dict[str, Any]) -> Connector:
    properties = json.loads((ROOT / "apiProperties.json").read_text("utf-8"))
    return Connector(definition, properties)
