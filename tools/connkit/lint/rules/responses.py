"""What operations answer."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.media import produced
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import NOTIFICATION, Connector, Kind, Node, Operation

REVIEW = "https://github.com/microsoft/PowerPlatformConnectors/pull"


def _declared(operation: Operation) -> list[str]:
    """The codes of the responses, extensions left out."""
    responses = operation.raw.get("responses")
    return [str(code) for code in responses if not code.startswith("x-")] if isinstance(responses, dict) else []


def _good(code: str) -> bool:
    return len(code) == 3 and code.startswith("2")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Move the schema to the status code with which it comes, and leave 'default' a description.",
    bad="""
        operationId: ListItems
        responses: {'200': {description: The items}, default: {description: Failure, schema: {type: string}}}
    """,
    good="""
        operationId: ListItems
        responses: {'200': {description: The items, schema: {type: string}}, default: {description: Failure}}
    """,
)
def default_response_has_schema(connector: Connector) -> Iterator[Flaw]:
    """The answer called `default` has a schema.

    Schemas belong to the answers that are expected, by their status code. An empty schema is let pass.
    """
    for operation in connector.operations:
        for response in operation.responses:
            if response.code == "default" and response.schema:
                at = operation.pointer / "responses" / "default"
                yield Flaw(at, "the 'default' response has a schema; move it to an expected status code")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Leave a schema to one response, that of success; others need a description alone.",
    bad="""
        operationId: ListItems
        responses:
          '200': {description: The items, schema: {type: string}}
          '404': {description: No items, schema: {type: object}}
    """,
    good="""
        operationId: ListItems
        responses: {'200': {description: The items, schema: {type: string}}, '404': {description: No items}}
    """,
)
def operation_has_many_responses_with_schema(connector: Connector) -> Iterator[Flaw]:
    """Several responses of an operation have a schema, but the designer uses one: that of success."""
    for operation in connector.operations:
        codes = [response.code for response in operation.responses if response.schema]
        if len(codes) > 1:
            named = ", ".join(f"'{code}'" for code in codes)
            message = f"the responses {named} of '{operation.label}' have a schema; the designer uses one"
            yield Flaw(operation.pointer / "responses", message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the response of success with its status code, description and schema.",
    bad="{operationId: ListItems, responses: {}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def operation_must_have_response(connector: Connector) -> Iterator[Flaw]:
    """An operation declares no response at all.

    Published connectors do it in operations that nobody calls, so it is no error here.
    """
    for operation in connector.operations:
        if isinstance(operation.raw.get("responses"), dict) and not _declared(operation):
            yield Flaw(operation.pointer / "responses", f"the operation '{operation.label}' declares no response")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the response of success, such as '200', with its description and schema.",
    bad="{operationId: ListItems, responses: {default: {description: The items}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def operation_should_have_successful_response(connector: Connector) -> Iterator[Flaw]:
    """None of an operation's responses has a status code of success (2xx)."""
    for operation in connector.operations:
        codes = _declared(operation)
        if codes and not any(_good(code) for code in codes):
            message = f"the operation '{operation.label}' declares no successful response"
            yield Flaw(operation.pointer / "responses", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name the response by a status code from 100 to 599, or 'default'.",
    bad="{operationId: ListItems, responses: {2XX: {description: The items}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}, default: {description: Failure}}}",
)
def response_must_be_default_or_http_status_code(connector: Connector) -> Iterator[Flaw]:
    """A response is named by something else than an HTTP status code or `default`."""
    for operation in connector.operations:
        for code in _declared(operation):
            if code != "default" and not _is_status(code):
                message = f"the response '{code}' is neither an HTTP status code nor 'default'"
                yield Flaw(operation.pointer / "responses" / code, message)


