"""Connection parameters and security definitions: what is asked for, and what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import DOCUMENTS, Flaw, Scope, rule
from connkit.lint.rules.connection_parameters import LEARN, called
from connkit.lint.rules.properties_shape import flaw
from connkit.model import Connector, Policy
from connkit.model.connection_parameter import BOUND, TOKEN_PROPERTY, ConnectionParameter
from connkit.model.shape import as_text

_TYPES = {"api_key": "securestring", "username": "string or securestring", "password": "securestring"}


def _definitions(connector: Connector) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Name, type and content of each security definition."""
    for name, raw in connector.security_definitions.items():
        if isinstance(raw, dict):
            yield name, as_text(raw.get("type")), raw


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add a connection parameter to apiProperties.json, or remove the security definition.",
    needs=DOCUMENTS,
    scaffold="definition",
    bad="securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}",
    good="securityDefinitions: {}",
)
def security_definition_without_connection_parameter(connector: Connector) -> Iterator[Flaw]:
    """The definition asks for credentials, but there is no connection parameter to hold them.

    Connection parameters stand in apiProperties.json, alone or in sets.
    """
    if connector.connection_parameters or connector.has_connection_parameter_sets:
        return
    for name in connector.security_definitions:
        message = f"the security definition '{name}' has no connection parameter to take its value from"
        yield Flaw(Pointer(("securityDefinitions", name)), message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the connection parameter with that name.",
    needs=DOCUMENTS,
    scaffold="connector",
    bad="""
        definition: {securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}}
        properties: {connectionParameters: {apiKey: {type: securestring}}}
    """,
    good="""
        definition: {securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}}
        properties: {connectionParameters: {api_key: {type: securestring}}}
    """,
)
def security_definition_not_bound(connector: Connector) -> Iterator[Flaw]:
    """A security definition finds no connection parameter with the name that the platform looks for.

    A key is taken from `api_key`, basic credentials from `username` and `password`, a token from `token`, whatever
    the security definition is called. Where a policy sets the header or query parameter, nothing has to be found.
    """
    has = ", ".join(f"'{name}'" for name in dict.fromkeys(_names(connector)))
    for name, kind, lacking in _not_bound(connector):
        wanted = " and ".join(f"'{bound}'" for bound in lacking)
        message = f"the security definition '{name}' of type {kind} takes its value from"
        message += f" the connection parameter {wanted}, but there is only {has}"
        yield Flaw(Pointer(("securityDefinitions", name)), message)


def _names(connector: Connector) -> list[str]:
    return [parameter.name for parameter in connector.declared_connection_parameters]


def _not_bound(connector: Connector) -> Iterator[tuple[str, str, list[str]]]:
    """Name and type of each security definition without its parameters, and what these are called."""
    declared = _names(connector)
    for name, kind, raw in _definitions(connector):
        lacking = [bound for bound in BOUND.get(kind, ()) if bound not in declared]
        if declared and lacking and not _set_by_policy(connector, kind, as_text(raw.get("name"))):
            yield name, kind, lacking


def _set_by_policy(connector: Connector, kind: str, name: str) -> bool:
    sent = name.lower() if kind == "apiKey" else "authorization"
    setters = ("setheader", "setqueryparameter")
    named = (policy.parameters.get("name") for policy in connector.policies if policy.template_id in setters)
    return any(as_text(one).lower() == sent for one in named)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Give the connection parameter the type that the message names.",
    needs=DOCUMENTS,
    scaffold="connector",
    bad="""
        definition: {securityDefinitions: {login: {type: oauth2, flow: accessCode}}}
        properties: {connectionParameters: {token: {type: securestring}}}
    """,
    good="""
        definition: {securityDefinitions: {login: {type: oauth2, flow: accessCode}}}
        properties: {connectionParameters: {token: {type: oauthSetting}}}
    """,
)
def bound_connection_parameter_type(connector: Connector) -> Iterator[Flaw]:
    """A connection parameter has a type that its security definition can do nothing with.

    A key and a password are text, and a token is an `oauthSetting`. A secret typed `string` is another rule's.
    """
    kinds = {kind for _, kind, _ in _definitions(connector)}
    bound = {name for kind in kinds for name in BOUND.get(kind, ())}
    for parameter in connector.declared_connection_parameters:
        known = ("string", "securestring", "int", "bool", "oauthsetting", "gatewaysetting")
        if parameter.name in bound and parameter.type in known:
            wanted = _TYPES.get(parameter.name, "oauthSetting")
            fits = parameter.type == "oauthsetting" if parameter.name == "token" else "string" in parameter.type
            if not fits:
                message = f"{called(parameter)} is of type '{parameter.raw.get('type')}'; expected {wanted}"
                yield flaw(parameter.pointer / "type", message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add a security definition or a policy that uses it, or take it away.",
    needs=DOCUMENTS,
    scaffold="properties",
    bad="connectionParameters: {site: {type: string}}",
    good="""
        connectionParameters: {site: {type: string}}
        policyTemplateInstances:
          - templateId: dynamichosturl
            parameters: {x-ms-apimTemplateParameter.urlTemplate: "https://@connectionParameters('site').example"}
    """,
)
def connection_parameter_unused(connector: Connector) -> Iterator[Flaw]:
    """Whoever makes a connection is asked for something that is sent nowhere.

    A value is sent by a security definition that takes it, or by a policy that reads it. A property of the token
    may fill in a template of the sign-in too, and a gateway needs no name. Nothing is said where a security definition
    finds no parameter, because this may be the one, and nothing of the usual names where there are sets of parameters.
    """
    if any(_not_bound(connector)):
        return
    bound = _bound(connector)
    read = {name for policy in connector.policies for name in read_by(policy)}
    for parameter in connector.declared_connection_parameters:
        name = parameter.name.lower()
        free = parameter.type in ("oauthsetting", "gatewaysetting") or name.startswith(TOKEN_PROPERTY)
        if not (free or parameter.name in bound or name in read or parameter.hidden):
            yield flaw(parameter.pointer, f"nothing sends {called(parameter)}: no security definition, no policy")


