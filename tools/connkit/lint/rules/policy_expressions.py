"""Policies: what their expressions refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Severity
from connkit.lint.nearest import advice
from connkit.lint.registry import DOCUMENTS, Flaw, Scope, rule
from connkit.lint.rules.properties_shape import FILE, flaw
from connkit.model import Connector, Operation, Policy
from connkit.model.connection_parameter import TOKEN_PROPERTY
from connkit.model.shape import as_object, as_text

LEARN = "https://learn.microsoft.com/connectors/custom-connectors/policy-templates/expressions/expressions"
HOST_URL = "https://learn.microsoft.com/connectors/custom-connectors/policy-templates/dynamichosturl/dynamichosturl"
ROUTE = (
    "https://learn.microsoft.com/connectors/custom-connectors/policy-templates/routerequesttoendpoint/"
    "routerequesttoendpoint"
)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write the expression as the message says.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "@headers(host)"}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "@headers('host')"}}
    """,
)
def policy_expression_not_valid(connector: Connector) -> Iterator[Flaw]:
    """An expression of a policy cannot be read.

    Addresses, headers and query parameters know `@headers('x')`, `@queryParameters('x')` and
    `@connectionParameters('x')`. Paths into a body begin with `@body()` or `@item()`, and the state of a polling
    trigger is read by `@{triggerBody()...}`.
    """
    yield from _unread(connector, malformed=True)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend="Use a form that is documented for policies, and try it on the platform.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "@concat('a', 'b')"}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "@headers('host')"}}
    """,
)
def policy_expression_not_documented(connector: Connector) -> Iterator[Flaw]:
    """An expression of a policy uses what is not known to work there.

    The language of flows has many functions. Policies are documented to know a few, and no published connector
    uses another.
    """
    yield from _unread(connector, malformed=False)


def _unread(connector: Connector, *, malformed: bool) -> Iterator[Flaw]:
    for policy in connector.policies:
        from connkit.lint.policy_reading import readings
        from connkit.semantics.paths import MalformedExpression

        for reading in readings(policy):
            problem = reading.problem
            if problem is not None and isinstance(problem, MalformedExpression) is malformed:
                yield flaw(reading.pointer, str(problem))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Correct the name, or add the connection parameter.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters: {site: {type: string}}
        policyTemplateInstances:
          - templateId: dynamichosturl
            parameters: {x-ms-apimTemplateParameter.urlTemplate: "https://@connectionParameters('host')"}
    """,
    good="""
        connectionParameters: {site: {type: string}}
        policyTemplateInstances:
          - templateId: dynamichosturl
            parameters: {x-ms-apimTemplateParameter.urlTemplate: "https://@connectionParameters('site')"}
    """,
)
def policy_reads_unknown_connection_parameter(connector: Connector) -> Iterator[Flaw]:
    """A policy reads a connection parameter that the connector does not have.

    Letter case makes no difference. Where the connection signs in, `token:name` may be a property that comes with
    the token and is asked of nobody.
    """
    declared = [parameter.name for parameter in connector.declared_connection_parameters]
    known = {name.lower() for name in declared}
    for policy in connector.policies:
        from connkit.lint.policy_reading import readings

        for reading in readings(policy):
            for lookup in reading.lookups:
                name = lookup.name.lower()
                claim = name.startswith(TOKEN_PROPERTY) and "token" in known
                if lookup.source == "connectionParameters" and name not in known and not claim:
                    told = f"there is no connection parameter '{lookup.name}'; {advice(lookup.name, declared)}"
                    yield flaw(reading.pointer, told)


_ALWAYS = {"authorization", "accept", "accept-language", "content-type", "user-agent", "host", "if-match", "cookie"}


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Correct the name, or add the parameter to the operations that the policy acts on.",
    needs=DOCUMENTS,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "@headers('Site')"}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "https://a.example"}}
    """,
)
def policy_reads_unknown_input(connector: Connector) -> Iterator[Flaw]:
    """A policy reads a header or query parameter that none of its operations has.

    One that the platform adds itself, that a security definition sends or that another policy sets will do, and so
    will a default such as in `@headers('Site', 'main')`.
    """
    sent = _sent_anyway(connector) if connector.policies else set()
    for policy in connector.policies:
        from connkit.lint.policy_reading import readings

        operations = _acted_on(connector, policy)
        inputs = {(one.location, one.name.lower()) for operation in operations for one in operation.parameters}
        for reading in readings(policy):
            for lookup in reading.lookups:
                where = {"headers": "header", "queryParameters": "query"}.get(lookup.source, "")
                wanted = (where, lookup.name.lower())
                if operations and where and lookup.default is None and wanted not in inputs | sent:
                    what = "header" if where == "header" else "query parameter"
                    one, more = f"'{operations[0].label}' does not have", "none of its operations has"
                    who = one if len(operations) == 1 else more
                    yield flaw(reading.pointer, f"the policy reads the {what} '{lookup.name}', which {who}")


def _acted_on(connector: Connector, policy: Policy) -> list[Operation]:
    return [operation for operation in connector.operations if policy.applies_to(operation.operation_id)]


def _sent_anyway(connector: Connector) -> set[tuple[str, str]]:
    """What no operation has to declare."""
    sent = {("header", name) for name in _ALWAYS}
    for raw in map(as_object, connector.security_definitions.values()):
        sent.add((as_text(raw.get("in")), as_text(raw.get("name")).lower()))
    for policy in connector.policies:
        where = {"setheader": "header", "setqueryparameter": "query"}.get(policy.template_id, "")
        sent.add((where, as_text(policy.parameters.get("name")).lower().replace("%24", "$")))
        sent |= _fetched(policy)
    return sent


def _fetched(policy: Policy) -> set[tuple[str, str]]:
    if policy.template_id != "setvaluefromurl":
        return set()
    from connkit.lint.policy_reading import readings

    targets = (reading for reading in readings(policy) if reading.parameter == "parameterTemplate")
    places = {"headers": "header", "queryParameters": "query"}
    return {(places.get(one.source, ""), one.name.lower()) for reading in targets for one in reading.lookups}


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=ROUTE,
    mend="Name a parameter of the operation's own path, or write @headers or @queryParameters.",
    needs=DOCUMENTS,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - templateId: routerequesttoendpoint
            parameters:
              x-ms-apimTemplateParameter.newPath: /things/{id}
              x-ms-apimTemplate-operationName: [ListItems]
    """,
    good="""
        policyTemplateInstances:
          - templateId: routerequesttoendpoint
            parameters:
              x-ms-apimTemplateParameter.newPath: /things
              x-ms-apimTemplate-operationName: [ListItems]
    """,
)
def policy_path_parameter_unknown(connector: Connector) -> Iterator[Flaw]:
    """A policy leads to a path with a name in braces that an operation's own path does not have.

    Only parameters of the path can be filled in there.
    """
    for policy in connector.policies:
        for parameter in ("newPath", "parameterValueUrl"):
            names = list(_in_braces(as_text(policy.parameters.get(parameter))))
            for operation in _acted_on(connector, policy) if names and policy.operation_names else ():
                own = list(_in_braces(operation.path))
                for name in names:
                    if name not in own:
                        what = f"'{{{name}}}' is no part of the path of '{operation.label}'"
                        yield flaw(policy.parameter_pointer(parameter), f"{what}; {advice(name, own)}")


