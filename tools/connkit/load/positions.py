"""Where in a JSON text a value stands.

The scan goes on as long as the text makes sense and never raises, so it also serves texts with a byte order
mark, duplicate keys (the last one counts) or a syntax error further down.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed omits it

from connkit.core import Pointer

Region = tuple[int, int, int, int]
"""Line, column, end line, end column: from 1, the end exclusive."""

_TOKEN = re.compile(r'[\s\ufeff]*([{}\[\],:"]|[^\s{}\[\],:"]+)')


@dataclass(frozen=True, slots=True)
class Place:
    """A value met by the scan; of a container its key is shown, or its bracket where it has none."""

    parts: tuple[str, ...]
    start: int
    end: int
    key: tuple[int, int] | None
    repeated: bool
    container: bool

    @property
    def shown(self) -> tuple[int, int]:
        return self.key if self.container and self.key else (self.start, self.end)


@dataclass(slots=True)
class _Frame:
    is_object: bool
    index: int = -1
    keys: set[str] = field(default_factory=set)
    key: tuple[int, int] | None = None
    repeated: bool = False
    expects_key: bool = True


def places(text: str) -> Iterator[Place]:
    """Every value of the text in document order."""
    names: list[str] = []
    frames: list[_Frame] = []
    offset = 0
    while match := _TOKEN.match(text, offset):
        token, start, offset = match[1], match.start(1), match.end()
        frame = frames[-1] if frames else None
        if token in "]}":
            if not frames:
                return
            frames.pop()
            names.pop()
        elif token == ",":
            if frame:
                frame.expects_key = frame.is_object
        elif token != ":":
            content = ""
            if token == '"':
                try:
                    content, offset = scanstring(text, start + 1, False)
                except ValueError:
                    return
                if frame and frame.is_object and frame.expects_key:
                    _read_key(frame, names, content, (start, offset))
                    continue
            if frame and not frame.is_object:
                frame.index += 1
                names[-1] = str(frame.index)
            container = token in "[{"
            key, repeated = (frame.key, frame.repeated) if frame else (None, False)
            yield Place(tuple(names), start, offset, key, repeated, container)
            if container:
                frames.append(_Frame(token == "{"))
                names.append("")
            elif not frames:
                return


def _read_key(frame: _Frame, names: list[str], key: str, region: tuple[int, int]) -> None:
    names[-1] = key
    frame.repeated = key in frame.keys
    frame.keys.add(key)
    frame.key = region
    frame.expects_key = False


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
    wanted = {pointer.parts[:length] for pointer in asked for length in range(len(pointer.parts) + 1)}
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for place in places(text):
        if place.repeated:
            _forget_below(found, place.parts)
        if place.parts in wanted:
            found[place.parts] = place.shown
    lines = Lines(text)
    return {pointer: _nearest(found, lines, pointer.parts) for pointer in asked}


def _forget_below(found: dict[tuple[str, ...], tuple[int, int]], parts: tuple[str, ...]) -> None:
    length = len(parts)
    for known in [known for known in found if len(known) > length and known[:length] == parts]:
        del found[known]


def _nearest(found: dict[tuple[str, ...], tuple[int, int]], lines: Lines, parts: tuple[str, ...]) -> Region:
    for length in range(len(parts), -1, -1):
        if parts[:length] in found:
            return lines.region(*found[parts[:length]])
    return (1, 1, 1, 1)


def locate(text: str, pointer: Pointer) -> Region:
    """The region of one pointer; `locate_all` is the cheaper way to several."""
    return locate_all(text, [pointer])[pointer]
