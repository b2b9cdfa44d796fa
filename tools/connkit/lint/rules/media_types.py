"""MIME types, and bodies that do not fit them."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.media import SUPPORTED, bare, consumed
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.metadata import LEARN
from connkit.model import Connector, Kind, Operation, Parameter

_MULTIPART, _URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
_FORMS = (_MULTIPART, _URLENCODED)
_TOKEN = "!#$&-^_.+*"


def _lists(connector: Connector) -> Iterator[tuple[Pointer, list[object]]]:
    """Each list of MIME types with its place."""
    for key in ("consumes", "produces"):
        for node in connector.nodes.having(key, Kind.ROOT, Kind.OPERATION):
            if isinstance(node.value[key], list):
                yield node.pointer / key, node.value[key]


def _entries(connector: Connector) -> Iterator[tuple[Pointer, str]]:
    for place, listed in _lists(connector):
        for index, entry in enumerate(listed):
            if isinstance(entry, str):
                yield place / index, entry


def _valid(media_type: str) -> bool:
    first, slash, second = bare(media_type).partition("/")
    return bool(slash) and _is_token(first) and _is_token(second)


def _is_token(text: str) -> bool:
    return bool(text) and all((letter.isascii() and letter.isalnum()) or letter in _TOKEN for letter in text)


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Write a type and a subtype with a slash between them, such as application/json.",
    bad="{operationId: ListItems, produces: [json], responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, produces: [application/json], responses: {'200': {description: The items}}}",
)
def mime_type_not_valid(connector: Connector) -> Iterator[Flaw]:
    """An entry of `consumes` or `produces` is no MIME type."""
    for place, entry in _entries(connector):
        if not _valid(entry):
            yield Flaw(place, f"'{entry}' is no MIME type such as application/json")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Where the service allows it, use one of the supported types; otherwise try the operation in a flow.",
    bad="{operationId: ListItems, produces: [application/xml], responses: {'200': {description: The items}}}",
    good="{operationId: ListItems, produces: [application/json], responses: {'200': {description: The items}}}",
)
def mime_type_not_supported(connector: Connector) -> Iterator[Flaw]:
    """An entry of `consumes` or `produces` is a MIME type that the platform does not support.

    It knows JSON, plain text and the two kinds of forms.
    """
    for place, entry in _entries(connector):
        if entry not in SUPPORTED and _valid(entry):
            yield Flaw(place, f"the MIME type '{entry}' is not supported; supported are {', '.join(SUPPORTED)}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Add consumes: [application/json] to the operation or the definition.",
    bad="""
        operationId: ListItems
        parameters: [{name: body, in: body, schema: {type: object}}]
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        consumes: [application/json]
        parameters: [{name: body, in: body, schema: {type: object}}]
        responses: {'200': {description: The items}}
    """,
)
def consumes_missing(connector: Connector) -> Iterator[Flaw]:
    """An operation takes a body, but neither it nor the definition names a supported MIME type for it."""
    for operation in connector.operations:
        if operation.body is not None and not set(SUPPORTED) & set(consumed(connector, operation)):
            message = f"the operation '{operation.label}' has a body, but consumes no supported MIME type"
            yield Flaw(operation.pointer / "consumes", message)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Add the MIME type in which the request is made: multipart/form-data for files.",
    bad="""
        operationId: AddItem
        consumes: [application/json]
        parameters: [{name: file, in: formData, type: file}]
        responses: {'200': {description: It}}
    """,
    good="""
        operationId: AddItem
        consumes: [multipart/form-data]
        parameters: [{name: file, in: formData, type: file}]
        responses: {'200': {description: It}}
    """,
)
def mime_type_not_compatible_with_request_content_schema_type(connector: Connector) -> Iterator[Flaw]:
    """What an operation takes can be written in none of the MIME types that it consumes.

    Form fields need one of the two kinds of forms, files need multipart, and a body that is no text needs something
    else than a form. Nothing is said where no type is named.
    """
    for operation in connector.operations:
        content = _content(operation)
        types = {bare(entry) for entry in consumed(connector, operation)}
        if types and content and not _fits(content, types):
            named = ", ".join(f"'{entry}'" for entry in sorted(types))
            message = f"the operation '{operation.label}' takes {content}, which {named} cannot hold"
            yield Flaw(operation.pointer, message)


def _content(operation: Operation) -> str:
    fields = [parameter for parameter in operation.parameters if parameter.location == "formData"]
    if any(parameter.type == "file" for parameter in fields):
        return "a file"
    return "form fields" if fields else "a body" if operation.body is not None else ""


def _fits(content: str, types: set[str]) -> bool:
    if content == "a file":
        return _MULTIPART in types
    return bool(types & set(_FORMS)) if content == "form fields" else bool(types - set(_FORMS))


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Consume multipart/form-data instead, or leave out format: binary.",
    bad="""
        operationId: AddItem
        consumes: [application/x-www-form-urlencoded]
        parameters: [{name: data, in: formData, type: string, format: binary}]
        responses: {'200': {description: It}}
    """,
    good="""
        operationId: AddItem
        consumes: [multipart/form-data]
        parameters: [{name: data, in: formData, type: string, format: binary}]
        responses: {'200': {description: It}}
    """,
)
def string_binary_not_supported_for_form_url_encoded(connector: Connector) -> Iterator[Flaw]:
    """A form that is encoded as an address takes binary data, which it cannot hold."""
    for operation in connector.operations:
        binary = [parameter for parameter in operation.parameters if _is_binary(parameter)]
        if binary and {bare(entry) for entry in consumed(connector, operation)} == {_URLENCODED}:
            message = f"'{binary[0].name}' of '{operation.label}' is binary, but the operation consumes '{_URLENCODED}'"
            yield Flaw(binary[0].pointer, message)


def _is_binary(parameter: Parameter) -> bool:
    raw = parameter.raw if parameter.location == "formData" else parameter.schema
    return raw.get("type") == "string" and raw.get("format") == "binary"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=LEARN,
    mend="Send it as a query parameter, or make the operation a POST.",
    bad="""
        operationId: ListItems
        parameters: [{name: body, in: body, schema: {type: object}}]
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        parameters: [{name: filter, in: query, type: string}]
        responses: {'200': {description: The items}}
    """,
)
def body_or_form_data_parameter_in_fetch_operation_not_allowed(connector: Connector) -> Iterator[Flaw]:
    """A GET takes a body or form fields, which the platform does not send."""
    for operation in connector.operations:
        if operation.method == "get":
            for parameter in operation.parameters:
                if parameter.location in ("body", "formData"):
                    message = f"'{parameter.name}' of the GET '{operation.label}' stands in the {parameter.location}"
                    yield Flaw(parameter.pointer, message)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://spec.openapis.org/oas/v2.0#swagger-object",
    mend="Name the type, mostly application/json, or remove the empty list.",
    scaffold="definition",
    bad="produces: []",
    good="produces: [application/json]",
)
def empty_media_type_list(connector: Connector) -> Iterator[Flaw]:
    """A list of MIME types is empty, so that tools which read it answer with nothing.

    The wizard writes such lists. The platform does not mind, but mock servers and code generators do.
    """
    for place, listed in _lists(connector):
        if not listed:
            yield Flaw(place, f"'{place.parts[-1]}' is an empty list")


@rule(
    severity=Severity.ERROR,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=LEARN,
    mend="Rename the link in the answer with the policy updatenextlink, and write nextLink or @odata.nextLink here.",
    bad="""
        operationId: ListItems
        x-ms-pageable: {nextLinkName: next}
        responses: {'200': {description: The items}}
    """,
    good="""
        operationId: ListItems
        x-ms-pageable: {nextLinkName: '@odata.nextLink'}
        responses: {'200': {description: The items}}
    """,
)
def invalid_next_link_name_value(connector: Connector) -> Iterator[Flaw]:
    """The link to the next page has a name that the platform does not follow."""
    for node in connector.nodes.having("x-ms-pageable", Kind.OPERATION):
        pageable = node.value["x-ms-pageable"]
        name = pageable.get("nextLinkName") if isinstance(pageable, dict) else None
        if isinstance(name, str) and name not in ("nextLink", "@odata.nextLink"):
            message = f"the nextLinkName '{name}' is neither 'nextLink' nor '@odata.nextLink'"
            yield Flaw(node.pointer / "x-ms-pageable" / "nextLinkName", message)
