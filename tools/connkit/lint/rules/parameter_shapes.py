"""How a parameter is written: its place, its keywords, its name."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.lint.vocabulary import VALUE_KEYWORDS
from connkit.model import Connector, Kind, Node, Operation

_PLACES = ("query", "header", "path", "formData")
_BODY_KEYWORDS = ("description", "required")
_COLLECTION_FORMATS = ("csv", "ssv", "tsv", "pipes")


def _parameters(connector: Connector, *places: str) -> Iterator[tuple[Node, str]]:
    """Those with a place of these, where they are written, each with its name."""
    for node in connector.nodes.having("in", Kind.PARAMETER):
        if node.value["in"] in places and "$ref" not in node.value:
            yield node, _named(node)


def _named(node: Node) -> str:
    name = node.value.get("name")
    return name if isinstance(name, str) else ""


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Give the parameter another name.",
    scaffold="parameters",
    bad="[{name: connectionId, in: query, type: string}]",
    good="[{name: lineId, in: query, type: string}]",
)
def connection_id_parameter_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """A parameter is called `connectionId`, a name that the platform needs itself.

    Letter case makes no difference: no published connector has the name in any.
    """
    for node in connector.nodes.having("name", Kind.PARAMETER):
        if _named(node).lower() == "connectionid" and "$ref" not in node.value:
            yield Flaw(node.pointer / "name", f"a parameter may not be called '{_named(node)}'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Remove the parameter and describe the credentials in securityDefinitions.",
    scaffold="parameters",
    bad="[{name: Authorization, in: header, type: string}]",
    good="[{name: X-Trace, in: header, type: string}]",
)
def reserved_parameter_is_used(connector: Connector) -> Iterator[Flaw]:
    """A header parameter is called `Authorization`, which only the connection may send.

    No published connector has one, while Accept and Content-Type are common. Headers have no letter case.
    """
    for node, name in _parameters(connector, "header"):
        if name.lower() == "authorization":
            message = f"the parameter '{name}' is reserved in a header; let a security definition send it"
            yield Flaw(node.pointer / "name", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write in: formData, and name multipart/form-data in 'consumes'.",
    scaffold="parameters",
    bad="[{name: photo, in: query, type: file}]",
    good="[{name: photo, in: formData, type: file}]",
)
def file_parameter_must_be_in_form_data(connector: Connector) -> Iterator[Flaw]:
    """A file is sent in another place than a form.

    A whole body that is a file is a schema of type string and format binary.
    """
    for node, name in _parameters(connector, "query", "header", "path"):
        if node.value.get("type") == "file":
            place = node.value["in"]
            yield Flaw(node.pointer, f"the file '{name}' is sent in '{place}', but must be sent in 'formData'")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Send everything in the body, or everything in the form.",
    scaffold="parameters",
    bad="[{name: body, in: body, schema: {type: object}}, {name: note, in: formData, type: string}]",
    good="[{name: photo, in: formData, type: file}, {name: note, in: formData, type: string}]",
)
def parameter_list_contains_form_data_and_body(connector: Connector) -> Iterator[Flaw]:
    """An operation has a body and a form; a request can carry one of them.

    What the operation inherits from its path counts.
    """
    for operation in connector.operations:
        first = {item.location: item for item in reversed(operation.parameters)}
        if "body" in first and "formData" in first:
            body, field = first["body"], first["formData"]
            message = f"the operation '{operation.label}' has both a body ('{body.name}') and a form ('{field.name}')"
            yield Flaw(_list_of(operation), message, (body.pointer, field.pointer))


def _list_of(operation: Operation) -> Pointer:
    holder = operation.pointer if "parameters" in operation.raw else operation.pointer.parent
    return holder / "parameters"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove x-ms-url-encoding.",
    scaffold="parameters",
    bad="[{name: filter, in: query, type: string, x-ms-url-encoding: double}]",
    good="[{name: filter, in: query, type: string}]",
)
def query_parameter_encoding_not_supported(connector: Connector) -> Iterator[Flaw]:
    """A query parameter says how it is encoded, although every one is encoded once.

    `x-ms-url-encoding` is for path parameters.
    """
    for node, name in _parameters(connector, "query"):
        if "x-ms-url-encoding" in node.value:
            message = f"the query parameter '{name}' has an encoding, but is always encoded once"
            yield Flaw(node.pointer / "x-ms-url-encoding", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Move the keyword into the parameter's schema.",
    scaffold="parameters",
    bad="[{name: body, in: body, type: object, schema: {type: object}}]",
    good="[{name: body, in: body, schema: {type: object}}]",
)
def body_parameter_property_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A body parameter has a keyword that belongs into its schema."""
    for node, name in _parameters(connector, "body"):
        for key in node.value:
            if key in VALUE_KEYWORDS and key not in (*_BODY_KEYWORDS, "allowEmptyValue"):
                message = f"the body '{name}' has the keyword '{key}'; move it into the schema"
                yield Flaw(node.pointer / key, message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add a schema that says what the body holds.",
    scaffold="parameters",
    bad="[{name: body, in: body}]",
    good="[{name: body, in: body, schema: {type: object}}]",
)
def body_parameter_schema_required(connector: Connector) -> Iterator[Flaw]:
    """A body parameter has no `schema`."""
    for node, name in _parameters(connector, "body"):
        if "schema" not in node.value:
            yield Flaw(node.pointer, f"the body '{name}' has no schema")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Write type, format and the other keywords into the parameter itself.",
    scaffold="parameters",
    bad="[{name: limit, in: query, schema: {type: integer}}]",
    good="[{name: limit, in: query, type: integer}]",
)
def non_body_parameter_schema_not_valid(connector: Connector) -> Iterator[Flaw]:
    """A parameter that is not the body has a `schema`, as it would have in OpenAPI 3."""
    for node, name in _parameters(connector, *_PLACES):
        if "schema" in node.value:
            message = f"the parameter '{name}' is sent in '{node.value['in']}' and cannot have a schema"
            yield Flaw(node.pointer / "schema", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Remove allowEmptyValue.",
    scaffold="parameters",
    bad="[{name: X-Trace, in: header, type: string, allowEmptyValue: true}]",
    good="[{name: trace, in: query, type: string, allowEmptyValue: true}]",
    name="AllowEmptyValueOnlyValidForQueryFormData",
)
def allow_empty_value_only_valid_for_query_form_data(connector: Connector) -> Iterator[Flaw]:
    """A parameter may be empty that is sent neither in the query nor in a form.

    `allowEmptyValue: false` says nothing and is let pass.
    """
    for node, name in _parameters(connector, "header", "path", "body"):
        if node.value.get("allowEmptyValue") is True:
            message = f"'allowEmptyValue' of '{name}' is for the query and forms, not for '{node.value['in']}'"
            yield Flaw(node.pointer / "allowEmptyValue", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write collectionFormat: csv, or let makers type the list as text.",
    scaffold="parameters",
    bad="[{name: tags, in: query, type: array, items: {type: string}, collectionFormat: multi}]",
    good="[{name: tags, in: query, type: array, items: {type: string}, collectionFormat: csv}]",
)
def collection_format_value_not_supported(connector: Connector) -> Iterator[Flaw]:
    """A list is to be sent in a form that the platform does not know.

    It joins the values with a comma (csv), a blank (ssv), a tab (tsv) or a bar (pipes). Makers report that a
    parameter that is repeated for each value (multi) is refused, and no published connector has one.
    """
    for node in connector.nodes.having("collectionFormat", Kind.PARAMETER, Kind.ITEMS, Kind.HEADER):
        value = node.value["collectionFormat"]
        if isinstance(value, str) and value not in _COLLECTION_FORMATS and node.value.get("in") != "body":
            message = f"the collection format '{value}' is not supported; use {', '.join(_COLLECTION_FORMATS)}"
            yield Flaw(node.pointer / "collectionFormat", message)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Give the field a name of ASCII characters.",
    scaffold="parameters",
    bad="[{name: größe, in: formData, type: string}]",
    good="[{name: size, in: formData, type: string}]",
)
def invalid_form_data_parameter_name(connector: Connector) -> Iterator[Flaw]:
    """The name of a form's field has a character that is not ASCII."""
    for node, name in _parameters(connector, "formData"):
        if not name.isascii():
            yield Flaw(node.pointer / "name", f"the form field '{name}' has a character that is not ASCII in its name")
