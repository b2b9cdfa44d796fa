"""What a person typed, as the values that the definition declares."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.core import UserError
from connkit.model import Connector, Operation
from connkit.semantics.typed_inputs import input_names, typed_inputs

BODY = {
    "allOf": [{"properties": {"title": {"type": "string"}}}],
    "properties": {
        "who": {"properties": {"name": {"type": "string"}, "age": {"type": "integer"}}},
        "who.name": {"type": "boolean"},
        "limit": {"type": "string"},
        "free": {},
    },
}
PARAMETERS = [
    {"name": "limit", "in": "query", "type": "integer"},
    {"name": "rate", "in": "query", "type": "number"},
    {"name": "full", "in": "query", "type": "boolean"},
    {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}},
    {"name": "words", "in": "query", "type": "array", "collectionFormat": "pipes", "items": {"type": "string"}},
    {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Body"}},
]


def operation(parameters: list[dict[str, Any]]) -> Operation:
    path = {"post": {"operationId": "Put", "parameters": parameters, "responses": {}}}
    definition = {"paths": {"/x": path}, "definitions": {"Body": BODY, "Loop": {"properties": {"again": LOOP}}}}
    return Connector(definition, {}).operations[0]


LOOP = {"$ref": "#/definitions/Loop"}
PUT = operation(PARAMETERS)

_GOOD = {
    "an integer": ({"limit": "-5"}, {"limit": -5}),
    "a number": ({"rate": "2.5"}, {"rate": 2.5}),
    "a truth value in any letter case": ({"full": "TRUE"}, {"full": True}),
    "a list with commas": ({"ids": "1,2"}, {"ids": [1, 2]}),
    "a list as JSON": ({"ids": "[1, 2]"}, {"ids": [1, 2]}),
    "a list without items": ({"ids": ""}, {"ids": []}),
    "a list in its own format": ({"words": "a,b|c"}, {"words": ["a,b", "c"]}),
    "a property of the body": ({"title": "5"}, {"body": {"title": "5"}}),
    "a property inside another": ({"who.age": "5"}, {"body": {"who": {"age": 5}}}),
    "a property whose own name has a dot": ({"who.name": "false"}, {"body": {"who.name": False}}),
    "an object as JSON and a property over it": (
        {"who": '{"name": "Ona", "age": 1}', "who.age": "2"},
        {"body": {"who": {"name": "Ona", "age": 2}}},
    ),
    "the whole body as JSON and a property over it": (
        {"body": '{"free": [1], "title": "a"}', "title": "b"},
        {"body": {"free": [1], "title": "b"}},
    ),
    "a property without a type is text": ({"free": "5"}, {"body": {"free": "5"}}),
}


@pytest.mark.parametrize(("texts", "expected"), _GOOD.values(), ids=_GOOD)
def test_texts_become_values(texts: dict[str, str], expected: dict[str, Any]) -> None:
    assert typed_inputs(PUT, texts, {}) == expected


def test_values_are_taken_as_they_are_and_texts_come_over_them() -> None:
    values = {"limit": "kept", "who": {"name": "Ona", "age": 1}}
    assert typed_inputs(PUT, {"who.age": "2"}, values) == {
        "limit": "kept",
        "body": {"who": {"name": "Ona", "age": 2}},
    }
    assert values == {"limit": "kept", "who": {"name": "Ona", "age": 1}}


_WRONG = {
    "an integer": ({"limit": "1.5"}, "the input 'limit' cannot be '1.5'; the definition wants a whole number"),
    "a number": ({"rate": "nan"}, "the input 'rate' cannot be 'nan'; the definition wants a number"),
    "a truth value": ({"full": "yes"}, "the input 'full' cannot be 'yes'; the definition wants true or false"),
    "an item": ({"ids": "1,x"}, "the input 'ids' cannot be 'x'; the definition wants a whole number"),
    "a list": ({"ids": "[1"}, "the input 'ids' cannot be '[1'; the definition wants a list: a,b or JSON"),
    "an object": ({"who": "[]"}, "the input 'who' cannot be '[]'; the definition wants a JSON object"),
    "a name": ({"titel": "a"}, "Put has no input 'titel'; did you mean 'title'?"),
    "a name inside a property": (
        {"who.x": "a"},
        "Put has no input 'who.x'; did you mean 'who'?",
    ),
}


@pytest.mark.parametrize(("texts", "message"), _WRONG.values(), ids=_WRONG)
def test_a_mistake_names_the_input_and_what_is_wanted(texts: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as told:
        typed_inputs(PUT, texts, {})
    assert str(told.value) == message


def test_an_operation_without_inputs_says_so() -> None:
    with pytest.raises(UserError) as told:
        typed_inputs(operation([]), {"x": "1"}, {})
    assert str(told.value) == "Put has no input 'x'; it has no inputs"


def test_a_body_that_contains_itself_ends() -> None:
    looping = operation([{"name": "body", "in": "body", "schema": LOOP}])
    assert typed_inputs(looping, {"again.again": "{}"}, {}) == {"body": {"again": {"again": {}}}}
    with pytest.raises(UserError):
        typed_inputs(looping, {"again." * 50 + "again": "{}"}, {})


def test_inputs_are_listed_by_the_names_they_are_given_by() -> None:
    names = ["limit", "rate", "full", "ids", "words", "title", "who", "who.name", "limit", "free"]
    assert input_names(PUT) == names


@given(st.dictionaries(st.sampled_from([*input_names(PUT), "who.age", "body"]), st.text()))
def test_whatever_is_typed_becomes_values_or_a_message(texts: dict[str, str]) -> None:
    with suppress(UserError):
        assert isinstance(typed_inputs(PUT, texts, {}), dict)
