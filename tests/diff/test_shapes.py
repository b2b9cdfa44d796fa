"""Definitions that contain themselves, are very deep, or are not as they should be."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from connkit.diff import Change, compare
from connkit.model import Connector

Json = dict[str, Any]


def answering(schema: Json, definitions: Json, *names: str) -> Connector:
    """An operation for each name that answers with the schema."""
    paths = {f"/{name}": {"get": {"operationId": name, "responses": {"200": {"schema": schema}}}} for name in names}
    return Connector({"paths": paths, "definitions": definitions}, {})


def reference(name: str) -> Json:
    return {"$ref": f"#/definitions/{name}"}


def told(old: Connector, new: Connector) -> list[str]:
    return [f"{change.kind.name} {change.value_path}" for change in compare(old, new).changes]


def family(leaf: str) -> Json:
    """A and B contain one another; the leaf is in B."""
    return {
        "A": {"properties": {"b": reference("B")}},
        "B": {"properties": {"a": reference("A"), "leaf": {"type": leaf}}},
    }


def test_each_operation_tells_what_is_inside_a_loop_whoever_comes_first() -> None:
    old = answering(reference("A"), family("string"), "First")
    new = answering(reference("A"), family("integer"), "First")
    for connector in (old, new):
        paths = answering(reference("B"), {}, "Second").definition["paths"]
        connector.definition["paths"].update(paths)
    assert told(old, new) == [
        "OutputTypeChanged operation/First/responses/200/schema/b/leaf/type",
        "OutputTypeChanged operation/Second/responses/200/schema/leaf/type",
    ]


def test_siblings_that_contain_a_loop_both_tell() -> None:
    schema = {"properties": {"left": reference("A"), "right": reference("A")}}
    old, new = (answering(schema, family(leaf), "Get") for leaf in ("string", "integer"))
    assert told(old, new) == [
        "OutputTypeChanged operation/Get/responses/200/schema/left/b/leaf/type",
        "OutputTypeChanged operation/Get/responses/200/schema/right/b/leaf/type",
    ]


def crowd(size: int, leaf: str) -> Json:
    """Definitions of which each contains all the others."""
    names = [f"D{index}" for index in range(size)]
    everyone = {name: reference(name) for name in names}
    return {name: {"properties": {**everyone, "leaf": {"type": leaf}}} for name in names}


@pytest.mark.parametrize("leaf", ["string", "integer"])
def test_definitions_that_all_contain_one_another_are_compared_once_each(leaf: str) -> None:
    old, new = (
        answering(reference("D0"), crowd(60, "string"), "Get"),
        answering(reference("D0"), crowd(60, leaf), "Get"),
    )
    assert len(told(old, new)) == (0 if leaf == "string" else 60)


def test_a_shared_definition_is_told_for_each_operation() -> None:
    names = [f"Get{index}" for index in range(3)]
    old, new = (answering(reference("Leaf"), {"Leaf": {"type": kind}}, *names) for kind in ("string", "integer"))
    assert told(old, new) == [f"OutputTypeChanged operation/{name}/responses/200/schema/type" for name in names]


def chain(length: int, leaf: str) -> Json:
    links = {f"L{index}": {"properties": {"next": reference(f"L{index + 1}")}} for index in range(length)}
    return {**links, f"L{length}": {"type": leaf}}


def test_what_lies_too_deep_is_a_gap() -> None:
    old, new = (answering(reference("L0"), chain(3000, leaf), "Get") for leaf in ("string", "integer"))
    compared = compare(old, new)
    assert compared.changes == ()
    assert [(gap.side, str(gap.place), gap.why) for gap in compared.gaps] == [
        ("new", "/definitions/L91", "schemas are nested more than 90 levels deep")
    ]


def test_without_paths_a_removed_operation_stands_at_the_document() -> None:
    (change,) = compare(answering({}, {}, "Get"), Connector({"host": ""}, {})).changes
    assert (change.kind.name, str(change.pointer)) == ("OperationRemoved", "")


def test_all_of_that_contains_itself_ends() -> None:
    old, new = (
        answering(reference("A"), {"A": {"allOf": [reference("A"), {"properties": {"x": {"type": kind}}}]}}, "Get")
        for kind in ("string", "integer")
    )
    assert told(old, new) == ["OutputTypeChanged operation/Get/responses/200/schema/x/type"]


WRONG: list[tuple[Json, list[str]]] = [
    ({}, []),
    ({"paths": []}, ["/paths: there is no object 'paths'"]),
    ({"host": "a"}, ["/paths: there is no object 'paths'"]),
    ({"paths": {"/a": 3, "x-b": 3}}, ["/paths/~1a: it is no object"]),
    ({"paths": {"/a": {"get": None}}}, ["/paths/~1a/get: it is no object"]),
    (
        {"paths": {"/a": {"parameters": {}, "get": {"parameters": ["b"], "responses": [], "operationId": "A"}}}},
        [
            "/paths/~1a/parameters: it is no list",
            "/paths/~1a/get/responses: it is no object",
            "/paths/~1a/get/parameters/0: it is no object",
        ],
    ),
    (
        {"paths": {"/a": {"get": {"operationId": "A", "responses": {"200": 3, "x-c": 3}}}}},
        ["/paths/~1a/get/responses/200: it is no object"],
    ),
    (
        {"paths": {"/a": {"get": {"operationId": "A"}, "post": {"operationId": "A"}}}},
        ["/paths/~1a/post: the operationId 'A' stands there a second time"],
    ),
    (
        {"paths": {}, "definitions": {"A": reference("B"), "C": {"items": reference("B")}, "D": reference("D")}},
        [
            "/definitions/A: the reference '#/definitions/B' leads nowhere",
            "/definitions/D: the reference '#/definitions/D' leads nowhere",
        ],
    ),
]


@pytest.mark.parametrize(("definition", "expected"), WRONG)
def test_what_is_not_as_it_should_be_is_a_gap_on_its_side(definition: Json, expected: list[str]) -> None:
    right, wrong = Connector({"paths": {}}, {}), Connector(definition, {})
    for side, pair in (("new", (right, wrong)), ("old", (wrong, right))):
        assert [(gap.side, f"{gap.place}: {gap.why}") for gap in compare(*pair).gaps] == [(side, it) for it in expected]


def test_the_rest_of_a_broken_definition_is_compared(describe: Callable[[Change], str]) -> None:
    old = Connector({"paths": {"/a": {"get": {"operationId": "A"}}, "/b": {"get": {"operationId": "B"}}}}, {})
    new = Connector({"paths": {"/a": None, "/b": {"get": {"operationId": "B", "x-ms-visibility": "internal"}}}}, {})
    assert told(old, new) == ["OperationRemoved operation/A", "OperationHidden operation/B/x-ms-visibility"]


def test_properties_are_compared_only_where_both_have_some() -> None:
    some = {"properties": {"connectionParameters": {"key": {"type": "string"}}}}
    for properties, side in ((({}, some), "old"), ((some, {}), "new")):
        old, new = (Connector({}, each) for each in properties)
        compared = compare(old, new)
        assert [(gap.side, gap.why) for gap in compared.gaps] == [(side, "there are no properties to compare with")]
        assert compared.changes == ()


def test_every_pair_of_damaged_definitions_can_be_compared() -> None:
    connectors = [Connector(definition, {}) for definition, _ in WRONG]
    for old, new in itertools.permutations(connectors, 2):
        compare(old, new)
