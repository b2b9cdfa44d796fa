"""Values against schemas."""

from typing import Any

import pytest

from connkit.semantics.values import check_value

DEFINITIONS = {"Widget": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}


def resolve(schema: Any) -> dict[str, Any]:
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    found: dict[str, Any] = DEFINITIONS[reference.rsplit("/", 1)[1]] if reference else schema
    return found


WIDGET = {"$ref": "#/definitions/Widget"}
OPEN = {"type": "object", "properties": {"id": {}}, "additionalProperties": {"type": "string"}}


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (1, {"type": "integer"}, []),
        (1.0, {"type": "integer"}, []),
        (1, {"type": "number"}, []),
        (True, {"type": "integer"}, ["type the body: a boolean, but the definition promises integer"]),
        ("1", {"type": "integer"}, ["type the body: a string, but the definition promises integer"]),
        (None, {"type": "string"}, ["null the body: null, but the definition promises string"]),
        (None, {"type": "string", "x-nullable": True}, []),
        (None, {}, []),
        (2**31 - 1, {"type": "integer", "format": "int32"}, []),
        (2**31, {"type": "integer", "format": "int32"}, ["range the body: 2147483648 does not fit into int32"]),
        (2**31, {"type": "integer", "format": "int64"}, []),
        (2**63, {"type": "integer", "format": "int64"}, [f"range the body: {2**63} does not fit into int64"]),
        ("2024-02-29T10:00:00Z", {"type": "string", "format": "date-time"}, []),
        ("2024-02-29T10:00:00.5+02:00", {"type": "string", "format": "date-time"}, []),
        (
            "2023-02-29T10:00:00Z",
            {"type": "string", "format": "date-time"},
            ["format the body: '2023-02-29T10:00:00Z' is no date-time of RFC 3339"],
        ),
        (
            "2024-02-29 10:00:00",
            {"type": "string", "format": "date-time"},
            ["format the body: '2024-02-29 10:00:00' is no date-time of RFC 3339"],
        ),
        ("c", {"type": "string", "enum": ["a", "b"]}, ["enum the body: 'c' is none of the values in the definition"]),
        ([{"id": 1}], {"type": "array", "items": WIDGET}, []),
        (
            [{"id": "x"}, {}],
            {"type": "array", "items": WIDGET},
            [
                "type /0/id: a string, but the definition promises integer",
                "missing /1/id: missing, but the definition requires it",
            ],
        ),
        ({"id": 1, "x": 2}, WIDGET, ["undeclared /x: not in the definition, so makers cannot see it"]),
        ({"x": 2}, {"type": "object"}, []),
        ({"id": 1, "x": "y"}, OPEN, []),
        ({"x": 2}, OPEN, ["type /x: an integer, but the definition promises string"]),
        ({"x": 2}, {**OPEN, "additionalProperties": True}, []),
        (
            {"x": 2},
            {"type": "object", "additionalProperties": False},
            ["undeclared /x: not in the definition, so makers cannot see it"],
        ),
        ({"id": 1, "size": 2}, {"allOf": [WIDGET], "properties": {"size": {"type": "integer"}}}, []),
        (
            {"size": "s"},
            {"allOf": [WIDGET], "properties": {"size": {"type": "integer"}}},
            [
                "missing /id: missing, but the definition requires it",
                "type /size: a string, but the definition promises integer",
            ],
        ),
    ],
)
def test_differences(value: Any, schema: Any, expected: list[str]) -> None:
    assert [f"{found.kind} {found}" for found in check_value(value, schema, resolve)] == expected


def test_parts_that_name_the_next_one_twice_are_put_together_at_once() -> None:
    schema: dict[str, Any] = {"required": ["last"], "properties": {"last": {}}}
    for _ in range(500):
        schema = {"allOf": [schema, schema]}
    assert [str(found) for found in check_value({}, schema, resolve)] == [
        "/last: missing, but the definition requires it"
    ]


def test_a_malformed_schema_is_the_affair_of_lint() -> None:
    assert check_value({"a": 1}, {"type": ["x"], "format": {}, "required": 1, "allOf": 2}, resolve) == []
