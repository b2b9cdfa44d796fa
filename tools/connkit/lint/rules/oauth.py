"""How a connection signs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Severity
from connkit.lint.nearest import advice, nearest
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.connection_parameters import called
from connkit.lint.rules.properties_shape import FILE, SCHEMA, flaw
from connkit.lint.templates import variables
from connkit.model import Connector
from connkit.model.connection_parameter import TOKEN_PROPERTY, ConnectionParameter
from connkit.model.shape import as_object, as_text

LEARN = "https://learn.microsoft.com/connectors/custom-connectors/connection-parameters"
SUBMISSION = "https://github.com/microsoft/PowerPlatformConnectors/pull/1312"
PROVIDERS = ("oauth2", "oauth2generic", "aad", "aadcertificate", "facebook")
REDIRECT_MODES = ("Global", "GlobalPerConnector", "Direct")
_AZURE = {"loginUri", "loginUriAAD", "tenantId", "resourceUri", "enableOnbehalfOfLogin"}
_TEMPLATES = ("authorizationUrlTemplate", "tokenUrlTemplate", "refreshUrlTemplate")
_BODIES = {"tokenBodyTemplate", "refreshBodyTemplate", "scopeListDelimiter"}
_QUERIES = {name.replace("Template", "QueryStringTemplate") for name in _TEMPLATES}
KNOWN: dict[str, set[str]] = {
    "oauth2": {"authorizationUrl", "tokenUrl", "refreshUrl"},
    "oauth2generic": {*_TEMPLATES, *_QUERIES, *_BODIES},
    "aad": _AZURE,
    "aadcertificate": _AZURE,
}
"""The custom parameters of each provider that has some."""

NEEDED: dict[str, tuple[str, ...]] = {
    "oauth2": ("authorizationUrl", "tokenUrl", "refreshUrl"),
    "oauth2generic": _TEMPLATES,
    "aad": ("resourceUri",),
    "aadcertificate": ("resourceUri",),
}
_FILLED_IN = {"ClientId", "ClientSecret", "Code", "RedirectUrl", "RefreshToken", "Scopes", "State"}


def _signing_in(connector: Connector) -> Iterator[ConnectionParameter]:
    return (parameter for parameter in connector.declared_connection_parameters if parameter.oauth)


def _custom(parameter: ConnectionParameter) -> dict[str, Any]:
    return as_object(parameter.oauth.get("customParameters"))


def _values(parameter: ConnectionParameter) -> dict[str, str]:
    """The custom parameters' texts by their names in lower case."""
    return {name.lower(): as_text(as_object(raw).get("value")) for name, raw in _custom(parameter).items()}


@rule(
    name="OAuthIdentityProviderUnknown",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Name a provider that the message names.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {token: {type: oauthSetting, oAuthSettings: {identityProvider: oauth2gen}}}",
    good="connectionParameters: {token: {type: oauthSetting, oAuthSettings: {identityProvider: oauth2generic}}}",
)
def oauth_identity_provider_unknown(connector: Connector) -> Iterator[Flaw]:
    """A sign-in names a provider that is not published for connectors of one's own.

    `oauth2` is any provider with fixed addresses, `oauth2generic` one with templates, `aad` is Microsoft Entra ID.
    """
    for parameter in _signing_in(connector):
        given = as_text(parameter.oauth.get("identityProvider"))
        if given and given.lower() not in PROVIDERS:
            message = f"the identityProvider '{given}' is not known; {advice(given, PROVIDERS)}"
            yield flaw(parameter.oauth_pointer / "identityProvider", message)


@rule(
    name="OAuthRedirectModeUnknown",
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source="https://github.com/microsoft/PowerPlatformConnectors/pull/3097",
    mend="Write Global or GlobalPerConnector.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token: {type: oauthSetting, oAuthSettings: {identityProvider: aad, redirectMode: PerConnector}}
    """,
    good="""
        connectionParameters:
          token: {type: oauthSetting, oAuthSettings: {identityProvider: aad, redirectMode: GlobalPerConnector}}
    """,
)
def oauth_redirect_mode_unknown(connector: Connector) -> Iterator[Flaw]:
    """A sign-in has a redirect mode that does not exist.

    There are `Global`, one address for all connectors, `GlobalPerConnector`, one of its own for each, and `Direct`.
    """
    for parameter in _signing_in(connector):
        given = as_text(parameter.oauth.get("redirectMode"))
        if given and given.lower() not in {mode.lower() for mode in REDIRECT_MODES}:
            message = f"the redirectMode '{given}' is not known; {advice(given, REDIRECT_MODES)}"
            yield flaw(parameter.oauth_pointer / "redirectMode", message)


@rule(
    name="OAuthRedirectShared",
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source="https://learn.microsoft.com/connectors/custom-connectors/connection-parameters",
    mend="Write redirectMode: GlobalPerConnector, and register the address that the connector gets.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token: {type: oauthSetting, oAuthSettings: {identityProvider: aad, redirectMode: Global}}
    """,
    good="""
        connectionParameters:
          token: {type: oauthSetting, oAuthSettings: {identityProvider: aad, redirectMode: GlobalPerConnector}}
    """,
)
def oauth_redirect_shared(connector: Connector) -> Iterator[Flaw]:
    """A sign-in comes back to the address that all connectors share.

    Connectors made since February 2024 have an address of their own, which is known once the connector exists. An
    older connector keeps the shared one until its provider knows the other.
    """
    for parameter in _signing_in(connector):
        given = parameter.oauth.get("redirectMode")
        if given is None or as_text(given).lower() == "global":
            message = f"{called(parameter)} comes back to the redirect address that all connectors share"
            yield flaw(parameter.oauth_pointer, message)


