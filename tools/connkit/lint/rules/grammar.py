"""The grammar of a definition: keys that an object may have, and the values that belong there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import NoneType
from typing import Any

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.lint.vocabulary import (
    DESCRIBE_VALUES,
    ENTRIES_OF_MAPS,
    ITEMS_OF_LISTS,
    KEYWORDS,
    KEYWORDS_OF_TYPE,
    ONE_OF,
    PROPERTIES,
    VALUE_KEYWORDS,
    VALUES,
    VALUES_INSIDE,
    Path,
    Types,
    known_keys,
    nearest,
    types_of,
)
from connkit.model import Connector, Kind, Node, Nodes
from connkit.model.shape import as_object

_NAMES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    NoneType: "null",
}
_OWN_RULES = (Kind.SECURITY_SCHEME, Kind.NOTIFICATION)
"""Whose unknown keys SecuritySchemePropertyNotValid and AdditionalPropertyNotAllowed report."""


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Correct the key's name, move it to the object that has it, or begin it with x-.",
    bad="{operationId: ListItems, sumary: List items, responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, x-owner: us, summary: List items, responses: {'200': {description: The items}}}",
)
def extension_name_not_valid(connector: Connector) -> Iterator[Flaw]:
    """An object of the definition has a key that OpenAPI 2.0 does not know.

    The platform refuses such a definition. A note of your own is welcome where its name begins with `x-`.
    Security definitions and the objects inside Microsoft's extensions have rules of their own, and so have a
    keyword that is allowed elsewhere (SwaggerKeywordNotSupported) and what stands beside `$ref`.
    """
    for kind in KEYWORDS:
        if kind not in _OWN_RULES:
            for node, key in _unknown_keys(connector.nodes, kind):
                if not (key.startswith("x-") or _elsewhere(kind, key)):
                    yield _unknown(node, key)


def _unknown_keys(nodes: Nodes, kind: Kind) -> Iterator[tuple[Node, str]]:
    """Beside a reference, in an object that may be one, nothing is looked at."""
    known, may_refer = known_keys(kind), "$ref" in KEYWORDS[kind]
    for node in nodes.of(kind):
        if not (node.value.keys() <= known or (may_refer and "$ref" in node.value)):
            yield from ((node, key) for key in node.value if key not in known)


def _elsewhere(kind: Kind, key: str) -> bool:
    """Whether another rule reports the key: a keyword of other values, or the mark of OpenAPI 3."""
    return key in VALUE_KEYWORDS if kind in DESCRIBE_VALUES else kind is Kind.ROOT and key == "openapi"


def _unknown(node: Node, key: str) -> Flaw:
    message = f"'{key}' is not a key of this {node.kind} object; an extension's name begins with 'x-'"
    near = nearest(key, KEYWORDS[node.kind])
    return Flaw(node.pointer / key, message, mend=f"Write '{near}' in place of '{key}'." if near else "")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove the keyword, or move it to the object that it describes.",
    scaffold="parameters",
    bad="[{name: limit, in: query, type: integer, readOnly: true}]",
    good="[{name: limit, in: query, type: integer, maximum: 100}]",
)
def swagger_keyword_not_supported(connector: Connector) -> Iterator[Flaw]:
    """A keyword stands in an object where OpenAPI 2.0 gives it no meaning.

    A schema, a parameter, a header and the items of a plain array share most keywords but not all: `readOnly` and
    `example` belong to schemas, `allowEmptyValue` to parameters, `collectionFormat` to what is not in a body.
    What a body parameter may not have is the ground of BodyParameterPropertyNotValid.
    """
    for kind in DESCRIBE_VALUES:
        for node, key in _unknown_keys(connector.nodes, kind):
            if key in VALUE_KEYWORDS and node.value.get("in") != "body":
                message = f"the keyword '{key}' is not supported in this {kind} object; remove it"
                yield Flaw(node.pointer / key, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove the property, or correct its name.",
    bad="""
        operationId: ListItems
        x-ms-pageable: {nextLinkName: nextLink, itemName: items}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        x-ms-pageable: {nextLinkName: nextLink}
        responses: {'200': {description: The items}}
    """,
)
def additional_property_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """An object inside one of Microsoft's extensions has a property that the extension does not know.

    The platform reads nothing from it, so what was meant does not happen. Names that begin with `x-` are let
    pass. Keys of the objects of OpenAPI itself are the ground of ExtensionNameNotValid.
    """
    for extension, objects in PROPERTIES.items():
        for node in connector.nodes.having(extension):
            for path, allowed in objects.items():
                for steps, value in _inside(node.value[extension], path):
                    for key in value:
                        if key not in allowed and not key.startswith("x-"):
                            yield _additional(node, (extension, *steps), key, allowed)


def _additional(node: Node, steps: Path, key: str, allowed: frozenset[str]) -> Flaw:
    at = Pointer(node.pointer.parts + steps) / key
    message = f"'{key}' is not a property of '{'/'.join(steps)}', which knows {', '.join(sorted(allowed))}"
    near = nearest(key, allowed)
    return Flaw(at, message, mend=f"Write '{near}' in place of '{key}'." if near else "")


def _inside(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The objects that a path leads to, each with the steps to it."""
    if not path:
        if isinstance(value, dict):
            yield (), value
    elif path[0] == "*":
        entries = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        for name, entry in entries:
            yield from (((str(name), *steps), found) for steps, found in _inside(entry, path[1:]))
    elif isinstance(value, dict) and path[0] in value:
        yield from (((path[0], *steps), found) for steps, found in _inside(value[path[0]], path[1:]))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add one of the properties that the message names.",
    scaffold="parameters",
    bad="[{name: folder, in: query, type: string, x-ms-dynamic-values: {value-path: id}}]",
    good="[{name: folder, in: query, type: string, x-ms-dynamic-values: {operationId: ListItems, value-path: id}}]",
)
def one_of_properties_required(connector: Connector) -> Iterator[Flaw]:
    """An object lacks every one of several properties of which it needs one.

    `x-ms-dynamic-values` must say where its values come from: an operation, a built-in one or a capability. An
    input of the newer dynamic extensions is a fixed `value` or a reference to another parameter. Where the object
    has a property that nobody knows, AdditionalPropertyNotAllowed alone speaks: that one is the misspelt one.
    """
    for extension, objects in ONE_OF.items():
        for node in connector.nodes.having(extension):
            for path, names in objects.items():
                for steps, value in _inside(node.value[extension], path):
                    if not any(key in names or _says_enough(extension, path, key) for key in value):
                        at = Pointer((*node.pointer.parts, extension, *steps))
                        yield Flaw(at, f"'{at.parts[-1]}' needs one of the properties {', '.join(names)}")


