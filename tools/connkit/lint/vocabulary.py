"""Which keys the objects of a definition may have and which JSON values belong there: OpenAPI 2.0 and the platform.

Sources: https://swagger.io/specification/v2/ for the keywords,
https://learn.microsoft.com/en-us/connectors/custom-connectors/openapi-extensions and published connectors for the
extensions.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType

from connkit.model import METHODS, NOTIFICATION, Kind
from connkit.semantics.suggestions import closest

Types = frozenset[type]
"""Python types that `json` makes of the values allowed at a place."""

ANY: Types = frozenset({dict, list, str, bool, int, float, NoneType})
TEXT: Types = frozenset({str})
FLAG: Types = frozenset({bool})
INTEGER: Types = frozenset({int})
NUMBER: Types = frozenset({int, float})
LIST: Types = frozenset({list})
OBJECT: Types = frozenset({dict})

_BOUNDS = {
    "maximum": NUMBER,
    "exclusiveMaximum": FLAG,
    "minimum": NUMBER,
    "exclusiveMinimum": FLAG,
    "maxLength": INTEGER,
    "minLength": INTEGER,
    "pattern": TEXT,
    "maxItems": INTEGER,
    "minItems": INTEGER,
    "uniqueItems": FLAG,
    "enum": LIST,
    "multipleOf": NUMBER,
}
_VALUE = {"type": TEXT, "format": TEXT, "items": OBJECT, "default": ANY, **_BOUNDS}
_PLAIN_VALUE = {**_VALUE, "collectionFormat": TEXT}

KEYWORDS: dict[Kind, dict[str, Types]] = {
    Kind.ROOT: {
        "swagger": ANY,  # SpecificationVersionIncorrect says what is wrong with it
        "info": OBJECT,
        "host": TEXT,
        "basePath": TEXT,
        "schemes": LIST,
        "consumes": LIST,
        "produces": LIST,
        "paths": OBJECT,
        "definitions": OBJECT,
        "parameters": OBJECT,
        "responses": OBJECT,
        "securityDefinitions": OBJECT,
        "security": LIST,
        "tags": LIST,
        "externalDocs": OBJECT,
    },
    Kind.INFO: {
        "title": TEXT,
        "description": TEXT,
        "termsOfService": TEXT,
        "contact": OBJECT,
        "license": OBJECT,
        "version": TEXT,
    },
    Kind.CONTACT: {"name": TEXT, "url": TEXT, "email": TEXT},
    Kind.LICENSE: {"name": TEXT, "url": TEXT},
    Kind.PATH_ITEM: {"$ref": TEXT, **dict.fromkeys(METHODS, OBJECT), "parameters": LIST},
    Kind.OPERATION: {
        "tags": LIST,
        "summary": TEXT,
        "description": TEXT,
        "externalDocs": OBJECT,
        "operationId": TEXT,
        "consumes": LIST,
        "produces": LIST,
        "parameters": LIST,
        "responses": OBJECT,
        "schemes": LIST,
        "deprecated": FLAG,
        "security": LIST,
    },
    Kind.PARAMETER: {
        "$ref": TEXT,
        "name": TEXT,
        "in": TEXT,
        "description": TEXT,
        "required": FLAG,
        "schema": OBJECT,
        "allowEmptyValue": FLAG,
        **_PLAIN_VALUE,
    },
    Kind.RESPONSE: {"$ref": TEXT, "description": TEXT, "schema": OBJECT, "headers": OBJECT, "examples": OBJECT},
    Kind.HEADER: {"description": TEXT, **_PLAIN_VALUE},
    Kind.ITEMS: _PLAIN_VALUE,
    Kind.SCHEMA: {
        "$ref": TEXT,
        "title": TEXT,
        "description": TEXT,
        **_VALUE,
        "maxProperties": INTEGER,
        "minProperties": INTEGER,
        "required": LIST,
        "allOf": LIST,
        "properties": OBJECT,
        "additionalProperties": OBJECT | FLAG,
        "discriminator": TEXT,
        "readOnly": FLAG,
        "xml": OBJECT,
        "externalDocs": OBJECT,
        "example": ANY,
        "filterFunctions": LIST,  # of the platform, although it is not called x-ms
    },
    Kind.SECURITY_SCHEME: {
        "type": TEXT,
        "description": TEXT,
        "name": TEXT,
        "in": TEXT,
        "flow": TEXT,
        "authorizationUrl": TEXT,
        "tokenUrl": TEXT,
        "scopes": OBJECT,
    },
    Kind.NOTIFICATION: {"description": TEXT, "schema": OBJECT, "headers": OBJECT},
    Kind.TAG: {"name": TEXT, "description": TEXT, "externalDocs": OBJECT},
    Kind.EXTERNAL_DOCS: {"description": TEXT, "url": TEXT},
    Kind.XML: {"name": TEXT, "namespace": TEXT, "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG},
}

ITEMS_OF_LISTS: dict[str, dict[Kind, Types]] = {
    **{key: {Kind.ROOT: TEXT, Kind.OPERATION: TEXT} for key in ("schemes", "consumes", "produces")},
    "tags": {Kind.ROOT: OBJECT, Kind.OPERATION: TEXT},
    "security": {Kind.ROOT: OBJECT, Kind.OPERATION: OBJECT},
    "parameters": {Kind.PATH_ITEM: OBJECT, Kind.OPERATION: OBJECT},
    "required": {Kind.SCHEMA: TEXT},
    "allOf": {Kind.SCHEMA: OBJECT},
    "x-ms-connector-metadata": {Kind.ROOT: OBJECT},
    "x-ms-docs": {Kind.ROOT: OBJECT},
    "x-ms-keywords": {Kind.INFO: TEXT},
    "x-ms-enum-values": {Kind.PARAMETER: OBJECT, Kind.SCHEMA: OBJECT},
}

ENTRIES_OF_MAPS: dict[str, dict[Kind, Types]] = {
    "paths": {Kind.ROOT: OBJECT},
    "definitions": {Kind.ROOT: OBJECT},
    "parameters": {Kind.ROOT: OBJECT},
    "responses": {Kind.ROOT: OBJECT, Kind.OPERATION: OBJECT},
    "securityDefinitions": {Kind.ROOT: OBJECT},
    "properties": {Kind.SCHEMA: OBJECT},
    "headers": {Kind.RESPONSE: OBJECT, Kind.NOTIFICATION: OBJECT},
    "scopes": {Kind.SECURITY_SCHEME: TEXT},
}


@dataclass(frozen=True, slots=True)
class Extension:
    """Where the platform reads an extension, and the kind of its value."""

    places: frozenset[Kind]
    types: Types


def _read_at(types: Types, *places: Kind) -> Extension:
    return Extension(frozenset(places), types)


EXTENSIONS: dict[str, Extension] = {
    "x-ms-summary": _read_at(TEXT, Kind.OPERATION, Kind.PARAMETER, Kind.RESPONSE, Kind.HEADER, Kind.SCHEMA),
    "x-ms-visibility": _read_at(TEXT | {NoneType}, Kind.OPERATION, Kind.PARAMETER, Kind.HEADER, Kind.SCHEMA),
    "x-ms-trigger": _read_at(TEXT, Kind.OPERATION),
    "x-ms-trigger-hint": _read_at(TEXT, Kind.OPERATION),
    "x-ms-trigger-metadata": _read_at(OBJECT, Kind.OPERATION),
    "x-ms-trigger-value": _read_at(OBJECT, Kind.PARAMETER),
    NOTIFICATION: _read_at(OBJECT, Kind.PATH_ITEM),
    "x-ms-notification-url": _read_at(FLAG, Kind.SCHEMA),
    "x-ms-notification": _read_at(OBJECT, Kind.OPERATION),
    "x-ms-dynamic-values": _read_at(OBJECT, Kind.PARAMETER, Kind.ITEMS, Kind.SCHEMA),
    "x-ms-dynamic-list": _read_at(OBJECT, Kind.PARAMETER, Kind.ITEMS, Kind.SCHEMA),
    "x-ms-dynamic-schema": _read_at(OBJECT, Kind.SCHEMA),
    "x-ms-dynamic-properties": _read_at(OBJECT, Kind.SCHEMA),
    "x-ms-dynamic-tree": _read_at(OBJECT, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-url-encoding": _read_at(TEXT, Kind.PARAMETER),
    "x-ms-api-annotation": _read_at(OBJECT, Kind.ROOT, Kind.INFO, Kind.OPERATION),
    "x-ms-operation-context": _read_at(OBJECT, Kind.OPERATION),
    "x-ms-capabilities": _read_at(OBJECT, Kind.ROOT, Kind.OPERATION),
    "x-ms-pageable": _read_at(OBJECT, Kind.OPERATION),
    "x-ms-enum-values": _read_at(LIST, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-test-value": _read_at(ANY, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-no-generic-test": _read_at(FLAG, Kind.OPERATION),
    "x-ms-safe-operation": _read_at(FLAG, Kind.OPERATION),
    "x-ms-localizeDefaultValue": _read_at(FLAG, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-media-kind": _read_at(TEXT, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-editor": _read_at(TEXT, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-editor-options": _read_at(OBJECT, Kind.PARAMETER, Kind.SCHEMA),
    "x-ms-connector-metadata": _read_at(LIST, Kind.ROOT),
    "x-ms-docs": _read_at(LIST, Kind.ROOT),
    "x-ms-deployment-version": _read_at(TEXT, Kind.INFO),
    "x-ms-keywords": _read_at(LIST, Kind.INFO),
    "x-ms-openai-data": _read_at(OBJECT, Kind.OPERATION),
    "x-ms-openai-manifest": _read_at(ANY, Kind.ROOT),  # a certified connector has a list there
    "x-ms-name-for-model": _read_at(TEXT, Kind.OPERATION),
    "x-ms-description-for-model": _read_at(TEXT, Kind.OPERATION),
}

AUTOREST = frozenset(
    [
        "x-ms-arm-id-details",
        "x-ms-azure-resource",
        "x-ms-client-default",
        "x-ms-client-flatten",
        "x-ms-client-name",
        "x-ms-client-request-id",
        "x-ms-code-generation-settings",
        "x-ms-discriminator-value",
        "x-ms-enum",
        "x-ms-error-response",
        "x-ms-examples",
        "x-ms-external",
        "x-ms-header-collection-prefix",
        "x-ms-identifiers",
        "x-ms-long-running-operation",
        "x-ms-long-running-operation-options",
        "x-ms-mutability",
        "x-ms-odata",
        "x-ms-parameter-grouping",
        "x-ms-parameter-location",
        "x-ms-parameterized-host",
        "x-ms-paths",
        "x-ms-request-id",
        "x-ms-secret",
        "x-ms-skip-url-encoding",
        "x-ms-text",
    ]
)
"""What Microsoft's generator of client libraries reads and the platform does not.

