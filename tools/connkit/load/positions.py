"""Where in a JSON text a value stands.

A valid text is walked along the pointers that are asked for, and the decoder passes over everything else; any other
text is scanned as far as it makes sense. Of a key that stands twice, the last one counts.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Iterable
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed omits it
from typing import Any, NamedTuple

from connkit.core import Pointer

Region = tuple[int, int, int, int]
"""Line, column, end line, end column: from 1, the end exclusive."""


class Lines:
    """Offsets of a text as lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def region(self, start: int, end: int) -> Region:
        return (*self.position(start), *self.position(end))


def locate_all(text: str, pointers: Iterable[Pointer]) -> dict[Pointer, Region]:
    """The region of each pointer, or of its nearest ancestor that exists."""
    asked = list(pointers)
    found = _sought(text, asked) or _scanned(text, asked)
    lines = Lines(text)
    return {pointer: _nearest(found, lines, pointer.parts) for pointer in asked}


_Found = dict[tuple[str, ...], tuple[int, int]]


class _Wanted(NamedTuple):
    """A value on the way to what is asked for; `key` is the region of its key."""

    parts: tuple[str, ...]
    below: dict[str, Any]
    key: tuple[int, int] | None = None


def _sought(text: str, asked: Iterable[Pointer]) -> _Found | None:
    """Offsets of what is asked for and of all above it; None for a text that is not valid."""
    wanted: dict[str, Any] = {}
    for pointer in asked:
        below = wanted
        for part in pointer.parts:
            below = below.setdefault(part, {})
    found: _Found = {}
    try:
        _seek(text, _end_of_space(text, 0), _Wanted((), wanted), found)
    except (ValueError, IndexError, RecursionError):
        return None
    return found


_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder(strict=False).raw_decode


def _seek(text: str, start: int, wanted: _Wanted, found: _Found) -> int:
    """Notes the places from `start` on, and returns where the value ends."""
    opening = text[start]
    container = opening in "{["
    if not (container and wanted.below):
        end: int = _decode(text, start)[1]
    else:
        end = (_seek_object if opening == "{" else _seek_array)(text, start, wanted, found)
    found[wanted.parts] = (wanted.key or (start, start + 1)) if container else (start, end)
    return end


def _seek_object(text: str, start: int, wanted: _Wanted, found: _Found) -> int:
    at = _end_of_space(text, start + 1)
    while text[at] != "}":
        name, end = scanstring(text, at + 1, False)
        key = (at, end)
        at = _end_of_space(text, _end_of_space(text, end) + 1)
        if name in wanted.below:
            parts = (*wanted.parts, name)
            _forget_below(found, parts)
            at = _seek(text, at, _Wanted(parts, wanted.below[name], key), found)
        else:
            at = _decode(text, at)[1]
        at = _after_comma(text, at)
    return at + 1


def _seek_array(text: str, start: int, wanted: _Wanted, found: _Found) -> int:
    at, index = _end_of_space(text, start + 1), 0
    while text[at] != "]":
        name = str(index)
        if name in wanted.below:
            at = _seek(text, at, _Wanted((*wanted.parts, name), wanted.below[name]), found)
        else:
            at = _decode(text, at)[1]
        at = _after_comma(text, at)
        index += 1
    return at + 1


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _after_comma(text: str, at: int) -> int:
    at = _end_of_space(text, at)
    return _end_of_space(text, at + 1) if text[at] == "," else at


def _scanned(text: str, asked: Iterable[Pointer]) -> _Found:
    from connkit.load.scan import places  # for broken texts alone

    wanted = {pointer.parts[:length] for pointer in asked for length in range(len(pointer.parts) + 1)}
    found: _Found = {}
    for place in places(text):
        if place.repeated:
            _forget_below(found, place.parts)
        if place.parts in wanted:
            found[place.parts] = place.shown
    return found


def _forget_below(found: _Found, parts: tuple[str, ...]) -> None:
    if parts not in found:
        return
    length = len(parts)
    for known in [known for known in found if len(known) > length and known[:length] == parts]:
        del found[known]


def _nearest(found: _Found, lines: Lines, parts: tuple[str, ...]) -> Region:
    for length in range(len(parts), -1, -1):
        if parts[:length] in found:
            return lines.region(*found[parts[:length]])
    return (1, 1, 1, 1)


def locate(text: str, pointer: Pointer) -> Region:
    """The region of one pointer; `locate_all` is the cheaper way to several."""
    return locate_all(text, [pointer])[pointer]
