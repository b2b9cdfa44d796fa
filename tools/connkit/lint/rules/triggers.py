"""Webhook and polling triggers."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import NOTIFICATION, Connector, Operation, Policy

POLLING = "https://learn.microsoft.com/connectors/custom-connectors/create-polling-trigger"
BOTH = (Part.DEFINITION, Part.PROPERTIES)
_PAGING = {"limit", "offset", "page", "perpage", "pagesize", "top", "skip", "count", "pagenumber"}


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


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Add a policy 'pollingtrigger' that names the operation to apiProperties.json.",
    needs=BOTH,
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


def _policy_driven(connector: Connector) -> Iterator[tuple[Operation, list[Policy]]]:
    for operation in connector.operations:
        found = _polling_policies(connector, operation) if operation.is_polling else []
        if found:
            yield operation, found


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLLING,
    mend="Add the default that means \"from the beginning\", such as '0'.",
    needs=BOTH,
    scaffold="polling",
    bad="parameters: [{name: since, in: query, type: string, x-ms-visibility: internal}]",
    good="""
        parameters:
          - {name: since, in: query, type: string, required: true, x-ms-visibility: internal, default: '0'}
    """,
)
def polling_state_without_default(connector: Connector) -> Iterator[Flaw]:
    """The parameter that carries a polling trigger's state has no default.

    The first poll knows no state yet. Without a default, the parameter is left out and the service decides
    what it answers, which may be everything it has.
    """
    for operation, policies in _policy_driven(connector):
        states = {name for policy in policies for name in _state_names(policy)}
        for parameter in operation.parameters:
            carries = parameter.location == "query" and parameter.name in states
            if carries and not parameter.has_default:
                message = f"'{parameter.name}' carries the state of '{operation.label}', but has no default"
                yield Flaw(parameter.pointer, message)


def _state_names(policy: Policy) -> list[str]:
    configuration = policy.parameters.get("triggerConfig")
    return list(configuration) if isinstance(configuration, dict) else []


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLLING,
    mend="Add x-ms-visibility: advanced or internal.",
    needs=BOTH,
    scaffold="polling",
    bad="parameters: [{name: limit, in: query, type: integer}]",
    good="parameters: [{name: limit, in: query, type: integer, x-ms-visibility: advanced}]",
)
def page_size_shown_on_trigger(connector: Connector) -> Iterator[Flaw]:
    """A polling trigger asks the maker for a page or its size.

    How many items one poll brings is no concern of who builds a flow, and a small page loses events.
    """
    for operation, _ in _policy_driven(connector):
        for parameter in operation.parameters:
            shown = parameter.location == "query" and parameter.visibility not in ("internal", "advanced")
            if shown and parameter.name.lower().strip("$").replace("_", "").replace("-", "") in _PAGING:
                what = f"the trigger '{operation.label}' shows '{parameter.name}'"
                message = f"{what}; make it advanced or internal"
                yield Flaw(parameter.pointer, message)
