"""Paths, their variables, and whether the platform can tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.lint.templates import shape, sound, variables
from connkit.model import Connector, Kind, Operation
from connkit.model.shape import as_list

PATHS = Pointer(("paths",))


def _paths(connector: Connector) -> Iterator[str]:
    """The keys of `paths` that are meant to be paths."""
    return (path for path in connector.path_items if not path.startswith("x-"))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Put a slash before the path.",
    scaffold="definition",
    bad="paths: {items: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
    good="paths: {/items: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
)
def operation_path_must_start_with_slash(connector: Connector) -> Iterator[Flaw]:
    """A path does not begin with a slash.

    It is joined to the base path as it stands, so that the address becomes another one.
    """
    for path in _paths(connector):
        if not path.startswith("/"):
            yield Flaw(PATHS / path, f"the path '{path}' does not begin with '/'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Make query parameters of what stands behind '?', and write '?' and '#' in a path as %3F and %23.",
    scaffold="definition",
    bad="paths: {'/items?all=1': {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
    good="paths: {/items%3Fall: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
)
def operation_path_may_not_contain_query_or_fragment(connector: Connector) -> Iterator[Flaw]:
    """A path holds a question mark or a number sign, with which a query or a fragment begins."""
    for path in _paths(connector):
        found = [mark for mark in "?#" if mark in path]
        if found:
            yield Flaw(PATHS / path, f"the path '{path}' contains '{found[0]}'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Take the asterisk out of the path; a variable such as {name} stands for one segment.",
    scaffold="definition",
    bad="paths: {'/items/*': {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
    good="paths: {/items: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
)
def operation_path_contains_unsupported_characters(connector: Connector) -> Iterator[Flaw]:
    """A path contains an asterisk, which the platform does not take for a wildcard or anything else."""
    for path in _paths(connector):
        if "*" in path:
            yield Flaw(PATHS / path, f"the path '{path}' contains '*'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write the variable as {name}, and give the parameter of that name a default.",
    scaffold="definition",
    bad="paths: {'/items/{id=1}': {get: {operationId: GetItem, responses: {'200': {description: It}}}}}",
    good="""
        paths:
          /items/{id}:
            get:
              operationId: GetItem
              parameters: [{name: id, in: path, type: string, required: true, default: '1'}]
              responses: {'200': {description: It}}
    """,
)
def operation_path_variables_contain_defaults(connector: Connector) -> Iterator[Flaw]:
    """A variable of a path sets its default with an equals sign, which only other frameworks know."""
    for path in _paths(connector):
        for name in variables(path):
            if "=" in name:
                yield Flaw(PATHS / path, f"the variable '{{{name}}}' of the path '{path}' has a default in it")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Close each brace within its segment, and write a brace that encloses no variable as %7B or %7D.",
    scaffold="definition",
    bad="paths: {'/items/{id': {get: {operationId: GetItem, responses: {'200': {description: It}}}}}",
    good="paths: {'/items/%7Bid': {get: {operationId: GetItem, responses: {'200': {description: It}}}}}",
)
def operation_path_template_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A brace of a path encloses no variable: it is not closed, nested, empty, or reaches over a slash."""
    for path in _paths(connector):
        if not sound(path):
            yield Flaw(PATHS / path, f"the braces of the path '{path}' do not enclose variables within its segments")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write the operations under this path; a reference is never followed.",
    scaffold="definition",
    bad="paths: {/items: {$ref: '#/x-items'}}",
    good="paths: {/items: {get: {operationId: ListItems, responses: {'200': {description: The items}}}}}",
)
def path_item_ref_not_suppored(connector: Connector) -> Iterator[Flaw]:
    """A path refers to operations that stand elsewhere, which the platform does not follow."""
    for node in connector.nodes.having("$ref", Kind.PATH_ITEM):
        yield Flaw(node.pointer / "$ref", f"the path '{node.name}' is a reference; write its operations here")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name the parameter in braces in the path, or send it in another place.",
    scaffold="definition",
    bad="""
        paths:
          /items:
            get:
              operationId: GetItem
              parameters: [{name: id, in: path, type: string, required: true}]
              responses: {'200': {description: It}}
    """,
    good="""
        paths:
          /items/{id}:
            get:
              operationId: GetItem
              parameters: [{name: id, in: path, type: string, required: true}]
              responses: {'200': {description: It}}
    """,
)
def path_parameter_not_defined_in_template(connector: Connector) -> Iterator[Flaw]:
    """A path parameter has no place in the path, so its value is sent nowhere.

    Names are compared with their letter case.
    """
    for parameter in connector.parameters:
        if parameter.location == "path" and parameter.name:
            path = parameter.pointer.parts[1]
            if parameter.name not in variables(path):
                message = f"the path '{path}' has no variable '{{{parameter.name}}}' for the path parameter"
                yield Flaw(parameter.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Give one of the two a static segment that the other has not.",
    scaffold="definition",
    bad="""
        paths:
          /items/{id}: {get: {operationId: GetItem, responses: {'200': {description: It}}}}
          /items/{name}: {get: {operationId: FindItem, responses: {'200': {description: It}}}}
    """,
    good="""
        paths:
          /items/{id}: {get: {operationId: GetItem, responses: {'200': {description: It}}}}
          /named-items/{name}: {get: {operationId: FindItem, responses: {'200': {description: It}}}}
    """,
)
def duplicate_operation_path(connector: Connector) -> Iterator[Flaw]:
    """Two operations have the same method and paths that differ in nothing but the names of variables.

    No request tells which of the two is meant. Paths that differ in letter case alone are PathRedefined.
    """
    first: dict[tuple[str, tuple[str, ...]], Operation] = {}
    for operation in connector.operations:
        other = first.setdefault((operation.method, shape(operation.path)), operation)
        if other is not operation and other.path.lower() != operation.path.lower():
            paths = f"'{operation.path}' of '{operation.label}' and '{other.path}' of '{other.label}'"
            message = f"the paths {paths} cannot be told apart"
            yield Flaw(operation.pointer, message, (other.pointer,))


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Where the service allows it, give the two different static segments before the variable.",
    scaffold="definition",
    bad="""
        paths:
          /items/{id}: {get: {operationId: GetItem, responses: {'200': {description: It}}}}
          /items/newest: {get: {operationId: GetNewestItem, responses: {'200': {description: It}}}}
    """,
    good="""
        paths:
          /items/{id}: {get: {operationId: GetItem, responses: {'200': {description: It}}}}
          /newest-item: {get: {operationId: GetNewestItem, responses: {'200': {description: It}}}}
    """,
)
def partial_duplicate_operation_path(connector: Connector) -> Iterator[Flaw]:
    """A value of one operation's path variable makes the path of another operation.

    `/items/{id}` with the ID `newest` is `/items/newest`, and the platform may call that operation instead. Many
    services are built so, and nothing is wrong where IDs never look like the other's segment.
    """
    groups: dict[tuple[str, int], list[tuple[Operation, tuple[str, ...]]]] = {}
    for operation in connector.operations:
        segments = shape(operation.path)
        groups.setdefault((operation.method, len(segments)), []).append((operation, segments))
    for group in groups.values():
        for operation, segments in group:
            similar = [other for other, others in group if _covers(segments, others)]
            if similar:
                named = ", ".join(f"'{other.path}'" for other in similar[:3])
                more = f" and {len(similar) - 3} more" if len(similar) > 3 else ""
                message = f"a value in the path '{operation.path}' of '{operation.label}' can make {named}{more}"
                yield Flaw(operation.pointer, message, tuple(other.pointer for other in similar[:3]))