https://github.com/Azure/autorest/blob/main/docs/extensions/readme.md
"""

Path = tuple[str, ...]
"""Keys from an extension's value to an object inside it; `*` is every entry or item."""

_REFERENCES = frozenset({"value", "parameterReference", "selectedItemValuePath"})
_TREE_CALL = frozenset(
    ["operationId", "parameters", "itemsPath", "itemValuePath", "itemTitlePath", "itemFullTitlePath", "itemIsParent"]
)
PROPERTIES: dict[str, dict[Path, frozenset[str]]] = {
    "x-ms-api-annotation": {
        (): frozenset({"family", "revision", "status", "replacement", "expires"}),
        ("replacement",): frozenset({"api", "operationId"}),
    },
    "x-ms-connector-metadata": {("*",): frozenset({"propertyName", "propertyValue"})},
    "x-ms-docs": {("*",): frozenset({"url", "description"})},
    "x-ms-dynamic-list": {
        (): frozenset({"operationId", "parameters", "itemsPath", "itemValuePath", "itemTitlePath"}),
        ("parameters", "*"): _REFERENCES,
    },
    "x-ms-dynamic-properties": {
        (): frozenset({"operationId", "parameters", "itemValuePath"}),
        ("parameters", "*"): _REFERENCES,
    },
    "x-ms-dynamic-schema": {(): frozenset({"operationId", "parameters", "value-path"})},
    "x-ms-dynamic-tree": {
        (): frozenset({"settings", "open", "browse"}),
        ("settings",): frozenset({"canSelectParentNodes", "canSelectLeafNodes"}),
        **{(call,): _TREE_CALL for call in ("open", "browse")},
        **{(call, "parameters", "*"): _REFERENCES for call in ("open", "browse")},
    },
    "x-ms-dynamic-values": {
        (): frozenset(
            [
                "operationId",
                "builtInOperation",
                "capability",
                "parameters",
                "value-collection",
                "value-path",
                "value-title",
            ]
        ),
    },
    "x-ms-enum-values": {("*",): frozenset({"value", "displayName"})},
    "x-ms-notification": {(): frozenset({"operationId"})},
    NOTIFICATION: {(): frozenset({"description", "schema", "headers"})},
    "x-ms-operation-context": {
        (): frozenset({"simulate"}),
        ("simulate",): frozenset({"operationId", "parameters"}),
    },
    "x-ms-pageable": {(): frozenset({"nextLinkName"})},
    "x-ms-trigger-metadata": {(): frozenset({"kind", "mode"})},
    "x-ms-trigger-value": {(): frozenset({"value-collection", "value-path"})},
}
"""The properties of what Microsoft's extensions hold; objects left out may have any."""