def _is_status(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isdigit() and code[0] in "12345"


def _responses(connector: Connector, key: str) -> Iterator[Node]:
    return (node for node in connector.nodes.having(key, Kind.RESPONSE) if isinstance(node.value[key], dict))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Remove one of the two headers.",
    bad="""
        operationId: ListItems
        responses:
          '200': {description: The items, headers: {Location: {type: string}, location: {type: string}}}
    """,
    good="{operationId: ListItems, responses: {'200': {description: It, headers: {Location: {type: string}}}}}",
)
def response_headers_are_not_unique(connector: Connector) -> Iterator[Flaw]:
    """Two headers of a response differ in letter case alone, which means nothing in HTTP."""
    for node in _responses(connector, "headers"):
        first: dict[str, str] = {}
        place = node.pointer / "headers"
        for name in node.value["headers"]:
            other = first.setdefault(name.lower(), name)
            if other != name:
                yield Flaw(place / name, f"the header '{name}' is also named '{other}'", (place / other,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Name the example by a MIME type of 'produces', or add the type there.",
    bad="""
        operationId: ListItems
        produces: [application/json]
        responses: {'200': {description: The items, examples: {text/csv: 'a;b'}}}
    """,
    good="""
        operationId: ListItems
        produces: [application/json]
        responses: {'200': {description: The items, examples: {application/json: [a, b]}}}
    """,
)
def response_example_must_be_produced_by_operation(connector: Connector) -> Iterator[Flaw]:
    """An example of a response is named by a MIME type that the operation does not produce.

    The operation's own `produces` counts, or the definition's where it has none.
    """
    examples = {id(node.value): node for node in _responses(connector, "examples")}
    for operation in connector.operations if examples else ():
        for response in operation.responses:
            if id(response.raw) in examples:
                known = produced(connector, operation)
                for name in response.raw["examples"]:
                    if name not in known:
                        message = f"the example '{name}' is of no type that '{operation.label}' produces"
                        yield Flaw(response.pointer / "examples" / name, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add a schema to the response 200 or 201, or x-ms-notification-content to the path of a webhook trigger.",
    bad="{operationId: ListItems, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items, schema: {type: string}}}}",
)
def schema_definition_set_incorrectly(connector: Connector) -> Iterator[Flaw]:
    """An operation says nothing about what comes out of it.

    The designer shows what the schema of the response 200 or 201 names or, for a webhook trigger, that of its
    notification. Internal operations are never shown. An action that gives nothing back may stay as it is.
    """
    for operation in connector.operations:
        if not operation.internal and not _tells_output(operation):
            message = f"the operation '{operation.label}' has no schema on its response 200 or 201"
            yield Flaw(operation.pointer, message)


def _tells_output(operation: Operation) -> bool:
    if NOTIFICATION in operation.path_item:
        return True
    return any(response.code in ("200", "201") and response.schema for response in operation.responses)


@rule(
    severity=Severity.WARNING,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=f"{REVIEW}/1745",
    mend="Describe what comes back, or take the schema away where nothing does.",
    bad="{operationId: ListItems, responses: {'200': {description: The items, schema: {}}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items, schema: {type: string}}}}",
)
def empty_response_schema(connector: Connector) -> Iterator[Flaw]:
    """The schema of a successful response is empty; reviewers send such definitions back."""
    for operation in connector.operations:
        for response in operation.responses:
            if _good(response.code) and response.raw.get("schema") == {}:
                message = f"the schema of the response '{response.code}' of '{operation.label}' is empty"
                yield Flaw(response.schema_pointer, message)


@rule(
    severity=Severity.INFO,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=f"{REVIEW}/2433",
    mend="Say in a few words what the response means, such as 'The items that were found'.",
    bad="{operationId: ListItems, responses: {'200': {description: default}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def response_description_says_nothing(connector: Connector) -> Iterator[Flaw]:
    """The description of a response is empty or just "default", of which reviewers complain."""
    for node in connector.nodes.having("description", Kind.RESPONSE):
        text = node.value["description"]
        if isinstance(text, str) and text.strip().lower() in ("", "default"):
            message = f"the description '{text}' of the response '{node.name}' says nothing"
            yield Flaw(node.pointer / "description", message)
