"""What somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """'did you mean …?' for a near miss, otherwise the list of what is known."""
    import difflib  # only when something was misspelt

    choices = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return "known are " + ", ".join(f"'{choice}'" for choice in choices)