def _says_enough(extension: str, path: Path, key: str) -> bool:
    """Whether another rule reports the key: an unknown one, or the selected item where nothing can be selected."""
    return key == "selectedItemValuePath" or key not in PROPERTIES[extension].get(path, (key,))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write a value of the kind that the message names.",
    scaffold="parameters",
    bad="[{name: limit, in: query, type: integer, required: 'true'}]",
    good="[{name: limit, in: query, type: integer, required: true}]",
)
def json_type_incorrect(connector: Connector) -> Iterator[Flaw]:
    """A value has another JSON kind than its place expects: a string for a boolean, an array for an object.

    The platform stops reading there, and no other rule looks at such a value. `default`, `example` and the
    entries of `enum` may be anything.
    """
    nodes = connector.nodes
    for kind in Kind:
        expected = types_of(kind)
        for node in nodes.of(kind):
            for key, value in node.value.items():
                if key in expected and type(value) not in expected[key] and _alone(node, key):
                    message = f"'{key}' is {_kind(value)}, but must be {_wanted(expected[key])}"
                    yield Flaw(node.pointer / key, message)
    yield from _wrong_items(nodes)
    yield from _wrong_entries(nodes)
    yield from _wrong_requirements(nodes)


def _kind(value: Any) -> str:
    return _NAMES.get(type(value), "something that JSON does not have")


def _alone(node: Node, key: str) -> bool:
    """Nothing that stands beside a reference is read."""
    return key == "$ref" or "$ref" not in node.value


def _wanted(types: Types) -> str:
    return " or ".join(name for type_, name in _NAMES.items() if type_ in types and type_ is not NoneType)


