"""Types, formats and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.expansion import reached_from, root_of
from connkit.lint.keywords import is_dynamic, is_schema, listed, name_of, of_type, properties_of, with_keyword
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Node, Nodes
from connkit.model.shape import as_text, texts
from connkit.semantics.values import TYPES

DEFINITION_SCHEMA = (
    "https://github.com/microsoft/PowerPlatformConnectors/blob/dev/schemas/apiDefinition.swagger.schema.json"
)
EXTENSIONS = "https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions"
FORMATS = {
    "string": ("byte", "binary", "date", "date-time", "date-no-tz", "password", "email", "html", "uri", "uuid"),
    "integer": ("int32", "int64"),
    "number": ("float", "double"),
}
_MEANT = {"guid": "uuid", "url": "uri", "decimal": "double", "datetime": "date-time", "long": "int64", "int": "int32"}


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add items with the schema of one item.",
    scaffold="schema",
    bad="{type: array}",
    good="{type: array, items: {type: string}}",
)
def array_has_no_items(connector: Connector) -> Iterator[Flaw]:
    """An array does not say what its items are.

    Makers get nothing to pick from such an array. `items` may come from a part of an `allOf`, and may be an empty
    schema: many published connectors have those.
    """
    for node in of_type(connector, "array"):
        if "items" not in node.value and not _part_has_items(connector.nodes, node):
            yield Flaw(node.pointer, f"the array '{name_of(node)}' has no items; say what one item is")


def _part_has_items(nodes: Nodes, node: Node) -> bool:
    parts = [nodes.target(part) for part in nodes.inside(node) if part.steps[0] == "allOf"]
    return any("items" in part.value for part in parts)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=DEFINITION_SCHEMA,
    mend="Write a format that belongs to the type, or none.",
    scaffold="parameters",
    bad="[{name: id, in: query, type: string, format: guid}]",
    good="[{name: id, in: query, type: string, format: uuid}]",
)
def unrecognized_type_format(connector: Connector) -> Iterator[Flaw]:
    """A `format` is unknown to the platform, or belongs to another type.

    Beside those of OpenAPI 2.0 it knows `date-no-tz` (a date and time without offset), `email`, `html`, `uri` and
    `uuid`. An unknown one has no effect; several published connectors have one.
    """
    for node in with_keyword(connector, "format"):
        kind, format_ = as_text(node.value.get("type")), node.value["format"]
        if isinstance(format_, str) and kind in TYPES and format_ not in FORMATS.get(kind, ()):
            yield Flaw(node.pointer / "format", f"the format '{format_}' of '{name_of(node)}' {_known(kind, format_)}")


def _known(kind: str, format_: str) -> str:
    if kind not in FORMATS:
        return f"has no effect, because {kind} has no formats"
    meant = _MEANT.get(format_.lower(), format_.lower())
    advice = f"write '{meant}'" if meant in FORMATS[kind] else f"{kind} may have {listed(list(FORMATS[kind]))}"
    return f"is not known for {kind}; {advice}"


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Describe the file by type: string and format: binary or byte.",
    scaffold="schema",
    bad="{type: object, properties: {content: {type: file}}}",
    good="{type: file}",
)
def schema_type_file_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A schema inside another one, or of a body, is of type `file`.

    Only the whole of an answer and a form parameter can be a file. A definition may be one as long as
    nothing but whole answers refers to it. Parameters themselves are looked at by `FileParameterMustBeInFormData`.
    """
    for node in _misplaced(connector.nodes, of_type(connector, "file"), (Kind.RESPONSE,)):
        message = f"'{name_of(node)}' is of type file, which only a whole answer or a form parameter can be"
        yield Flaw(node.pointer, message)


def _misplaced(nodes: Nodes, found: list[Node], allowed: tuple[Kind, ...]) -> Iterator[Node]:
    """Those, and the references to definitions among them, that are not the whole schema of what is allowed."""
    definitions = {id(node) for node in found if node.above is not None and node.above.kind is Kind.ROOT}
    named = nodes.having("$ref", Kind.SCHEMA) if definitions else []
    for node in (*found, *(node for node in named if id(nodes.target(node)) in definitions)):
        is_whole = node.kind is Kind.SCHEMA and node.above is not None and node.above.kind in (Kind.ROOT, *allowed)
        if node.kind is not Kind.PARAMETER and not is_whole:
            yield node


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write format: byte for a file as base64, or make the file the whole body.",
    scaffold="body",
    bad="{type: object, properties: {content: {type: string, format: binary}}}",
    good="{type: object, properties: {content: {type: string, format: byte}}}",
)
def invalid_string_binary_property(connector: Connector) -> Iterator[Flaw]:
    """Something inside an object or an array, a header or a parameter outside a form is `string` with format `binary`.

    JSON has no place for raw bytes: inside an object, a file is a text in base64, of format `byte`. Only a whole
    body and a form parameter can be binary. A whole answer is let pass, because many published connectors have that.
    """
    files = [
        node
        for node in with_keyword(connector, "format")
        if node.value["format"] == "binary" and node.value.get("type") == "string"
    ]
    for node in _not_top(connector.nodes, files):
        yield Flaw(node.pointer, f"'{name_of(node)}' is binary, which only a whole body or a form parameter can be")


