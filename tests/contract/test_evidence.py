"""What bodies show about their schema: the sentence, the place and the change it suggests."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.contract.evidence import evidence
from connkit.contract.suggestions import Source
from connkit.core import Pointer
from connkit.model import Connector

DEFINITIONS: dict[str, Any] = {
    "Item": {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": {"type": "integer", "format": "int32"},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "made": {"type": "string", "format": "date-time"},
            "note": {"type": "string", "x-nullable": True},
            "parts": {"type": "array", "items": {"$ref": "#/definitions/Item"}},
        },
    },
    "Page": {"type": "object", "properties": {"data": {"type": "array", "items": {"$ref": "#/definitions/Item"}}}},
    "Whole": {
        "allOf": [{"$ref": "#/definitions/Item"}, {"required": ["size"], "properties": {"size": {"type": "number"}}}]
    },
    "Map": {"type": "object", "additionalProperties": {"type": "integer"}},
}
CONNECTOR = Connector({"definitions": DEFINITIONS}, {})
GOOD = {"id": 1, "kind": "a"}
ITEM, LIST = "/definitions/Item/properties", "/data/*"


def told(name: str, *bodies: Any) -> list[tuple[str, str | None]]:
    source = Source({"$ref": f"#/definitions/{name}"}, Pointer(("paths",)))
    found = evidence(CONNECTOR, source, bodies).observations
    return [(str(each), str(each.suggestion) if each.suggestion else None) for each in found if each.is_problem]


def page(*changed: dict[str, Any]) -> dict[str, Any]:
    return {"data": [{**GOOD, **each} for each in changed]}


CASES: dict[str, tuple[str, list[Any], list[tuple[str, str | None]]]] = {
    "what is as it should be": ("Page", [page({}, {"note": None, "parts": []})], []),
    "null, in one body": (
        "Item",
        [{**GOOD, "made": None}],
        [("/made: null, but the definition promises string", f"{ITEM}/made/x-nullable: true")],
    ),
    "null, in some of several bodies": (
        "Item",
        [{**GOOD, "made": None}, GOOD, {**GOOD, "made": None}],
        [("/made: null in 2 of 3 bodies, but the definition promises string", f"{ITEM}/made/x-nullable: true")],
    ),
    "null, in some items of several lists": (
        "Page",
        [page({"made": None}, {}), page({}), page()],
        [(f"{LIST}/made: null in 1 of 3 items, but the definition promises string", f"{ITEM}/made/x-nullable: true")],
    ),
    "an item that is null": (
        "Page",
        [{"data": [GOOD, None]}],
        [(f"{LIST}: null in 1 of 2 items, but the definition promises object", "/definitions/Item/x-nullable: true")],
    ),
    "a place inside itself": (
        "Page",
        [page({"parts": [GOOD, {"id": 1, "kind": None}]})],
        [
            (
                f"{LIST}/parts/*/kind: null in 1 of 2 items, but the definition promises string",
                f"{ITEM}/kind/x-nullable: true",
            )
        ],
    ),
    "a number too large for int32": (
        "Page",
        [page({"id": 150818921852}, {})],
        [(f"{LIST}/id: 150818921852 does not fit into int32 in 1 of 2 items", f'{ITEM}/id/format: "int64"')],
    ),
    "a number too large for int64": (
        "Item",
        [{**GOOD, "id": 2**63}],
        [("/id: 9223372036854775808 does not fit into int32", f"remove {ITEM}/id/format")],
    ),
    "a date that is none of RFC 3339": (
        "Item",
        [{**GOOD, "made": "2017-10-16T21:26:59+0000"}],
        [("/made: '2017-10-16T21:26:59+0000' is no date-time of RFC 3339", f"remove {ITEM}/made/format")],
    ),
    "a value that is not in the enum": (
        "Item",
        [{**GOOD, "kind": "c"}],
        [("/kind: 'c' is none of the values in the definition", f"remove {ITEM}/kind/enum")],
    ),
    "a value with a comma": (
        "Page",
        [page({"kind": "c, d"}, {})],
        [(f"{LIST}/kind: 'c, d' is none of the values in the definition in 1 of 2 items", f"remove {ITEM}/kind/enum")],
    ),
    "a required field that is missing": (
        "Page",
        [{"data": [{"kind": "a"}, GOOD]}],
        [
            (
                f"{LIST}/id: missing in 1 of 2 items, but the definition requires it",
                '/definitions/Item/required: ["kind"]',
            )
        ],
    ),
    "the only required field of a part is missing": (
        "Whole",
        [GOOD],
        [("/size: missing, but the definition requires it", "remove /definitions/Whole/allOf/1/required")],
    ),
    "another type": (
        "Whole",
        [{**GOOD, "size": "5"}],
        [
            (
                "/size: a string, but the definition promises number",
                '/definitions/Whole/allOf/1/properties/size/type: "string"',
            )
        ],
    ),
    "several other types": (
        "Item",
        [{**GOOD, "kind": 1}, {**GOOD, "kind": True}],
        [("/kind: an integer in 2 of 2 bodies, but the definition promises string", None)],
    ),
    "another type of what a map holds": (
        "Map",
        [{"a": 1, "b": "2"}],
        [("/b: a string, but the definition promises integer", '/definitions/Map/additionalProperties/type: "string"')],
    ),
    "a field that is not declared": (
        "Item",
        [{**GOOD, "tags": [{"name": "x", "rate": 1.5, "on": True, "what": None}]}],
        [
            (
                "/tags: not in the definition, so makers cannot see it",
                f'{ITEM}/tags: {{"type": "array", "items": {{"type": "object", "properties": '
                '{"name": {"type": "string"}, "rate": {"type": "number"}, "on": {"type": "boolean"}, '
                '"what": {"x-nullable": true}}}}',
            )
        ],
    ),
    "a field that is not declared, and null at times": (
        "Item",
        [{**GOOD, "rank": None}, {**GOOD, "rank": 7}],
        [
            (
                "/rank: not in the definition in 2 of 2 bodies, so makers cannot see it",
                f'{ITEM}/rank: {{"type": "integer", "format": "int64", "x-nullable": true}}',
            )
        ],
    ),
    "the whole body": (
        "Item",
        [[]],
        [("the body: an array, but the definition promises object", '/definitions/Item/type: "array"')],
    ),
}


@pytest.mark.parametrize(("name", "bodies", "expected"), CASES.values(), ids=CASES)
def test_differences(name: str, bodies: list[Any], expected: list[tuple[str, str | None]]) -> None:
    assert told(name, *bodies) == expected


NEVER: dict[str, tuple[str, list[Any], list[str]]] = {
    "fields that no item has": (
        "Page",
        [page({"made": "2017-10-16T21:26:59Z"}, {})],
        [f"{LIST}/note: declared, and in none of 2 items", f"{LIST}/parts: declared, and in none of 2 items"],
    ),
    "an empty list says nothing about its items": ("Page", [page()], []),
    "neither does null": ("Page", [{"data": None}, {"data": [None]}], []),
    "null was seen": ("Item", [{**GOOD, "note": None, "made": None, "parts": []}], []),
    "no body was seen": ("Item", [], []),
}


@pytest.mark.parametrize(("name", "bodies", "expected"), NEVER.values(), ids=NEVER)
def test_what_was_never_seen(name: str, bodies: list[Any], expected: list[str]) -> None:
    source = Source({"$ref": f"#/definitions/{name}"}, Pointer(("paths",)))
    found = evidence(CONNECTOR, source, bodies).observations
    assert [str(each) for each in found if not each.is_problem] == expected