ONE_OF: dict[str, dict[Path, tuple[str, ...]]] = {
    "x-ms-dynamic-values": {(): ("operationId", "builtInOperation", "capability")},
    "x-ms-dynamic-list": {("parameters", "*"): ("value", "parameterReference")},
    "x-ms-dynamic-properties": {("parameters", "*"): ("value", "parameterReference")},
    "x-ms-dynamic-tree": {
        ("open", "parameters", "*"): ("value", "parameterReference"),
        ("browse", "parameters", "*"): ("value", "parameterReference", "selectedItemValuePath"),
    },
}
"""Of these, an object inside an extension must have at least one."""

PLAIN_TYPES = ("string", "number", "integer", "boolean", "array")
VALUES: dict[str, dict[Kind, tuple[str, ...]]] = {
    "in": {
        Kind.PARAMETER: ("query", "header", "path", "formData", "body"),
        Kind.SECURITY_SCHEME: ("header", "query"),
    },
    "type": {
        Kind.PARAMETER: (*PLAIN_TYPES, "file"),
        Kind.HEADER: PLAIN_TYPES,
        Kind.ITEMS: PLAIN_TYPES,
        Kind.SCHEMA: (*PLAIN_TYPES, "object", "file", "null"),
        Kind.SECURITY_SCHEME: ("basic", "apiKey", "oauth2"),
    },
    "flow": {Kind.SECURITY_SCHEME: ("implicit", "password", "application", "accessCode")},
    "x-ms-url-encoding": {Kind.PARAMETER: ("single", "double")},
    "x-ms-media-kind": {Kind.PARAMETER: ("image", "audio"), Kind.SCHEMA: ("image", "audio")},
}
"""Keywords that take a word of a list."""

