"""Extensions that fill in choices and schemas by calling another operation: where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connkit.core import Authority, Severity
from connkit.lint.calls import DYNAMIC, Call, calls
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind
from connkit.model.shape import as_object
from connkit.semantics.dynamic_extensions import PROPERTIES, SCHEMA, TREE, VALUES, source
from connkit.semantics.suggestions import closest


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the operationId of an operation of this definition.",
    scaffold="parameters",
    bad="[{name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListRooms, value-path: id}}]",
    good="[{name: room, in: query, type: string, x-ms-dynamic-values: {operationId: ListItems, value-path: id}}]",
)
def operation_id_not_found(connector: Connector) -> Iterator[Flaw]:
    """An extension names an operation that the definition does not have.

    Choices, schemas, pickers, the test of a connection and `x-ms-notification` all call an operation by its
    `operationId`. When it was renamed or removed, makers get an empty list without an explanation. Letter case counts.
    """
    for call in calls(connector).all:
        written = call.raw.get("operationId", "")
        left = call.extension == VALUES and "operationId" not in call.raw  # to OneOfPropertiesRequired
        if isinstance(written, str) and call.target is None and not (call.source.picker or left):
            yield Flaw(call.pointer / "operationId", _unknown(call, written, connector))


def _unknown(call: Call, name: str, connector: Connector) -> str:
    told = "/".join(call.steps)
    if not name:
        return f"'{told}' names no operation; add the operationId of the one to call"
    near = closest(name, [one.operation_id for one in connector.operations])
    advice = f"; did you mean '{near}'?" if near else ""
    return f"'{told}' calls the operation '{name}', which does not exist{advice}"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Move the extension into the parameter's schema.",
    scaffold="parameters",
    bad="[{name: item, in: body, schema: {type: object}, x-ms-dynamic-schema: {operationId: ListItems}}]",
    good="[{name: item, in: body, schema: {type: object, x-ms-dynamic-schema: {operationId: ListItems}}}]",
)
def dynamic_extension_definition_not_allowed_in_parameter(connector: Connector) -> Iterator[Flaw]:
    """A dynamic extension stands beside the schema of a body parameter and not in it.

    The designer reads what a body is made of from its schema alone. Any other parameter has its extension beside
    its type, which is right.
    """
    for name in DYNAMIC:
        for node in connector.nodes.having(name, Kind.PARAMETER):
            if node.value.get("in") == "body":
                yield Flaw(node.pointer / name, f"'{name}' belongs into the schema of the body, not beside it")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-dynamic-properties, whose itemValuePath leads to the schema that holds these properties.",
    scaffold="schema",
    bad="{type: object, x-ms-dynamic-schema: {operationId: ListItems, value-path: schema/properties}}",
    good="""
        type: object
        x-ms-dynamic-schema: {operationId: ListItems, value-path: schema/properties}
        x-ms-dynamic-properties: {operationId: ListItems, itemValuePath: schema}
    """,
)
def dynamic_properties_extension_required_for_properties_value_path(connector: Connector) -> Iterator[Flaw]:
    """The path of `x-ms-dynamic-schema` ends in `properties`, and there is no `x-ms-dynamic-properties` beside it.

    Such a path leads to the properties of a schema, without what the schema says of them, such as which are required.
    """
    for node in connector.nodes.having(SCHEMA):
        raw = as_object(node.value[SCHEMA])
        if _ends_in_properties(source(SCHEMA, raw).value_path) and PROPERTIES not in node.value:
            message = f"the path '{raw['value-path']}' leads to the properties of a schema; add {PROPERTIES}"
            yield Flaw(node.pointer / SCHEMA / "value-path", f"{message}, which leads to the schema")


def _ends_in_properties(path: Sequence[str]) -> bool:
    return bool(path) and path[-1] == "properties"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write the same path as in x-ms-dynamic-schema, without 'properties' at its end.",
    scaffold="schema",
    bad="""
        type: object
        x-ms-dynamic-schema: {operationId: ListItems, value-path: schema/properties}
        x-ms-dynamic-properties: {operationId: ListItems, itemValuePath: schema/properties}
    """,
    good="""
        type: object
        x-ms-dynamic-schema: {operationId: ListItems, value-path: schema/properties}
        x-ms-dynamic-properties: {operationId: ListItems, itemValuePath: schema}
    """,
)
def dynamic_properties_item_value_path_mismatch(connector: Connector) -> Iterator[Flaw]:
    """`x-ms-dynamic-schema` and `x-ms-dynamic-properties` of one schema read different places.

    Old flows follow the one, new flows the other, and both must come to the same schema. The newer one leads to the
    schema itself, so a last `properties` of the older path is left away.
    """
    for node in connector.nodes.having(PROPERTIES):
        older, newer = node.value.get(SCHEMA), node.value[PROPERTIES]
        if not (isinstance(older, dict) and isinstance(newer, dict)):
            continue
        path, found = source(SCHEMA, older).value_path, source(PROPERTIES, newer).value_path
        expected = path[:-1] if _ends_in_properties(path) else path
        if found != expected:
            wanted = f"'{'/'.join(expected)}'" if expected else "no path at all"
            message = f"itemValuePath is '{'/'.join(found)}', but {SCHEMA} beside it asks for {wanted}"
            at = node.pointer
            yield Flaw(at / PROPERTIES / "itemValuePath", message, (at / SCHEMA / "value-path",))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add x-ms-dynamic-tree with what opens the picker and what leads deeper.",
    scaffold="parameters",
    bad="[{name: file, in: query, type: string, x-ms-dynamic-values: {capability: file-picker, value-path: id}}]",
    good="""
        - name: file
          in: query
          type: string
          x-ms-dynamic-values: {capability: file-picker, value-path: id}
          x-ms-dynamic-tree:
            open: {operationId: ListItems, itemValuePath: id, itemTitlePath: name}
            browse: {operationId: ListItems, itemValuePath: id, itemTitlePath: name}
    """,
)
def dynamic_tree_extension_missing(connector: Connector) -> Iterator[Flaw]:
    """An input is filled in by the file picker, but has no `x-ms-dynamic-tree`.

    `capability: file-picker` is how old designers open the picker; newer ones read `x-ms-dynamic-tree` beside it.
    """
    for node in connector.nodes.having(VALUES):
        picks = as_object(node.value[VALUES]).get("capability") == "file-picker"
        if picks and TREE not in node.value:
            yield Flaw(node.pointer, f"'{VALUES}' asks for the file picker, which also needs {TREE} beside it")
