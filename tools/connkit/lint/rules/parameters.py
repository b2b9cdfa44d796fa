"""Parameters."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.lint.templates import sound, variables
from connkit.model import Connector


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add x-ms-url-encoding: single to the parameter.",
    scaffold="parameters",
    bad="[{name: id, in: path, type: string, required: true}]",
    good="[{name: id, in: path, type: string, required: true, x-ms-url-encoding: single}]",
)
def path_parameter_missing_encoding(connector: Connector) -> Iterator[Flaw]:
    """A path parameter does not say how its value is encoded.

    Without `x-ms-url-encoding: single`, a value that holds a slash or a blank makes a different address.
    """
    for parameter in connector.parameters:
        if parameter.location == "path" and "x-ms-url-encoding" not in parameter.raw:
            message = f"the path parameter '{parameter.name}' has no encoding; add x-ms-url-encoding: single"
            yield Flaw(parameter.pointer / "x-ms-url-encoding", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add a required parameter of that name with in: path.",
    scaffold="definition",
    bad="paths: {'/items/{id}': {get: {operationId: GetItem, responses: {'200': {description: It}}}}}",
    good="""
        paths:
          /items/{id}:
            get:
              operationId: GetItem
              parameters: [{name: id, in: path, type: string, required: true, x-ms-url-encoding: single}]
              responses: {'200': {description: It}}
    """,
)
def operation_missing_path_parameter(connector: Connector) -> Iterator[Flaw]:
    """The path has a variable that the operation does not define as a path parameter.

    What is wrong with the template itself, such as a brace too many or a default in it, is told of the path.
    """
    for operation in connector.operations:
        defined = {item.name for item in operation.parameters if item.location == "path"}
        for name in dict.fromkeys(variables(operation.path) if sound(operation.path) else ()):
            if name not in defined and "=" not in name:
                message = f"the operation '{operation.label}' does not define the path parameter '{name}'"
                yield Flaw(operation.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add required: true.",
    scaffold="parameters",
    bad="[{name: id, in: path, type: string, x-ms-url-encoding: single}]",
    good="[{name: id, in: path, type: string, required: true, x-ms-url-encoding: single}]",
)
def path_parameter_must_be_required(connector: Connector) -> Iterator[Flaw]:
    """A path parameter is not marked as required, although no address can be made without it."""
    for parameter in connector.parameters:
        if parameter.location == "path" and not parameter.required:
            message = f"the path parameter '{parameter.name}' is optional; mark it with required: true"
            yield Flaw(parameter.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source="https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions#x-ms-visibility",
    mend="Add a default, or show the parameter to makers.",
    scaffold="parameters",
    bad="[{name: version, in: query, type: string, required: true, x-ms-visibility: internal}]",
    good="[{name: version, in: query, type: string, required: true, x-ms-visibility: internal, default: v1}]",
)
def hidden_required_parameter(connector: Connector) -> Iterator[Flaw]:
    """A required parameter is hidden from makers and has no default.

    The designer never shows what is `internal`, so nobody can fill it in; unless there is a `default`, calls
    are made without it. Properties of a body are not looked at: the platform fills in a notification URL.
    """
    for parameter in connector.parameters:
        hidden = parameter.internal and parameter.location != "body"
        if hidden and parameter.required and not parameter.has_default:
            message = f"parameter '{parameter.name}' is required and internal, but has no default"
            yield Flaw(parameter.pointer, message, (parameter.pointer / "x-ms-visibility",))
