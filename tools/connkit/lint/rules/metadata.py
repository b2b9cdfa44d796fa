"""What a definition says of the connector as a whole, and texts with limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import Connector, Kind, Nodes
from connkit.model.shape import as_list, as_text

LEARN = "https://learn.microsoft.com/connectors/custom-connectors/certification-swagger-validator-rules"
INFO = Pointer(("info",))
TITLE = INFO / "title"
METADATA = "x-ms-connector-metadata"
_PLAIN = ("query", "header", "path", "formData")


_STRUCTURE = {
    Kind.INFO: ("title", "version"),
    Kind.LICENSE: ("name",),
    Kind.TAG: ("name",),
    Kind.EXTERNAL_DOCS: ("url",),
    Kind.OPERATION: ("responses",),
    Kind.PARAMETER: ("name", "in"),
    Kind.RESPONSE: ("description",),
    Kind.HEADER: ("type",),
    Kind.ITEMS: ("type",),
}
"""What OpenAPI requires; BodyParameterSchemaRequired and SecuritySchemePropertyRequired say the rest."""


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the property that the message names.",
    bad="""
        operationId: ListItems
        responses: {'200': {description: The items, schema: {type: string}}}
        parameters: [{in: query, type: string}]
    """,
    good="""
        operationId: ListItems
        summary: List items
        description: Lists every item.
        responses: {'200': {description: The items, schema: {type: string}}}
        parameters: [{name: a, in: query, type: string, x-ms-summary: Alpha, description: The first.}]
    """,
)
def required_property_missing(connector: Connector) -> Iterator[Flaw]:
    """A property is missing that every connector, or every certified one, must have.

    Any definition needs what OpenAPI requires of its objects, and items of `x-ms-connector-metadata` a name and a
    value.
    Certification adds `contact` and `description` under `info`, `x-ms-connector-metadata`, a summary and a
    description of each operation, and `x-ms-summary` and `description` of each parameter. What is internal
    needs no texts, and neither does a body parameter or what only internal operations use. A shared parameter
    is reported once, where it is written.
    """
    root = connector.definition
    version = () if "openapi" in root else ("swagger",)
    yield from _missing(root, (*version, "info", "paths"), Pointer(), Scope.EVERY)
    yield from _missing(root, (METADATA,), Pointer(), Scope.CERTIFICATION)
    yield from _missing_of_structure(connector.nodes)
    yield from _missing_of_metadata(connector)
    if isinstance(root.get("info"), dict):
        yield from _missing(connector.info, ("contact", "description"), INFO, Scope.CERTIFICATION)
    for operation in connector.operations:
        if not operation.internal:
            names = ("summary", "description")
            yield from _missing(operation.raw, names, operation.pointer, Scope.CERTIFICATION)
    yield from _missing_of_parameters(connector)


def _missing(holder: dict[str, Any], names: tuple[str, ...], at: Pointer, scope: Scope) -> Iterator[Flaw]:
    for name in names:
        if name not in holder:
            yield Flaw(at, f"the property '{name}' is missing", scope=scope)


def _missing_of_structure(nodes: Nodes) -> Iterator[Flaw]:
    for kind, names in _STRUCTURE.items():
        for node in nodes.of(kind):
            if not node.value.keys() >= set(names) and "$ref" not in node.value:
                yield from _missing(node.value, names, node.pointer, Scope.EVERY)
    for node in nodes.having("in", Kind.PARAMETER):
        value = node.value
        if value["in"] in _PLAIN and "schema" not in value and "$ref" not in value:
            yield from _missing(value, ("type",), node.pointer, Scope.EVERY)


def _missing_of_metadata(connector: Connector) -> Iterator[Flaw]:
    for index, item in enumerate(as_list(connector.definition.get(METADATA))):
        if isinstance(item, dict):
            at = Pointer((METADATA, str(index)))
            yield from _missing(item, ("propertyName", "propertyValue"), at, Scope.EVERY)


def _missing_of_parameters(connector: Connector) -> Iterator[Flaw]:
    shown = {
        id(parameter.raw)
        for operation in connector.operations
        if not operation.internal
        for parameter in operation.parameters
        if not (parameter.internal or parameter.location == "body")
    }
    names = ("x-ms-summary", "description")
    for node in connector.nodes.of(Kind.PARAMETER):
        if id(node.value) in shown:
            yield from _missing(node.value, names, node.pointer, Scope.CERTIFICATION)


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Add an item with that propertyName and its value to x-ms-connector-metadata.",
    scaffold="definition",
    bad="x-ms-connector-metadata: [{propertyName: Website, propertyValue: 'https://example.com'}]",
    good="""
        x-ms-connector-metadata:
          - {propertyName: Website, propertyValue: 'https://example.com'}
          - {propertyName: Privacy policy, propertyValue: 'https://example.com/privacy'}
          - {propertyName: Categories, propertyValue: Productivity}
    """,
)
def connector_metadata_properties_missing(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-connector-metadata` lacks the website, the privacy policy or the categories.

    The names are compared without regard to letter case.
    """
    items = connector.definition.get(METADATA)
    if not isinstance(items, list):
        return
    named = {str(item.get("propertyName")).lower() for item in items if isinstance(item, dict)}
    for name in ("Website", "Privacy policy", "Categories"):
        if name.lower() not in named:
            yield Flaw(Pointer((METADATA,)), f"no item has the propertyName '{name}'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Shorten the text.",
    scaffold="definition",
    bad="info: {title: A title that is longer than thirty characters, version: '1.0'}",
    good="info: {title: Contact book, version: '1.0'}",
)
def field_length_exceeded(connector: Connector) -> Iterator[Flaw]:
    """A text is longer than the platform shows: a title over 30 characters, a summary over 80.

    Body parameters and properties of schemas have no such limit. A shared parameter is reported where it is
    written.
    """
    yield from _too_long(connector.title, 30, TITLE)
    for operation in connector.operations:
        yield from _too_long(operation.summary, 80, operation.pointer / "summary")
    for node in connector.nodes.of(Kind.PARAMETER):
        summary = node.value.get("x-ms-summary")
        if isinstance(summary, str) and len(summary) > 80 and node.value.get("in") != "body":
            yield from _too_long(summary, 80, node.pointer / "x-ms-summary")


