"""The connector in a folder as paconn would be given it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connkit.core import UserError
from connkit.deploy.environments import wrong_url
from connkit.deploy.service import Addresses
from connkit.deploy.state import REFUSED, ROUND_TRIP, State
from connkit.load import DEFINITION, ICON, PROPERTIES, SCRIPT, SETTINGS, find_file, read_document

_TOKEN = "token"  # the only parameter that paconn gives a secret to
_NAME = "displayName"


@dataclass(frozen=True, slots=True)
class Local:
    """`blocked` says what keeps it from being deployed, `notes` what an admin should know, a sentence each.

    `named` are the connector and the environment that settings.json names, as paconn writes them there; '' for none.
    """

    state: State
    title: str
    addresses: Addresses
    named: tuple[str, str]
    blocked: tuple[str, ...]
    notes: tuple[str, ...]

    @classmethod
    def of_addresses(cls, addresses: Addresses) -> Local:
        """A folder of which nothing but the addresses counts."""
        return cls(State({}, {}), "", addresses, ("", ""), (), ())


def takes_secret(properties: Mapping[str, Any]) -> bool:
    """Whether paconn puts the connector's OAuth secret into these."""
    return bool(list(_oauth(properties)))


def read_addresses(root: Path) -> Addresses:
    """Those that settings.json names, or the usual ones."""
    return _addresses(_settings(root))


def read_local(root: Path) -> Local:
    """Reads the files that settings.json names, or those of the usual names; UserError where there is no connector."""
    settings = _settings(root)
    problems: list[str] = []
    definition = _object(_file(root, settings, "apiDefinition", DEFINITION), problems)
    whole = _object(_file(root, settings, "apiProperties", PROPERTIES), problems)
    properties = whole.get("properties")
    if not isinstance(properties, dict):
        properties = {}
        problems.append("apiProperties.json has no object 'properties'")
    state = State(
        definition,
        {name: value for name, value in properties.items() if name not in (REFUSED, _NAME)},
        _bytes(root, settings, "icon", ICON),
        _bytes(root, settings, "script", SCRIPT),
        str(_info(definition).get("title", "")),
    )
    problems += _unfit(state)
    named = (_text(settings, "connectorId"), _text(settings, "environment"))
    return Local(state, state.display_name, _addresses(settings), named, tuple(problems), tuple(_notes(whole, state)))


def _settings(root: Path) -> dict[str, Any]:
    path = find_file(root, SETTINGS)
    if path is None:
        return {}
    value = read_document(path, path.name).value
    if not isinstance(value, dict):
        raise UserError(f"{path.name} is no JSON object; mend it or delete it, 'connkit lint' tells where it is wrong")
    return value


def _addresses(settings: Mapping[str, Any]) -> Addresses:
    """UserError for one that the sign-in must not be sent to."""
    for key in ("powerAppsUrl", "flowUrl"):
        if settings.get(key) and (mistake := wrong_url(key, settings[key])):
            raise UserError(f"settings.json: {mistake}")
    usual = Addresses()
    return Addresses(
        str(settings.get("powerAppsUrl") or usual.powerapps).rstrip("/"),
        str(settings.get("flowUrl") or usual.flow).rstrip("/"),
        str(settings.get("powerAppsApiVersion") or usual.version),
    )


def _text(settings: Mapping[str, Any], key: str) -> str:
    value = settings.get(key)
    return value if isinstance(value, str) else ""


def _file(root: Path, settings: Mapping[str, Any], key: str, name: str) -> Path:
    """UserError where a needed file is not there."""
    path = _named(root, settings, key, name)
    if path is None:
        raise UserError(f"'{root}' has no {name}; use -C to name a connector's folder, or run 'connkit build' first")
    return path


def _named(root: Path, settings: Mapping[str, Any], key: str, name: str) -> Path | None:
    """The file that settings.json names, which has to be there, or the one of the usual name."""
    named = _text(settings, key)
    if not named:
        return find_file(root, name)
    path = root / named
    if not path.is_file():
        silent = "; paconn would leave it out without a word" if key in ("icon", "script") else ""
        raise UserError(
            f"settings.json names '{named}' as {key}, and there is no such file{silent}\n"
            "mend the name, or take the line out of settings.json"
        )
    return path