def _bound(connector: Connector) -> set[str]:
    kinds = {kind for _, kind, _ in _definitions(connector)}
    if connector.has_connection_parameter_sets:
        kinds = set(BOUND)
    return {name for kind in kinds for name in BOUND.get(kind, ())}


def read_by(policy: Policy) -> set[str]:
    """Names, in lower case, of the connection parameters that a policy reads; read roughly, and never too few."""
    found: set[str] = set()
    for value in policy.parameters.values():
        found |= _read_in(value) if isinstance(value, str) else set()
    return found


@cache
def _read_in(text: str) -> set[str]:
    """What stands in the first quotes after each `connectionParameters(`."""
    calls = text.lower().split("connectionparameters")[1:]
    return {parts[1] for call in calls if len(parts := call.split("'", 2)) > 2 and not parts[0].strip(" (")}


_PREFIXES = ("bearer", "basic", "token")
_BEFORE = ("'", '"', "(", ": ", "word ", "prefix ")
_AFTER = (" <", " [", " {", " your", ", a space", " and a space")


@cache
def _asks_for_prefix(text: str) -> bool:
    """Whether a text of the connection dialog asks to type a word such as Bearer before the key."""
    plain = f"{text.lower()} "
    before = any(f"{mark}{word}{end}" in plain for word in _PREFIXES for mark in _BEFORE for end in (" ", ","))
    after = any(f"{word}{mark}" in plain for word in _PREFIXES for mark in _AFTER)
    return (before or after) and "without" not in plain.partition("word")[0]


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend="Ask for the key alone, or take the word out of the policy.",
    needs=DOCUMENTS,
    scaffold="connector",
    bad="""
        definition: {securityDefinitions: {key: {type: apiKey, in: header, name: Authorization}}}
        properties:
          connectionParameters:
            api_key: {type: securestring, uiDefinition: {description: 'Type Bearer <your key>'}}
          policyTemplateInstances:
            - templateId: setheader
              parameters:
                x-ms-apimTemplateParameter.name: Authorization
                x-ms-apimTemplateParameter.value: Bearer @connectionParameters('api_key')
    """,
    good="""
        definition: {securityDefinitions: {key: {type: apiKey, in: header, name: Authorization}}}
        properties:
          connectionParameters:
            api_key: {type: securestring, uiDefinition: {description: 'Your key, without the word Bearer'}}
          policyTemplateInstances:
            - templateId: setheader
              parameters:
                x-ms-apimTemplateParameter.name: Authorization
                x-ms-apimTemplateParameter.value: Bearer @connectionParameters('api_key')
    """,
)
def authorization_prefix_doubled(connector: Connector) -> Iterator[Flaw]:
    """The connection dialog asks to type a word such as Bearer, and a policy puts it before the key once more.

    Nothing takes the first one away, so that the service is sent `Bearer Bearer key`.
    """
    asking = any(_asking(parameter) for parameter in connector.declared_connection_parameters)
    for policy in connector.policies:
        value = as_text(policy.parameters.get("value"))
        if asking and _sets_authorization(policy) and value.lower().startswith(_PREFIXES):
            word = value.split(" ", 1)[0]
            place = policy.pointer / "parameters" / "x-ms-apimTemplateParameter.value"
            yield flaw(place, f"the policy puts '{word}' before a key for which the dialog asks with that word")


def _asking(parameter: ConnectionParameter) -> bool:
    said = (as_text(parameter.shown.get(key)) for key in ("description", "tooltip", "displayName"))
    return parameter.name == "api_key" and any(_asks_for_prefix(text) for text in said)


def _sets_authorization(policy: Policy) -> bool:
    return policy.template_id == "setheader" and as_text(policy.parameters.get("name")).lower() == "authorization"


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend="In a new connector, ask for the key alone and add a policy setheader that puts the word before it.",
    needs=DOCUMENTS,
    scaffold="connector",
    bad="""
        definition: {securityDefinitions: {key: {type: apiKey, in: header, name: Authorization}}}
        properties:
          connectionParameters:
            api_key: {type: securestring, uiDefinition: {description: 'Type Bearer <your key>'}}
    """,
    good="""
        definition: {securityDefinitions: {key: {type: apiKey, in: header, name: Authorization}}}
        properties:
          connectionParameters: {api_key: {type: securestring, uiDefinition: {description: Your key}}}
    """,
)
def authorization_prefix_typed_by_maker(connector: Connector) -> Iterator[Flaw]:
    """Whoever makes a connection has to type a word such as Bearer before the key.

    The key is sent as it is typed, and many forget the word. A policy can put it there; in a connector that is
    in use it would be there twice for all existing connections.
    """
    names = {as_text(raw.get("name")).lower() for _, kind, raw in _definitions(connector) if kind == "apiKey"}
    sets = any(_sets_authorization(policy) for policy in connector.policies)
    if "authorization" in names and not sets:
        for parameter in connector.declared_connection_parameters:
            if _asking(parameter):
                message = f"{called(parameter)} has to be typed with a word such as Bearer before it"
                yield flaw(parameter.pointer, message)
