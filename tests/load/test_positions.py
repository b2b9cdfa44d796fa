"""The quick way to a place and the slow scan agree on every text and pointer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connkit.core import Pointer
from connkit.load.positions import Lines, locate_all
from connkit.load.scan import places

KEYS = st.sampled_from(["a", "b", "0", "a/b", "~", "\u0117", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def pointers(value: Any, above: tuple[str, ...] = ()) -> list[Pointer]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [pointer for key, child in inner for pointer in pointers(child, (*above, str(key)))]
    return [Pointer(above), *below]


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans(), st.data())
def test_every_place_is_found_as_a_scan_finds_it(value: Any, indent: Any, ascii: bool, data: st.DataObject) -> None:
    text = "\n" + json.dumps(value, indent=indent, ensure_ascii=ascii) + " "
    asked = data.draw(st.lists(st.sampled_from(pointers(value)), unique=True))
    lines = Lines(text)
    scanned = {Pointer(place.parts): lines.region(*place.shown) for place in places(text)}
    assert locate_all(text, asked) == {pointer: scanned[pointer] for pointer in asked}


def test_what_is_not_there_is_where_it_would_stand() -> None:
    text = '{"a": [1, {"b": 2}],\n "a": [3]}'
    asked = [Pointer(("a", "1", "b")), Pointer(("a", "0")), Pointer(("c",))]
    assert locate_all(text, asked) == dict(zip(asked, [(2, 2, 2, 5), (2, 8, 2, 9), (1, 1, 1, 2)], strict=True))


def test_a_text_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    assert locate_all('{"a": {"b": 1}, "c" 2', [Pointer(("a", "b"))]) == {Pointer(("a", "b")): (1, 13, 1, 14)}