def _wrong_items(nodes: Nodes) -> Iterator[Flaw]:
    for key, by_kind in ITEMS_OF_LISTS.items():
        for node in nodes.having(key, *by_kind):
            values, types = node.value[key], by_kind[node.kind]
            if isinstance(values, list) and not types.issuperset(map(type, values)):
                for index, value in enumerate(values):
                    if type(value) not in types:
                        message = f"an item of '{key}' is {_kind(value)}, but must be {_wanted(types)}"
                        yield Flaw(node.pointer / key / index, message)


def _wrong_entries(nodes: Nodes) -> Iterator[Flaw]:
    for key, by_kind in ENTRIES_OF_MAPS.items():
        for node in nodes.having(key, *by_kind):
            entries, types = as_object(node.value[key]), by_kind[node.kind]
            if not types.issuperset(map(type, entries.values())):
                for name, value in entries.items():
                    if type(value) not in types and not name.startswith("x-"):
                        message = f"'{name}' in '{key}' is {_kind(value)}, but must be {_wanted(types)}"
                        yield Flaw(node.pointer / key / name, message)


def _wrong_requirements(nodes: Nodes) -> Iterator[Flaw]:
    """Scopes that are no list; null is the ground of SecurityRequirementMustHaveValue."""
    for node in nodes.having("security", Kind.ROOT, Kind.OPERATION):
        for steps, required in _inside(node.value["security"], ("*",)):
            for name, scopes in required.items():
                if not isinstance(scopes, list | NoneType):
                    message = f"'{name}' in 'security' is {_kind(scopes)}, but must be an array"
                    yield Flaw(Pointer((*node.pointer.parts, "security", *steps, name)), message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write one of the values that the message names.",
    scaffold="parameters",
    bad="[{name: limit, in: Query, type: integer}]",
    good="[{name: limit, in: query, type: integer}]",
)
def json_value_not_in_enum(connector: Connector) -> Iterator[Flaw]:
    """A keyword that takes one of a few words has another.

    Looked at are `in`, `type` and `flow`, `x-ms-url-encoding`, `x-ms-media-kind`, the status of
    `x-ms-api-annotation` and `x-ms-trigger-metadata`. Schemes, collection formats, visibilities and triggers
    have rules of their own.
    """
    for key, by_kind in VALUES.items():
        for kind, allowed in by_kind.items():
            for node in connector.nodes.of(kind):
                value = node.value.get(key)
                if value not in allowed and isinstance(value, str) and _counts(node, key):
                    yield Flaw(node.pointer / key, _not_among(key, value, allowed))
    for extension, properties in VALUES_INSIDE.items():
        for node in connector.nodes.having(extension):
            held = as_object(node.value[extension])
            for key, allowed in properties.items():
                value = held.get(key)
                if isinstance(value, str) and value.lower() not in map(str.lower, allowed):
                    yield Flaw(node.pointer / extension / key, _not_among(key, value, allowed))


def _counts(node: Node, key: str) -> bool:
    """Not beside a reference, and not where the keyword as such is a flaw that another rule reports."""
    if node.kind is Kind.SECURITY_SCHEME and key != "type":
        return node.value.get("type") == ("apiKey" if key == "in" else "oauth2")
    return "$ref" not in node.value and not (key == "type" and node.value.get("in") == "body")


def _not_among(key: str, value: str, allowed: tuple[str, ...]) -> str:
    return f"'{key}' is '{value}', but must be {_one_of(allowed)}"


def _one_of(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://swagger.io/specification/v2/",
    mend="Remove the keyword, or correct the type.",
    scaffold="parameters",
    bad="[{name: state, in: query, type: string, items: {type: string}}]",
    good="[{name: state, in: query, type: array, items: {type: string}}]",
)
def keyword_of_another_type(connector: Connector) -> Iterator[Flaw]:
    """A keyword says nothing about a value of the type that stands beside it.

    `items` of a string or `maxLength` of a list has no effect; mostly one of the two is a mistake.
    """
    for keyword, types in KEYWORDS_OF_TYPE.items():
        for node in connector.nodes.having(keyword, *DESCRIBE_VALUES):
            own = node.value.get("type")
            if own in VALUES["type"][Kind.SCHEMA] and own not in types:
                message = f"'{keyword}' says nothing about the type '{own}'; it belongs to {_one_of(types)}"
                yield Flaw(node.pointer / keyword, message)
