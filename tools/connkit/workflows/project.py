"""The folder connkit works on, as its connkit.yaml describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connkit.core import Pointer, UserError, shown_path
from connkit.load.yamldoc import read_yaml
from connkit.semantics.suggestions import suggestion

if TYPE_CHECKING:
    from connkit.deploy.environments import Environment

CONFIG_FILE = "connkit.yaml"
PROFILES = ("custom", "certified", "independent")
_KEYS = ("brand", "environments", "mock", "profile", "switches", "waivers")
_WAIVER_KEYS = ("rule", "place", "reason")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that is accepted: its rule, the JSON pointer of its place, and why."""

    rule: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Project:
    """A connector folder; `mock` is the name of an installed entry point, or None, and `switches` how it is set."""

    root: Path
    configured: bool = False
    profile: str = "custom"
    brand: str | None = None
    mock: str | None = None
    waivers: tuple[Waiver, ...] = ()
    switches: Mapping[str, object] = field(default_factory=dict)
    environments: tuple[Environment, ...] = ()

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
    document = read_yaml(path, shown_path(root, CONFIG_FILE))
    if document.findings:
        first = document.findings[0]
        raise UserError(f"{first.span or CONFIG_FILE}: {first.message}")
    for pointer, message in _mistakes(document.value):
        place = document.key_spans.get(pointer) if message.startswith("unknown key") else None
        raise UserError(f"{place or document.spans.get(pointer) or path}: {message}")
    value: Mapping[str, Any] = document.value or {}
    waivers = tuple(Waiver(**waiver) for waiver in value.get("waivers") or [])
    return Project(
        root,
        True,
        value.get("profile", "custom"),
        value.get("brand"),
        value.get("mock"),
        waivers,
        value.get("switches") or {},
        _environments(value.get("environments") or []),
    )


def _environments(listed: list[dict[str, Any]]) -> tuple[Environment, ...]:
    if not listed:
        return ()
    from connkit.deploy.environments import Environment  # some milliseconds, which most commands save

    return tuple(Environment(**environment) for environment in listed)


# By hand, because a JSON Schema library would take longer to import than lint takes to run.
def _mistakes(value: Any) -> Iterator[tuple[Pointer, str]]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield Pointer(), "the file should be a mapping, such as 'profile: custom'"
        return
    for key, item in value.items():
        if key not in _KEYS:
            yield Pointer() / key, f"unknown key '{key}'; {suggestion(key, _KEYS)}"
        elif key == "waivers":
            yield from _waiver_mistakes(item)
        elif key == "environments":
            from connkit.workflows.project_environments import environment_mistakes

            yield from environment_mistakes(item)
        elif key == "switches":
            yield from _switch_mistakes(item)
        elif not isinstance(item, str):
            yield Pointer() / key, f"'{key}' should be text"
    if value.get("profile", "custom") not in PROFILES:
        yield (
            Pointer() / "profile",
            f"unknown value '{value['profile']}'; {suggestion(str(value['profile']), PROFILES)}",
        )


def _switch_mistakes(switches: Any) -> Iterator[tuple[Pointer, str]]:
    place = Pointer() / "switches"
    if not isinstance(switches, dict | None):
        yield place, "'switches' should be a mapping, such as 'newest_first: false'"
        return
    for name, value in (switches or {}).items():
        if not isinstance(value, str | int | None):
            yield place / name, f"the switch '{name}' should be a whole number, true, false or none"


def _waiver_mistakes(waivers: Any) -> Iterator[tuple[Pointer, str]]:
    if not isinstance(waivers, list):
        yield Pointer() / "waivers", "'waivers' should be a list"
        return
    for index, waiver in enumerate(waivers):
        place = Pointer() / "waivers" / index
        given = waiver if isinstance(waiver, dict) else {}
        for key in given:
            if key not in _WAIVER_KEYS:
                yield place / key, f"unknown key '{key}'; {suggestion(key, _WAIVER_KEYS)}"
        for key in _WAIVER_KEYS:
            if not isinstance(given.get(key), str) or not given[key]:
                yield place, f"missing key '{key}'; a waiver has a rule, a place and a reason"
