"""What a webhook trigger does at run time: how it ends, and what its notifications hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import NOTIFICATION, Connector, Kind, Operation
from connkit.model.schema import whole_schema
from connkit.model.shape import as_object
from connkit.semantics.dynamic_extensions import PROPERTIES, SCHEMA

WEBHOOKS = "https://learn.microsoft.com/connectors/custom-connectors/create-webhook-trigger"
_WORDS = ("hook", "subscri", "trigger", "notif", "callback")
_CONTENTS = ("properties", "items", "additionalProperties", SCHEMA, PROPERTIES)


def _webhooks(connector: Connector) -> Iterator[Operation]:
    """Webhook triggers whose path says what they send."""
    if connector.nodes.of(Kind.NOTIFICATION):
        yield from (one for one in connector.operations if one.trigger and NOTIFICATION in one.path_item)


def _notification(connector: Connector, operation: Operation) -> dict[str, Any]:
    return whole_schema(operation.notification_schema, connector.resolve)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=WEBHOOKS,
    mend="Declare the header Location of the answer 201, and add the internal DELETE operation to which it leads.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
          /hooks/{id}:
            delete: {operationId: DeleteHook, x-ms-visibility: internal, responses: {'204': {description: Removed}}}
    """,
)
def webhook_without_unsubscribe(connector: Connector) -> Iterator[Flaw]:
    """Nothing in the definition tells how a webhook is removed again.

    When a flow is switched off, the platform calls DELETE on the address that the header `Location` of the
    registration named; without one the webhook stays, and the service sends into the void. Few published connectors
    declare the header, so a DELETE operation that looks like the counterpart is enough: an internal one, one below the
    same path, or one that speaks of hooks or subscriptions.
    """
    for operation in _webhooks(connector):
        if not _declares_location(operation) and not any(_may_remove(one, operation) for one in connector.operations):
            message = f"'{operation.label}' declares no Location, and no DELETE operation looks like its counterpart"
            yield Flaw(operation.pointer, message)


def _declares_location(operation: Operation) -> bool:
    headers = [as_object(one.raw.get("headers")) for one in operation.responses if one.code.startswith("2")]
    return any(name.lower() == "location" for one in headers for name in one)


def _may_remove(operation: Operation, webhook: Operation) -> bool:
    if operation.method != "delete":
        return False
    told = f"{operation.path} {operation.operation_id}".lower()
    below = operation.path.startswith(webhook.path)
    return operation.internal or below or any(word in told for word in _WORDS)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=WEBHOOKS,
    mend="Describe under x-ms-notification-content what an event holds.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
)
def notification_without_schema(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-notification-content` does not say what a notification holds.

    The schema is missing, or an object without properties, so makers find nothing to use in the steps that follow.
    Where the extension itself is missing, other rules say so.
    """
    for operation in _webhooks(connector):
        whole = _notification(connector, operation)
        if whole.get("type", "object") == "object" and not any(whole.get(key) for key in _CONTENTS):
            yield Flaw(_content(operation), f"nothing says what the notifications of '{operation.label}' hold")


def _content(operation: Operation) -> Pointer:
    place = operation.notification_schema_pointer
    return place if operation.notification_schema else place.parent


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=WEBHOOKS,
    mend="Write x-ms-trigger: batch, so that each item starts a run, or describe a single object.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: array, items: {type: string}}}
            post: {operationId: WhenItems, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: array, items: {type: string}}}
            post: {operationId: WhenItems, x-ms-trigger: batch, responses: {'201': {description: Registered}}}
    """,
)
def single_trigger_notifies_array(connector: Connector) -> Iterator[Flaw]:
    """A trigger for single events is sent a list.

    One run of the flow gets all items, and every maker has to loop over them.
    """
    for operation in _webhooks(connector):
        if operation.trigger == "single" and _notification(connector, operation).get("type") == "array":
            yield Flaw(_content(operation), f"'{operation.label}' has x-ms-trigger: single, but is sent an array")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=WEBHOOKS,
    mend="Write x-ms-trigger: single, or declare the array that holds the events.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: batch, responses: {'201': {description: Registered}}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
)
def batch_trigger_notifies_no_array(connector: Connector) -> Iterator[Flaw]:
    """A trigger for several events at once is sent no list.

    With `batch` the platform splits an array into runs, and here it finds none to split. What is not described, or
    described by another operation, is let pass.
    """
    for operation in _webhooks(connector):
        whole = _notification(connector, operation)
        told = whole.get("type", "object") != "object" or bool(whole.get("properties"))
        if operation.trigger == "batch" and told and not _holds_array(connector, operation, whole):
            yield Flaw(_content(operation), f"'{operation.label}' has x-ms-trigger: batch, but is sent no array")


def _holds_array(connector: Connector, operation: Operation, whole: dict[str, Any]) -> bool:
    if whole.get("type") == "array" or SCHEMA in whole or PROPERTIES in whole:
        return True
    fields = connector.fields(operation.notification_schema, operation.notification_schema_pointer)
    return any(field.schema.get("type") == "array" for field in fields)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=WEBHOOKS,
    mend="Add x-ms-trigger: single to the operation that subscribes, or take x-ms-notification-content out.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, responses: {'201': {description: Registered}}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
)
def notification_content_without_trigger(connector: Connector) -> Iterator[Flaw]:
    """A path says what its notifications hold, but none of its operations is a trigger.

    Without `x-ms-trigger` the operation is an action: a flow that calls it registers an address of nobody's.
    """
    triggers = {operation.path for operation in connector.operations if operation.trigger}
    for node in connector.nodes.of(Kind.NOTIFICATION):
        path = node.above.name if node.above else ""
        if path not in triggers:
            yield Flaw(node.pointer, f"'{NOTIFICATION}' stands on the path '{path}', which has no trigger")
