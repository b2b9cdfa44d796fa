"""References that only the newer of two dynamic extensions can express."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connkit.core import Authority, Severity
from connkit.lint.calls import calls
from connkit.lint.inputs import OperationInputs
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector
from connkit.semantics.dynamic_extensions import LIST, PROPERTIES, SCHEMA, VALUES

_NEWER = {VALUES: LIST, SCHEMA: PROPERTIES}


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-dynamic-list with the same call, and parameterReference with the path to the property.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: floor, in: query, type: integer}
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                room:
                  x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: floor}}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: floor, in: query, type: integer}
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                room:
                  x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: floor}}, value-path: id}
                  x-ms-dynamic-list:
                    operationId: ListRooms
                    parameters: {floor: {parameterReference: body/floor}}
                    itemValuePath: id
    """,
)
def dynamic_list_extension_required_for_ambiguous_references(connector: Connector) -> Iterator[Flaw]:
    """A reference in `x-ms-dynamic-values` may mean several inputs, and `x-ms-dynamic-list` is missing beside it.

    It is the name of a parameter and of a property of the body, or of several properties inside the body. The newer
    extension tells them apart, because its references are paths.
    """
    yield from _flaws(connector, VALUES, OperationInputs.is_ambiguous, "may mean more than one input")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-dynamic-list with the same call, and parameterReference with the path to the property.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                room:
                  x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: floor}}, value-path: id}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                room:
                  x-ms-dynamic-values: {operationId: ListRooms, parameters: {floor: {parameter: floor}}, value-path: id}
                  x-ms-dynamic-list:
                    operationId: ListRooms
                    parameters: {floor: {parameterReference: body/floor}}
                    itemValuePath: id
    """,
)
def dynamic_list_extension_required_for_non_parameter_references(connector: Connector) -> Iterator[Flaw]:
    """A reference in `x-ms-dynamic-values` names a property of the body, without `x-ms-dynamic-list` beside it.

    The older extension knows parameters alone. Newer designers look into the body, by the path that the newer
    extension has.
    """
    yield from _flaws(connector, VALUES, _is_in_body, "is a property of the body")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-dynamic-properties with the same call, and parameterReference with the path to the property.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: floor, in: query, type: integer}
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                more:
                  x-ms-dynamic-schema: {operationId: ListRooms, parameters: {floor: {parameter: floor}}}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - {name: floor, in: query, type: integer}
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                more:
                  x-ms-dynamic-schema: {operationId: ListRooms, parameters: {floor: {parameter: floor}}}
                  x-ms-dynamic-properties:
                    operationId: ListRooms
                    parameters: {floor: {parameterReference: body/floor}}
    """,
)
def dynamic_properties_extension_required_for_ambiguous_references(connector: Connector) -> Iterator[Flaw]:
    """A reference in `x-ms-dynamic-schema` may mean several inputs, and `x-ms-dynamic-properties` is missing beside it.

    As with choices: a name that a parameter and a property of the body share, or several properties, says too little.
    The newer extension has paths.
    """
    yield from _flaws(connector, SCHEMA, OperationInputs.is_ambiguous, "may mean more than one input")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-dynamic-properties with the same call, and parameterReference with the path to the property.",
    scaffold="choices",
    bad="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                more:
                  x-ms-dynamic-schema: {operationId: ListRooms, parameters: {floor: {parameter: floor}}}
    """,
    good="""
        takes: [{name: floor, in: query, type: integer}]
        parameters:
          - name: body
            in: body
            schema:
              type: object
              properties:
                floor: {type: integer}
                more:
                  x-ms-dynamic-schema: {operationId: ListRooms, parameters: {floor: {parameter: floor}}}
                  x-ms-dynamic-properties:
                    operationId: ListRooms
                    parameters: {floor: {parameterReference: body/floor}}
    """,
)
def dynamic_properties_extension_required_for_non_parameter_references(connector: Connector) -> Iterator[Flaw]:
    """A reference in `x-ms-dynamic-schema` names a property of the body, without `x-ms-dynamic-properties` beside it.

    The older extension knows parameters alone; a schema that depends on what is in the body needs the newer one.
    """
    yield from _flaws(connector, SCHEMA, _is_in_body, "is a property of the body")


def _is_in_body(inputs: OperationInputs, name: str) -> bool:
    return not inputs.is_parameter(name) and inputs.referenced(name) is not None


def _flaws(
    connector: Connector, extension: str, is_so: Callable[[OperationInputs, str], bool], told: str
) -> Iterator[Flaw]:
    newer = _NEWER[extension]
    for call in calls(connector).dynamic:
        if call.extension != extension or newer in call.node.value:
            continue
        for argument in call.source.arguments:
            for caller in call.callers if argument.reference else ():
                if is_so(call.inputs(caller), argument.reference):
                    message = f"'{argument.reference}' {told} in '{caller.label}'; add {newer}, which takes a path"
                    yield Flaw(call.argument_pointer(argument.name), message)
