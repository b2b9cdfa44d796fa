"""Example values: what they are, and that they fit any schema that can be fitted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from connkit.model import Connector
from connkit.semantics.examples import example
from connkit.semantics.patterns import matching_text
from connkit.semantics.values import check_value

DEFINITIONS: dict[str, Any] = {
    "Person": {
        "type": "object",
        "required": ["id", "boss"],
        "properties": {
            "id": {"type": "integer", "format": "int64"},
            "boss": {"$ref": "#/definitions/Person"},
            "friends": {"type": "array", "items": {"$ref": "#/definitions/Person"}},
        },
    },
    "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    "Loop": {"allOf": [{"$ref": "#/definitions/Loop"}, {"$ref": "#/definitions/Named"}]},
}


def resolver(definitions: Any) -> Any:
    return Connector({"definitions": definitions}, {}).resolve


RESOLVE = resolver(DEFINITIONS)
_VALUES = {
    "a declared example": ({"type": "string", "example": "Riga"}, "Riga", "Riga 0003"),
    "a test value before all others": ({"type": "integer", "x-ms-test-value": 7, "default": 1}, 7, 4),
    "an example of the wrong type is passed over": ({"type": "integer", "example": "7"}, 1, 4),
    "an example that is no multiple is passed over": ({"type": "integer", "example": 9, "multipleOf": 2}, 2, 8),
    "an example above the limit is passed over": ({"type": "integer", "example": 9, "maximum": 5}, 1, 4),
    "a text": ({"type": "string"}, "city", "city 0003"),
    "a text that has to be short keeps its number": ({"type": "string", "maxLength": 2}, "ty", "03"),
    "a text that has to be long": ({"type": "string", "minLength": 6}, "xxcity", "city 0003"),
    "a pattern": ({"type": "string", "pattern": "^[A-Z]{2}-\\d{4}$"}, "AA-1111", "AA-0003"),
    "a pattern that is too hard is passed over": ({"type": "string", "pattern": "^(?=x)y"}, "city", "city 0003"),
    "a pattern that Python cannot read": ({"type": "string", "pattern": "["}, "city", "city 0003"),
    "a date-time": ({"type": "string", "format": "date-time"}, "2026-01-12T08:00:00Z", "2026-01-12T08:03:00Z"),
    "a date": ({"type": "string", "format": "date"}, "2026-01-12", "2026-01-15"),
    "a date-time without zone": (
        {"type": "string", "format": "date-no-tz"},
        "2026-01-12T08:00:00",
        "2026-01-12T08:03:00",
    ),
    "a UUID": (
        {"type": "string", "format": "uuid"},
        "00000000-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-000000000003",
    ),
    "an address": ({"type": "string", "format": "email"}, "person0000@example.com", "person0003@example.com"),
    "where notifications go": (
        {"type": "string", "x-ms-notification-url": True},
        "https://callback.example/0000",
        "https://callback.example/0003",
    ),
    "an enum goes round": ({"type": "string", "enum": ["a", "b"]}, "a", "b"),
    "what fits of an enum": ({"type": "integer", "enum": ["a", 4, None]}, 4, 4),
    "an enum of which nothing fits": ({"type": "boolean", "enum": ["yes"]}, "yes", "yes"),
    "a number": ({"type": "number"}, 1.5, 4.5),
    "a multiple": ({"type": "number", "multipleOf": 0.5, "minimum": 7}, 7, 8.5),
    "a multiple of one": ({"type": "number", "multipleOf": 1}, 2, 5),
    "a range goes round": ({"type": "integer", "minimum": 1, "maximum": 3, "exclusiveMinimum": True}, 2, 3),
    "a number below zero": ({"type": "integer", "maximum": -4}, -1004, -1001),
    "limits that exclude each other": ({"type": "integer", "minimum": 5, "maximum": 2}, 5, 5),
    "a boolean": ({"type": "boolean"}, True, True),
    "an array": ({"type": "array", "items": {"type": "integer"}}, [1], [4]),
    "an array with a least size": ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 2], [4, 5]),
    "an array of nothing in particular": ({"type": "array"}, [], []),
    "an open object": ({"type": "object"}, {}, {}),
    "a dictionary": ({"additionalProperties": {"type": "integer"}}, {"key": 1}, {"key": 4}),
    "something required that is not described": ({"type": "object", "required": ["x"]}, {"x": "x"}, {"x": "x 0003"}),
    "something required that is forbidden": (
        {"type": "object", "required": ["x"], "properties": {"y": {"type": "integer"}}},
        {"y": 1},
        {"y": 4},
    ),
    "a loop is cut off where it begins anew": (
        {"$ref": "#/definitions/Person"},
        {"id": 1, "boss": {"id": 1, "boss": {}}, "friends": []},
        {"id": 4, "boss": {"id": 4, "boss": {}}, "friends": []},
    ),
    "a loop of allOf": ({"$ref": "#/definitions/Loop"}, {"name": "name"}, {"name": "name 0003"}),
    "nothing is known": ({}, "city", "city 0003"),
    "a dead end": ({"$ref": "#/definitions/Nowhere"}, "city", "city 0003"),
}


@pytest.mark.parametrize(("schema", "first", "third"), _VALUES.values(), ids=_VALUES)
def test_the_value_is(schema: Any, first: Any, third: Any) -> None:
    assert example(schema, RESOLVE, name="city") == first
    assert example(schema, RESOLVE, 3, name="city") == third


def test_a_minimal_value_has_what_is_required_and_where_notifications_go() -> None:
    url = {"type": "string", "x-ms-notification-url": True}
    schema = {"required": ["a"], "properties": {"a": {"type": "integer"}, "b": {}, "url": url}}
    assert example(schema, RESOLVE, minimal=True) == {"a": 1, "url": "https://callback.example/0000"}


@pytest.mark.parametrize("needed", [0, 40])
def test_definitions_that_name_each_other_in_every_way_end_soon(needed: int) -> None:
    names = [f"D{number}" for number in range(40)]
    everyone = {name: {"$ref": f"#/definitions/{name}"} for name in names}
    one = {"type": "object", "properties": everyone, "required": names[:needed]}
    value = example({"$ref": "#/definitions/D0"}, resolver({name: dict(one) for name in names}))
    assert len(json.dumps(value)) < 200_000


_PATTERNS = {
    "^[0-9a-f]{4}$": ("1111", "0012"),
    "^d\\d{1,8}c\\d+$": ("d1c1", "d1c2"),
    "^[^!]+![0-9]+$": ("a!1", "a!2"),
    "^(cat|dog)s?$": ("cats", "cats"),
    "^(?:\\w-)*x\\.$": ("a-x.", "a-x."),
    "^[\\]a]$": ("a", "a"),
    "^.$": ("a", "a"),
    "(": (None, None),
    "a)": (None, None),
    "[": (None, None),
    "\\": (None, None),
    "(?<=a)b": (None, None),
    "a{300}": (None, None),
    "": (None, None),
}


@pytest.mark.parametrize(("pattern", "texts"), _PATTERNS.items())
def test_a_text_for_a_pattern(pattern: str, texts: tuple[str | None, str | None]) -> None:
    assert (matching_text(pattern), matching_text(pattern, 12)) == texts


# Any schema

REFERENCES = st.sampled_from([{"$ref": "#/definitions/A"}, {"$ref": "#/definitions/B"}])
TEXTS = st.one_of(
    st.fixed_dictionaries({"type": st.just("string"), "minLength": st.integers(0, 5), "maxLength": st.integers(5, 30)}),
    st.fixed_dictionaries(
        {"type": st.just("string"), "format": st.sampled_from(["date-time", "date", "uuid", "uri", "email", "other"])}
    ),
    st.fixed_dictionaries({"type": st.just("string"), "enum": st.lists(st.text(max_size=3), min_size=1, unique=True)}),
    st.fixed_dictionaries({"type": st.just("string"), "default": st.text(max_size=4)}),
)
NUMBERS = st.builds(
    lambda kind, low, room, step, exclusive: {
        "type": kind,
        "minimum": low,
        "maximum": low + room,
        "multipleOf": step,
        "exclusiveMinimum": exclusive,
    },
    st.sampled_from(["integer", "number"]),
    st.integers(-50, 50),
    st.integers(6, 500),
    st.integers(1, 3),
    st.booleans(),
)
PLAIN = st.one_of(
    TEXTS,
    NUMBERS,
    st.fixed_dictionaries({"type": st.just("integer"), "format": st.sampled_from(["int32", "int64"])}),
    st.just({"type": "boolean"}),
)


def _object(properties: dict[str, Any], required: bool) -> dict[str, Any]:
    """Only what holds no reference is required, so that loops can end."""
    needed = [name for name, schema in properties.items() if required and "ref" not in json.dumps(schema)]
    return {"type": "object", "properties": properties, "required": needed}


def _nested(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.builds(_object, st.dictionaries(st.sampled_from("abcd"), inside, max_size=4), st.booleans())
    arrays = st.fixed_dictionaries({"type": st.just("array"), "items": inside, "maxItems": st.integers(0, 3)})
    both = st.builds(lambda one, two: {"allOf": [one, two]}, objects, objects)
    dictionaries = st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": inside})
    return st.one_of(objects, arrays, dictionaries, both)


SCHEMAS = st.recursive(st.one_of(PLAIN, REFERENCES), _nested, max_leaves=8)
OBJECTS = st.builds(_object, st.dictionaries(st.sampled_from("abcd"), SCHEMAS, max_size=4), st.booleans())


@settings(max_examples=120, deadline=None)
@given(SCHEMAS, st.fixed_dictionaries({"A": OBJECTS, "B": OBJECTS}), st.integers(0, 5), st.booleans())
def test_the_value_fits_its_schema(schema: Any, definitions: Any, number: int, minimal: bool) -> None:
    resolve = resolver(definitions)
    value = example(schema, resolve, number, minimal=minimal)
    assert [str(each) for each in check_value(value, schema, resolve)] == []
    if "allOf" not in json.dumps([schema, definitions]):  # two parts may ask for different things of one property
        Draft4Validator({**schema, "definitions": definitions}).validate(value)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 999), st.integers(1, 1000), st.sampled_from(["", "int32", "int64", "date-time", "date", "uuid"]))
def test_values_grow_with_their_number(number: int, more: int, format_: str) -> None:
    schema = {"type": "integer" if format_ in ("", "int32", "int64") else "string", "format": format_}
    assert example(schema, RESOLVE, number) < example(schema, RESOLVE, number + more)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(st.text(max_size=3), inside, max_size=3)),
    max_leaves=5,
)
WORDS = ["type", "format", "enum", "example", "default", "minimum", "maximum", "multipleOf", "minLength", "maxLength"]
WORDS += ["pattern", "items", "minItems", "maxItems", "properties", "required", "allOf", "additionalProperties", "$ref"]
KINDS = st.sampled_from(["string", "integer", "number", "array", "object", "file", "#/definitions/A", 10**400, -1])
JUNK = st.dictionaries(st.sampled_from(WORDS), st.one_of(JSON, KINDS, st.dictionaries(st.sampled_from(WORDS), KINDS)))


@settings(max_examples=200, deadline=None)
@given(JUNK, JUNK, st.integers(0, 3))
def test_no_schema_is_too_wrong(schema: Any, other: Any, number: int) -> None:
    json.dumps(example(schema, resolver({"A": {**other, "items": schema}}), number))