def _too_long(text: str, limit: int, at: Pointer) -> Iterator[Flaw]:
    if len(text) > limit:
        yield Flaw(at, f"'{text}' has {len(text)} characters, but at most {limit} are allowed")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Write between 30 and 500 characters on what the connector does.",
    scaffold="definition",
    bad="info: {title: Contact book, version: '1.0', description: Contacts.}",
    good="""
        info:
          title: Contact book
          version: '1.0'
          description: Reads and changes the contacts that a company keeps in its contact book.
    """,
)
def field_length_not_in_range(connector: Connector) -> Iterator[Flaw]:
    """The connector's description has fewer than 30 or more than 500 characters."""
    text = connector.info.get("description")
    if isinstance(text, str) and not 30 <= len(text) <= 500:
        message = f"the description has {len(text)} characters, but must have between 30 and 500"
        yield Flaw(INFO / "description", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Take the last character away.",
    bad="{operationId: ListItems, summary: List items!, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, summary: List items, responses: {'200': {description: The items}}}",
)
def value_must_end_with_alphanumeric(connector: Connector) -> Iterator[Flaw]:
    """The connector's title or an operation's summary ends with something else than a letter or a digit.

    A closing parenthesis or bracket has always been accepted.
    """
    yield from _bad_ending(connector.title, TITLE)
    for operation in connector.operations:
        yield from _bad_ending(operation.summary, operation.pointer / "summary")


def _bad_ending(text: str, at: Pointer) -> Iterator[Flaw]:
    if text and not text[-1].isalnum() and text[-1] not in ")]":
        yield Flaw(at, f"'{text}' ends with '{text[-1]}', but must end with a letter or a digit")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Write the text without the word that the message names.",
    scaffold="definition",
    bad="info: {title: Contact book API, version: '1.0'}",
    good="info: {title: Contact book, version: '1.0'}",
)
def value_contains_restricted_words(connector: Connector) -> Iterator[Flaw]:
    """The title says that it is an API or a connector, or the description names a product of Microsoft.

    In the title the words count that stand alone: SearchAPI is a name. In the description Power Apps, Power
    Automate and Logic Apps count. Letter case makes no difference.
    """
    words = "".join(letter if letter.isalnum() else " " for letter in connector.title.lower()).split()
    yield from _restricted(TITLE, "title", [word for word in ("api", "connector") if word in words])
    description = as_text(connector.info.get("description")).lower()
    products = [name for name in ("power apps", "power automate", "logic apps") if name in description]
    yield from _restricted(INFO / "description", "description", products)


def _restricted(at: Pointer, name: str, words: list[str]) -> Iterator[Flaw]:
    if words:
        yield Flaw(at, f"the {name} contains what it may not: {', '.join(words)}")


def _certified_texts(connector: Connector) -> Iterator[tuple[Pointer, str, Any]]:
    """Place, name and value of the texts that reviewers look at."""
    for name in ("title", "description"):
        if name in connector.info:
            yield INFO / name, name, connector.info[name]
    for operation in connector.operations:
        for name in ("summary", "description"):
            if name in operation.raw:
                yield operation.pointer / name, name, operation.raw[name]


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write the text in English.",
    bad="{operationId: ListItems, summary: Gegenstände, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, summary: List items, responses: {'200': {description: The items}}}",
)
def value_must_be_in_english(connector: Connector) -> Iterator[Flaw]:
    """A text has a letter that English does not have.

    Looked at are the title, the connector's description, and summary and description of operations: no published
    connector has such a letter there. Signs such as a dash, a curly quote or a trade mark are welcome.
    """
    for at, name, text in _certified_texts(connector):
        if isinstance(text, str) and not text.isascii():
            foreign = "".join(dict.fromkeys(letter for letter in text if letter.isalpha() and not letter.isascii()))
            if foreign:
                yield Flaw(at, f"the {name} is not in English: it contains {foreign}")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write a text.",
    bad="{operationId: ListItems, summary: '', responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, summary: List items, responses: {'200': {description: The items}}}",
)
def required_value_empty(connector: Connector) -> Iterator[Flaw]:
    """A text that certification requires is there, but empty.

    Looked at are title and version, the items of `x-ms-connector-metadata`, and summary and description of
    operations that are not internal. FieldLengthNotInRange speaks of an empty description of the connector,
    OperationIdRequired of an empty operationId. Published connectors have parameters with empty texts.
    """
    for name in ("title", "version"):
        yield from _empty(connector.info, name, INFO)
    for index, item in enumerate(as_list(connector.definition.get(METADATA))):
        if isinstance(item, dict):
            yield from _empty(item, "propertyValue", Pointer((METADATA, str(index))))
    for operation in connector.operations:
        if not operation.internal:
            yield from _empty(operation.raw, "summary", operation.pointer)
            yield from _empty(operation.raw, "description", operation.pointer)


def _empty(holder: dict[str, Any], name: str, at: Pointer) -> Iterator[Flaw]:
    value = holder.get(name)
    if isinstance(value, str) and not value.strip():
        yield Flaw(at / name, f"the property '{name}' is empty")
