"""What somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from connkit.semantics.suggestions import closest


def nearest(word: str, known: Iterable[str], cutoff: float = 0.75) -> str:
    """The known word that is most alike, letter case aside; '' where none is."""
    lowered = {one.lower(): one for one in known}
    if word.lower() in lowered:
        return lowered[word.lower()]
    if len(word) > 100:
        return ""
    return lowered.get(closest(word.lower(), lowered, cutoff), "")


def advice(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'`, or what there is to choose from."""
    choices = list(known)
    near = nearest(word, choices, 0.7)
    if near:
        return f"did you mean '{near}'"
    return "known are " + ", ".join(f"'{one}'" for one in choices) if choices else "there are none"
