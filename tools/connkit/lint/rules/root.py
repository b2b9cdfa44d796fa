"""What a definition says at its root: version, address, schemes, tags, contact."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node

_SCHEMES = ("http", "https")
_WEB_SOCKETS = ("ws", "wss")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write swagger: '2.0'; convert a definition of OpenAPI 3 first.",
    scaffold="definition",
    bad="swagger: 2.0",
    good="swagger: '2.0'",
)
def specification_version_incorrect(connector: Connector) -> Iterator[Flaw]:
    """The definition is not written in OpenAPI 2.0.

    `swagger` must be the string "2.0", not the number. OpenAPI 3, which begins with `openapi`, is not accepted.
    """
    version = connector.definition.get("swagger", "2.0")
    if version != "2.0":
        import json  # only for a definition of another version

        shown = json.dumps(version, default=str)
        yield Flaw(Pointer(("swagger",)), f"'swagger' is {shown}, but must be the string \"2.0\"")
    elif "openapi" in connector.definition:
        yield Flaw(
            Pointer(("openapi",)), "the definition is written in OpenAPI 3; the platform reads OpenAPI 2.0 alone"
        )


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Begin the base path with a slash.",
    scaffold="definition",
    bad="basePath: api/v2",
    good="basePath: /api/v2",
)
def base_path_not_valid(connector: Connector) -> Iterator[Flaw]:
    """The base path does not begin with a slash.

    A connector whose service has no base path writes `/`, or leaves `basePath` out.
    """
    value = connector.definition.get("basePath")
    if isinstance(value, str) and not value.startswith("/"):
        yield Flaw(Pointer(("basePath",)), f"the base path '{value}' does not begin with '/'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the host name alone, with a port where one is needed.",
    scaffold="definition",
    bad="host: https://api.example.com",
    good="host: api.example.com",
)
def host_name_not_valid(connector: Connector) -> Iterator[Flaw]:
    """`host` is something else than the name of a host.

    Scheme and path have keys of their own, `schemes` and `basePath`. A host that differs from connection to
    connection is set by a policy (dynamichosturl), never by braces.
    """
    value = connector.definition.get("host")
    if isinstance(value, str) and not _is_host(value):
        message = f"the host '{value}' is not a host name; write it without scheme, path, braces and blanks"
        yield Flaw(Pointer(("host",)), message)


def _is_host(text: str) -> bool:
    name, colon, port = text.partition(":")
    return bool(name) and not set("{}/\\ ") & set(name) and (not colon or port.isdecimal())


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Name https, or remove 'schemes'.",
    scaffold="definition",
    bad="schemes: []",
    good="schemes: [https]",
)
def schemes_array_empty(connector: Connector) -> Iterator[Flaw]:
    """`schemes` is an empty list, so the service could not be reached at all."""
    for node in connector.nodes.having("schemes", Kind.ROOT, Kind.OPERATION):
        if node.value["schemes"] == []:
            yield Flaw(node.pointer / "schemes", "'schemes' is empty; name https")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write https, in lower case.",
    scaffold="definition",
    bad="schemes: [ftp]",
    good="schemes: [https]",
)
def scheme_not_valid(connector: Connector) -> Iterator[Flaw]:
    """`schemes` names something that is not a scheme of OpenAPI 2.0.

    Of the four schemes that OpenAPI knows the platform takes two; for the others see SchemeNotSupported.
    """
    for at, scheme in _schemes(connector):
        if scheme not in _SCHEMES + _WEB_SOCKETS:
            yield Flaw(at, f"the scheme '{scheme}' is unknown; use https or http")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Replace the scheme with https.",
    scaffold="definition",
    bad="schemes: [wss]",
    good="schemes: [https]",
)
def scheme_not_supported(connector: Connector) -> Iterator[Flaw]:
    """`schemes` names web sockets, over which the platform cannot call a service."""
    for at, scheme in _schemes(connector):
        if scheme in _WEB_SOCKETS:
            yield Flaw(at, f"the scheme '{scheme}' is not supported; use https or http")


def _schemes(connector: Connector) -> Iterator[tuple[Pointer, str]]:
    for node in connector.nodes.having("schemes", Kind.ROOT, Kind.OPERATION):
        schemes = node.value["schemes"]
        for index, scheme in enumerate(schemes if isinstance(schemes, list) else ()):
            if isinstance(scheme, str):
                yield node.pointer / "schemes" / index, scheme


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove one of the two, or give it another name.",
    scaffold="definition",
    bad="tags: [{name: items}, {name: items}]",
    good="tags: [{name: items}, {name: orders}]",
)
def tag_redefined(connector: Connector) -> Iterator[Flaw]:
    """Two of the definition's tags have the same name."""
    first: dict[str, Node] = {}
    for node in connector.nodes.of(Kind.TAG):
        name = node.value.get("name")
        if isinstance(name, str) and first.setdefault(name, node) is not node:
            yield Flaw(node.pointer, f"the tag '{name}' is already defined", (first[name].pointer,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the whole address, with https:// before it.",
    scaffold="definition",
    bad="info: {title: Contact book, version: '1.0', contact: {url: www.example.com}}",
    good="info: {title: Contact book, version: '1.0', contact: {url: 'https://www.example.com'}}",
)
def url_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A `url` of the contact, the licence or of external documentation is not an absolute one."""
    for node in connector.nodes.having("url", Kind.CONTACT, Kind.LICENSE, Kind.EXTERNAL_DOCS):
        value = node.value["url"]
        if isinstance(value, str) and not _is_absolute(value):
            yield Flaw(node.pointer / "url", f"'{value}' is not an absolute URL; begin it with https://")


def _is_absolute(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    return url.startswith("mailto:") or (scheme.isalpha() and rest.strip("/") != "" and len(url.split()) == 1)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write an address such as support@example.com.",
    scaffold="definition",
    bad="info: {title: Contact book, version: '1.0', contact: {email: example.com}}",
    good="info: {title: Contact book, version: '1.0', contact: {email: support@example.com}}",
)
def contact_email_not_valid(connector: Connector) -> Iterator[Flaw]:
    """The e-mail address of the contact is none, or has a letter that is not ASCII."""
    for node in connector.nodes.of(Kind.CONTACT):
        value = node.value.get("email")
        if isinstance(value, str) and not _is_address(value):
            yield Flaw(node.pointer / "email", f"'{value}' is not an e-mail address")


def _is_address(text: str) -> bool:
    user, _, domain = text.rpartition("@")
    whole = text.isascii() and text.isprintable() and not set(" @,;<>") & set(user + domain)
    return whole and bool(user) and all(domain.split("."))
