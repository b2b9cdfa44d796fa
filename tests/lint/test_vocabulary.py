"""The tables of keys agree with the model, with one another, and suggest the right names."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.lint import check
from connkit.lint.vocabulary import (
    AUTOREST,
    ENTRIES_OF_MAPS,
    EXTENSIONS,
    ITEMS_OF_LISTS,
    KEYWORDS,
    KEYWORDS_OF_TYPE,
    LIST,
    OBJECT,
    ONE_OF,
    PROPERTIES,
    VALUE_KEYWORDS,
    VALUES,
    VALUES_INSIDE,
    nearest,
    types_of,
)
from connkit.model import Connector, Kind
from connkit.model.nodes import CHILDREN, Holds

HELD = [(kind, key, *held) for kind, children in CHILDREN.items() for key, held in children.items()]


def test_every_kind_of_object_has_its_keywords() -> None:
    assert set(KEYWORDS) == set(Kind)


@pytest.mark.parametrize(("kind", "key", "holds", "child"), HELD)
def test_what_holds_objects_is_an_object_or_an_array(kind: Kind, key: str, holds: Holds, child: Kind) -> None:
    types = types_of(kind)[key]
    assert types >= (LIST if holds is Holds.LIST else OBJECT)
    table = {Holds.MAP: ENTRIES_OF_MAPS, Holds.LIST: ITEMS_OF_LISTS}.get(holds)
    assert table is None or table[key][kind] == OBJECT


@pytest.mark.parametrize("table", [ENTRIES_OF_MAPS, ITEMS_OF_LISTS])
def test_what_is_looked_into_can_be_looked_into(table: dict[str, dict[Kind, Any]]) -> None:
    wanted = OBJECT if table is ENTRIES_OF_MAPS else LIST
    assert {key: kind for key, by_kind in table.items() for kind in by_kind if types_of(kind)[key] != wanted} == {}


def test_words_are_expected_where_texts_are() -> None:
    places = [(kind, key) for key, by_kind in VALUES.items() for kind in by_kind]
    assert [place for place in places if types_of(place[0])[place[1]] != frozenset({str})] == []
    assert set(KEYWORDS_OF_TYPE) <= VALUE_KEYWORDS


def test_objects_inside_extensions_belong_to_known_extensions() -> None:
    assert set(EXTENSIONS) >= {*PROPERTIES, *ONE_OF, *VALUES_INSIDE}
    assert set(EXTENSIONS) & AUTOREST == set()
    for extension, properties in VALUES_INSIDE.items():
        assert PROPERTIES[extension][()] >= set(properties)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x-ms-visibilty", "x-ms-visibility"),
        ("x-ms-summary title", "x-ms-summary"),
        ("x-ms-dynamic-lists", "x-ms-dynamic-list"),
        ("x-ms-tooltip", ""),
        ("", ""),
    ],
)
def test_the_nearest_extension(name: str, expected: str) -> None:
    assert nearest(name, EXTENSIONS) == expected


OPERATION = {"sumary": "It", "xyz": 1, "x-ms-visibilty": "internal", "x-ms-pageable": {"nextLinkname": "n", "q": 1}}


def test_a_flaw_says_which_name_is_meant() -> None:
    connector = Connector({"paths": {"/items": {"get": OPERATION}}}, {}, "", "d", "p")
    names = ["ExtensionNameNotValid", "MisspeltExtension", "AdditionalPropertyNotAllowed"]
    assert {finding.pointer.parts[-1]: finding.mend for finding in check(connector, "custom", names)} == {
        "sumary": "Write 'summary' in place of 'sumary'.",
        "xyz": "Correct the key's name, move it to the object that has it, or begin it with x-.",
        "x-ms-visibilty": "Write 'x-ms-visibility' in place of 'x-ms-visibilty'.",
        "nextLinkname": "Write 'nextLinkName' in place of 'nextLinkname'.",
        "q": "Remove the property, or correct its name.",
    }


def test_a_flaw_points_at_the_other_half() -> None:
    definition = {
        "tags": [{"name": "a"}, {"name": "a"}],
        "paths": {"/items": {"post": {"parameters": [{"in": "body", "name": "b"}, {"in": "formData", "name": "c"}]}}},
    }
    connector = Connector(definition, {}, "", "d", "p")
    found = check(connector, "custom", ["TagRedefined", "ParameterListContainsFormDataAndBody"])
    assert {finding.rule: [str(pointer) for pointer in finding.related] for finding in found} == {
        "TagRedefined": ["/tags/0"],
        "ParameterListContainsFormDataAndBody": [
            "/paths/~1items/post/parameters/0",
            "/paths/~1items/post/parameters/1",
        ],
    }