VALUES_INSIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "x-ms-api-annotation": {"status": ("Preview", "Production")},
    "x-ms-trigger-metadata": {"kind": ("query",), "mode": ("polling",)},
}
"""Properties of extensions that take a word of a list; letter case makes no difference there."""

DESCRIBE_VALUES = (Kind.SCHEMA, Kind.PARAMETER, Kind.HEADER, Kind.ITEMS)
"""What says how a value looks; most keywords are shared by some of these."""

VALUE_KEYWORDS = frozenset().union(*(KEYWORDS[kind] for kind in DESCRIBE_VALUES)) - {"$ref", "name", "in", "schema"}

KEYWORDS_OF_TYPE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("maxLength", "minLength", "pattern"), ("string",)),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), ("number", "integer")),
    "multipleOf": ("number", "integer"),
    **dict.fromkeys(("items", "collectionFormat", "maxItems", "minItems", "uniqueItems"), ("array",)),
    **dict.fromkeys(("properties", "maxProperties", "minProperties", "discriminator"), ("object",)),
}
"""Keywords that say something about values of these types alone."""


@functools.cache
def known_keys(kind: Kind) -> frozenset[str]:
    """Keywords of the kind, and every extension of the platform."""
    return frozenset(KEYWORDS[kind]).union(EXTENSIONS)


@functools.cache
def types_of(kind: Kind) -> Mapping[str, Types]:
    """What the values of the keys of such an object must be; without those that may be anything."""
    extensions = {key: found.types for key, found in EXTENSIONS.items() if kind in found.places}
    return {key: types for key, types in (KEYWORDS[kind] | extensions).items() if types is not ANY}


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that is most like it, or '' where none is."""
    return closest(name, sorted(names), 0.8)
