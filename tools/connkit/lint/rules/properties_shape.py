"""apiProperties.json: its keys, the kinds of their values, and what stands at its top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connkit.core import Authority, Pointer, Severity
from connkit.lint.nearest import advice, nearest
from connkit.lint.properties_form import ANYTHING, Placed, entries, is_of, kind_of, placed_objects
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.model import Connector
from connkit.model.shape import as_list, as_text

FILE = (Part.PROPERTIES,)
PROPERTIES = Pointer(("properties",))
SCHEMA = "https://github.com/microsoft/PowerPlatformConnectors/blob/dev/schemas/paconn-apiProperties.schema.json"
PACONN = "https://learn.microsoft.com/connectors/custom-connectors/paconn-cli"
SUBMISSION = "https://learn.microsoft.com/connectors/custom-connectors/certification-submission"
_COLOR = "iconBrandColor"


def flaw(at: Pointer, message: str, scope: Scope = Scope.EVERY) -> Flaw:
    """A flaw of apiProperties.json."""
    return Flaw(at, message, scope=scope, part=Part.PROPERTIES)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Add the key that the message names.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {}",
    good="{connectionParameters: {}, iconBrandColor: '#da3b01'}",
)
def api_properties_required_property_missing(connector: Connector) -> Iterator[Flaw]:
    """A key is missing in apiProperties.json without which the file says nothing.

    The file has everything below `properties`, and there the colour of the icon. A connection parameter needs its
    type, one that signs in needs `oAuthSettings` with the provider, a set needs a name, a policy its template.
    """
    for placed in placed_objects(connector.properties):
        for key in placed.form.needs:
            if not _has(placed.value, key):
                yield flaw(placed.pointer, f"'{key}' is missing in {placed.form.called}")
    for parameter in connector.declared_connection_parameters:
        if parameter.type == "oauthsetting" and not _has(parameter.raw, "oAuthSettings"):
            message = f"the connection parameter '{parameter.name}' is an oauthSetting and lacks 'oAuthSettings'"
            yield flaw(parameter.pointer, message)


def _has(value: Mapping[str, object], key: str) -> bool:
    """Whether the key is there and not null; in another letter case it is another rule's."""
    return value.get(key) is not None or any(one != key and one.lower() == key.lower() for one in value)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Write a value of the kind that the message names.",
    needs=FILE,
    scaffold="properties",
    bad="{iconBrandColor: '#da3b01', capabilities: actions}",
    good="{iconBrandColor: '#da3b01', capabilities: [actions]}",
)
def api_properties_type_incorrect(connector: Connector) -> Iterator[Flaw]:
    """A value in apiProperties.json is of another kind than its key holds.

    Text where a list belongs, or a list where an object belongs. Null counts as nothing at all.
    """
    for placed in placed_objects(connector.properties):
        for key, value in placed.value.items():
            expected = placed.form.keys.get(key, ANYTHING)
            if not is_of(expected, value):
                message = f"'{key}' is {kind_of(value)}, but should be {expected}"
                yield flaw(placed.pointer / key, message)
            elif key in placed.form.items:
                yield from _wrong_items(placed, key)


def _wrong_items(placed: Placed, key: str) -> Iterator[Flaw]:
    expected = placed.form.items[key]
    for name, item in entries(placed.value[key]):
        if item is None or not is_of(expected, item):
            shown = "null" if item is None else kind_of(item)
            which = f"item {name}" if isinstance(name, int) else f"'{name}'"
            yield flaw(placed.pointer / key / name, f"{which} of '{key}' is {shown}, but should be {expected}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=SCHEMA,
    mend="Correct the key's name, or take it away.",
    needs=FILE,
    scaffold="properties",
    bad="{iconBrandColor: '#da3b01', iconBrandColour: '#da3b01'}",
    good="{iconBrandColor: '#da3b01'}",
)
def api_properties_key_unknown(connector: Connector) -> Iterator[Flaw]:
    """A key in apiProperties.json is not known to mean anything.

    The platform reads past it, so that whatever it was to say is not said. At the top of the file and in a policy
    every unknown key is reported; elsewhere only one that looks like a known key misspelt.
    """
    for placed in placed_objects(connector.properties):
        known = placed.form.keys
        for key in placed.value:
            if key not in known and not _case_alone(key, known):
                meant = _misspelt(key, placed) if placed.form.open else advice(key, known)
                if meant:
                    yield flaw(placed.pointer / key, f"the key '{key}' is not known in {placed.form.called}; {meant}")


def _misspelt(key: str, placed: Placed) -> str:
    """What was meant by a key where others are allowed; '' for a name of its own and beside the right key."""
    near = "" if key.startswith("x-") else nearest(key, placed.form.keys)
    return f"did you mean '{near}'" if near and near not in placed.value else ""


