"""Policies: which operations they act on."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.registry import DOCUMENTS, Flaw, Part, Scope, rule
from connkit.model import Connector

POLICIES = "https://learn.microsoft.com/connectors/custom-connectors/policy-templates"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLICIES,
    mend="Name an operation that exists, or take the name away.",
    needs=DOCUMENTS,
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
