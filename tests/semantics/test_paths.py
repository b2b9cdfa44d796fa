"""Writing where a path points, and paths below a value."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.semantics.paths import (
    ExpressionError,
    UnsupportedExpression,
    parse_path,
    parse_steps,
    read_steps,
    write_steps,
)

BODY = {"Shelf": {"books": [{"title": "a"}, {"title": "b"}]}, "note": "n", "gone": None}


def write(text: str, new: Any, *, make: bool = False) -> Any:
    return parse_path(text, ("body", "item")).write(BODY, new, {"body": BODY}, make=make)


@pytest.mark.parametrize(
    ("text", "make", "expected"),
    [
        ("body()", False, 1),
        ("body().note", False, {**BODY, "note": 1}),
        ("body().NOTE", False, {**BODY, "note": 1}),
        ("body()['new one']", False, {**BODY, "new one": 1}),
        ("body().shelf.books[1].title", False, {**BODY, "Shelf": {"books": [{"title": "a"}, {"title": 1}]}}),
        ("body().a.b", True, {**BODY, "a": {"b": 1}}),
        ("body().gone.b", True, {**BODY, "gone": {"b": 1}}),
    ],
)
def test_write(text: str, make: bool, expected: Any) -> None:
    before = repr(BODY)
    assert write(text, 1, make=make) == expected
    assert repr(BODY) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("body().a.b", "'body().a.b' writes below property 'a', which is not there"),
        ("body().gone.b", "'body().gone.b' writes property 'b' of something that is no object"),
        ("body().note.b", "'body().note.b' writes property 'b' of something that is no object"),
        ("body().shelf.books[2]", "'body().shelf.books[2]' selects item 2 of an array with 2 items"),
        ("body()[0]", "'body()[0]' selects item 0 of something that is no array"),
    ],
)
def test_no_place_to_write(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        write(text, 1)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", []),
        ("a", ["a"]),
        ("a.b-c.d", ["a", "b-c", "d"]),
        ("['a.b'].c", ["a.b", "c"]),
        (".a", ["a"]),
        ("a[0]", ["a", 0]),
        ("@odata.type", ["@odata.type"]),
        ("['@odata.type']", ["@odata.type"]),
    ],
)
def test_steps(text: str, keys: list[Any]) -> None:
    assert [step.key for step in parse_steps(text)] == keys


@pytest.mark.parametrize("text", ["a b", "a..b", "a['b", "1a.b"])
def test_no_steps(text: str) -> None:
    with pytest.raises(UnsupportedExpression) as raised:
        parse_steps(text)
    assert str(raised.value) == f"'{text}' is no path of names such as a.b or ['a b']"


NAMES = st.text(min_size=1, max_size=4).filter(lambda name: name.lower() == name)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.lists(NAMES, min_size=1, max_size=3), VALUES)
def test_what_is_written_is_read(body: dict[str, Any], names: list[str], new: Any) -> None:
    text = "".join("['" + name.replace("'", "''") + "']" for name in names)
    steps = parse_steps(text)
    with contextlib.suppress(ExpressionError):
        changed = write_steps(body, steps, new, text, make=True)
        assert read_steps(changed, steps, text) == new


PIECES = ["body()", "item()", ".a", "?.b", "['c d']", "[0]", "[", "]", "'", "body", "(", "@odata", " "]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join), VALUES)
def test_nothing_else_is_ever_raised(text: str, body: Any) -> None:
    with contextlib.suppress(ExpressionError, UnsupportedExpression):
        path = parse_path(text, ("body", "item"))
        path.read({"body": body})
        path.write(body, 1, {"body": body}, make=True)
    with contextlib.suppress(ExpressionError, UnsupportedExpression):
        steps = parse_steps(text)
        read_steps(body, steps, text)
        write_steps(body, steps, 1, text, make=False)
