"""Policies on the properties of a body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.core import Request, Response

ITEM = "https://service.example/v2/items/a%2Fb/parts/7"


def set_property(parent: str, sub: str, value: str) -> dict[str, str]:
    return {
        "newPropertyParentPathTemplate": parent,
        "newPropertySubPathTemplate": sub,
        "propertyValuePathTemplate": value,
    }


PEOPLE = {"people": [{"name": "x"}, {"name": "y"}], "one": {"name": "z", "n": 3}}


@pytest.mark.parametrize(
    ("parent", "sub", "value", "expected"),
    [
        ("@body()", "place", "Riga", {**PEOPLE, "place": "Riga"}),
        ("@body().one", "age", "30", {**PEOPLE, "one": {"name": "z", "n": 3, "age": "30"}}),
        ("@body().people", "age", "30", {**PEOPLE, "people": [{"name": "x", "age": "30"}, {"name": "y", "age": "30"}]}),
        (
            "@body().people",
            "copy",
            "@item().name",
            {**PEOPLE, "people": [{"name": "x", "copy": "x"}, {"name": "y", "copy": "y"}]},
        ),
        ("@body()", "one", "[{@body().one}]", {**PEOPLE, "one": [{"name": "z", "n": 3}]}),
        ("@body()", "label", "{@body().one.name} no. {@body().one.n}", {**PEOPLE, "label": "z no. 3"}),
        ("@body()", "n", "@body().one.n", {**PEOPLE, "n": 3}),
        ("@body()", "['@odata.type']", "a.b", {**PEOPLE, "@odata.type": "a.b"}),
        ("@body()", "a.b", "c", {**PEOPLE, "a": {"b": "c"}}),
        ("@body()", "empty", "", {**PEOPLE, "empty": ""}),
    ],
)
@pytest.mark.parametrize("section", ["Request", "Response"])
def test_setproperty(policies: Any, section: str, parent: str, sub: str, value: str, expected: Any) -> None:
    assert policies.changed("setproperty", PEOPLE, {"section": section, **set_property(parent, sub, value)}) == expected


@pytest.mark.parametrize(
    ("parent", "sub", "value", "message"),
    [
        (
            "@body().gone",
            "a",
            "b",
            "failed: 'body().gone' selects property 'gone', which is not there; there are 'people', 'one'",
        ),
        (
            "@body().one",
            "name.first",
            "b",
            "failed: 'name.first' writes property 'first' of something that is no object",
        ),
        (
            "@body()",
            "a",
            "@body().gone.b",
            "failed: 'body().gone.b' selects property 'gone', which is not there; there are 'people', 'one'",
        ),
        ("@body()", "a b", "c", "mistake: 'a b' is no path of names such as a.b or ['a b']"),
        ("body()", "a", "c", "mistake: 'body()' does not begin with '@'; write '@body()'"),
        ("@utcNow()", "a", "c", "unsupported: function 'utcNow' is not known to work here; use body() or item()"),
        (
            "@body()",
            "a",
            "@headers('b')",
            "mistake: '@headers' does not work in a body value; only @body() and @item() do",
        ),
        ("@body().one.name", "a", "b", "failed: 'a' writes property 'a' of something that is no object"),
    ],
)
def test_setproperty_cannot(policies: Any, parent: str, sub: str, value: str, message: str) -> None:
    assert policies.changed("setproperty", PEOPLE, set_property(parent, sub, value)) == [message]


def test_setproperty_by_switches(policies: Any) -> None:
    gone = set_property("@body().gone", "a", "b")
    assert policies.changed("setproperty", PEOPLE, gone, absent_property_fails=False) == PEOPLE
    value = set_property("@body()", "a", "@body().gone")
    assert policies.changed("setproperty", PEOPLE, value, absent_property_fails=False) == PEOPLE
    deep = set_property("@body()", "a.b", "c")
    assert policies.changed("setproperty", PEOPLE, deep, missing_parents_are_made=False) == [
        "failed: 'a.b' writes below property 'a', which is not there"
    ]
    quoted = set_property("@body()", "one", "'1'")
    assert policies.changed("setproperty", {}, quoted, quotes_around_a_value_are_dropped=False) == {"one": "'1'"}


def test_a_body_that_is_none(policies: Any) -> None:
    policy = ("setproperty", set_property("@body()", "a", "b"))
    assert policies.told(policies.run(policy)) == ["failed: '@body()' is null; the policy needs a value there"]
    assert policies.told(policies.run(policy, request=Request("POST", ITEM, {}, b"<a>"))) == [
        "failed: the body is no JSON, and the policy works on JSON only"
    ]


def test_a_new_body_has_a_new_length(policies: Any) -> None:
    policy = ("setproperty", {"section": "Response", **set_property("@body()", "a", "b")})
    answer = Response(200, {"content-length": "2", "ETag": "1"}, b"{}")
    assert policies.run(policy, answer=answer).response == Response(200, {"ETag": "1"}, b'{"a": "b"}')


def convert(parent: str, sub: str, new: str, **more: Any) -> dict[str, Any]:
    return {"propertyParentPath": parent, "propertySubPath": sub, "newPropertyPath": new, **more}


LISTS = {"tag": "a.b;c,;", "rows": [{"tag": "a.b"}, {"tag": "x"}], "n": 1, "map": {"k": {"v": 1}, "l": {"v": 2}}}
SAME, EACH = convert("@body()", "tag", "@body().tag"), convert("@body().rows", "tag", "@item().tag")


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        ("stringreplace", {**SAME, "sourceString": ".", "replacementString": "%2E"}, {**LISTS, "tag": "a%2Eb;c,;"}),
        (
            "StringReplace",
            {**EACH, "sourceString": "a", "replacementString": ""},
            {**LISTS, "rows": [{"tag": ".b"}, {"tag": "x"}]},
        ),
        (
            "stringreplace",
            {**convert("@body().tag", "null", "@body().new.at"), "sourceString": ";", "replacementString": "@"},
            {**LISTS, "new": {"at": "a.b@c,@"}},
        ),
        ("encodepropertyvalue", SAME, {**LISTS, "tag": "a.b%3Bc%2C%3B"}),
        ("encodepropertyvalue", EACH, LISTS),
        (
            "stringtoarray",
            {**SAME, "delimiterList": ";,", "childPropertyName": "p"},
            {**LISTS, "tag": [{"p": "a.b"}, {"p": "c"}]},
        ),
        (
            "StringToArray",
            {**EACH, "delimiterList": ".", "childPropertyName": "p"},
            {**LISTS, "rows": [{"tag": [{"p": "a"}, {"p": "b"}]}, {"tag": [{"p": "x"}]}]},
        ),
        (
            "convertobjecttoarray",
            convert("@body()", "map", "@body().list"),
            {**LISTS, "list": [{"key": "k", "value": {"v": 1}}, {"key": "l", "value": {"v": 2}}]},
        ),
        (
            "convertobjecttoarray",
            convert("@body().map", "", "@body().map", keyName="name", valueName="is"),
            {**LISTS, "map": [{"name": "k", "is": {"v": 1}}, {"name": "l", "is": {"v": 2}}]},
        ),
        (
            "convertarraytoobject",
            convert("@body()", "rows", "@body().rows", keyWithinCollectionPath="tag"),
            {**LISTS, "rows": {"a.b": {"tag": "a.b"}, "x": {"tag": "x"}}},
        ),
        (
            "convertarraytoobject",
            convert("@body().rows", "null", "@body().by", keyWithinCollectionPath="tag", retainKey="False"),
            {**LISTS, "by": {"a.b": {}, "x": {}}},
        ),
    ],
)
@pytest.mark.parametrize("section", ["Request", "Response"])
def test_converted(policies: Any, section: str, template: str, given: dict[str, Any], expected: Any) -> None:
    assert policies.changed(template, LISTS, {"section": section, **given}) == expected


@pytest.mark.parametrize(
    ("template", "given", "message"),
    [
        ("encodepropertyvalue", convert("@body()", "n", "@body().n"), "failed: a number stands there; expected text"),
        (
            "encodepropertyvalue",
            convert("@body()", "tag", "@item().tag"),
            "mistake: '@item().tag' needs an array in propertyParentPath; expected a path of @body()",
        ),
        (
            "encodepropertyvalue",
            convert("@body().rows", "tag", "@body().tag"),
            "mistake: '@body().tag' is one place for every item of an array; expected a path of @item()",
        ),
        (
            "encodepropertyvalue",
            convert("@body().rows", "gone", "@item().tag"),
            "failed: 'gone' selects property 'gone', which is not there; there are 'tag'",
        ),
        (
            "convertobjecttoarray",
            convert("@body()", "rows", "@body().x"),
            "failed: an array cannot become an array; expected an object",
        ),
        (
            "convertarraytoobject",
            convert("@body()", "map", "@body().x", keyWithinCollectionPath="v"),
            "failed: an object cannot become an object; expected an array",
        ),
        (
            "convertarraytoobject",
            convert("@body()", "rows", "@body().x", keyWithinCollectionPath="id"),
            "failed: 'id' selects property 'id', which is not there; there are 'tag'",
        ),
        (
            "convertarraytoobject",
            convert("@body()", "rows", "@body().x", keyWithinCollectionPath="tag", retainKey="no"),
            "mistake: 'no' is no value for retainKey; expected 'true', 'false'",
        ),
        (
            "moveproperties",
            {"anything": 1},
            "unsupported: what moveproperties does is documented nowhere, so it is not emulated; "
            "setproperty can set each property",
        ),
    ],
)
def test_cannot_convert(policies: Any, template: str, given: dict[str, Any], message: str) -> None:
    assert policies.changed(template, LISTS, given) == [message]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": 1}, {"id": 1}], "failed: two items have the key '1'; an object needs distinct ones"),
        ([{"id": None}], "failed: null cannot be a key; expected text or a number"),
        ([{"id": []}], "failed: an array cannot be a key; expected text or a number"),
        ([5], "failed: 'id' selects property 'id' of something that is no object"),
    ],
)
def test_keys_of_an_object(policies: Any, rows: list[Any], message: str) -> None:
    given = convert("@body()", "rows", "@body().rows", keyWithinCollectionPath="id")
    assert policies.changed("convertarraytoobject", {"rows": rows}, given) == [message]


def test_converted_by_switches(policies: Any) -> None:
    gone = convert("@body().rows", "gone", "@item().new")
    assert policies.changed("encodepropertyvalue", LISTS, gone, absent_property_fails=False) == LISTS
    no_parent = convert("@body().nowhere", "a", "@body().new")
    assert policies.changed("encodepropertyvalue", LISTS, no_parent, absent_property_fails=False) == LISTS
    split = {**SAME, "delimiterList": ";,", "childPropertyName": "p"}
    kept = policies.changed("stringtoarray", {"tag": "a;,"}, split, empty_parts_are_dropped=False)
    assert kept == {"tag": [{"p": "a"}, {"p": ""}, {"p": ""}]}
    whole = policies.changed("stringtoarray", {"tag": "a;b;,c"}, split, each_delimiter_character_splits=False)
    assert whole == {"tag": [{"p": "a;b"}, {"p": "c"}]}


NAMES = st.text(max_size=4)
OBJECTS = st.dictionaries(NAMES, st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2))


@given(st.dictionaries(NAMES, OBJECTS, max_size=4))
def test_to_an_array_and_back(policies: Any, inside: dict[str, Any]) -> None:
    listed = policies.changed("convertobjecttoarray", {"a": inside}, convert("@body()", "a", "@body().a", keyName="$k"))
    back = convert("@body()", "a", "@body().a", keyWithinCollectionPath="$k", retainKey=False)
    again = policies.changed("convertarraytoobject", listed, back)
    assert {name: item["value"] for name, item in again["a"].items()} == inside


@given(OBJECTS, NAMES.filter(bool), st.text(max_size=6).filter(lambda text: "@" not in text))
def test_a_property_that_is_set_is_there(policies: Any, body: dict[str, Any], name: str, text: str) -> None:
    quoted = "['" + name.replace("'", "''") + "']"
    value = json.dumps([text])
    after = policies.changed("setproperty", body, set_property("@body()", quoted, value))
    own = next(key for key in after if key.lower() == name.lower())
    assert after[name if name in after else own] == [text]


def test_half_a_character_stops_nothing(policies: Any) -> None:
    assert policies.changed("encodepropertyvalue", {"tag": "a\ud800"}, SAME) == {"tag": "a%ED%A0%80"}