def _in_braces(path: str) -> Iterator[str]:
    for part in path.split("{")[1:]:
        name, closed, _ = part.partition("}")
        if closed and not name.startswith("@"):
            yield name


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=HOST_URL,
    mend="Begin the address with https://.",
    needs=FILE,
    scaffold="properties",
    bad="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "http://a.example"}}
    """,
    good="""
        policyTemplateInstances:
          - {templateId: dynamichosturl, parameters: {x-ms-apimTemplateParameter.urlTemplate: "https://a.example"}}
    """,
)
def policy_address_not_https(connector: Connector) -> Iterator[Flaw]:
    """A policy leads to an address that is not https.

    With http, credentials travel open. Without any scheme it is no address. One that begins with an expression may
    have all that it needs.
    """
    for policy in connector.policies:
        for name in ("urlTemplate", "parameterValueUrl"):
            text = as_text(policy.parameters.get(name))
            low = text.lower()
            if low.startswith("http://") or (name == "urlTemplate" and text and not low.startswith(("https://", "@"))):
                message = f"the policy '{policy.label}' leads to '{text}', but should begin with https://"
                yield flaw(policy.parameter_pointer(name), message)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=LEARN,
    mend="Correct the path, or add the property to the schema.",
    needs=DOCUMENTS,
    scaffold="connector",
    bad="""
        definition:
          paths:
            /items:
              post:
                operationId: AddItem
                parameters: [{name: body, in: body, schema: {type: object, properties: {name: {type: string}}}}]
        properties:
          policyTemplateInstances:
            - templateId: stringreplace
              parameters:
                x-ms-apimTemplateParameter.propertyParentPath: '@body().title'
                x-ms-apimTemplate-policySection: Request
                x-ms-apimTemplate-operationName: [AddItem]
    """,
    good="""
        definition:
          paths:
            /items:
              post:
                operationId: AddItem
                parameters: [{name: body, in: body, schema: {type: object, properties: {name: {type: string}}}}]
        properties:
          policyTemplateInstances:
            - templateId: stringreplace
              parameters:
                x-ms-apimTemplateParameter.propertyParentPath: '@body().name'
                x-ms-apimTemplate-policySection: Request
                x-ms-apimTemplate-operationName: [AddItem]
    """,
)
def policy_path_not_in_schema(connector: Connector) -> Iterator[Flaw]:
    """A policy reads a property of a body that the operation's schema does not have.

    It fails for each call, unless the schema leaves the property out. Looked at are the paths from `@body()` that are
    read, not those that are written, of operations that the policy names.
    """
    for policy in connector.policies:
        from connkit.lint.policy_reading import readings
        from connkit.lint.schema_paths import walk

        for reading in readings(policy) if policy.operation_names else ():
            for path in reading.paths if reading.parameter != "newPropertyPath" else ():
                for operation in _acted_on(connector, policy) if path.function == "body" else ():
                    schema = _body(operation, policy)
                    problem = walk(connector, schema, path.steps).problem if schema else ""
                    if problem:
                        told = f"'{path.text}' does not fit what '{operation.label}' has for a body: {problem}"
                        yield flaw(reading.pointer, told)


def _body(operation: Operation, policy: Policy) -> dict[str, Any]:
    """The schema of what the policy acts on; {} for a side call, whose answer nothing describes."""
    if policy.template_id == "setvaluefromurl":
        return {}
    if policy.section.lower() == "response" or policy.template_id == "updatenextlink":
        answer = operation.success_response
        return answer.schema if answer else {}
    body = operation.body
    return body.schema if body and policy.section.lower() == "request" else {}
