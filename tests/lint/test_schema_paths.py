"""Where paths of expressions end in schemas."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.lint.schema_paths import End, walk
from connkit.model import Connector
from connkit.semantics.paths import parse_path, parse_steps

NAME = {"type": "string"}
DEFINITIONS = {"Item": {"properties": {"Name": NAME, "name": {"type": "integer"}}}}
TWELVE = ", ".join(f"'p{number}'" for number in range(12))
WIDE = {"properties": {f"p{number}": {} for number in range(12)}}
WIDER = {"properties": {f"p{number}": {} for number in range(13)}}


@pytest.mark.parametrize(
    ("schema", "path", "end"),
    [
        ({"properties": {"a": NAME}}, "a", End(NAME)),
        ({"properties": {"a": NAME}}, "", End({"properties": {"a": NAME}})),
        ({"$ref": "#/definitions/Item"}, "Name", End(NAME)),
        ({"$ref": "#/definitions/Item"}, "NAME", End(NAME)),
        ({"$ref": "#/definitions/Gone"}, "a", End()),
        ({"type": "array", "items": {"$ref": "#/definitions/Item"}}, "[0].name", End({"type": "integer"})),
        ({"items": NAME}, "[3]", End(NAME)),
        ({"type": "array"}, "[0]", End()),
        ({}, "", End()),
        ({}, "a", End()),
        ({"type": "object"}, "a", End()),
        ({"type": "object"}, "[0]", End(problem="item 0 is taken of something that is no array")),
        ({"properties": {"a": {}}}, "[0]", End(problem="item 0 is taken of something that is no array")),
        ({"description": "Anything"}, "[0]", End()),
        ({"type": "object", "properties": {"a": {}}}, "b", End(problem="there is no 'b'; there are 'a'")),
        ({"type": "array"}, "b", End(problem="'b' is taken of an array, which has items and no names")),
        ({"type": "integer"}, "b", End(problem="'b' is taken of something of type 'integer'")),
        ({"properties": {"a": {}}, "additionalProperties": False}, "b", End(problem="there is no 'b'; there are 'a'")),
        ({"properties": {"a": {}}, "additionalProperties": {}}, "b", End()),
        ({"properties": {"a": {}}, "additionalProperties": True}, "b", End()),
        *[
            ({"properties": {"a": {}}, key: []}, "b", End())
            for key in ("allOf", "oneOf", "anyOf", "x-ms-dynamic-schema", "x-ms-dynamic-properties", "discriminator")
        ],
        (WIDE, "b", End(problem="there is no 'b'; there are " + TWELVE)),
        (
            WIDER,
            "b",
            End(
                problem="there is no 'b'; there are "
                + ", ".join(f"'p{number}'" for number in range(12))
                + " and others"
            ),
        ),
        ({"type": ["string"], "properties": 5}, "b", End()),
    ],
)
def test_the_end_of_a_path(schema: dict[str, Any], path: str, end: End) -> None:
    connector = Connector({"definitions": DEFINITIONS}, {})
    assert walk(connector, schema, parse_steps(path)) == end


def test_an_index_that_is_an_expression_may_lead_anywhere() -> None:
    steps = parse_path("body()[body().a]", ("body",)).steps
    assert walk(Connector({}, {}), {"properties": {"b": {}}}, steps) == End()
