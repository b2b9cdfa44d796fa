"""The expressions of a pollingtrigger policy."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.semantics.expressions import ExpressionError, UnsupportedExpression, as_text, evaluate, paths_in

BODY = {"data": [{"ID": 7, "a b": True, "it's": "x"}], "none": None, "at": 30.0, "list": [1, {"x": None}], "x": {}}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("@triggerBody()", BODY),
        ("@triggerBody().data", BODY["data"]),
        ("@triggerBody().data[0].ID", 7),
        ("@TRIGGERBODY().Data[0].id", 7),
        ("@triggerBody()['data'][0]['a b']", True),
        ("@triggerBody().data[0]['it''s']", "x"),
        ("@triggerBody()?.gone?.deeper", None),
        ("@triggerBody()?['gone']?[0]", None),
        ("@triggerBody().data?[9]", None),
        ("@triggerBody().none", None),
        ("@{triggerBody().data[0].ID}", "7"),
        ("id gt @{triggerBody().data[0].ID} and x", "id gt 7 and x"),
        ("@{triggerBody().at}/@{triggerBody().none}/@{triggerBody().data[0]['a b']}", "30//True"),
        ("@{triggerBody().list}", '[1,{"x":null}]'),
        ("@@triggerBody()", "@triggerBody()"),
        ("a @@{x}", "a @{x}"),
        (" @triggerBody()", " @triggerBody()"),
        ("@triggerBody().list[triggerBody().list[0]]", {"x": None}),
        ("@triggerBody()[triggerBody().data[0]['it''s']]?.y", None),
        ("@'it''s'", "it's"),
        ("@-51", -51),
        ("@.5", 0.5),
        ("@3e1", 30.0),
        ("@TRUE", True),
        ("@null", None),
        ("@{3e1}/@{true}/@{null}/@{'a}'}", "30/True//a}"),
        ("@", "@"),
        ("1", "1"),
        ("", ""),
    ],
)
def test_value(template: str, expected: Any) -> None:
    assert evaluate(template, BODY) == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "@triggerBody().gone",
            "'triggerBody().gone' selects property 'gone', which is not there; "
            "there are 'data', 'none', 'at', 'list', 'x'",
        ),
        ("@triggerBody().data[1]", "'triggerBody().data[1]' selects item 1 of an array with 1 items"),
        ("@triggerBody().data?[-1]", "'triggerBody().data?[-1]' selects item -1 of an array with 1 items"),
        ("@triggerBody().none.x", "'triggerBody().none.x' cannot select 'x' from null"),
        ("@{triggerBody().at.x}", "'triggerBody().at.x' selects property 'x' of something that is no object"),
        ("@triggerBody()[0]", "'triggerBody()[0]' selects item 0 of something that is no array"),
        (
            "@triggerBody().data[triggerBody().data[0]['a b']]",
            "'triggerBody().data[triggerBody().data[0]['a b']]' selects by 'triggerBody().data[0]['a b']', "
            "which is neither a name nor an index",
        ),
        (
            "@triggerBody().data[triggerBody().none]",
            "'triggerBody().data[triggerBody().none]' selects by 'triggerBody().none', "
            "which is neither a name nor an index",
        ),
    ],
)
def test_what_is_missing_is_named(template: str, message: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        evaluate(template, BODY)
    assert str(raised.value) == message


def test_an_empty_object_has_none() -> None:
    with pytest.raises(ExpressionError) as raised:
        evaluate("@triggerBody().x", {})
    assert str(raised.value) == "'triggerBody().x' selects property 'x', which is not there; there are none"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("@utcNow()", "function 'utcNow' is not known to work here; use triggerBody()"),
        ("@triggerBody", "'triggerBody' is no function call; expected triggerBody()"),
        ("@triggerBody().a b", "'triggerBody().a b' cannot be read from ' b' on"),
        ("x @{triggerBody()", "'x @{triggerBody()' has '@{' without a closing '}'"),
        ("@triggerBody()[1.5]", "'triggerBody()[1.5]' cannot be read from '[1.5]' on"),
        ("@triggerBody()['a'", "'triggerBody()['a'' cannot be read from '['a'' on"),
        ("@'text'.length", "''text'.length' is no function call; expected triggerBody()"),
        (
            "@triggerBody()" + "[triggerBody()" * 11,
            f"'triggerBody(){'[triggerBody()' * 11}' has more than 10 brackets inside one another",
        ),
    ],
)
def test_what_the_policy_is_not_known_to_understand(template: str, message: str) -> None:
    with pytest.raises(UnsupportedExpression) as raised:
        evaluate(template, {"a": 1})
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (True, "True"), (False, "False"), (30.0, "30"), (30.5, "30.5"), ("é", "é"), ({"a": []}, '{"a":[]}')],
)
def test_text(value: Any, expected: str) -> None:
    assert as_text(value) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
PIECES = [
    "@",
    "@@",
    "@{",
    "}",
    "triggerBody()",
    "TriggerBody ()",
    ".a",
    "?.b",
    "[0]",
    "[-1]",
    "['a']",
    "'",
    "(",
    "[",
    "]",
]
TEMPLATES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)


@given(TEMPLATES, JSON)
def test_nothing_else_is_ever_raised(template: str, body: Any) -> None:
    with contextlib.suppress(ExpressionError, UnsupportedExpression):
        evaluate(template, body)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("@triggerBody().data[0].ID", ["triggerBody().data[0].ID"]),
        ("a @{triggerBody().a} @@{no} @{triggerBody()}", ["triggerBody().a", "triggerBody()"]),
        ("@@triggerBody()", []),
        ("@", []),
        ("7", []),
    ],
)
def test_the_expressions_in_a_template(template: str, expected: list[str]) -> None:
    assert [path.text for path in paths_in(template)] == expected


@pytest.mark.parametrize("template", ["@body()", "@{triggerBody()", "@{first(triggerBody().a)}"])
def test_a_template_that_nothing_can_read_has_none(template: str) -> None:
    with pytest.raises(UnsupportedExpression):
        paths_in(template)
