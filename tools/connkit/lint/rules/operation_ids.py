"""Names of operations: for machines, and for makers."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.lint.rules.texts import CODING, STRINGS
from connkit.model import Connector, Operation

LIMITS = "https://learn.microsoft.com/connectors/custom-connectors/faq"
_LONGEST_ID = 77
_LONGEST_SUMMARY = 119
_MOST_OPERATIONS = 256


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Use letters and digits alone, in PascalCase; flows that use the operation must be told of a new name.",
    bad="{operationId: Items.List, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def operation_id_sanitized(connector: Connector) -> Iterator[Flaw]:
    """An `operationId` holds characters that the platform takes out of it.

    Letters, digits, hyphens and underscores stay. Whatever names the operation by its full ID, such as a policy,
    may then miss it.
    """
    for operation in connector.operations:
        kept = "".join(character for character in operation.operation_id if _stays(character))
        if kept != operation.operation_id:
            message = f"the operationId '{operation.operation_id}' becomes '{kept}' on the platform"
            yield Flaw(operation.pointer / "operationId", message)


def _stays(character: str) -> bool:
    return character in "-_" or (character.isascii() and character.isalnum())


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Shorten the operationId before the first flow uses it.",
    bad=f"{{operationId: {'ListItems' * 9}, responses: {{'200': {{description: The items}}}}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def operation_id_too_long(connector: Connector) -> Iterator[Flaw]:
    """An `operationId` is longer than any that was ever published.

    Microsoft has a limit and does not say which; the longest published one has 77 characters.
    """
    for operation in connector.operations:
        length = len(operation.operation_id)
        if length > _LONGEST_ID:
            message = (
                f"the operationId '{operation.operation_id}' has {length} characters; {_LONGEST_ID} are known to pass"
            )
            yield Flaw(operation.pointer / "operationId", message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Shorten the summary, and move the rest to the description.",
    bad=f"{{operationId: ListItems, summary: List{' items' * 20}, responses: {{'200': {{description: The items}}}}}}",
    good="{operationId: ListItems, summary: List items, responses: {'200': {description: The items}}}",
)
def operation_summary_too_long(connector: Connector) -> Iterator[Flaw]:
    """An operation's summary has 120 characters or more, which no list of actions shows in full."""
    for operation in connector.operations:
        length = len(operation.summary)
        if length > _LONGEST_SUMMARY:
            message = f"the summary has {length} characters, but should have at most {_LONGEST_SUMMARY}"
            yield Flaw(operation.pointer / "summary", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LIMITS,
    mend="Leave operations out, or make two connectors.",
    scaffold="definition",
    bad="paths: {"
    + ", ".join(f"/a{n}: {{get: {{operationId: A{n}, responses: {{'200': {{description: It}}}}}}}}" for n in range(257))
    + "}",
    good="paths: {/a: {get: {operationId: GetA, responses: {'200': {description: It}}}}}",
)
def total_operations_count_exceeds_max_allowed(connector: Connector) -> Iterator[Flaw]:
    """A definition has more than 256 operations, which is what the platform takes."""
    count = len(connector.operations)
    if count > _MOST_OPERATIONS:
        message = f"the definition has {count} operations, but at most {_MOST_OPERATIONS} are allowed"
        yield Flaw(Pointer(("paths",)), message)


@rule(
    severity=Severity.INFO,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=CODING,
    mend="Name a new operation in PascalCase; leave one that flows use as it is.",
    bad="{operationId: list-items, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems_V2, responses: {'200': {description: The items}}}",
)
def operation_id_not_pascal_case(connector: Connector) -> Iterator[Flaw]:
    """An `operationId` is not written in PascalCase, as Microsoft's coding standards ask.

    The suffix of a revision, such as `_V2`, is. One connector in five that was published does not keep to this.
    """
    for operation in connector.operations:
        if operation.operation_id and not _pascal(operation.operation_id):
            message = f"the operationId '{operation.operation_id}' is not in PascalCase"
            yield Flaw(operation.pointer / "operationId", message)


def _pascal(name: str) -> bool:
    stem, mark, number = name.rpartition("_V")
    bare = stem if mark and number.isdigit() else name
    return bare.isalnum() and bare.isascii() and bare[0].isupper()


def _visible_triggers(connector: Connector) -> Iterator[Operation]:
    return (each for each in connector.operations if each.trigger and not each.internal and not each.deprecated)


@rule(
    severity=Severity.WARNING,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=STRINGS,
    mend="Begin the summary with When, and say what happened: When an item is added.",
    bad="{operationId: A, x-ms-trigger: batch, summary: ItemAdded webhook, responses: {'200': {description: It}}}",
    good="{operationId: A, x-ms-trigger: batch, summary: When an item is added, responses: {'200': {description: It}}}",
)
def trigger_summary_without_when(connector: Connector) -> Iterator[Flaw]:
    """A trigger's summary does not begin with "When".

    Makers look for what happens, and Microsoft's guidance for texts has every trigger begin so.
    """
    for operation in _visible_triggers(connector):
        if operation.summary and operation.summary.split()[:1] != ["When"]:
            message = f"the summary '{operation.summary}' of a trigger does not begin with 'When'"
            yield Flaw(operation.pointer / "summary", message)


@rule(
    severity=Severity.INFO,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source=STRINGS,
    mend="Begin the description with: This operation triggers when.",
    bad="{operationId: A, x-ms-trigger: batch, description: New items., responses: {'200': {description: It}}}",
    good="""
        operationId: WhenItemIsAdded
        x-ms-trigger: batch
        description: This operation triggers when an item is added.
        responses: {'200': {description: It}}
    """,
)
def trigger_description_unconventional(connector: Connector) -> Iterator[Flaw]:
    """A trigger's description does not begin with "This operation triggers when", as Microsoft's guidance has it."""
    for operation in _visible_triggers(connector):
        if operation.description and not operation.description.startswith("This operation triggers when "):
            message = f"the description of the trigger '{operation.label}' does not say when it triggers"
            yield Flaw(operation.pointer / "description", message)
