"""Microsoft's extensions: misspelt, unknown, ignored, or with a value that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.vocabulary import AUTOREST, EXTENSIONS, nearest
from connkit.model import Connector, Kind, Node

_PAGE = "https://learn.microsoft.com/en-us/connectors/custom-connectors/openapi-extensions"
_SCHEMA = "https://github.com/microsoft/PowerPlatformConnectors/blob/dev/schemas/apiDefinition.swagger.schema.json"
_VERSIONS = "https://learn.microsoft.com/en-us/connectors/custom-connectors/operational-versioning"
_VISIBILITIES = ("important", "advanced", "internal")
_TRIGGERS = ("single", "batch")
_DYNAMIC = ("x-ms-dynamic-values", "x-ms-dynamic-list", "x-ms-dynamic-schema", "x-ms-dynamic-properties")


def _unknown(connector: Connector) -> list[str]:
    keys = (key for key in connector.nodes.keys if key.lower().startswith("x-ms"))
    return [key for key in keys if key not in EXTENSIONS and key not in AUTOREST]


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=_PAGE,
    mend="Correct the extension's name.",
    bad="{operationId: ListItems, x-ms-visibilty: internal, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, x-ms-visibility: internal, responses: {'200': {description: The items}}}",
)
def misspelt_extension(connector: Connector) -> Iterator[Flaw]:
    """The name of an extension is almost, but not quite, that of one of Microsoft's.

    The platform ignores it without a word: what was to be hidden is shown, what was to be named is not. Names
    are compared with regard to letter case.
    """
    for key in _unknown(connector):
        near = nearest(key.lower(), EXTENSIONS)
        for node in connector.nodes.having(key) if near else ():
            message = f"'{key}' is not an extension of the platform; did you mean '{near}'?"
            yield Flaw(node.pointer / key, message, mend=f"Write '{near}' in place of '{key}'.")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=_PAGE,
    mend="Remove it, or begin its name with x- and a name of your own.",
    bad="{operationId: ListItems, x-ms-tooltip: All of them, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, x-tooltip: All of them, responses: {'200': {description: The items}}}",
)
def unknown_extension(connector: Connector) -> Iterator[Flaw]:
    """An extension that begins with `x-ms-` is none of those that are documented or in use.

    It is told once, at the first place that has it. One that is almost a known name is reported by
    MisspeltExtension, one for AutoRest by AutorestExtension.
    """
    for key in _unknown(connector):
        if not nearest(key.lower(), EXTENSIONS):
            yield _once(connector.nodes.having(key), key, "is not an extension that the platform is known to read")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=_SCHEMA,
    mend="Remove it, unless client libraries are generated from the same file.",
    bad="{operationId: ListItems, x-ms-request-id: ListItems, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def autorest_extension(connector: Connector) -> Iterator[Flaw]:
    """An extension is read by AutoRest, the generator of client libraries, and ignored by the platform.

    It is told once, at the first place that has it. Where makers should see something, there is another
    extension: `x-ms-enum-values` in place of `x-ms-enum`, `x-ms-url-encoding` of `x-ms-skip-url-encoding`.
    """
    for key in connector.nodes.keys:
        if key in AUTOREST:
            yield _once(connector.nodes.having(key), key, "is read by AutoRest alone; the platform ignores it")


def _once(nodes: list[Node], key: str, what: str) -> Flaw:
    more = f" ({len(nodes)} places)" if len(nodes) > 1 else ""
    return Flaw(nodes[0].pointer / key, f"'{key}' {what}{more}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=_PAGE,
    mend="Move the extension to the object that the message names, or remove it.",
    bad="""
        operationId: WhenItemAdded
        x-ms-trigger: single
        x-ms-notification-content: {schema: {type: object}}
        responses: {'201': {description: Registered}}
    """,
    good="{operationId: WhenItemAdded, x-ms-trigger: single, responses: {'201': {description: Registered}}}",
)
def extension_in_wrong_place(connector: Connector) -> Iterator[Flaw]:
    """An extension stands in an object in which the platform does not look for it.

    What a notification contains belongs to the path, beside `post`, and not into the operation; an encoding
    belongs to a path parameter; `x-ms-trigger` to an operation. Places that a published rule forbids are left
    to that rule: an encoding in the query, a notification URL outside a body, dynamic schemas on a body.
    """
    for key in connector.nodes.keys:
        extension = EXTENSIONS.get(key)
        if extension is not None and key != "x-ms-notification-url":
            for node in connector.nodes.having(key):
                ignored = node.kind not in extension.places or _not_encoded(node, key)
                if ignored and not _forbidden(node, key):
                    yield Flaw(node.pointer / key, _misplaced(node, key))


def _not_encoded(node: Node, key: str) -> bool:
    return key == "x-ms-url-encoding" and node.value.get("in") in ("header", "formData", "body")


def _forbidden(node: Node, key: str) -> bool:
    return key in _DYNAMIC and node.value.get("in") == "body"


def _misplaced(node: Node, key: str) -> str:
    if key == "x-ms-url-encoding":
        where = f"'{node.value['in']}' parameter" if node.kind is Kind.PARAMETER else f"{node.kind} object"
        return f"'{key}' is ignored in this {where}; it belongs to a path parameter"
    *others, last = (kind for kind in Kind if kind in EXTENSIONS[key].places)
    places = f"{', '.join(others)} or {last}" if others else last
    return f"'{key}' is ignored in this {node.kind} object; its place is the {places}"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=_VERSIONS,
    mend="Write important, advanced or internal in lower case, or remove the key for normal visibility.",
    scaffold="parameters",
    bad="[{name: limit, in: query, type: integer, x-ms-visibility: hidden}]",
    good="[{name: limit, in: query, type: integer, x-ms-visibility: internal}]",
)
def visibility_not_known(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-visibility` is a word that the designer does not know, or a known one in capital letters.

    What is to be hidden may be shown. An empty text is the normal visibility, and so is no key at all.
    """
    for node in connector.nodes.having("x-ms-visibility"):
        value = node.value["x-ms-visibility"]
        if isinstance(value, str) and value and value not in _VISIBILITIES:
            yield Flaw(node.pointer / "x-ms-visibility", _wild("visibility", value, _VISIBILITIES))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=_PAGE,
    mend="Write single where each answer is one event, batch where it is a list of events.",
    bad="{operationId: WhenItemAdded, x-ms-trigger: polling, responses: {'200': {description: The items}}}",
    good="{operationId: WhenItemAdded, x-ms-trigger: batch, responses: {'200': {description: The items}}}",
)
def trigger_kind_not_known(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-trigger` is neither `single` nor `batch`, in lower case.

    Whether a trigger polls or waits for a notification is not said here: a notification URL makes a webhook.
    """
    for node in connector.nodes.having("x-ms-trigger", Kind.OPERATION):
        value = node.value["x-ms-trigger"]
        if isinstance(value, str) and value not in _TRIGGERS:
            yield Flaw(node.pointer / "x-ms-trigger", _wild("trigger", value, _TRIGGERS))


def _wild(what: str, value: str, known: tuple[str, ...]) -> str:
    if value.lower() in known:
        return f"the {what} '{value}' has capital letters; write '{value.lower()}'"
    return f"the {what} '{value}' is unknown; use {' or '.join(known)}"
