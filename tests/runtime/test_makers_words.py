"""How an answer that differs from its definition is told to a maker."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connkit.core import Response
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import invoke

ROW = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "x-ms-summary": "Size in mm", "title": "not this"},
        "name": {"type": "string", "title": "Name"},
        "plain": {"type": "string"},
        "deep": {
            "type": "object",
            "additionalProperties": {"properties": {"size": {"type": "integer", "x-ms-summary": "Size"}}},
        },
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}
SCHEMA = {"type": "object", "properties": {"rows": {"type": "array", "x-ms-summary": "Rows", "items": ROW}}}
PROMISED = "but the definition promises"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"rows": [{"size": 1, "name": "a"}]}, []),
        (
            200,
            {"rows": [{}, {"size": "a"}]},
            [f"Rows, item 2, Size in mm: a string, {PROMISED} integer (at /rows/1/size)"],
        ),
        (200, {"rows": [{"name": 1}]}, [f"Rows, item 1, Name: an integer, {PROMISED} string (at /rows/0/name)"]),
        (200, {"rows": [{"plain": 1}]}, [f"Rows, item 1, plain: an integer, {PROMISED} string (at /rows/0/plain)"]),
        (
            200,
            {"rows": [{"map": {"a": "b"}}]},
            [f"Rows, item 1, map, a: a string, {PROMISED} integer (at /rows/0/map/a)"],
        ),
        (
            200,
            {"rows": [{"deep": {"a": {"size": "b"}}}]},
            [f"Rows, item 1, deep, a, Size: a string, {PROMISED} integer (at /rows/0/deep/a/size)"],
        ),
        (200, {"more": 1}, ["more: not in the definition, so makers cannot see it (at /more)"]),
        (200, [], [f"the answer: an array, {PROMISED} object"]),
        (404, {}, ["the answer: status 404 is not declared; declared are 200"]),
    ],
)
def test_what_is_told(status: int, body: Any, expected: list[str]) -> None:
    responses = {"200": {"description": "", "schema": SCHEMA}}
    connector = Connector(
        {"host": "h.example", "paths": {"/x": {"get": {"operationId": "Do", "responses": responses}}}}, {}
    )
    made = invoke(connector, Credentials(), "Do", {}, lambda _: Response(status, {}, json.dumps(body).encode()))
    assert list(made.told) == expected
    assert len(made.mismatches) == len(expected)
