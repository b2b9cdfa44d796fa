"""What can be wrong with the environments of a connkit.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connkit.core import Pointer
from connkit.deploy.environments import looks_like_id, wrong_url
from connkit.semantics.suggestions import suggestion

_KEYS = ("name", "id", "production", "url", "flow_url")
_LONGEST_NAME = 60
_ID = re.compile(r"[A-Za-z0-9-]+")
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
"""Windows takes these for devices, whatever follows the dot."""

Mistakes = Iterator[tuple[Pointer, str]]


def environment_mistakes(environments: Any) -> Mistakes:
    """The place of each, and what is wrong there."""
    place = Pointer() / "environments"
    if not isinstance(environments, list | None):
        yield place, "'environments' should be a list, such as '- {name: test, id: <its ID>, production: false}'"
        return
    whole = True
    for index, environment in enumerate(environments or []):
        for mistake in _entry_mistakes(place / index, environment):
            whole = False
            yield mistake
    if whole:
        yield from _clashes(place, environments or [])


def _entry_mistakes(place: Pointer, environment: Any) -> Mistakes:
    if not isinstance(environment, dict):
        yield place, "an environment should be a mapping, such as '{name: test, id: <its ID>, production: false}'"
        return
    for key in environment:
        if key not in _KEYS:
            yield place / key, f"unknown key '{key}'; {suggestion(str(key), _KEYS)}"
    for key in ("name", "id", "production"):
        if key not in environment:
            yield place, f"missing key '{key}'; an environment has a name, an id and production: true or false"
    for key, wrong in (("name", _wrong_name), ("id", _wrong_id), ("production", _wrong_production)):
        if key in environment and (message := wrong(environment[key])):
            yield place / key, message
    for key in ("url", "flow_url"):
        if key in environment and (message := wrong_url(key, environment[key])):
            yield place / key, message


def _wrong_name(name: Any) -> str:
    if not isinstance(name, str):
        return "'name' should be text; put it in quotes"
    if not name or not all(letter.isalnum() or letter in "._- " for letter in name):
        return f"the name '{name}' names files too; use letters, digits, dots, dashes, underscores and blanks"
    if len(name) > _LONGEST_NAME:
        return f"the name '{name}' has {len(name)} characters; it names files too and may have {_LONGEST_NAME}"
    if name[0] in ". " or name[-1] in ". ":
        return f"the name '{name}' names files too; it may not begin or end with a dot or a blank"
    if _DEVICE.match(name):
        return f"the name '{name}' names files too, and is a device on Windows; choose another"
    return ""


def _wrong_id(value: Any) -> str:
    if not isinstance(value, str):
        return "'id' should be text; put it in quotes"
    if not _ID.fullmatch(value):
        return f"'{value}' is no environment ID; it has letters, digits and dashes, as in the address of the portal"
    return ""


def _wrong_production(value: Any) -> str:
    return "" if isinstance(value, bool) else "'production' should be true or false"


def _clashes(place: Pointer, environments: list[Mapping[str, Any]]) -> Mistakes:
    """Those that deploy could not tell apart by name, by ID or by the files named after them."""
    names: set[str] = set()
    targets: dict[tuple[str, str], str] = {}
    ids = {environment["id"].casefold() for environment in environments}
    for index, environment in enumerate(environments):
        name, id_ = environment["name"], environment["id"].casefold()
        if name.casefold() in names:
            yield place / index / "name", f"'{name}' is listed twice, letter case aside; give it another name"
        elif name.casefold() != id_ and (looks_like_id(name) or name.casefold() in ids):
            yield place / index / "name", f"the name '{name}' is the ID of another environment; give it another name"
        target = (id_, environment.get("url", "").rstrip("/").lower())
        if target in targets:
            yield place / index / "id", f"'{name}' has the ID of '{targets[target]}' at the same url; list it once"
        names.add(name.casefold())
        targets[target] = name
