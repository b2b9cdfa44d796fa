"""Polling triggers: the operation and its policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Severity
from connkit.lint.registry import DOCUMENTS, Flaw, Part, Scope, rule
from connkit.lint.rules.properties_shape import SCHEMA, flaw
from connkit.model import Connector, Operation, Policy
from connkit.model.shape import as_object, as_text

POLLING = "https://learn.microsoft.com/connectors/custom-connectors/create-polling-trigger"
EXTENSIONS = "https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions"
_PAGING = {"limit", "offset", "page", "perpage", "pagesize", "top", "skip", "count", "pagenumber"}


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Add a policy 'pollingtrigger' that names the operation to apiProperties.json.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="policies: []",
    good="""
        policies:
          - templateId: pollingtrigger
            parameters:
              x-ms-apimTemplateParameter.triggerConfig: {since: '@{triggerBody().items[0].at}'}
              x-ms-apimTemplateParameter.triggerDataPath: '@triggerBody().items'
              x-ms-apimTemplate-operationName: [WhenItemAdded]
    """,
)
def polling_trigger_without_policy(connector: Connector) -> Iterator[Flaw]:
    """A polling trigger under `/trigger` has no `pollingtrigger` policy.

    The policy alone takes that first part of the path away and keeps what was seen last. Without it the
    service is asked for a path that it does not have.
    """
    for operation in connector.operations:
        if operation.is_polling and _under_trigger(operation) and not _polling_policies(connector, operation):
            message = f"the trigger '{operation.label}' has no policy 'pollingtrigger'"
            yield Flaw(operation.pointer, message)


def _under_trigger(operation: Operation) -> bool:
    return operation.path == "/trigger" or operation.path.startswith("/trigger/")


def _polling_policies(connector: Connector, operation: Operation) -> list[Policy]:
    named = [policy for policy in connector.policies if policy.template_id == "pollingtrigger"]
    return [policy for policy in named if policy.applies_to(operation.operation_id)]


def policy_driven(connector: Connector) -> Iterator[tuple[Operation, list[Policy]]]:
    """The polling triggers that have the policy, with it; mostly it is one."""
    for operation in connector.operations:
        found = _polling_policies(connector, operation) if operation.is_polling else []
        if found:
            yield operation, found


def answer_schema(operation: Operation) -> dict[str, Any]:
    """The schema of what the operation answers, as written."""
    answer = operation.success_response
    return answer.schema if answer else {}


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLLING,
    mend="Add x-ms-visibility: advanced or internal.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="parameters: [{name: limit, in: query, type: integer}]",
    good="parameters: [{name: limit, in: query, type: integer, x-ms-visibility: advanced}]",
)
def page_size_shown_on_trigger(connector: Connector) -> Iterator[Flaw]:
    """A polling trigger asks the maker for a page or its size.

    How many items one poll brings is no concern of who builds a flow, and a small page loses events.
    """
    for operation, _ in policy_driven(connector):
        for parameter in operation.parameters:
            shown = parameter.location == "query" and parameter.visibility not in ("internal", "advanced")
            if shown and parameter.name.lower().strip("$").replace("_", "").replace("-", "") in _PAGING:
                what = f"the trigger '{operation.label}' shows '{parameter.name}'"
                message = f"{what}; make it advanced or internal"
                yield Flaw(parameter.pointer, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Name the polling trigger in x-ms-apimTemplate-operationName, and nothing else.",
    needs=DOCUMENTS,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: pollingtrigger, parameters: {x-ms-apimTemplate-operationName: [ListItems]}}
    """,
    good="policyTemplateInstances: []",
)
def polling_policy_without_trigger(connector: Connector) -> Iterator[Flaw]:
    """A policy `pollingtrigger` acts on what is no polling trigger.

    An action has no state, and to a webhook trigger the service comes by itself. Without any name the policy acts
    on each operation of the connector; every published one names one trigger.
    """
    for policy in connector.policies:
        if policy.template_id == "pollingtrigger":
            if not policy.operation_names:
                yield flaw(policy.pointer, f"the policy '{policy.label}' names no trigger, and acts on all operations")
            for index, name in enumerate(policy.operation_names):
                operation = connector.operation(name)
                if operation is not None and not operation.is_polling:
                    what = "a webhook trigger" if operation.is_webhook else "no trigger"
                    message = f"the policy '{policy.label}' is for polling triggers, but '{name}' is {what}"
                    yield flaw(policy.operations_pointer / index, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Put /trigger before the operation's path.",
    needs=DOCUMENTS,
    scaffold="connector",
    bad="""
        definition:
          paths: {/items: {get: {operationId: WhenItemAdded, x-ms-trigger: batch}}}
        properties:
          policyTemplateInstances:
            - {templateId: pollingtrigger, parameters: {x-ms-apimTemplate-operationName: [WhenItemAdded]}}
    """,
    good="""
        definition:
          paths: {/trigger/items: {get: {operationId: WhenItemAdded, x-ms-trigger: batch}}}
        properties:
          policyTemplateInstances:
            - {templateId: pollingtrigger, parameters: {x-ms-apimTemplate-operationName: [WhenItemAdded]}}
    """,
)
def polling_path_without_prefix(connector: Connector) -> Iterator[Flaw]:
    """The path of a polling trigger with the policy `pollingtrigger` does not begin with `/trigger`.

    The path of every published one does, and the policy takes that part away before the service is called.
    """
    for operation, _ in policy_driven(connector):
        if not _under_trigger(operation):
            message = f"the path of the polling trigger '{operation.label}' should begin with '/trigger'"
            yield Flaw(operation.pointer.parent, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=SCHEMA,
    mend="Add type: PollingTrigger beside templateId.",
    needs=(Part.PROPERTIES,),
    scaffold="properties",
    bad="policyTemplateInstances: [{templateId: pollingtrigger, parameters: {}}]",
    good="policyTemplateInstances: [{templateId: pollingtrigger, type: PollingTrigger, parameters: {}}]",
)
def polling_policy_without_type(connector: Connector) -> Iterator[Flaw]:
    """A policy `pollingtrigger` has no `type: PollingTrigger`.

    Every published one has it, and it is the only value that the schema takes.
    """
    for policy in connector.policies:
        if policy.template_id == "pollingtrigger":
            given = policy.type
            if not given:
                yield flaw(policy.pointer, f"the policy '{policy.label}' lacks the type 'PollingTrigger'")
            elif given != "PollingTrigger":
                message = f"'{given}' is no type of the policy '{policy.label}'; expected 'PollingTrigger'"
                yield flaw(policy.pointer / "type", message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=EXTENSIONS,
    mend="Write x-ms-trigger: batch for an answer with an array of items, and single for one object.",
    bad="""
        operationId: WhenItemAdded
        x-ms-trigger: batch
        responses: {'200': {description: The item, schema: {type: object, properties: {id: {type: string}}}}}
    """,
    good="""
        operationId: WhenItemAdded
        x-ms-trigger: single
        responses: {'200': {description: The item, schema: {type: object, properties: {id: {type: string}}}}}
    """,
)
def polling_answer_does_not_fit(connector: Connector) -> Iterator[Flaw]:
    """A polling trigger says that it answers with one item or with many, and its schema says otherwise.

    From `batch` the designer starts a run for each item of the answer's array; an answer without any array cannot
    be split. `single` starts one run, with the array as a whole.
    """
    for operation in connector.operations:
        if operation.is_polling:
            schema = connector.resolve(answer_schema(operation))
            properties = as_object(schema.get("properties"))
            has_array = any(_may_be_array(connector.resolve(raw)) for raw in properties.values())
            answer = operation.success_response
            place = answer.schema_pointer if answer else operation.pointer
            if operation.trigger == "batch" and properties and not has_array and not _is_open(schema):
                message = f"the trigger '{operation.label}' is a batch, but its answer has no array of items"
                yield Flaw(place, message, (operation.pointer / "x-ms-trigger",))
            elif operation.trigger == "single" and schema.get("type") == "array":
                message = f"the trigger '{operation.label}' is single, but its answer is an array"
                yield Flaw(place, message, (operation.pointer / "x-ms-trigger",))


