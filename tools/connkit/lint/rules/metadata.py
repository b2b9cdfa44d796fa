"""What a definition says of the connector as a whole, and texts with limits."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import Connector, Operation, Parameter

LEARN = "https://learn.microsoft.com/connectors/custom-connectors/certification-swagger-validator-rules"
INFO = Pointer(("info",))
TITLE = INFO / "title"
METADATA = "x-ms-connector-metadata"


def _missing(holder: dict[str, object], names: tuple[str, ...], at: Pointer, scope: Scope) -> Iterator[Flaw]:
    for name in names:
        if name not in holder:
            yield Flaw(at, f"the property '{name}' is missing", scope=scope)


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

    Any definition needs `info` with a title, and what OpenAPI requires of operations and parameters.
    Certification adds `contact` and `description` under `info`, `x-ms-connector-metadata`, a summary and a
    description of each operation, and `x-ms-summary` and `description` of each parameter. What is internal
    needs no texts, and neither does a body parameter.
    """
    yield from _missing(connector.definition, ("info", "paths"), Pointer(), Scope.EVERY)
    yield from _missing(connector.definition, (METADATA,), Pointer(), Scope.CERTIFICATION)
    if isinstance(connector.definition.get("info"), dict):
        yield from _missing(connector.info, ("title",), INFO, Scope.EVERY)
        yield from _missing(connector.info, ("contact", "description"), INFO, Scope.CERTIFICATION)
    for operation in connector.operations:
        yield from _missing(operation.raw, ("responses",), operation.pointer, Scope.EVERY)
        if not operation.internal:
            names = ("summary", "description")
            yield from _missing(operation.raw, names, operation.pointer, Scope.CERTIFICATION)
        for parameter in operation.parameters:
            yield from _missing_of_parameter(operation, parameter)


def _missing_of_parameter(operation: Operation, parameter: Parameter) -> Iterator[Flaw]:
    yield from _missing(parameter.raw, ("name", "in"), parameter.pointer, Scope.EVERY)
    if not (operation.internal or parameter.internal or parameter.location == "body"):
        names = ("x-ms-summary", "description")
        yield from _missing(parameter.raw, names, parameter.pointer, Scope.CERTIFICATION)


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

    Body parameters and properties of schemas have no such limit.
    """
    yield from _too_long(connector.title, 30, TITLE)
    for operation in connector.operations:
        yield from _too_long(operation.summary, 80, operation.pointer / "summary")
        for parameter in operation.parameters:
            if parameter.location != "body":
                yield from _too_long(parameter.summary, 80, parameter.pointer / "x-ms-summary")


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
