"""What people give when they make a connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.facets import json_text, listed
from connkit.diff.schemas import renamed
from connkit.diff.stage import Stage, Words, made
from connkit.diff.taxonomy import Change, ChangeClass, Part
from connkit.model import Connector
from connkit.model.shape import as_list, as_object, as_text

Declared = dict[str, Any]
PROPERTIES = Pointer() / "properties"


def connections(stage: Stage) -> Iterator[Change]:
    old, new = stage.old.connection_parameters, stage.new.connection_parameters
    yield from _parameters(stage, old, new, PROPERTIES / "connectionParameters", ())
    yield from _sets(stage)


def _change(stage: Stage, kind: ChangeClass, place: Pointer, words: Words, *below: str) -> Change:
    while place.parts and not _exists(stage.new, place):
        place = place.parent
    return made(kind, ("connection", *below), place, words, part=Part.PROPERTIES)


def _exists(connector: Connector, place: Pointer) -> bool:
    try:
        place.resolve(connector.properties)
    except (KeyError, IndexError, TypeError, ValueError):
        return False
    return True


def _sets(stage: Stage) -> Iterator[Change]:
    old, new = stage.old.connection_parameter_sets, stage.new.connection_parameter_sets
    place = PROPERTIES / "connectionParameterSets" / "values"
    names = list(new)
    for name in old:
        if name not in new:
            yield _change(stage, c.CONNECTION_SET_REMOVED, place, Words(field=name), name)
    for name, parameters in new.items():
        at = place / names.index(name)
        if name in old:
            yield from _parameters(stage, old[name], parameters, at / "parameters", (name,))
        else:
            yield _change(stage, c.CONNECTION_SET_ADDED, at, Words(field=name), name)


def _parameters(stage: Stage, old: Declared, new: Declared, place: Pointer, above: tuple[str, ...]) -> Iterator[Change]:
    came = [name for name in new if name not in old]
    for name, raw in old.items():
        if name not in new:
            words = Words(field=name, hint=renamed(name, came, "connections"), title=_title(raw))
            yield _change(stage, c.CONNECTION_PARAMETER_REMOVED, place / name, words, *above, name)
    for name, raw in new.items():
        if name in old:
            yield from _parameter(stage, as_object(old[name]), as_object(raw), place / name, (*above, name))
        else:
            kind = c.REQUIRED_CONNECTION_PARAMETER_ADDED if _required(raw) else c.OPTIONAL_CONNECTION_PARAMETER_ADDED
            yield _change(stage, kind, place / name, Words(field=name, title=_title(raw)), *above, name)


def _parameter(stage: Stage, old: Declared, new: Declared, place: Pointer, below: tuple[str, ...]) -> Iterator[Change]:
    name, title = below[-1], _title(new)
    was, now = as_text(old.get("type")), as_text(new.get("type"))
    if was.lower() != now.lower():
        words = Words(field=name, was=was, now=now, title=title)
        yield _change(stage, c.CONNECTION_PARAMETER_TYPE_CHANGED, place / "type", words, *below, "type")
    if _required(old) != _required(new):
        kind = c.CONNECTION_PARAMETER_BECAME_REQUIRED if _required(new) else c.CONNECTION_PARAMETER_BECAME_OPTIONAL
        words = Words(field=name, title=title)
        constraints = place / "uiDefinition" / "constraints" / "required"
        yield _change(stage, kind, constraints, words, *below, "required")
    yield from _values(stage, old, new, place, below)
    yield from _oauth(stage, as_object(old.get("oAuthSettings")), as_object(new.get("oAuthSettings")), place, below)


def _constraints(raw: Any) -> dict[str, Any]:
    return as_object(as_object(as_object(raw).get("uiDefinition")).get("constraints"))


def _required(raw: Any) -> bool:
    return str(_constraints(raw).get("required")).lower() == "true"


def _title(raw: Any) -> str:
    return as_text(as_object(as_object(raw).get("uiDefinition")).get("displayName"))


def _values(stage: Stage, old: Declared, new: Declared, place: Pointer, below: tuple[str, ...]) -> Iterator[Change]:
    was, now = _allowed(old), _allowed(new)
    if not was or not now:
        return
    at = place / "uiDefinition" / "constraints" / "allowedValues"
    gone, came = [one for one in was if one not in now], [one for one in now if one not in was]
    if gone:
        words = Words(field=below[-1], was=listed(gone), title=_title(new))
        yield _change(stage, c.CONNECTION_VALUE_REMOVED, at, words, *below, "allowedValues")
    if came:
        words = Words(field=below[-1], now=listed(came), title=_title(new))
        yield _change(stage, c.CONNECTION_VALUE_ADDED, at, words, *below, "allowedValues")


def _allowed(raw: Declared) -> list[Any]:
    return [as_object(one).get("value") for one in as_list(_constraints(raw).get("allowedValues"))]


def _oauth(stage: Stage, old: Declared, new: Declared, place: Pointer, below: tuple[str, ...]) -> Iterator[Change]:
    """Only the names of settings are told, because some of their values are secrets."""
    at = place / "oAuthSettings"
    was, now = as_text(old.get("identityProvider")), as_text(new.get("identityProvider"))
    if was.lower() != now.lower() and was and now:
        words = Words(field=below[-1], was=f"'{was}'", now=f"'{now}'")
        yield _change(stage, c.IDENTITY_PROVIDER_CHANGED, at / "identityProvider", words, *below, "identityProvider")
    before, after = _settings(old), _settings(new)
    for path in dict.fromkeys((*before, *after)):
        if before.get(path) != after.get(path):
            words = Words(field=below[-1], what=f"'{'/'.join(path)}'")
            yield _change(stage, c.OAUTH_SETTINGS_CHANGED, _at(at, path), words, *below, *path)


def _at(place: Pointer, path: tuple[str, ...]) -> Pointer:
    for name in path:
        place = place / name
    return place


def _settings(oauth: Declared) -> dict[tuple[str, ...], str]:
    """Every setting but the identity provider, those inside customParameters and properties one by one."""
    nested = ("customParameters", "properties")
    found: dict[tuple[str, ...], str] = {
        (name,): json_text(value) for name, value in oauth.items() if name not in (*nested, "identityProvider")
    }
    for holder in nested:
        found |= {(holder, name): json_text(value) for name, value in as_object(oauth.get(holder)).items()}
    return found
