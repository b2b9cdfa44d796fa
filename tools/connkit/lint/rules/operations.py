"""Operations, their ids, summaries, paths and answers."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import METHODS, Connector

_RESTRICTED = "/\\<>*%&?"


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
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add an operationId in PascalCase, such as ListItems.",
    bad="{summary: List items, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, summary: List items, responses: {'200': {description: The items}}}",
)
def operation_id_required(connector: Connector) -> Iterator[Flaw]:
    """An operation has no `operationId`, by which flows name it."""
    for operation in connector.operations:
        if not operation.operation_id:
            yield Flaw(operation.pointer, f"the operation '{operation.label}' has no operationId")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Give one of the two operations another operationId.",
    scaffold="definition",
    bad="""
        paths:
          /items: {get: {operationId: Items, responses: {'200': {description: The items}}}}
          /lists: {get: {operationId: Items, responses: {'200': {description: The lists}}}}
    """,
    good="""
        paths:
          /items: {get: {operationId: Items, responses: {'200': {description: The items}}}}
          /lists: {get: {operationId: Lists, responses: {'200': {description: The lists}}}}
    """,
)
def operation_id_not_unique(connector: Connector) -> Iterator[Flaw]:
    """Two operations share one `operationId`."""
    first: dict[str, Pointer] = {}
    for operation in connector.operations:
        name, at = operation.operation_id, operation.pointer / "operationId"
        if name and name in first:
            yield Flaw(at, f"the operationId '{name}' is already used by another operation", (first[name],))
        first.setdefault(name, at)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Put the operations of both under one of the two paths.",
    scaffold="definition",
    bad="""
        paths:
          /items: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}
          /Items: {post: {operationId: AddItem, responses: {'200': {description: The item}}}}
    """,
    good="""
        paths:
          /items:
            get: {operationId: ListItems, responses: {'200': {description: The items}}}
            post: {operationId: AddItem, responses: {'200': {description: The item}}}
    """,
)
def path_redefined(connector: Connector) -> Iterator[Flaw]:
    """Two paths differ in letter case alone."""
    first: dict[str, str] = {}
    for path in connector.path_items:
        other = first.setdefault(path.lower(), path)
        if other != path:
            message = f"the path '{path}' differs from '{other}' in letter case alone"
            yield Flaw(Pointer(("paths", path)), message, (Pointer(("paths", other)),))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source="https://github.com/microsoft/PowerPlatformConnectors/pull/1152",
    mend="Remove the path.",
    scaffold="definition",
    bad="paths: {/items: {}}",
    good="paths: {/items: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
)
def empty_path_item(connector: Connector) -> Iterator[Flaw]:
    """A path has no operation.

    The wizard for polling triggers leaves such paths behind; reviewers ask authors to remove them.
    """
    for path, item in connector.path_items.items():
        if isinstance(item, dict) and not path.startswith("x-") and not set(METHODS) & set(item):
            yield Flaw(Pointer(("paths", path)), f"the path '{path}' has no operation; remove it")


@rule(
    severity=Severity.ERROR,
    scope=Scope.CERTIFICATION,
    source=LEARN,
    mend="Write the summary without that character, for example with the word 'or' in place of a slash.",
    bad="{operationId: ListItems, summary: List items/rows, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, summary: List items, responses: {'200': {description: The items}}}",
)
def restricted_characters_in_summary(connector: Connector) -> Iterator[Flaw]:
    r"""An operation's summary contains one of the characters `/ \\ < > * % & ?`."""
    for operation in connector.operations:
        found = sorted(set(_RESTRICTED) & set(operation.summary), key=operation.summary.index)
        if found:
            shown = " ".join(found)
            message = f"the summary '{operation.summary}' contains {shown}, which is not allowed there"
            yield Flaw(operation.pointer / "summary", message)
