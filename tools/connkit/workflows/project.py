"""The folder connkit works on, as its connkit.yaml describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connkit.core import UserError
from connkit.load.yamldoc import read_yaml
from connkit.semantics.document_schema import problems

CONFIG_FILE = "connkit.yaml"
PROFILES = ("custom", "certified", "independent")
_TEXT = {"type": "string", "minLength": 1}
_WAIVER = {
    "type": "object",
    "properties": {"rule": _TEXT, "place": _TEXT, "reason": _TEXT},
    "required": ["rule", "place", "reason"],
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "profile": {"enum": list(PROFILES)},
        "brand": _TEXT,
        "mock": _TEXT,
        "waivers": {"type": "array", "items": _WAIVER},
    },
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that is accepted: its rule, the JSON pointer of its place, and why."""

    rule: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Project:
    """A connector folder; `mock` is the name of an installed entry point, or None."""

    root: Path
    configured: bool = False
    profile: str = "custom"
    brand: str | None = None
    mock: str | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def has_sources(self) -> bool:
        return (self.root / "definition" / "connector.yaml").is_file()


def read_project(root: Path) -> Project:
    """The folder's settings, or the defaults; UserError when connkit.yaml cannot be understood."""
    if not root.is_dir():
        raise UserError(f"'{root}' is no folder; name the folder of a connector")
    path = root / CONFIG_FILE
    if not path.is_file():
        return Project(root)
    document = read_yaml(path, CONFIG_FILE)
    if document.findings:
        first = document.findings[0]
        raise UserError(f"{first.span or CONFIG_FILE}: {first.message}")
    value: Mapping[str, Any] = document.value or {}
    for problem in problems(value, _SCHEMA):
        span = document.spans.get(problem.pointer) or CONFIG_FILE
        raise UserError(f"{span}: {problem.message}")
    waivers = tuple(Waiver(**waiver) for waiver in value.get("waivers", []))
    return Project(root, True, value.get("profile", "custom"), value.get("brand"), value.get("mock"), waivers)
