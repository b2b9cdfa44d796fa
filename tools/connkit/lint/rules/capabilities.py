"""Operations that the platform calls on its own: the test of a connection, and what dynamic extensions lead to."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.calls import CONTEXT, NOTIFICATION, TEST, Call, calls
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import Connector, Operation


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://learn.microsoft.com/connectors/custom-connectors/test-connection",
    mend="Name an operation with the method GET that needs no input, or send what it requires as fixed values.",
    scaffold="definition",
    bad="""
        x-ms-capabilities: {testConnection: {operationId: GetItem}}
        paths:
          /item:
            get:
              operationId: GetItem
              parameters: [{name: id, in: query, type: string, required: true}]
              responses: {'200': {description: It}}
    """,
    good="""
        x-ms-capabilities: {testConnection: {operationId: GetItem, parameters: {id: '1'}}}
        paths:
          /item:
            get:
              operationId: GetItem
              parameters: [{name: id, in: query, type: string, required: true}]
              responses: {'200': {description: It}}
    """,
)
def test_connection_cannot_succeed(connector: Connector) -> Iterator[Flaw]:
    """The operation that tests a connection needs something that nobody gives it.

    The platform calls it without a maker, right after the connection was made, with GET and nothing but the fixed
    values that `x-ms-capabilities` sends. A test that cannot succeed makes every new connection look broken.
    """
    for call in calls(connector).all:
        if call.steps == TEST and call.target is not None:
            for wrong in _hindrances(call, call.target):
                yield Flaw(call.pointer, f"the test of a connection calls '{call.target.label}', {wrong}")


def _hindrances(call: Call, target: Operation) -> Iterator[str]:
    if target.method != "get":
        yield f"which is {target.method.upper()} and not GET"
    fixed = {name for name, raw in call.arguments.items() if not isinstance(raw, dict) or "value" in raw}
    for name in call.inputs(target).lacking(fixed):
        yield f"which requires '{name}', but sends no value for it"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions",
    mend="Call an action that lists the same things.",
    scaffold="definition",
    bad="""
        paths:
          /rooms: {get: {operationId: WhenRoomAdded, x-ms-trigger: batch, responses: {'200': {description: Rooms}}}}
          /items:
            get:
              operationId: ListItems
              parameters:
                - {name: room, in: query, type: string, x-ms-dynamic-values: {operationId: WhenRoomAdded}}
              responses: {'200': {description: Items}}
    """,
    good="""
        paths:
          /rooms: {get: {operationId: ListRooms, responses: {'200': {description: Rooms}}}}
          /items:
            get:
              operationId: ListItems
              parameters:
                - {name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListRooms}}
              responses: {'200': {description: Items}}
    """,
)
def invoked_operation_is_trigger(connector: Connector) -> Iterator[Flaw]:
    """Choices, a schema or the test of a connection come from an operation that is a trigger.

    A trigger is polled or registers a webhook: called for a list it may answer with nothing, or leave a webhook
    behind each time a maker opens a drop-down. `x-ms-notification` leads to a trigger by design.
    """
    for call in calls(connector).all:
        target = call.target
        if target is not None and target.trigger is not None and call.extension not in (NOTIFICATION, CONTEXT):
            at = call.pointer / "operationId"
            yield Flaw(at, f"'{'/'.join(call.steps)}' calls '{target.label}', which is a trigger; call an action")