@rule(
    name="OAuthParameterNotCalledToken",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Call the connection parameter 'token'.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameters: {login: {type: oauthSetting, oAuthSettings: {identityProvider: aad}}}",
    good="connectionParameters: {token: {type: oauthSetting, oAuthSettings: {identityProvider: aad}}}",
)
def oauth_parameter_not_called_token(connector: Connector) -> Iterator[Flaw]:
    """A connection parameter that signs in is not called `token`.

    Every published one is. paconn writes the client secret into `token` only, and the properties of the token are
    called `token:name`.
    """
    for parameter in connector.declared_connection_parameters:
        if parameter.type == "oauthsetting" and parameter.name != "token":
            yield flaw(parameter.pointer, f"{called(parameter)} signs in, and should be called 'token'")


@rule(
    name="OAuthResourceUriMissing",
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=SCHEMA,
    mend="Add resourceUri with the ID of the application whose token is asked for.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token: {type: oauthSetting, oAuthSettings: {identityProvider: aad, customParameters: {}}}
    """,
    good="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings:
              identityProvider: aad
              customParameters: {resourceUri: {value: 'https://graph.microsoft.com'}}
    """,
)
def oauth_resource_uri_missing(connector: Connector) -> Iterator[Flaw]:
    """A sign-in with Microsoft Entra ID does not say for which resource."""
    for parameter in _signing_in(connector):
        if parameter.provider in ("aad", "aadcertificate") and "resourceuri" not in _values(parameter):
            message = f"{called(parameter)} signs in by '{parameter.provider}' and lacks the custom parameter"
            yield flaw(parameter.oauth_pointer, f"{message} 'resourceUri'")


@rule(
    name="OAuthCustomParameterMissing",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the custom parameter with a value.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings:
              identityProvider: oauth2
              customParameters:
                authorizationUrl: {value: 'https://id.example/authorize'}
                tokenUrl: {value: 'https://id.example/token'}
    """,
    good="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings:
              identityProvider: oauth2
              customParameters:
                authorizationUrl: {value: 'https://id.example/authorize'}
                tokenUrl: {value: 'https://id.example/token'}
                refreshUrl: {value: 'https://id.example/token'}
    """,
)
def oauth_custom_parameter_missing(connector: Connector) -> Iterator[Flaw]:
    """A sign-in lacks one of the addresses that its provider is reached at.

    `oauth2` needs `authorizationUrl`, `tokenUrl` and `refreshUrl`, `oauth2generic` the templates of these three.
    Without the last a connection ends with its first token. A custom parameter without a value is as good as none.
    """
    for parameter in _signing_in(connector):
        values = _values(parameter)
        for name in NEEDED.get(parameter.provider, ()):
            absent_resource = name == "resourceUri" and name.lower() not in values
            if not values.get(name.lower()) and not absent_resource:
                what = f"{called(parameter)} signs in by '{parameter.provider}'"
                verb = "gives the custom parameter" if name.lower() in values else "lacks the custom parameter"
                ending = " no value" if name.lower() in values else ""
                yield flaw(parameter.oauth_pointer, f"{what} and {verb} '{name}'{ending}")


@rule(
    name="OAuthCustomParameterUnknown",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Correct the name, or take the custom parameter away.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings:
              identityProvider: aad
              customParameters: {resourceUrl: {value: x}, resourceUri: {value: x}}
    """,
    good="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings: {identityProvider: aad, customParameters: {resourceUri: {value: x}}}
    """,
)
def oauth_custom_parameter_unknown(connector: Connector) -> Iterator[Flaw]:
    """A sign-in has a custom parameter that its provider does not know, or one in the wrong letter case."""
    for parameter in _signing_in(connector):
        known = sorted(KNOWN.get(parameter.provider, ()))
        for name in _custom(parameter):
            if known and name not in known:
                place = parameter.oauth_pointer / "customParameters" / name
                yield flaw(place, f"'{parameter.provider}' has no custom parameter '{name}'; {advice(name, known)}")


