"""The linter names inputs as the emulator does: whoever mends what lint says has a list that is filled in."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connkit.core import UserError
from connkit.lint.inputs import OperationInputs
from connkit.model import Connector, Operation
from connkit.runtime.inputs import Inputs

NAMES = st.sampled_from(["a", "b", "body", "item"])
SCHEMAS = st.recursive(
    st.builds(dict),
    lambda inner: st.one_of(
        st.builds(lambda properties: {"properties": properties}, st.dictionaries(NAMES, inner, max_size=3)),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda parts: {"allOf": parts}, st.lists(inner, max_size=2)),
    ),
    max_leaves=6,
)
QUERY = st.builds(lambda name: {"name": name, "in": "query", "type": "string"}, NAMES)
BODY = st.builds(lambda name, schema: {"name": name, "in": "body", "schema": schema}, NAMES, SCHEMAS)
QUERIES = st.lists(QUERY, max_size=3)
PARAMETERS = st.builds(lambda queries, bodies: queries + bodies, QUERIES, st.lists(BODY, max_size=1))
STEPS = st.lists(NAMES, min_size=1, max_size=4)
PATHS = st.builds(lambda names, joint: joint.join(names), STEPS, st.sampled_from("/."))


def operation(parameters: list[dict[str, Any]]) -> Operation:
    raw = {"operationId": "Do", "parameters": parameters}
    return Connector({"paths": {"/do": {"post": raw}}}, {}).operations[0]


def accepted(one: Operation, name: str) -> bool:
    try:
        Inputs(one, {name: "x"}).check_names()
    except UserError as error:
        return "stands inside a list" in str(error)
    return True


def referenced(one: Operation, name: str) -> bool:
    try:
        Inputs(one, {}).referenced(name)
    except KeyError:
        return False
    return True


@given(PARAMETERS, PATHS)
def test_the_same_names_are_inputs(parameters: list[dict[str, Any]], name: str) -> None:
    one = operation(parameters)
    assert (OperationInputs(one).taken(name) is not None) == accepted(one, name)


@given(PARAMETERS, PATHS)
def test_the_same_references_name_an_input(parameters: list[dict[str, Any]], name: str) -> None:
    one = operation(parameters)
    assert (OperationInputs(one).referenced(name) is not None) == referenced(one, name)