def _case_alone(key: str, known: Mapping[str, str]) -> str:
    """The known key that this one is but for its letter case."""
    return next((one for one in known if one != key and one.lower() == key.lower()), "")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=SCHEMA,
    mend="Write the key as the message does.",
    needs=FILE,
    scaffold="properties",
    bad="{iconBrandColor: '#da3b01', connectionParameters: {key: {type: string, UIDefinition: {}}}}",
    good="{iconBrandColor: '#da3b01', connectionParameters: {key: {type: string, uiDefinition: {}}}}",
)
def api_properties_letter_case(connector: Connector) -> Iterator[Flaw]:
    """A key in apiProperties.json differs from the one that is meant in letter case alone.

    Part of the platform does not mind, and part of it takes the key for another one: paconn finds no
    `oauthSettings` and leaves the client secret out.
    """
    for placed in placed_objects(connector.properties):
        for key in placed.value:
            meant = _case_alone(key, placed.form.keys) if key not in placed.form.keys else ""
            if meant:
                yield flaw(placed.pointer / key, f"the key '{key}' should be written '{meant}'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=SCHEMA,
    mend="Write the colour of the icon's background as # and six hexadecimal digits.",
    needs=FILE,
    scaffold="properties",
    bad="iconBrandColor: orange",
    good="iconBrandColor: '#da3b01'",
)
def icon_brand_color_not_valid(connector: Connector) -> Iterator[Flaw]:
    """The colour of the icon's background is no colour in hexadecimal digits.

    Every published connector has one of the form `#da3b01`.
    """
    color = connector.apiproperties.get(_COLOR)
    if isinstance(color, str) and not _is_color(color):
        yield flaw(PROPERTIES / _COLOR, f"'{color}' is no colour; expected # and six hexadecimal digits")


def _is_color(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(digit in "0123456789abcdefABCDEF" for digit in text[1:])


@rule(
    severity=Severity.WARNING,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=SUBMISSION,
    mend="Write the colour of the icon's background, or as an independent publisher #da3b01.",
    needs=FILE,
    scaffold="properties",
    bad="iconBrandColor: '#007ee5'",
    good="iconBrandColor: '#da3b01'",
)
def icon_brand_color_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """The colour of the icon's background is one that reviewers refuse.

    Makers tell connectors apart by it, so neither white will do nor `#007ee5`, which every new connector gets. All
    connectors of independent publishers have `#da3b01`.
    """
    color = as_text(connector.apiproperties.get(_COLOR)).lower()
    if color in ("#007ee5", "#ffffff"):
        what = "white" if color == "#ffffff" else "the colour of every new connector"
        message = f"'{color}' is {what}, and no submitted connector may have it"
        yield flaw(PROPERTIES / _COLOR, message, Scope.CERTIFICATION)
    elif _is_color(color) and color != "#da3b01":
        message = f"'{color}' is not '#da3b01', the colour of all connectors of independent publishers"
        yield flaw(PROPERTIES / _COLOR, message, Scope.INDEPENDENT)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=SCHEMA,
    mend="Take the value away, or write it as the message does.",
    needs=FILE,
    scaffold="properties",
    bad="{iconBrandColor: '#da3b01', capabilities: [trigger]}",
    good="{iconBrandColor: '#da3b01', capabilities: [triggers]}",
)
def capability_unknown(connector: Connector) -> Iterator[Flaw]:
    """A capability is none that a published connector has, or is named twice.

    These are `actions`, `triggers`, `cloud`, `gateway`, `blob`, `tabular` and `composite`. The service refuses a
    connector whose capabilities it does not know.
    """
    known = ("actions", "triggers", "cloud", "gateway", "blob", "tabular", "composite")
    met: set[str] = set()
    for index, value in enumerate(as_list(connector.apiproperties.get("capabilities"))):
        if isinstance(value, str):
            place = PROPERTIES / "capabilities" / index
            if value not in known:
                yield flaw(place, f"the capability '{value}' is not known; {advice(value, known)}")
            elif value in met:
                yield flaw(place, f"the capability '{value}' is named twice")
            met.add(value)


@rule(
    severity=Severity.WARNING,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source="https://github.com/microsoft/PowerPlatformConnectors/pull/1440",
    mend="Add 'publisher', the company or person that submits, and 'stackOwner', who owns the service.",
    needs=FILE,
    scaffold="properties",
    bad="iconBrandColor: '#da3b01'",
    good="{iconBrandColor: '#da3b01', publisher: Contoso, stackOwner: Fabrikam}",
)
def publisher_missing(connector: Connector) -> Iterator[Flaw]:
    """A submitted connector does not say who publishes it, or who owns the service behind it.

    Reviewers ask for both. `publisher` is the company that submits, or the independent publisher. A folder with
    settings for paconn has to leave `stackOwner` out, because the service refuses it; it belongs into the copy that
    is submitted.
    """
    if not isinstance(connector.properties.get("properties"), dict):
        return
    deployed = connector.companions.settings is not None
    for key in ("publisher",) if deployed else ("publisher", "stackOwner"):
        value = connector.apiproperties.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield flaw(PROPERTIES, f"a submitted connector names its '{key}'")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    source=PACONN,
    mend="Submit the file as it is, and give paconn a copy without stackOwner.",
    needs=(Part.PROPERTIES, Part.SETTINGS),
    scaffold="files",
    bad="{settings: {environment: Default}, properties: {stackOwner: Fabrikam}}",
    good="{settings: {environment: Default}, properties: {publisher: Contoso}}",
)
def stack_owner_refused_by_paconn(connector: Connector) -> Iterator[Flaw]:
    """paconn is to send a `stackOwner`, which the service refuses.

    Certification asks for it, but creating or updating a connector with it fails. This is said only of a
    folder with a settings.json, which is there for paconn.
    """
    if connector.companions.settings is not None and "stackOwner" in connector.apiproperties:
        message = "the service refuses a connector with 'stackOwner' that paconn creates or updates"
        yield flaw(PROPERTIES / "stackOwner", message)