def _bytes(root: Path, settings: Mapping[str, Any], key: str, name: str) -> bytes | None:
    path = _named(root, settings, key, name)
    return None if path is None else path.read_bytes()


def _object(path: Path, problems: list[str]) -> dict[str, Any]:
    document = read_document(path, path.name)
    if isinstance(document.value, dict):
        return document.value
    first = document.findings[0] if document.findings else None
    problems.append(f"{first.span or path.name}: {first.message}" if first else f"{path.name} is no JSON object")
    return {}


def _unfit(state: State) -> Iterator[str]:
    """What paconn or the service fails on, where lint need not have run."""
    if state.definition.get("swagger") != "2.0":
        yield "the definition is no Swagger 2.0; its 'swagger' should be \"2.0\""
    for key in ("title", "description"):
        if not isinstance(_info(state.definition).get(key), str) or not _info(state.definition)[key]:
            yield f"the definition has no info/{key}, without which paconn fails"
    schemes = state.definition.get("schemes")
    if not isinstance(schemes, list) or not schemes or schemes[0] != "https":
        yield "the definition's first scheme is not https, and paconn takes the first"
    if not state.definition.get("host"):
        yield "the definition has no host"
    for key in ("connectionParameters", "connectionParameterSets"):
        if not isinstance(state.properties.get(key, {}), dict):
            yield f"{key} in apiProperties.json is no object, and paconn fails on it; mend it or take it out"
    for index, each in enumerate(_sets(state.properties)):
        if not isinstance(each.get("parameters"), dict):
            yield f"connectionParameterSets/values/{index} has no parameters, without which paconn fails"
    if state.icon == b"":
        yield "the icon is an empty file"
    if state.properties.get("scriptOperations") and state.script is None:
        yield "apiProperties.json names scriptOperations, and there is no script.csx"
    try:
        json.dumps([state.definition, state.properties], ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        yield "the files hold something that JSON cannot carry, such as NaN, 1e999 or a lone surrogate (\\ud800)"


def _notes(whole: Mapping[str, Any], state: State) -> Iterator[str]:
    properties = whole.get("properties")
    if isinstance(properties, dict) and REFUSED in properties:
        yield "stackOwner is left out of what is sent, because the service refuses it in a deployment"
    if isinstance(properties, dict) and _NAME in properties:
        yield "displayName is left out of what is sent: a create takes info/title, and an update would rename silently"
    unread = sorted(set(state.properties) - set(ROUND_TRIP))
    if unread:
        yield f"sent, but never given back and so not compared: {', '.join(unread)}"
    outside = sorted(set(whole) - {"properties"})
    if outside:
        yield f"not sent, because it stands outside 'properties' in apiProperties.json: {', '.join(outside)}"
    yield from _secret_notes(state)


def _secret_notes(state: State) -> Iterator[str]:
    """paconn knows one secret, and one parameter's name."""
    names = [name for name, _ in _sign_ins(state.properties)]
    for name in sorted(set(names) - {_TOKEN}):
        yield (
            f"the OAuth parameter '{name}' is sent without a secret, because paconn gives one only to a parameter "
            f"named '{_TOKEN}'; enter it in the maker portal, or rename the parameter"
        )
    if names.count(_TOKEN) > 1:
        yield f"the one OAuth secret is given to each of the {names.count(_TOKEN)} sign-ins; paconn knows no other way"


def _info(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    info = definition.get("info")
    return info if isinstance(info, dict) else {}


def _sets(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    sets = properties.get("connectionParameterSets")
    values = sets.get("values") if isinstance(sets, dict) else None
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _oauth(properties: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The OAuth settings that paconn puts the connector's secret into."""
    return (settings for name, settings in _sign_ins(properties) if name == _TOKEN)


def _sign_ins(properties: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the OAuth settings of each connection parameter that has some."""
    holders = [properties.get("connectionParameters"), *(one.get("parameters") for one in _sets(properties))]
    for holder in holders:
        for name, parameter in holder.items() if isinstance(holder, dict) else ():
            settings = parameter.get("oAuthSettings") if isinstance(parameter, dict) else None
            if isinstance(settings, dict) and settings:
                yield name, settings
