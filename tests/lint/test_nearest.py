"""What somebody probably meant."""

from __future__ import annotations

import pytest

from connkit.lint.nearest import advice, nearest


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ListItem", "ListItems"),
        ("LISTITEMS", "ListItems"),
        ("ListThings", ""),
        ("", ""),
        ("listItems" * 11 + "x", ""),
        ("listItems" * 12, ""),
    ],
)
def test_the_nearest_word(word: str, meant: str) -> None:
    assert nearest(word, ["AddItem", "ListItems"]) == meant


def test_a_word_of_a_hundred_letters_is_still_compared() -> None:
    long = "a" * 100
    assert (nearest(f"{long[1:]}b", [long]), nearest(f"{long}b", [long])) == (long, "")


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (["single", "double"], "did you mean 'single'"),
        (["query", "path"], "known are 'query', 'path'"),
        ([], "there are none"),
    ],
)
def test_the_advice(known: list[str], told: str) -> None:
    assert advice("singel", known) == told
