"""Connectors as the platform keeps them, and as it shows them."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connkit.platform.access import OBJECT_ID, USER, USER_NAME
from connkit.platform.switches import PlatformSwitches

PROVIDER = "/providers/Microsoft.PowerApps"
DEFINITION_FILE, ICON_FILE, SCRIPT_FILE = "swagger.json", "icon.png", "script.csx"

_AS_SENT = (
    "iconBrandColor",
    "connectionParameters",
    "connectionParameterSets",
    "backendService",
    "policyTemplateInstances",
    "scriptOperations",
    "capabilities",
    "publisher",
)
_OTHERS = ("displayName", "description", "iconUri", "scriptDefinitionUrl", "openApiDefinition", "environment")
KNOWN = frozenset((*_AS_SENT, *_OTHERS))
_LISTS = ("capabilities", "policyTemplateInstances", "scriptOperations")


class Environment(NamedTuple):
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class StoredConnector:
    """`properties` are as they were sent, a client secret among them; `changes` counts the updates.

    `icon_elsewhere` is the address of an icon that was never uploaded here.
    """

    id: str
    display_name: str
    definition: Mapping[str, Any]
    properties: Mapping[str, Any]
    icon: bytes | None
    script: bytes | None
    created_at: datetime
    changed_at: datetime
    changes: int = 0
    created_by: str = USER_NAME
    icon_elsewhere: str = ""


def new_id(title: str, environment_id: str, count: int) -> str:
    """In the form of real ones: the encoded title, a number of the environment and one of its own."""
    encoded = "".join(_encoded(character) for character in title.lower())
    return f"shared_{encoded}-5f{_hex(environment_id)}-5f{_hex(f'{environment_id} {count}')}"


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def shown(stored: StoredConnector, environment: Environment, origin: str, switches: PlatformSwitches) -> dict[str, Any]:
    """As one connector is read."""
    contents = f"{origin}/contents/{environment.id}/{stored.id}"
    properties: dict[str, Any] = {
        "displayName": stored.display_name,
        "description": stored.properties.get("description", ""),
        **_icon(stored, contents),
        **_sent(stored.properties, switches),
        "apiDefinitions": {
            "originalSwaggerUrl": f"{contents}/{DEFINITION_FILE}",
            "modifiedSwaggerUrl": f"{contents}/{DEFINITION_FILE}",
        },
        **({} if stored.script is None else {"scriptDefinitionUrl": f"{contents}/{SCRIPT_FILE}"}),
        "isCustomApi": True,
        "environment": {"id": f"{PROVIDER}/environments/{environment.id}", "name": environment.id},
        "createdBy": _creator(stored.created_by),
        "createdTime": _written(stored.created_at),
        "changedTime": _written(stored.changed_at),
    }
    return {
        "name": stored.id,
        "id": f"{PROVIDER}/apis/{stored.id}",
        "type": "Microsoft.PowerApps/apis",
        "properties": properties,
    }


def content(stored: StoredConnector, name: str) -> bytes | None:
    """Icon or script by its file's name; None for one that there is not."""
    return {ICON_FILE: stored.icon, SCRIPT_FILE: stored.script}.get(name)


def _icon(stored: StoredConnector, contents: str) -> dict[str, Any]:
    address = stored.icon_elsewhere if stored.icon is None else f"{contents}/{ICON_FILE}"
    return {"iconUri": address} if address else {}


def _sent(properties: Mapping[str, Any], switches: PlatformSwitches) -> dict[str, Any]:
    given = {name: properties[name] for name in _AS_SENT if name in properties}
    if switches.fills_in_properties:
        given = {**{name: [] for name in _LISTS}, **given}
    return _without_secrets(copy.deepcopy(given))


def _without_secrets(properties: dict[str, Any]) -> dict[str, Any]:
    """The secret of each OAuth connection parameter is missing."""
    groups = [properties.get("connectionParameters")]
    sets = properties.get("connectionParameterSets")
    values = sets.get("values") if isinstance(sets, dict) else None
    for each in values if isinstance(values, list) else ():
        groups.append(each.get("parameters") if isinstance(each, dict) else None)
    for group in groups:
        for parameter in group.values() if isinstance(group, dict) else ():
            settings = parameter.get("oAuthSettings") if isinstance(parameter, dict) else None
            if isinstance(settings, dict):
                settings.pop("clientSecret", None)
    return properties


def _creator(name: str) -> dict[str, Any]:
    if name == USER_NAME:
        return {"id": OBJECT_ID, "displayName": name, "userPrincipalName": USER}
    address = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) or "somebody"
    return {
        "id": f"00000000-0000-4000-8000-{_hex(name)[:12]}",
        "displayName": name,
        "userPrincipalName": f"{address}@mock-platform.example",
    }


def _encoded(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    return "".join(f"-{byte:02x}" for byte in character.encode(errors="replace"))


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _written(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