def _covers(general: tuple[str, ...], special: tuple[str, ...]) -> bool:
    """Whether a value of a variable of the one makes the other, which is another one."""
    if general == special:
        return False
    pairs = list(zip(general, special, strict=True))
    return all(one == other or (one == "{}" and "{" not in other) for one, other in pairs)


_Placed = tuple[Pointer, dict[str, object]]


def _listed(connector: Connector, holder: dict[str, Any], pointer: Pointer) -> list[_Placed]:
    """The parameters that an operation or a path names itself, references followed."""
    raws = as_list(holder.get("parameters"))
    return [(pointer / "parameters" / index, connector.resolve(raw)) for index, raw in enumerate(raws)]


def _named_alike(parameters: list[_Placed]) -> Iterator[tuple[Pointer, dict[str, object], list[_Placed]]]:
    """Each parameter with those before it that have its name and stand in the same place."""
    met: dict[tuple[str, str], list[_Placed]] = {}
    for pointer, raw in parameters:
        name, location = raw.get("name"), raw.get("in")
        if isinstance(name, str) and isinstance(location, str):
            others = met.setdefault((name, location), [])
            if others:
                yield pointer, raw, others
            others.append((pointer, raw))


def _bodies(parameters: list[_Placed]) -> list[Pointer]:
    return [pointer for pointer, raw in parameters if raw.get("in") == "body"]


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Remove one of the two parameters.",
    bad="""
        operationId: ListItems
        responses: {'200': {description: The items}}
        parameters: [{name: a, in: query, type: string}, {name: a, in: query, type: integer}]
    """,
    good="""
        operationId: ListItems
        responses: {'200': {description: The items}}
        parameters: [{name: a, in: query, type: string}, {name: a, in: header, type: string}]
    """,
)
def operation_parameters_contain_duplicate_parameter(connector: Connector) -> Iterator[Flaw]:
    """An operation has two different parameters with the same name in the same place.

    Two that are wholly alike are OperationParametersAreNotUnique.
    """
    for operation in connector.operations:
        parameters = _listed(connector, operation.raw, operation.pointer)
        for pointer, raw, others in _named_alike(parameters):
            if raw["in"] != "body" and all(other != raw for _, other in others):
                message = f"the operation '{operation.label}' has another {raw['in']} parameter '{raw['name']}'"
                yield Flaw(pointer, message, (others[0][0],))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Remove the repeated parameter.",
    bad="""
        operationId: ListItems
        responses: {'200': {description: The items}}
        parameters: [{name: a, in: query, type: string}, {name: a, in: query, type: string}]
    """,
    good="""
        operationId: ListItems
        responses: {'200': {description: The items}}
        parameters: [{name: a, in: query, type: string}, {name: b, in: query, type: string}]
    """,
)
def operation_parameters_are_not_unique(connector: Connector) -> Iterator[Flaw]:
    """An operation lists the same parameter twice, written out or by reference."""
    for operation in connector.operations:
        parameters = _listed(connector, operation.raw, operation.pointer)
        for pointer, raw, others in _named_alike(parameters):
            before = next((place for place, other in others if other == raw), None)
            if before is not None:
                message = f"the operation '{operation.label}' lists the parameter '{raw['name']}' twice"
                yield Flaw(pointer, message, (before,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Make one body of the two, with a property for each.",
    bad="""
        operationId: AddItem
        responses: {'200': {description: It}}
        parameters: [{name: a, in: body, schema: {type: object}}, {name: b, in: body, schema: {type: object}}]
    """,
    good="""
        operationId: AddItem
        responses: {'200': {description: It}}
        parameters: [{name: a, in: body, schema: {type: object}}]
    """,
)
def operation_parameters_contain_multiple_body_parameters(connector: Connector) -> Iterator[Flaw]:
    """An operation has more than one body parameter, but a request has one body."""
    for operation in connector.operations:
        parameters = _listed(connector, operation.raw, operation.pointer)
        bodies = _bodies(parameters)
        for pointer in bodies[1:]:
            message = f"the operation '{operation.label}' has {len(bodies)} body parameters; only one is allowed"
            yield Flaw(pointer, message, (bodies[0],))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Remove one of the two parameters.",
    scaffold="definition",
    bad="paths: {/items: {parameters: [{name: a, in: query, type: string}, {name: a, in: query, type: string}]}}",
    good="paths: {/items: {parameters: [{name: a, in: query, type: string}, {name: b, in: query, type: string}]}}",
)
def path_parameters_contain_duplicate_parameter(connector: Connector) -> Iterator[Flaw]:
    """The parameters that a path shares between its operations name one of them twice."""
    for node in connector.nodes.having("parameters", Kind.PATH_ITEM):
        parameters = _listed(connector, node.value, node.pointer)
        for pointer, raw, others in _named_alike(parameters):
            if raw["in"] != "body":
                message = f"the path '{node.name}' has another {raw['in']} parameter '{raw['name']}'"
                yield Flaw(pointer, message, (others[0][0],))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Make one body of the two, with a property for each.",
    scaffold="definition",
    bad="paths: {/items: {parameters: [{name: a, in: body, schema: {}}, {name: b, in: body, schema: {}}]}}",
    good="paths: {/items: {parameters: [{name: a, in: body, schema: {}}, {name: b, in: query, type: string}]}}",
)
def path_parameters_contain_multiple_body_parameters(connector: Connector) -> Iterator[Flaw]:
    """The parameters that a path shares between its operations hold more than one body."""
    for node in connector.nodes.having("parameters", Kind.PATH_ITEM):
        parameters = _listed(connector, node.value, node.pointer)
        bodies = _bodies(parameters)
        for pointer in bodies[1:]:
            message = f"the path '{node.name}' has {len(bodies)} body parameters; only one is allowed"
            yield Flaw(pointer, message, (bodies[0],))
