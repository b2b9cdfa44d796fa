"""Dynamic choices and schemas: what an operation's answer says about another operation's inputs and outputs.

Source: https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions
"""

from connkit.runtime.dynamic.choices import Choice, Choices, dynamic_values
from connkit.runtime.dynamic.schemas import DynamicSchema, Resolved, invoke_resolved, resolve_schemas

__all__ = [
    "Choice",
    "Choices",
    "DynamicSchema",
    "Resolved",
    "dynamic_values",
    "invoke_resolved",
    "resolve_schemas",
]
