"""Policies and connection parameters: where the two documents must agree."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.model import Connector

BOTH = (Part.DEFINITION, Part.PROPERTIES)
POLICIES = "https://learn.microsoft.com/connectors/custom-connectors/policy-templates"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLICIES,
    mend="Name an operation that exists, or take the name away.",
    needs=BOTH,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - templateId: setheader
            parameters: {x-ms-apimTemplate-operationName: [ListItem]}
    """,
    good="""
        policyTemplateInstances:
          - templateId: setheader
            parameters: {x-ms-apimTemplate-operationName: [ListItems]}
    """,
)
def policy_names_unknown_operation(connector: Connector) -> Iterator[Flaw]:
    """A policy names an operation that the definition does not have.

    It never acts on that operation, mostly because the operation was renamed and the policy was forgotten.
    """
    known = {operation.operation_id for operation in connector.operations}
    for policy in connector.policies:
        for index, name in enumerate(policy.operation_names):
            if name not in known:
                called = policy.title or policy.template_id
                message = f"the policy '{called}' names the operation '{name}', which does not exist"
                yield Flaw(policy.operations_pointer / index, message, part=Part.PROPERTIES)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source="https://learn.microsoft.com/connectors/custom-connectors/connection-parameters",
    mend="Add a connection parameter to apiProperties.json, or remove the security definition.",
    needs=BOTH,
    scaffold="definition",
    bad="securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}",
    good="securityDefinitions: {}",
)
def security_definition_without_connection_parameter(connector: Connector) -> Iterator[Flaw]:
    """The definition asks for credentials, but there is no connection parameter to hold them.

    Connection parameters stand in apiProperties.json, alone or in sets.
    """
    if connector.connection_parameters or connector.has_connection_parameter_sets:
        return
    for name in connector.security_definitions:
        message = f"the security definition '{name}' has no connection parameter to take its value from"
        yield Flaw(Pointer(("securityDefinitions", name)), message)
