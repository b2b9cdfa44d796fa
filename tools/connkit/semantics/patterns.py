"""A short text that a simple regular expression matches."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLASSES = {"d": "1", "w": "a", "s": " ", "S": "a", "D": "a", "W": "-"}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r"}
_REPEAT = re.compile(r"(?:[?*]|\+|\{(?P<low>\d{1,3})(?:,\d*)?\})[?+]?")
_RANGE = re.compile(r"\[(?P<negated>\^?)(?P<first>\]?(?:\\.|[^\]\\])*)\]", re.DOTALL)
_UNKNOWN = re.compile(r"\(\?[^:]|\\[bBAZ0-9pPku]")
_LONGEST = 200


def matching_text(pattern: str, number: int = 0) -> str | None:
    """The text, in which digits tell the number where there is room; None where the pattern is not simple enough."""
    if not pattern or _UNKNOWN.search(pattern):
        return None
    reader = _Reader(pattern)
    text = reader.alternatives()
    if text is None or reader.at < len(pattern) or len(text) > _LONGEST:
        return None
    return _numbered(pattern, text, number) if _matches(pattern, text) else None


def _numbered(pattern: str, text: str, number: int) -> str:
    """The last row of digits says the number, where the pattern still matches then."""
    rows = list(re.finditer(r"1+", text))
    if not rows or not number:
        return text
    start, end = rows[-1].span()
    room = end - start
    changed = text[:start] + str(number % 10**room).rjust(room, "0") + text[end:]
    return changed if _matches(pattern, changed) else text


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        return False


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from `at` on, always the first alternative and the fewest repetitions, though at least one."""

    pattern: str
    at: int = 0

    def alternatives(self) -> str | None:
        first = self._sequence()
        while first is not None and self._next("|"):
            if self._sequence() is None:
                return None
        return first

    def _sequence(self) -> str | None:
        made = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            piece = self._piece()
            if piece is None or len(made) > _LONGEST:
                return None
            made += piece * self._times()
        return made

    def _piece(self) -> str | None:
        if self._next("(?:") or self._next("("):
            inside = self.alternatives()
            return inside if self._next(")") else None
        if self.pattern[self.at] == "[":
            return self._class()
        return self._character()

    def _character(self) -> str:
        character = self.pattern[self.at]
        self.at += 1
        if character in "^$":
            return ""
        if character == "." or self.at >= len(self.pattern):
            return "a" if character == "." else character
        return character if character != "\\" else self._escaped()

    def _escaped(self) -> str:
        character = self.pattern[self.at]
        self.at += 1
        return _CLASSES.get(character) or _CONTROL.get(character) or character

    def _class(self) -> str | None:
        found = _RANGE.match(self.pattern, self.at)
        if found is None:
            return None
        self.at = found.end()
        choices = "a1A0-_ !" if found["negated"] else "1aA0" + found["first"].replace("\\", "")
        return next((one for one in choices if _matches(found[0], one)), None)

    def _times(self) -> int:
        found = _REPEAT.match(self.pattern, self.at)
        if found is None:
            return 1
        self.at = found.end()
        return int(found["low"]) if found["low"] else 1

    def _next(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True
