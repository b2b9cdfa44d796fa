"""Webhook triggers."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import NOTIFICATION, Connector


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
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
    for operation in connector.operations:
        for field in operation.notification_urls:
            body_hidden = operation.body is not None and operation.body.internal
            if not (field.internal or body_hidden):
                message = f"the notification URL '{field.name}' is visible; add x-ms-visibility: internal"
                yield Flaw(field.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
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
    for operation in connector.operations:
        for field in operation.notification_urls:
            if not field.chain_required:
                message = f"the notification URL '{field.name}' or an object around it is optional"
                yield Flaw(field.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
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
        if operation.is_webhook and not operation.notification_urls:
            lacking = "no body property with x-ms-notification-url: true"
            message = f"the webhook '{operation.label}' has {lacking}"
            yield Flaw(operation.pointer, message, (operation.pointer.parent / NOTIFICATION,))