def _may_be_array(schema: dict[str, Any]) -> bool:
    return "items" in schema or as_text(schema.get("type")) in ("array", "")


def _is_open(schema: dict[str, Any]) -> bool:
    return any(key in schema for key in ("allOf", "items", "x-ms-dynamic-schema", "x-ms-dynamic-properties"))


@rule(
    severity=Severity.INFO,
    scope=Scope.CERTIFICATION,
    authority=Authority.OWN,
    source=EXTENSIONS,
    mend="Add x-ms-trigger-hint, a sentence that says how to make it happen.",
    bad="{operationId: WhenItemAdded, x-ms-trigger: batch}",
    good="{operationId: WhenItemAdded, x-ms-trigger: batch, x-ms-trigger-hint: 'To see it work now, add an item.'}",
)
def trigger_hint_missing(connector: Connector) -> Iterator[Flaw]:
    """A trigger does not tell makers how they can cause its event.

    The designer shows the hint while it waits for the first run of a new flow.
    """
    for operation in connector.operations:
        hint = operation.raw.get("x-ms-trigger-hint")
        empty = hint is None or (isinstance(hint, str) and not hint.strip())
        if operation.trigger and not operation.internal and not operation.deprecated and empty:
            yield Flaw(operation.pointer, f"the trigger '{operation.label}' has no x-ms-trigger-hint")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source="https://github.com/microsoft/PowerPlatformConnectors/blob/dev/schemas/apiDefinition.swagger.schema.json",
    mend="Take x-ms-trigger-metadata away.",
    bad="{operationId: ListItems, x-ms-trigger-metadata: {kind: query, mode: polling}}",
    good="{operationId: WhenItemAdded, x-ms-trigger: batch, x-ms-trigger-metadata: {kind: query, mode: polling}}",
)
def trigger_metadata_without_polling(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-trigger-metadata` says of an operation that it is a polling trigger, which it is not.

    All that it can say is the mode `polling`. An action has no mode, and to a webhook trigger the service comes by
    itself.
    """
    for operation in connector.operations:
        if "x-ms-trigger-metadata" in operation.raw and not operation.is_polling:
            what = "a webhook trigger" if operation.is_webhook else "no trigger"
            place = operation.pointer / "x-ms-trigger-metadata"
            yield Flaw(place, f"x-ms-trigger-metadata is for polling triggers, but '{operation.label}' is {what}")
