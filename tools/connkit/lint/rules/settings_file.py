"""settings.json, which paconn reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.nearest import nearest
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.model import Connector
from connkit.model.shape import as_object

PACONN = "https://learn.microsoft.com/connectors/custom-connectors/paconn-cli"
_FILES = ("apiDefinition", "apiProperties", "icon", "script")
_OPTIONAL = ("connectorId", "environment", "icon", "script")
_ADDRESSES = ("powerAppsUrl", "flowUrl", "authorityUrl", "resource")
_KEYS = (
    *_FILES,
    *_ADDRESSES,
    "connectorId",
    "environment",
    "powerAppsApiVersion",
    "flowApiVersion",
    "clientId",
    "tenant",
)
_LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=PACONN,
    mend="Add a settings.json that names apiDefinition, apiProperties and icon.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="described: true",
    good="{described: true, settings: {apiDefinition: apiDefinition.swagger.json, apiProperties: apiProperties.json}}",
)
def settings_file_missing(connector: Connector) -> Iterator[Flaw]:
    """The folder has no settings.json.

    Without it, whoever deploys the connector has to name each file on paconn's command line, and an icon or a
    script that is not named is left out. Only a folder that a connkit.yaml describes is meant to be complete.
    """
    beside = connector.companions
    if beside.described and beside.settings is None and not beside.settings_file:
        yield Flaw(Pointer(), "there is no 'settings.json', by which paconn finds the files", part=Part.SETTINGS)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Correct the key or remove it.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="settings: {enviroment: test}",
    good="settings: {icon: icon.png}",
)
def settings_key_unknown(connector: Connector) -> Iterator[Flaw]:
    """settings.json has a key that paconn does not know.

    It is passed over without a word, so a misspelt setting is the same as none. Keys are told apart by letter case.
    """
    for key in _settings(connector):
        if key not in _KEYS:
            near = nearest(key, _KEYS, 0.7)
            advice = f"did you mean '{near}'?" if near else "remove it"
            yield _flaw(key, f"'{key}' is no setting of paconn, which passes over it; {advice}")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Write the value as text, or remove the key.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="settings: {powerAppsApiVersion: 2016}",
    good="settings: {powerAppsApiVersion: '2016-11-01'}",
)
def settings_value_not_text(connector: Connector) -> Iterator[Flaw]:
    """A value of settings.json is no text, or an empty one where a value is needed.

    paconn takes each value as it stands, and fails later with a message about something else. `connectorId`,
    `environment`, `icon` and `script` may be null or empty, which is the same as leaving them out.
    """
    for key, value in _known(connector):
        optional = key in _OPTIONAL
        if isinstance(value, str):
            if not value.strip() and not optional:
                yield _flaw(key, f"'{key}' is empty; give it a value or remove it")
        elif not (value is None and optional):
            yield _flaw(key, f"'{key}' is {_kind(value)}, but must be text")


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "a boolean"
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a number"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Name a file that exists, relative to the folder of settings.json.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="{settings: {icon: logo.png}, holds: [icon.png]}",
    good="{settings: {icon: icon.png}, holds: [icon.png]}",
)
def settings_file_not_found(connector: Connector) -> Iterator[Flaw]:
    """settings.json names a file that does not exist.

    A missing icon or script is left out in silence, and an update without a script takes the script away from the
    connector; a missing definition or apiProperties.json stops paconn.
    """
    for key, value in _known(connector):
        if key in _FILES and isinstance(value, str) and value.strip() and not connector.companions.holds(value):
            yield _flaw(key, f"'{key}' names '{value}', which does not exist in the connector's folder")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Add the key script with the name of the file.",
    needs=(Part.SETTINGS, Part.SCRIPT),
    scaffold="files",
    bad="{settings: {icon: icon.png}, script: 'public class Script : ScriptBase {}'}",
    good="{settings: {script: script.csx}, script: 'public class Script : ScriptBase {}'}",
)
def settings_without_script(connector: Connector) -> Iterator[Flaw]:
    """The folder has a script that settings.json does not name.

    paconn then sends an empty script address, and an update takes the script away from the connector.
    """
    beside = connector.companions
    if beside.settings is not None and beside.script is not None and not beside.settings.get("script"):
        name = beside.script.shown.rpartition("/")[2]
        message = f"there is a '{name}', but no 'script' here; an update takes it away from the connector"
        yield Flaw(Pointer(), message, part=Part.SETTINGS)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=PACONN,
    mend="Remove the key, and name it when you deploy.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="settings: {environment: Default-00000000-0000-0000-0000-000000000000}",
    good="settings: {icon: icon.png}",
)
def settings_belong_to_somebody(connector: Connector) -> Iterator[Flaw]:
    """settings.json names somebody's environment or connector, or a path of one machine.

    Whoever else uses the file deploys to a place that is not theirs, or to none. A placeholder in brackets or
    braces is let pass.
    """
    for key, value in _known(connector):
        if not isinstance(value, str) or not value.strip() or value.strip()[0] in "<{[":
            continue
        if key in ("environment", "connectorId"):
            yield _flaw(key, f"'{key}' is '{value}', which is true of one deployment only; leave it out")
        elif key in _FILES and _is_absolute(value):
            yield _flaw(key, f"'{key}' is '{value}', a path of one machine; write it relative to this folder")


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\", "~")) or path[1:2] == ":"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Write the address with https://.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="settings: {powerAppsUrl: 'http://api.powerapps.com'}",
    good="settings: {powerAppsUrl: 'https://api.powerapps.com'}",
)
def settings_address_not_https(connector: Connector) -> Iterator[Flaw]:
    """An address in settings.json does not begin with https.

    paconn sends the login's token there, which anybody on the way can then read. This machine's own addresses are
    let pass, because a stand-in for the platform is tried there.
    """
    for key, value in _known(connector):
        if key in _ADDRESSES and isinstance(value, str) and value.strip():
            secure = value.lower().startswith("https://")
            if not secure and not value.lower().startswith(_LOOPBACK):
                yield _flaw(key, f"'{key}' is '{value}', but must begin with https://")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Write scheme and host alone.",
    needs=(Part.SETTINGS,),
    scaffold="files",
    bad="settings: {powerAppsUrl: 'https://api.powerapps.com/providers'}",
    good="settings: {powerAppsUrl: 'https://api.powerapps.com'}",
)
def settings_address_has_path(connector: Connector) -> Iterator[Flaw]:
    """`powerAppsUrl` has a path or a query, which paconn drops.

    It keeps the scheme and the host, and adds a path of its own.
    """
    value = _settings(connector).get("powerAppsUrl")
    if isinstance(value, str):
        host, _, rest = value.partition("://")[2].partition("/")
        if rest or "?" in host:
            yield _flaw("powerAppsUrl", f"'{value}' has more than scheme and host; paconn drops the rest")


def _settings(connector: Connector) -> dict[str, Any]:
    return as_object(connector.companions.settings)


def _known(connector: Connector) -> Iterator[tuple[str, Any]]:
    for key, value in _settings(connector).items():
        if key in _KEYS:
            yield key, value


def _flaw(key: str, message: str) -> Flaw:
    return Flaw(Pointer((key,)), message, part=Part.SETTINGS)
