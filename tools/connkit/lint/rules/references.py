"""References to the shared parameters and responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connkit.core import Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node

_SECTIONS = {Kind.PARAMETER: "parameters", Kind.RESPONSE: "responses"}


def _references(connector: Connector, kind: Kind) -> Iterator[tuple[Node, str]]:
    """Those of operations and paths; one inside the shared section is the ground of ...RefLoopNotAllowed."""
    for node in connector.nodes.having("$ref", kind):
        reference = node.value["$ref"]
        if isinstance(reference, str) and not _is_shared(node) and _is_pointer(reference):
            yield node, reference


def _is_shared(node: Node) -> bool:
    return node.above is not None and node.above.kind is Kind.ROOT


def _is_pointer(reference: str) -> bool:
    """Whether each ~ is followed by 0 or 1, and each % by two hexadecimal digits."""
    if "~" not in reference and "%" not in reference:
        return True
    _, *tildes = reference.split("~")
    _, *percents = reference.split("%")
    digits = set("0123456789abcdefABCDEF")
    return all(rest[:1] in ("0", "1") for rest in tildes) and all(
        len(rest) > 1 and set(rest[:2]) <= digits for rest in percents
    )


def _shared_name(reference: str, kind: Kind) -> str | None:
    """Which entry of the section is meant; None for a reference to anything else."""
    section, _, name = reference.rpartition("/")
    if section != f"#/{_SECTIONS[kind]}" or not name:
        return None
    if "%" in name:
        from urllib.parse import unquote  # hardly ever needed

        name = unquote(name)
    return name.replace("~1", "/").replace("~0", "~")


def _not_valid(connector: Connector, kind: Kind) -> Iterator[Flaw]:
    for node, reference in _references(connector, kind):
        if _shared_name(reference, kind) is None:
            message = f"the {kind} reference '{reference}' is not of the form '#/{_SECTIONS[kind]}/NAME'"
            yield Flaw(node.pointer / "$ref", message)


def _not_found(connector: Connector, kind: Kind) -> Iterator[Flaw]:
    shared: Any = connector.definition.get(_SECTIONS[kind], {})
    for node, reference in _references(connector, kind):
        name = _shared_name(reference, kind)
        if name is not None and isinstance(shared, dict) and name not in shared:
            message = f"the {kind} reference '{reference}' leads nowhere: '{_SECTIONS[kind]}' has no '{name}'"
            yield Flaw(node.pointer / "$ref", message)


def _passed_on(connector: Connector, kind: Kind) -> Iterator[Flaw]:
    for node in connector.nodes.having("$ref", kind):
        if _is_shared(node) and isinstance(node.value["$ref"], str):
            message = f"the shared {kind} '{node.name}' is itself a reference, to '{node.value['$ref']}'"
            yield Flaw(node.pointer / "$ref", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the parameter to 'parameters' at the root, or correct its name.",
    scaffold="parameters",
    bad="[{$ref: '#/parameters/limit'}]",
    good="[{name: limit, in: query, type: integer}]",
)
def parameter_reference_not_found(connector: Connector) -> Iterator[Flaw]:
    """A parameter refers to a shared one that does not exist."""
    yield from _not_found(connector, Kind.PARAMETER)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Move the parameter to 'parameters' at the root and refer to it there.",
    scaffold="parameters",
    bad="[{$ref: limit.json}]",
    good="[{name: limit, in: query, type: integer}]",
)
def parameter_reference_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A parameter refers to something else than a shared parameter.

    The platform follows references to the entries of `parameters` alone: not to other files, not into another
    section and not deeper.
    """
    yield from _not_valid(connector, Kind.PARAMETER)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the parameter out in place of the reference.",
    scaffold="definition",
    bad="parameters: {limit: {$ref: '#/parameters/count'}, count: {name: count, in: query, type: integer}}",
    good="parameters: {count: {name: count, in: query, type: integer}}",
)
def parameter_ref_loop_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """A shared parameter is itself a reference, which the platform does not follow a second time."""
    yield from _passed_on(connector, Kind.PARAMETER)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add the response to 'responses' at the root, or correct its name.",
    bad="{operationId: ListItems, responses: {'200': {$ref: '#/responses/items'}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def response_reference_not_found(connector: Connector) -> Iterator[Flaw]:
    """A response refers to a shared one that does not exist."""
    yield from _not_found(connector, Kind.RESPONSE)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Move the response to 'responses' at the root and refer to it there.",
    bad="{operationId: ListItems, responses: {'200': {$ref: '#/definitions/items'}}}",
    good="{operationId: ListItems, responses: {'200': {description: The items}}}",
)
def response_reference_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A response refers to something else than a shared response.

    A schema is referred to from the response's `schema`, not from the response.
    """
    yield from _not_valid(connector, Kind.RESPONSE)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write the response out in place of the reference.",
    scaffold="definition",
    bad="responses: {missing: {$ref: '#/responses/failed'}, failed: {description: Failed}}",
    good="responses: {failed: {description: Failed}}",
)
def response_ref_loop_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """A shared response is itself a reference, which the platform does not follow a second time."""
    yield from _passed_on(connector, Kind.RESPONSE)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write ~0 for ~ and ~1 for / inside a name, or give the entry a name without them.",
    scaffold="parameters",
    bad="[{$ref: '#/parameters/items~2'}]",
    good="[{name: limit, in: query, type: integer}]",
)
def json_pointer_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A reference to a shared parameter or response is written in a way in which no place can be named.

    In a JSON pointer `~` only occurs as `~0` and `~1`, and in a URL `%` only before two hexadecimal digits. The
    other rules on such references are silent where this one speaks; of schemas SchemaReferenceNotValid says it.
    """
    for node in connector.nodes.having("$ref", *_SECTIONS):
        reference = node.value["$ref"]
        if isinstance(reference, str) and not _is_shared(node) and not _is_pointer(reference):
            message = f"the reference '{reference}' is not a JSON pointer: '~' and '%' may only begin an escape"
            yield Flaw(node.pointer / "$ref", message)
