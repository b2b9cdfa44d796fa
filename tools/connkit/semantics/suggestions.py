"""What somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like it, '' where none is; `cutoff` is 1 for the same word."""
    import difflib  # some milliseconds, and only what is wrong needs it

    return next(iter(difflib.get_close_matches(word, list(known), 1, cutoff)), "")


def suggestion(word: str, known: Iterable[str]) -> str:
    """'did you mean …?' for a near miss, otherwise the list of what is known."""
    choices = sorted(known)
    near = closest(word, choices)
    if near:
        return f"did you mean '{near}'?"
    return "known are " + ", ".join(f"'{choice}'" for choice in choices)