def _not_top(nodes: Nodes, files: list[Node]) -> Iterator[Node]:
    for node in files:
        if node.kind is Kind.PARAMETER and node.value.get("in") != "formData":
            yield node
    yield from _misplaced(nodes, files, (Kind.PARAMETER, Kind.RESPONSE, Kind.NOTIFICATION))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Define the property as a string, and name it in 'required'.",
    scaffold="definition",
    bad="definitions: {Pet: {discriminator: kind, properties: {kind: {type: string}}}}",
    good="definitions: {Pet: {discriminator: kind, required: [kind], properties: {kind: {type: string}}}}",
)
def discriminator_must_be_a_required_string_property(connector: Connector) -> Iterator[Flaw]:
    """A `discriminator` does not name a property of its schema that is required and a string.

    The value of that property tells which definition an object follows, so it must be there.
    """
    nodes = connector.nodes
    for node in nodes.having("discriminator", Kind.SCHEMA):
        name = node.value["discriminator"]
        lacking = _lacking(connector, node, name) if isinstance(name, str) else ""
        if lacking:
            yield Flaw(node.pointer / "discriminator", f"the discriminator '{name}' of '{name_of(node)}' {lacking}")


def _lacking(connector: Connector, node: Node, name: str) -> str:
    properties = properties_of(connector.nodes, node)
    if name not in properties:
        return "names no property"
    if connector.resolve(properties[name]).get("type") != "string":
        return "names a property that is no string"
    return "" if name in texts(node.value.get("required")) else "names a property that is not required"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=EXTENSIONS,
    mend="Name one type, and add x-nullable: true where null may come.",
    scaffold="schema",
    bad="{type: object, properties: {id: {type: [string, 'null']}}}",
    good="{type: object, properties: {id: {type: string, x-nullable: true}}}",
)
def type_is_list(connector: Connector) -> Iterator[Flaw]:
    """A `type` is a list of types.

    JSON Schema allows that and OpenAPI 2.0 does not: a maker's field has one type. No published connector that was
    looked at has a list.
    """
    for node in of_type(connector, "list"):
        kinds = [kind for kind in texts(node.value["type"]) if kind != "null"]
        advice = f"write {kinds[0]} and x-nullable: true" if len(kinds) == 1 else "write one of them"
        yield Flaw(node.pointer / "type", f"the type of '{name_of(node)}' is a list; {advice}")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=f"{EXTENSIONS}#use-dynamic-schema",
    mend="List the properties, or have them asked of the service by x-ms-dynamic-schema.",
    scaffold="schema",
    bad="{type: object, properties: {owner: {type: object}}}",
    good="{type: object, properties: {owner: {type: object, properties: {id: {type: string}}}}}",
)
def output_object_without_properties(connector: Connector) -> Iterator[Flaw]:
    """An object in an answer or a notification says nothing of what is in it.

    Makers get no dynamic content from it and have to parse it themselves. An object may have any other properties
    (`additionalProperties`) or have them asked of the service. Answers that tell of a failure are not looked at, nor
    what is internal.
    """
    nodes = connector.nodes
    bare = [node for node in of_type(connector, "object") if node.kind is Kind.SCHEMA and _is_bare(node)]
    shown = reached_from(nodes, _expected(nodes)) if bare else set()
    for node in bare:
        if id(root_of(node)[0]) in shown:
            yield Flaw(node.pointer, f"the object '{name_of(node)}' has no properties, so makers get nothing from it")


def _is_bare(node: Node) -> bool:
    value = node.value
    described = value.get("properties") or value.get("allOf") or value.get("additionalProperties") is not None
    hidden = as_text(value.get("x-ms-visibility")).lower() == "internal"
    return not (described or hidden or is_dynamic(node))


def _expected(nodes: Nodes) -> list[Node]:
    """The schemas of answers that tell of success, and of notifications."""
    holders = (*nodes.of(Kind.RESPONSE), *nodes.of(Kind.NOTIFICATION))
    good = [node for node in holders if node.kind is Kind.NOTIFICATION or node.name.startswith("2")]
    return [root for node in good for root in nodes.inside(nodes.target(node)) if is_schema(root)]
