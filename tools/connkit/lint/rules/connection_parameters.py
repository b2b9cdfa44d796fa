"""What whoever makes a connection is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.nearest import advice
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.properties_shape import FILE, SCHEMA, flaw
from connkit.model import Connector
from connkit.model.connection_parameter import TOKEN_PROPERTY, ConnectionParameter, is_true
from connkit.model.shape import as_list, as_object

LEARN = "https://learn.microsoft.com/connectors/custom-connectors/connection-parameters"
TENANT = "https://github.com/microsoft/PowerPlatformConnectors/pull/3097"
TYPES = ("string", "securestring", "int", "bool", "oauthSetting", "gatewaySetting")


def called(parameter: ConnectionParameter) -> str:
    """What messages call it."""
    inside = "" if parameter.set_name is None else f" of the set '{parameter.set_name}'"
    return f"the connection parameter '{parameter.name}'{inside}"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Write one of the types that the message names.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {key: {type: secureString2}}",
    good="connectionParameters: {key: {type: securestring}}",
)
def connection_parameter_type_unknown(connector: Connector) -> Iterator[Flaw]:
    """A connection parameter has a type that does not exist.

    There are text (`string`), text that nobody sees (`securestring`), `int`, `bool`, a sign-in (`oauthSetting`)
    and an on-premises gateway (`gatewaySetting`). Their letter case makes no difference.
    """
    known = {name.lower() for name in TYPES}
    for parameter in connector.declared_connection_parameters:
        given = parameter.raw.get("type")
        if isinstance(given, str) and given.lower() not in known:
            message = f"the type '{given}' of {called(parameter)} is not known; {advice(given, TYPES)}"
            yield flaw(parameter.pointer / "type", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Use letters without accents, digits and '_' only.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {api-key: {type: securestring}}",
    good="connectionParameters: {api_key: {type: securestring}}",
)
def connection_parameter_name_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A connection parameter is called something that the platform does not take.

    A name has letters without accents, digits and underscores. Before that, `token:` marks a property that comes
    with the OAuth token.
    """
    for parameter in connector.declared_connection_parameters:
        own = parameter.name.removeprefix(TOKEN_PROPERTY)
        if not own or not all(mark.isascii() and (mark.isalnum() or mark == "_") for mark in own):
            message = f"{called(parameter)} may have letters, digits and '_' in its name only"
            yield flaw(parameter.pointer, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend='Write "true" or "false" in quotes.',
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {key: {type: string, uiDefinition: {constraints: {required: true}}}}",
    good="connectionParameters: {key: {type: string, uiDefinition: {constraints: {required: 'true'}}}}",
)
def connection_constraint_not_text(connector: Connector) -> Iterator[Flaw]:
    """The constraint `required` or `hidden` is neither the text "true" nor "false".

    The published schema wants text here, though `clearText` beside it is a truth value. Some published connectors
    have a truth value; any other text is read as false.
    """
    for parameter in connector.declared_connection_parameters:
        for name in ("required", "hidden"):
            value = parameter.constraints.get(name)
            place = parameter.pointer / "uiDefinition" / "constraints" / name
            if isinstance(value, bool):
                said = "true" if value else "false"
                yield flaw(place, f"'{name}' of {called(parameter)} is {said} without quotes; write \"{said}\"")
            elif isinstance(value, str) and value.lower() not in ("true", "false"):
                message = f"'{name}' of {called(parameter)} is '{value}', but should be \"true\" or \"false\""
                yield flaw(place, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend='Make it visible, or optional by required: "false".',
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          region: {type: string, uiDefinition: {constraints: {hidden: 'true', required: 'true'}}}
    """,
    good="""
        connectionParameters:
          region: {type: string, uiDefinition: {constraints: {hidden: 'true', required: 'false'}}}
    """,
)
def hidden_connection_parameter_required(connector: Connector) -> Iterator[Flaw]:
    """A connection parameter has to be filled in, but is hidden and has no default.

    Nobody can make a connection then.
    """
    for parameter in connector.declared_connection_parameters:
        default = "default" in parameter.constraints or "defaultValue" in parameter.raw
        if parameter.hidden and parameter.required and not default:
            yield flaw(parameter.pointer, f"{called(parameter)} is hidden and required, but has no default")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend="Add uiDefinition with displayName and description.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {api_key: {type: securestring}}",
    good="connectionParameters: {api_key: {type: securestring, uiDefinition: {displayName: API Key}}}",
)
def connection_parameter_without_display_name(connector: Connector) -> Iterator[Flaw]:
    """The connection dialog has no name for something that it asks for.

    It shows the raw name then. What is hidden needs none, and neither does a sign-in or a gateway.
    """
    for parameter in connector.declared_connection_parameters:
        if parameter.type in ("string", "securestring", "int", "bool") and not parameter.hidden:
            shown = parameter.shown.get("displayName")
            if shown is None or (isinstance(shown, str) and not shown.strip()):
                yield flaw(parameter.pointer, f"{called(parameter)} has no displayName")


_SECRETS = ("password", "passwd", "pwd", "passphrase", "secret", "apikey", "accesskey", "privatekey", "accesstoken")
_SECRET_ENDINGS = ("key", "token", "pin")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Give it the type securestring, and clearText false where its constraints have that.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {api_key: {type: string}}",
    good="connectionParameters: {api_key: {type: securestring}}",
)
def secret_connection_parameter_visible(connector: Connector) -> Iterator[Flaw]:
    """A password or key is shown while it is typed, and kept as plain text.

    A `securestring` is neither shown nor given out again, unless its constraints say `clearText`. Told by the
    name: password, secret, or one that ends with key, token or pin.
    """
    for parameter in connector.declared_connection_parameters:
        if _is_secret(parameter.name) and not _tenant(parameter):
            if parameter.type == "string":
                message = f"{called(parameter)} is called like a secret, but is a string; expected securestring"
                yield flaw(parameter.pointer / "type", message)
            elif parameter.type == "securestring" and parameter.constraints.get("clearText") is True:
                place = parameter.pointer / "uiDefinition" / "constraints" / "clearText"
                yield flaw(place, f"{called(parameter)} is called like a secret, but is shown by clearText")


def _is_secret(name: str) -> bool:
    own = name.removeprefix(TOKEN_PROPERTY)
    plain = own.lower().replace("_", "")
    return any(word in plain for word in _SECRETS) or _last_word(own) in _SECRET_ENDINGS


def _last_word(name: str) -> str:
    """`key` of licenseKey, license_key and KEY; `monkey` of monkey."""
    tail = name.rstrip("_").rpartition("_")[2]
    if tail.isupper() or tail.islower():
        return tail.lower()
    humps = [index for index, mark in enumerate(tail) if mark.isupper()]
    return tail[humps[-1] :].lower() if humps else tail


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend="Name each value once, and the default among them.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          region: {type: string, uiDefinition: {constraints: {allowedValues: [{value: eu}, {value: eu}]}}}
    """,
    good="""
        connectionParameters:
          region: {type: string, uiDefinition: {constraints: {allowedValues: [{value: eu}, {value: us}]}}}
    """,
)
def connection_allowed_values_contradict(connector: Connector) -> Iterator[Flaw]:
    """The values to choose from in the connection dialog name one twice, or leave the default out."""
    for parameter in connector.declared_connection_parameters:
        allowed = as_list(parameter.constraints.get("allowedValues"))
        place = parameter.pointer / "uiDefinition" / "constraints"
        met: list[object] = []
        for index, item in enumerate(allowed):
            value = as_object(item).get("value")
            if value is not None and value in met:
                yield flaw(place / "allowedValues" / index, f"{called(parameter)} offers the value '{value}' twice")
            met.append(value)
        default = parameter.constraints.get("default")
        if met and default is not None and default not in met:
            yield flaw(place / "default", f"the default '{default}' of {called(parameter)} is no value it offers")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=TENANT,
    mend="Leave displayName and description out, hide it and make it optional.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token:TenantId:
            type: string
            metadata: {sourceType: AzureActiveDirectoryTenant}
            uiDefinition: {description: Your tenant, constraints: {hidden: 'true', required: 'false'}}
    """,
    good="""
        connectionParameters:
          token:TenantId:
            type: string
            metadata: {sourceType: AzureActiveDirectoryTenant}
            uiDefinition: {constraints: {hidden: 'true', required: 'false'}}
    """,
)
def tenant_id_parameter_not_valid(connector: Connector) -> Iterator[Flaw]:
    """`token:TenantId` is not what the validator wants it to be, word for word.

    The platform fills it in from the tenant that signs in. So it is text with the `sourceType`
    `AzureActiveDirectoryTenant`, hidden and optional. `displayName` and `description` may be missing; where they are
    given, the validator takes one text each. In a set of connection parameters it is not held to that.
    """
    for parameter in connector.declared_connection_parameters:
        if _tenant(parameter) and parameter.set_name is None:
            yield from _wrong_texts(parameter)
            yield from _wrong_constraints(parameter)
            source = as_object(parameter.raw.get("metadata")).get("sourceType")
            if source != "AzureActiveDirectoryTenant":
                message = "'token:TenantId' needs metadata with the sourceType 'AzureActiveDirectoryTenant'"
                yield flaw(parameter.pointer, message)


_TENANT_TEXTS = {
    "displayName": "Tenant",
    "description": "The tenant ID of for the Azure Active Directory application",  # so the validator spells it
}


def _tenant(parameter: ConnectionParameter) -> bool:
    return parameter.name.lower() == f"{TOKEN_PROPERTY}tenantid"


def _wrong_texts(parameter: ConnectionParameter) -> Iterator[Flaw]:
    for key, text in _TENANT_TEXTS.items():
        given = parameter.shown.get(key)
        if isinstance(given, str) and given != text:
            message = f"the {key} '{given}' of 'token:TenantId' is refused; leave it out, or write '{text}'"
            yield flaw(parameter.pointer / "uiDefinition" / key, message)


def _wrong_constraints(parameter: ConnectionParameter) -> Iterator[Flaw]:
    for key, wanted in (("hidden", True), ("required", False)):
        if is_true(parameter.constraints.get(key)) is not wanted:
            message = f"'token:TenantId' needs the constraint {key} \"{str(wanted).lower()}\""
            yield flaw(parameter.pointer, message)
