"""What somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.75) -> str:
    """The known word that is most alike, letter case aside; '' where none is."""
    lowered = {one.lower(): one for one in known}
    if word.lower() in lowered:
        return lowered[word.lower()]
    if len(word) > 100:
        return ""
    import difflib  # a millisecond, and only flaws need it

    found = difflib.get_close_matches(word.lower(), lowered, 1, cutoff)
    return lowered[found[0]] if found else ""


def advice(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'`, or what there is to choose from."""
    choices = list(known)
    near = nearest(word, choices, 0.7)
    if near:
        return f"did you mean '{near}'"
    return "known are " + ", ".join(f"'{one}'" for one in choices) if choices else "there are none"