@rule(
    name="OAuthAddressNotHttps",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write an address that begins with https://.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings: {identityProvider: oauth2, customParameters: {tokenUrl: {value: 'http://id.example/'}}}
    """,
    good="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings: {identityProvider: oauth2, customParameters: {tokenUrl: {value: 'https://id.example/'}}}
    """,
)
def oauth_address_not_https(connector: Connector) -> Iterator[Flaw]:
    """A sign-in goes to an address that is not https, so that secrets travel open or nowhere.

    What begins with a placeholder or an environment variable is filled in later.
    """
    for parameter in _signing_in(connector):
        for name, raw in _custom(parameter).items():
            address = as_text(as_object(raw).get("value"))
            reached = name.lower() in _ADDRESSES and address
            if reached and not address.lower().startswith(("https://", "{", "@", "<", "[")):
                place = parameter.oauth_pointer / "customParameters" / name
                yield flaw(place, f"'{name}' is '{address}', but should begin with https://")


_ADDRESSES = {"authorizationurl", "tokenurl", "refreshurl", "loginuri", *(name.lower() for name in _TEMPLATES)}


@rule(
    name="OAuthPlaceholderUnknown",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the connection parameter token:NAME, or correct the name in braces.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings:
              identityProvider: oauth2generic
              customParameters: {tokenUrlTemplate: {value: 'https://{site}.example/token'}}
    """,
    good="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings:
              identityProvider: oauth2generic
              customParameters: {tokenUrlTemplate: {value: 'https://{site}.example/token'}}
          token:site: {type: string}
    """,
)
def oauth_placeholder_unknown(connector: Connector) -> Iterator[Flaw]:
    """A template of a sign-in has a name in braces that nothing fills in.

    The platform fills in `{ClientId}`, `{ClientSecret}`, `{Code}`, `{RedirectUrl}`, `{RefreshToken}`, `{Scopes}` and
    `{State}`, and for `{name}` what is typed in for the connection parameter `token:name`.
    """
    for parameter in _signing_in(connector):
        if parameter.provider == "oauth2generic":
            known = _FILLED_IN | _claims(connector, parameter)
            for name, raw in _custom(parameter).items():
                for inside in _in_braces(as_text(as_object(raw).get("value"))):
                    if inside.lower() not in {one.lower() for one in known}:
                        place = parameter.oauth_pointer / "customParameters" / name
                        near = nearest(inside, sorted(known))
                        ending = f"; did you mean '{{{near}}}'" if near else f"; add '{TOKEN_PROPERTY}{inside}'"
                        yield flaw(place, f"nothing fills in '{{{inside}}}' of '{name}'{ending}")


def _claims(connector: Connector, parameter: ConnectionParameter) -> set[str]:
    """Names of the token's properties that whoever makes this connection is asked for."""
    return {
        other.name.removeprefix(TOKEN_PROPERTY)
        for other in connector.declared_connection_parameters
        if other.name.startswith(TOKEN_PROPERTY) and other.set_name in (None, parameter.set_name)
    }


def _in_braces(text: str) -> Iterator[str]:
    return (name for name in variables(text) if name.replace("_", "").isalnum())


@rule(
    name="OAuthClientIdNotReplaced",
    severity=Severity.WARNING,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=SUBMISSION,
    mend="Write a text such as '<client id>' in its place.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters:
          token:
            type: oauthSetting
            oAuthSettings: {identityProvider: aad, clientId: 00000000-0000-4000-8000-00000000fa4e}
    """,
    good="""
        connectionParameters:
          token: {type: oauthSetting, oAuthSettings: {identityProvider: aad, clientId: <client id>}}
    """,
)
def oauth_client_id_not_replaced(connector: Connector) -> Iterator[Flaw]:
    """A submitted connector still has the client ID of somebody's application.

    Reviewers ask for a text that stands for it, because the file becomes public. Told by the form of a GUID.
    """
    for parameter in _signing_in(connector):
        given = as_text(parameter.oauth.get("clientId"))
        if _is_guid(given):
            place = parameter.oauth_pointer / "clientId"
            yield flaw(place, f"the clientId '{given}' looks like a real one; a submitted connector has a dummy")


def _is_guid(text: str) -> bool:
    parts = text.split("-")
    digits = all(mark in "0123456789abcdefABCDEF" for mark in "".join(parts))
    return digits and [len(part) for part in parts] == [8, 4, 4, 4, 12]
