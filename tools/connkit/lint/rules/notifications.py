"""Webhook triggers: where notifications are sent, and what pairs a polling trigger with a subscription."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.calls import NOTIFICATION as PAIRING
from connkit.lint.calls import calls
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import NOTIFICATION, Connector, Field, Kind, Node, Operation, Parameter
from connkit.model.shape import as_text

URL = "x-ms-notification-url"


def _urls(connector: Connector) -> Iterator[tuple[Operation, Field]]:
    """Marked properties of bodies, with an operation that sends each."""
    for operation in _marked(connector)[0]:
        yield from ((operation, field) for field in operation.notification_urls)


def _marked(connector: Connector) -> tuple[list[Operation], list[Node]]:
    """The operations that send something with the mark, and the nodes where it is out of place."""
    sending: dict[Operation, None] = {}
    misplaced: list[Node] = []
    for node in connector.nodes.having(URL):
        users = calls(connector).users.of(node) if node.value[URL] is True else []
        inputs = [user.operation for user in users if user.as_input and node.kind is Kind.SCHEMA]
        sending.update(dict.fromkeys(inputs))
        if users and not inputs:
            misplaced.append(node)
    return list(sending), misplaced


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-visibility: internal.",
    scaffold="webhook",
    bad="""
        required: [url]
        properties: {url: {type: string, x-ms-notification-url: true}}
    """,
    good="""
        required: [url]
        properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}
    """,
)
def notification_url_not_internal(connector: Connector) -> Iterator[Flaw]:
    """The property that takes the notification URL is visible to makers.

    The platform fills it in, so it or an object around it must be internal.
    """
    for operation, field in _urls(connector):
        body_hidden = operation.body is not None and operation.body.internal
        if not (field.internal or body_hidden):
            yield Flaw(field.pointer, f"the notification URL '{field.name}' is visible; add x-ms-visibility: internal")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name the property in 'required' of the object that holds it, and so on up to the body.",
    scaffold="webhook",
    bad="properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}",
    good="""
        required: [url]
        properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}
    """,
)
def notification_url_not_required(connector: Connector) -> Iterator[Flaw]:
    """The notification URL, or something around it, is optional.

    Each object on the way down from the body, and the property itself, must be required.
    """
    for _, field in _urls(connector):
        if not field.chain_required:
            yield Flaw(field.pointer, f"the notification URL '{field.name}' or an object around it is optional")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-notification-url: true to the body property that takes the address.",
    scaffold="webhook",
    bad="properties: {url: {type: string}}",
    good="""
        required: [url]
        properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}
    """,
)
def webhook_operations_missing_notification_url_property(connector: Connector) -> Iterator[Flaw]:
    """A webhook trigger has no property in its body that takes the notification URL.

    Without one marked `x-ms-notification-url: true`, the service never learns where to send its events.
    """
    for operation in connector.operations:
        if operation.trigger and NOTIFICATION in operation.path_item and not operation.notification_urls:
            lacking = "no body property with x-ms-notification-url: true"
            message = f"the webhook '{operation.label}' has {lacking}"
            yield Flaw(operation.pointer, message, (operation.pointer.parent / NOTIFICATION,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write type: string.",
    scaffold="webhook",
    bad="""
        required: [url]
        properties: {url: {type: object, x-ms-notification-url: true, x-ms-visibility: internal}}
    """,
    good="""
        required: [url]
        properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}
    """,
)
def notification_url_not_string(connector: Connector) -> Iterator[Flaw]:
    """The property that takes the notification URL has another type than string.

    The platform writes an address into it. A property without a type is let pass.
    """
    for _, field in _urls(connector):
        kind = as_text(field.schema.get("type"))
        if kind not in ("", "string"):
            yield Flaw(field.pointer, f"the notification URL '{field.name}' has type {kind}, but must be a string")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Mark the property in the body of the operation that subscribes, and take the mark away here.",
    scaffold="schema",
    bad="{type: object, properties: {url: {type: string, x-ms-notification-url: true}}}",
    good="{type: object, properties: {url: {type: string}}}",
)
def notification_url_not_allowed_in_this_position(connector: Connector) -> Iterator[Flaw]:
    """The mark of the notification URL stands outside the body of what is sent.

    The platform puts the address into a property of the body, never into a query, a header or an answer. A schema that
    bodies and answers share is let pass, and so is one that nothing uses.
    """
    for node in _marked(connector)[1]:
        yield Flaw(node.pointer / URL, f"'{URL}' is only known in a body that is sent, but stands elsewhere")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-notification-content with the schema of a notification to the path, beside the method.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            post:
              operationId: WhenItem
              x-ms-trigger: single
              parameters:
                - name: body
                  in: body
                  schema:
                    required: [url]
                    properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}
              responses: {'201': {description: Registered}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post:
              operationId: WhenItem
              x-ms-trigger: single
              parameters:
                - name: body
                  in: body
                  schema:
                    required: [url]
                    properties: {url: {type: string, x-ms-notification-url: true, x-ms-visibility: internal}}
              responses: {'201': {description: Registered}}
    """,
)
def operation_must_have_notification_content_extension(connector: Connector) -> Iterator[Flaw]:
    """An operation takes a notification URL, but nothing says what will be sent there.

    `x-ms-notification-content` stands on the path, beside the method and not inside it. Makers pick what an event
    holds from its schema.
    """
    for operation in dict.fromkeys(operation for operation, _ in _urls(connector)):
        if NOTIFICATION not in operation.path_item:
            marked = operation.notification_urls
            told = "a notification URL" if len(marked) == 1 else f"{len(marked)} notification URLs"
            message = f"the operation '{operation.label}' takes {told}, but its path has no {NOTIFICATION}"
            yield Flaw(operation.pointer, message, tuple(field.pointer for field in marked))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-trigger: batch, or take x-ms-notification out.",
    bad="""
        operationId: ListItems
        x-ms-notification: {operationId: SubscribeItems}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        x-ms-trigger: batch
        x-ms-notification: {operationId: SubscribeItems}
        responses: {'200': {description: The items}}
    """,
)
def notification_extension_supported_for_trigger_only(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-notification` stands on an operation that is no trigger.

    It tells a polling trigger which subscription wakes it up, so that it need not poll. An action polls nothing.
    """
    for operation in _paired(connector):
        if operation.trigger is None:
            message = f"'{PAIRING}' is for triggers, but '{operation.label}' is an action"
            yield Flaw(operation.pointer / PAIRING, message)


def _paired(connector: Connector) -> Iterator[Operation]:
    if connector.nodes.having(PAIRING, Kind.OPERATION):
        yield from (operation for operation in connector.operations if PAIRING in operation.raw)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Move x-ms-notification to the polling trigger that the webhook is to wake up.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post:
              operationId: WhenItem
              x-ms-trigger: single
              x-ms-notification: {operationId: WhenItem}
              responses: {'201': {description: Registered}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post: {operationId: WhenItem, x-ms-trigger: single, responses: {'201': {description: Registered}}}
    """,
)
def notification_extension_not_supported_in_webhook_operation(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-notification` stands on a webhook trigger.

    A webhook is told of events already; the extension belongs to a polling trigger, and names the webhook.
    """
    for operation in _paired(connector):
        if operation.is_webhook:
            message = f"'{PAIRING}' is for polling triggers, but '{operation.label}' is a webhook"
            yield Flaw(operation.pointer / PAIRING, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name a webhook trigger of this definition.",
    bad="""
        operationId: WhenItemAdded
        x-ms-trigger: batch
        x-ms-notification: {operationId: WhenItemAdded}
        responses: {'200': {description: The items}}
    """,
    good="{operationId: WhenItemAdded, x-ms-trigger: batch, responses: {'200': {description: The items}}}",
)
def notification_operation_must_be_webhook(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-notification` names an operation that is no webhook.

    What wakes a polling trigger up is a subscription: a trigger whose body takes a notification URL. A name that no
    operation has is the ground of OperationIdNotFound.
    """
    for operation, subscription in _pairs(connector):
        if not subscription.is_webhook:
            message = f"'{operation.label}' is paired with '{subscription.label}', which is no webhook"
            yield Flaw(operation.pointer / PAIRING / "operationId", message, (subscription.pointer,))


def _pairs(connector: Connector) -> Iterator[tuple[Operation, Operation]]:
    """Operations, each with the existing one that its x-ms-notification names."""
    for operation in _paired(connector):
        named = operation.raw[PAIRING].get("operationId") if isinstance(operation.raw[PAIRING], dict) else None
        subscription = connector.operation(named) if isinstance(named, str) and named else None
        if subscription is not None:
            yield operation, subscription


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Give both parameters the same type and the same x-ms-visibility.",
    scaffold="definition",
    bad="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post:
              operationId: SubscribeItems
              x-ms-trigger: single
              parameters: [{name: box, in: query, type: integer}]
              responses: {'201': {description: Registered}}
          /news:
            get:
              operationId: WhenItemAdded
              x-ms-trigger: batch
              x-ms-notification: {operationId: SubscribeItems}
              parameters: [{name: box, in: query, type: string}]
              responses: {'200': {description: The items}}
    """,
    good="""
        paths:
          /hooks:
            x-ms-notification-content: {schema: {type: object, properties: {id: {type: string}}}}
            post:
              operationId: SubscribeItems
              x-ms-trigger: single
              parameters: [{name: box, in: query, type: string}]
              responses: {'201': {description: Registered}}
          /news:
            get:
              operationId: WhenItemAdded
              x-ms-trigger: batch
              x-ms-notification: {operationId: SubscribeItems}
              parameters: [{name: box, in: query, type: string}]
              responses: {'200': {description: The items}}
    """,
)
def paramters_with_same_name_must_have_same_type_and_visibility(connector: Connector) -> Iterator[Flaw]:
    """A polling trigger and its subscription disagree about a parameter of the same name.

    A maker fills it in once, and the platform sends it with both. Properties of bodies are not compared.
    """
    for operation, subscription in _pairs(connector):
        others = {one.name: one for one in subscription.parameters if one.location != "body"}
        for parameter in operation.parameters:
            other = others.get(parameter.name) if parameter.location != "body" else None
            difference = _difference(parameter, other) if other else ""
            if difference:
                message = f"the parameter '{parameter.name}' has another {difference}, in '{subscription.label}'"
                yield Flaw(parameter.pointer, message, (others[parameter.name].pointer,))


def _difference(one: Parameter, other: Parameter) -> str:
    if one.type != other.type:
        return f"type, {other.type or 'none'}"
    return "" if one.visibility == other.visibility else f"visibility, {other.visibility or 'none'}"
