"""What objects require, and what is hidden from makers."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.keywords import is_dynamic, is_property, is_required_property, name_of, properties_of
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node
from connkit.model.schema import is_internal
from connkit.model.shape import as_list, as_text, texts

VISIBILITY = "https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions#x-ms-visibility"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove 'required', or name the properties.",
    scaffold="schema",
    bad="{type: object, required: [], properties: {id: {type: string}}}",
    good="{type: object, required: [id], properties: {id: {type: string}}}",
)
def required_property_array_empty(connector: Connector) -> Iterator[Flaw]:
    """A list of required properties is empty; OpenAPI wants it left out then."""
    for node in connector.nodes.having("required", Kind.SCHEMA):
        if node.value["required"] == []:
            yield Flaw(node.pointer / "required", f"'required' of '{name_of(node)}' is empty; remove it")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the property, correct its name, or take it out of 'required'.",
    scaffold="schema",
    bad="{type: object, required: [id], properties: {ID: {type: string}}}",
    good="{type: object, required: [id], properties: {id: {type: string}}}",
)
def required_property_definition_missing(connector: Connector) -> Iterator[Flaw]:
    """An object requires a property that it does not define.

    Properties may also come from a part of its `allOf`, or from what it is such a part of. An object without any
    properties is let pass, and so is one whose properties are asked of the service.
    """
    nodes = connector.nodes
    for node in nodes.having("required", Kind.SCHEMA):
        if isinstance(node.value.get("properties"), dict) and not is_dynamic(node) and _is_object(node):
            yield from _undefined(node, properties_of(nodes, node))


def _is_object(node: Node) -> bool:
    return bool(node.value.get("type", "object") == "object")


def _undefined(node: Node, properties: dict[str, object]) -> Iterator[Flaw]:
    told: set[str] = set()
    for index, name in enumerate(as_list(node.value["required"])):
        if isinstance(name, str) and name not in properties and name not in told:
            told.add(name)
            message = f"'{name_of(node)}' requires '{name}', but has no such property"
            yield Flaw(node.pointer / "required" / index, message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove 'required', or move it into the object that has the properties.",
    scaffold="schema",
    bad="{type: array, required: [id], items: {type: object, properties: {id: {type: string}}}}",
    good="{type: array, items: {type: object, required: [id], properties: {id: {type: string}}}}",
)
def required_property_not_on_object(connector: Connector) -> Iterator[Flaw]:
    """Something that is no object lists required properties; that has no effect there."""
    for node in connector.nodes.having("required", Kind.SCHEMA):
        kind = as_text(node.value.get("type"))
        if kind not in ("", "object") and texts(node.value["required"]):
            message = f"'{name_of(node)}' lists required properties, but is of type {kind}"
            yield Flaw(node.pointer / "required", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Take the property out of 'required', or remove readOnly.",
    scaffold="body",
    bad="{type: object, required: [id], properties: {id: {type: string, readOnly: true}}}",
    good="{type: object, required: [name], properties: {id: {type: string, readOnly: true}, name: {type: string}}}",
)
def required_read_only_property_not_allowed_as_input(connector: Connector) -> Iterator[Flaw]:
    """A property of an input is required although it is read-only, so that nobody may send it.

    A definition that inputs and answers share is one of inputs too. No published connector that was looked at has it.
    """
    found = [node for node in connector.nodes.having("readOnly", Kind.SCHEMA) if node.value["readOnly"] is True]
    for node in _of_inputs(connector, found):
        if is_required_property(node):
            yield Flaw(node.pointer, f"'{node.name}' is required in an input, but read-only")


def _of_inputs(connector: Connector, found: list[Node]) -> list[Node]:
    """Those that what is sent is made of."""
    inputs = {id(node) for node in connector.nodes.inputs} if found else set()
    return [node for node in found if id(node) in inputs]


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add required: true, or remove the default.",
    scaffold="parameters",
    bad="[{name: version, in: query, type: string, x-ms-visibility: internal, default: v1}]",
    good="[{name: version, in: query, type: string, required: true, x-ms-visibility: internal, default: v1}]",
)
def internal_property_with_default_optional(connector: Connector) -> Iterator[Flaw]:
    """A parameter that makers cannot see has a default, but is optional.

    Only what is required is sure to be sent, so the service may never see the default. This rule is about parameters
    outside the body, of which some published connectors have such. Properties of a body, of which none has, are
    reported by `PropertyMustBeRequired`.
    """
    for node in connector.nodes.having("default", Kind.PARAMETER):
        value = node.value
        where = as_text(value.get("in"))
        if is_internal(value) and value.get("required") is not True and where not in ("body", "path"):
            message = (
                f"the parameter '{name_of(node)}' is internal and has a default, but is optional, so it may not be sent"
            )
            yield Flaw(node.pointer, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Name the property in 'required' of the object that holds it.",
    scaffold="body",
    bad="{type: object, properties: {kind: {x-ms-visibility: internal, default: new}}}",
    good="{type: object, required: [kind], properties: {kind: {x-ms-visibility: internal, default: new}}}",
)
def property_must_be_required(connector: Connector) -> Iterator[Flaw]:
    """A property of a body that makers cannot see has a default, but is optional.

    The platform leaves optional properties out that nobody filled in, so the default is never sent. Of the hidden
    properties with a default in published connectors every one is required. Parameters outside the body are reported by
    `InternalPropertyWithDefaultOptional`, notification URLs by `NotificationUrlNotRequired`.
    """
    hidden = [node for node in connector.nodes.having("default", Kind.SCHEMA) if is_internal(node.value)]
    for node in _of_inputs(connector, hidden):
        optional = is_property(node) and not is_required_property(node)
        if optional and not _is_filled_in(node) and node.value["default"] is not None:
            yield Flaw(
                node.pointer, f"'{node.name}' is internal and has a default, but is optional, so it is never sent"
            )


def _is_filled_in(node: Node) -> bool:
    """Whether no maker is meant to give the value: the platform writes it, or the service makes it."""
    return node.value.get("x-ms-notification-url") is True or node.value.get("readOnly") is True


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=VISIBILITY,
    mend="Add a default, show the property to makers, or take it out of 'required'.",
    scaffold="body",
    bad="{type: object, required: [kind], properties: {kind: {x-ms-visibility: internal}}}",
    good="{type: object, required: [kind], properties: {kind: {x-ms-visibility: internal, default: new}}}",
)
def hidden_required_property(connector: Connector) -> Iterator[Flaw]:
    """A required property of a body is hidden from makers and has no default.

    The designer never shows what is `internal`, so nobody can fill it in. A notification URL is filled in by the
    platform. Of an object with properties, these are looked at instead.
    """
    nodes = connector.nodes
    found = [node for node in nodes.having("x-ms-visibility", Kind.SCHEMA) if is_internal(node.value)]
    for node in _of_inputs(connector, found):
        given = "default" in node.value or "default" in nodes.target(node).value or _is_filled_in(node)
        if is_required_property(node) and not given and not properties_of(nodes, nodes.target(node)):
            yield Flaw(node.pointer, f"'{node.name}' is required and internal, but has no default")
