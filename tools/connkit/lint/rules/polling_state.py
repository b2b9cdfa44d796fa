"""Polling triggers: what they keep between two polls, and where they find it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from connkit.core import Authority, Severity
from connkit.lint.nearest import advice
from connkit.lint.registry import DOCUMENTS, Flaw, Scope, rule
from connkit.lint.rules.polling import POLLING, answer_schema, policy_driven
from connkit.lint.rules.properties_shape import flaw
from connkit.model import Connector, Operation, Policy
from connkit.model.shape import as_object, as_text

if TYPE_CHECKING:
    from connkit.lint.policy_reading import Reading

CONFIG, DATA_PATH = "triggerConfig", "triggerDataPath"


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLLING,
    mend="Add the default that means \"from the beginning\", such as '0'.",
    needs=DOCUMENTS,
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
    for operation, policies in policy_driven(connector):
        states = {name for policy in policies for name in _state_names(policy)}
        for parameter in operation.parameters:
            carries = parameter.location == "query" and parameter.name in states
            if carries and not parameter.has_default:
                message = f"'{parameter.name}' carries the state of '{operation.label}', but has no default"
                yield Flaw(parameter.pointer, message)


def _state_names(policy: Policy) -> list[str]:
    from connkit.semantics.policy_templates import NEXT_LINK

    return [name for name in as_object(policy.parameters.get(CONFIG)) if name != NEXT_LINK]


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLLING,
    mend="Read the state from a property beside the list, where the service answers with one.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="parameters: [{name: since, in: query}]",
    good="""
        policies:
          - templateId: pollingtrigger
            parameters:
              x-ms-apimTemplateParameter.triggerConfig: {since: '@{triggerBody().next}'}
              x-ms-apimTemplateParameter.triggerDataPath: '@triggerBody().items'
              x-ms-apimTemplate-operationName: [WhenItemAdded]
    """,
)
def polling_state_from_first_item(connector: Connector) -> Iterator[Flaw]:
    """The state of a polling trigger is read from the first item of a page.

    That is the documented way, with two limits: the service has to list the newest item first, or items are
    repeated or lost, and a first page without any item gives no state. A property that the answer has beside the
    list, such as the time of the answer, knows neither.
    """
    for operation, policies in policy_driven(connector):
        for reading in _readings(policies):
            for path in reading.paths if reading.parameter == CONFIG else ():
                if any(step.key == 0 and isinstance(step.key, int) for step in path.steps):
                    what = f"the state of '{operation.label}' is read from the first item by '{path.text}'"
                    yield flaw(reading.pointer, f"{what}, so the newest item has to come first")


def _readings(policies: list[Policy]) -> Iterator[Reading]:
    from connkit.lint.policy_reading import readings

    return (reading for policy in policies for reading in readings(policy))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=POLLING,
    mend="Write an expression such as '@{triggerBody().items[0].id}', which moves on with each page.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="""
        policies:
          - templateId: pollingtrigger
            parameters:
              x-ms-apimTemplateParameter.triggerConfig: {limit: '1'}
              x-ms-apimTemplateParameter.triggerDataPath: '@triggerBody().items'
              x-ms-apimTemplate-operationName: [WhenItemAdded]
    """,
    good="parameters: [{name: since, in: query}]",
)
def polling_state_constant(connector: Connector) -> Iterator[Flaw]:
    """The state of a polling trigger is the same whatever the service answers.

    No value in `triggerConfig` reads anything from the page, so that each poll asks for the same items, and each
    of them starts a run again.
    """
    for operation, policies in policy_driven(connector):
        for policy in policies:
            given = {name: as_object(policy.parameters.get(CONFIG))[name] for name in _state_names(policy)}
            if given and not any("@" in value if isinstance(value, str) else True for value in given.values()):
                told = f"the state of '{operation.label}' never changes: nothing in triggerConfig reads the page"
                yield flaw(policy.parameter_pointer(CONFIG), told)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Add x-ms-visibility: internal.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="parameters: [{name: since, in: query, type: string}]",
    good="parameters: [{name: since, in: query, type: string, x-ms-visibility: internal}]",
)
def polling_state_visible(connector: Connector) -> Iterator[Flaw]:
    """A maker is shown the parameter that carries a polling trigger's state.

    What is typed there is overwritten by the first state that the platform reads.
    """
    for operation, policies in policy_driven(connector):
        states = {name for policy in policies for name in _state_names(policy)}
        for parameter in operation.parameters:
            if parameter.location == "query" and parameter.name in states and not parameter.internal:
                message = f"'{parameter.name}' carries the state of '{operation.label}', and should be internal"
                yield Flaw(parameter.pointer, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Name a query parameter of the operation in triggerConfig, or add the parameter.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="parameters: [{name: sinces, in: query, type: string}]",
    good="parameters: [{name: since, in: query, type: string}]",
)
def polling_state_parameter_not_found(connector: Connector) -> Iterator[Flaw]:
    """The state of a polling trigger goes into a query parameter that the operation does not have.

    Whether a parameter that is not declared gets through is not documented. An empty name carries nothing.
    """
    for operation, policies in policy_driven(connector):
        own = [parameter.name for parameter in operation.parameters if parameter.location == "query"]
        for policy in policies:
            for name in _state_names(policy):
                if name not in own:
                    what = f"'{operation.label}' has no query parameter '{name}' to carry its state"
                    yield flaw(policy.parameter_pointer(CONFIG) / name, f"{what}; {advice(name, own)}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Name the array that holds the items, such as '@triggerBody().items'.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="response: {description: The items, schema: {type: object, properties: {data: {type: array, items: {}}}}}",
    good="response: {description: The items, schema: {type: object, properties: {items: {type: array, items: {}}}}}",
)
def polling_data_path_not_found(connector: Connector) -> Iterator[Flaw]:
    """A polling trigger takes its items from a place where its answer has no array.

    Each poll fails then, and no run starts. Judged by the schema of the operation's answer, where that says enough.
    """
    for operation, policies in policy_driven(connector):
        for reading in _readings(policies):
            if reading.parameter == DATA_PATH and reading.problem is None:
                problem = _no_array(connector, operation, reading)
                if problem:
                    yield flaw(reading.pointer, f"'{reading.text}' names no array of '{operation.label}': {problem}")


def _no_array(connector: Connector, operation: Operation, reading: Reading) -> str:
    from connkit.lint.schema_paths import is_array, walk

    if not reading.paths:
        return "it is no expression"
    end = walk(connector, answer_schema(operation), reading.paths[0].steps)
    kind = as_text(end.schema.get("type")) if end.schema else ""
    if end.schema and kind and not is_array(end.schema):
        return f"it is of type '{kind}'"
    return end.problem


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=POLLING,
    mend="Correct the path, or add the property to the schema of the answer.",
    needs=DOCUMENTS,
    scaffold="polling",
    bad="""
        response:
          description: The items
          schema: {properties: {items: {type: array, items: {properties: {id: {type: string}}}}}}
    """,
    good="""
        response:
          description: The items
          schema: {properties: {items: {type: array, items: {properties: {at: {type: string}}}}}}
    """,
)
def polling_state_path_not_found(connector: Connector) -> Iterator[Flaw]:
    """The state of a polling trigger is read from a property that its answer does not have.

    Judged by the schema of the operation's answer, where that says enough.
    """
    for operation, policies in policy_driven(connector):
        for reading in _readings(policies):
            for path in reading.paths if reading.parameter == CONFIG else ():
                from connkit.lint.schema_paths import walk

                problem = walk(connector, answer_schema(operation), path.steps).problem
                if problem:
                    told = f"'{path.text}' does not fit what '{operation.label}' answers: {problem}"
                    yield flaw(reading.pointer, told)
