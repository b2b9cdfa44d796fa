"""Security definitions, and the requirements that name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind
from connkit.model.shape import as_object

_ADDRESSES = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "application": ("tokenUrl",),
    "accessCode": ("authorizationUrl", "tokenUrl"),
}
_ANY_FLOW = ("authorizationUrl", "tokenUrl")


def _required(type_: str, flow: Any) -> tuple[str, ...] | None:
    """What a definition of the type must have; None for a type that does not exist."""
    addresses = _ADDRESSES.get(flow, ()) if isinstance(flow, str) else ()
    return {"basic": (), "apiKey": ("name", "in"), "oauth2": ("flow", *addresses)}.get(type_)


def _allowed(type_: str, flow: Any) -> set[str]:
    known = {"type", "description", *(_required(type_, flow) or ())}
    if type_ != "oauth2":
        return known
    addresses = () if isinstance(flow, str) and flow in _ADDRESSES else _ANY_FLOW
    return known | {"scopes", *addresses}


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the property that the message names.",
    scaffold="definition",
    bad="securityDefinitions: {key: {type: apiKey, name: X-Key}}",
    good="securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}",
)
def security_scheme_property_required(connector: Connector) -> Iterator[Flaw]:
    """A security definition lacks what its type needs.

    Each needs a `type`. A key needs `name` and `in`. OAuth needs a `flow`, and by the flow `authorizationUrl`,
    `tokenUrl` or both; `scopes` may be left out.
    """
    for node in connector.nodes.of(Kind.SECURITY_SCHEME):
        type_ = node.value.get("type")
        if "type" not in node.value:
            yield Flaw(node.pointer, f"the security definition '{node.name}' has no 'type'")
        elif isinstance(type_, str):
            for name in _required(type_, node.value.get("flow")) or ():
                if name not in node.value:
                    message = f"the security definition '{node.name}' of type '{type_}' has no '{name}'"
                    yield Flaw(node.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove the property, or correct its name.",
    scaffold="definition",
    bad="securityDefinitions: {login: {type: basic, in: header}}",
    good="securityDefinitions: {login: {type: basic}}",
)
def security_scheme_property_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A security definition has a property that its type does not know.

    An OAuth flow without a token has no `tokenUrl`, one without a dialog no `authorizationUrl`. Names that begin
    with `x-` are let pass.
    """
    for node in connector.nodes.of(Kind.SECURITY_SCHEME):
        type_, flow = node.value.get("type"), node.value.get("flow")
        if isinstance(type_, str) and _required(type_, flow) is not None:
            called = f"type '{type_}'" + (f" and flow '{flow}'" if type_ == "oauth2" and isinstance(flow, str) else "")
            for key in node.value:
                if key not in _allowed(type_, flow) and not key.startswith("x-"):
                    yield Flaw(node.pointer / key, f"'{key}' is not a property of a security definition of {called}")


def _requirements(connector: Connector) -> Iterator[tuple[Pointer, str, Any]]:
    """Place, name and scopes of every requirement, of the definition and of its operations."""
    for node in connector.nodes.having("security", Kind.ROOT, Kind.OPERATION):
        listed = node.value["security"]
        for index, required in enumerate(listed if isinstance(listed, list) else ()):
            for name, scopes in as_object(required).items():
                yield node.pointer / "security" / index / name, name, scopes


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name one of securityDefinitions, or remove the requirement.",
    scaffold="definition",
    bad="security: [{key: []}]",
    good="""
        securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}
        security: [{key: []}]
    """,
)
def security_requirement_must_be_defined(connector: Connector) -> Iterator[Flaw]:
    """A security requirement names a definition that does not exist.

    Calls are made without what it asks for. Published connectors have it, so it does not stop one.
    """
    for at, name, _ in _requirements(connector):
        if name not in connector.security_definitions:
            yield Flaw(at, f"the security requirement '{name}' is not defined in 'securityDefinitions'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write [] as its value.",
    scaffold="definition",
    bad="""
        securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}
        security: [{key: null}]
    """,
    good="""
        securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}
        security: [{key: []}]
    """,
)
def security_requirement_must_have_value(connector: Connector) -> Iterator[Flaw]:
    """A security requirement is null where a list of scopes is expected, an empty one where there are none."""
    for at, name, scopes in _requirements(connector):
        if scopes is None:
            yield Flaw(at, f"the security requirement '{name}' is null; write [] where no scope is needed")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write [] as its value.",
    scaffold="definition",
    bad="""
        securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}
        security: [{key: [read]}]
    """,
    good="""
        securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}
        security: [{key: []}]
    """,
)
def security_requirement_must_have_empty_value(connector: Connector) -> Iterator[Flaw]:
    """A security requirement asks for scopes, although its definition is not one of OAuth."""
    for at, name, scopes in _requirements(connector):
        type_ = as_object(connector.security_definitions.get(name)).get("type")
        if type_ in ("basic", "apiKey") and isinstance(scopes, list) and scopes:
            message = f"the security requirement '{name}' is of type '{type_}', which has no scopes; write []"
            yield Flaw(at, message)


@rule(
    name="OAuthSecurityRequirementValueMustBeScopeName",
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the scope to the definition's 'scopes', or correct its name.",
    scaffold="definition",
    bad="""
        securityDefinitions:
          login:
            type: oauth2
            flow: implicit
            authorizationUrl: https://example.com/login
            scopes: {read: Read items}
        security: [{login: [write]}]
    """,
    good="""
        securityDefinitions:
          login:
            type: oauth2
            flow: implicit
            authorizationUrl: https://example.com/login
            scopes: {read: Read items}
        security: [{login: [read]}]
    """,
)
def oauth_security_requirement_value_must_be_scope_name(connector: Connector) -> Iterator[Flaw]:
    """A security requirement asks for a scope that its OAuth definition does not list.

    Published connectors have it, so it does not stop one.
    """
    for at, name, scopes in _requirements(connector):
        definition = as_object(connector.security_definitions.get(name))
        listed = definition.get("scopes", {})
        if definition.get("type") == "oauth2" and isinstance(listed, dict) and isinstance(scopes, list):
            for index, scope in enumerate(scopes):
                if isinstance(scope, str) and scope not in listed:
                    message = f"the security requirement '{name}' asks for the scope '{scope}', which it does not list"
                    yield Flaw(at / index, message)
