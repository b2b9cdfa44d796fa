"""Schemas with their references replaced by what these name: counts and depths, at once whatever the document."""

from __future__ import annotations

from typing import Any

import pytest

from connkit.lint.expansion import CEILING, expansions
from connkit.model import Nodes


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/definitions/{name}"}


def doubling(levels: int) -> dict[str, Any]:
    """Each definition names the next one twice."""
    names = {f"D{level}": {"properties": dict.fromkeys("ab", reference(f"D{level + 1}"))} for level in range(levels)}
    return {**names, f"D{levels}": {}}


def chain(length: int) -> dict[str, Any]:
    return {**{f"D{at}": {"items": reference(f"D{at + 1}")} for at in range(length)}, f"D{length}": {}}


def sizes(definitions: dict[str, Any]) -> dict[str, tuple[int, int]]:
    found = expansions(Nodes({"definitions": definitions})).values()
    return {size.node.name: (size.count, size.depth) for size in found}


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ({"A": {}}, {"A": (1, 1)}),
        ({"A": {"properties": {"a": {"items": {}}, "b": {}}}}, {"A": (4, 3)}),
        ({"A": {"allOf": [reference("B")], "items": {}}, "B": {"items": {"items": {}}}}, {"A": (5, 4), "B": (3, 3)}),
        ({"A": {"items": reference("B")}, "B": reference("C"), "C": {}}, {"A": (2, 2), "B": (1, 1), "C": (1, 1)}),
        ({"A": {"items": reference("A")}}, {"A": (2, 2)}),
        ({"A": {"items": reference("None")}, "B": {"items": {"$ref": 3}}}, {"A": (2, 2), "B": (2, 2)}),
        ({"A": {"additionalProperties": {"items": {}}, "default": {"items": {}}}}, {"A": (3, 3)}),
        ({}, {}),
    ],
)
def test_sizes(definitions: dict[str, Any], expected: dict[str, tuple[int, int]]) -> None:
    assert sizes(definitions) == expected


def test_forty_doublings_are_counted_at_once() -> None:
    assert sizes(doubling(40))["D0"] == (CEILING, 41)


def test_a_chain_of_thousands_is_no_recursion() -> None:
    assert sizes(chain(5000))["D0"] == (5001, 5001)


def test_a_ring_of_thousands_ends() -> None:
    ring = {**chain(3000), "D3000": {"items": reference("D0")}}
    assert sizes(ring)["D0"] == (3002, 3002)
