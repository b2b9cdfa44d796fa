"""PNG pictures, as far as an icon is looked at.

Whether a picture is opaque and what colour its edge has can be told without undoing the filters of all its rows:
a fully opaque alpha channel has exactly one filtered form, and the first row and the first column depend on nothing
but themselves. See https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 4_000_000
"""A picture that claims more is not looked into."""

_GREY, _RGB, _INDEXED, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _INDEXED: 1, _GREY_ALPHA: 2, _RGB_ALPHA: 4}
_DEPTHS = {
    _GREY: (1, 2, 4, 8, 16),
    _RGB: (8, 16),
    _INDEXED: (1, 2, 4, 8),
    _GREY_ALPHA: (8, 16),
    _RGB_ALPHA: (8, 16),
}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of each pass: first column, first row, distance of columns, distance of rows."""

_Passes = tuple[tuple[bytes, ...], ...]
"""Filtered rows, pass by pass; a picture that is not interlaced has one pass."""


class NotPng(ValueError):
    """Why the bytes are no PNG picture."""


class Png(NamedTuple):
    """What is known of a picture.

    `opaque` says whether no pixel lets anything through, None where that was not looked into. `edge` are the colours,
    #rrggbb, of the first row and of the first column, '' for a pixel that is not opaque; `corners` those of the upper
    left, upper right and lower left one. Of an interlaced picture only every eighth pixel of both counts. Both are
    empty for a picture that was not looked into or has a key colour.
    """

    width: int
    height: int
    opaque: bool | None
    edge: tuple[str, ...]
    corners: tuple[str, ...]


@functools.lru_cache(maxsize=1)
def read_png(data: bytes) -> Png:
    """The picture; NotPng for anything else and for a damaged one. No more is unpacked than a picture may hold."""
    if not data.startswith(SIGNATURE):
        raise NotPng(_other_format(data))
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise NotPng("its header is missing")
    header = chunks[0][1]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    depth, kind, interlaced = header[8], header[9], header[12]
    if not width or not height or depth not in _DEPTHS.get(kind, ()) or any(header[10:12]) or interlaced > 1:
        raise NotPng("its header is damaged")
    if width * height > MOST_PIXELS:
        return Png(width, height, None, (), ())
    by_name = dict(reversed(chunks))
    pixels = _Pixels(kind, depth, by_name.get(b"PLTE", b""), by_name.get(b"tRNS", b""))
    compressed = b"".join(body for name, body in chunks if name == b"IDAT")
    passes = _passes(width, height, bool(interlaced))
    lines = _lines(compressed, passes, pixels.bits)
    row, column = pixels.edges(lines[0], passes[0][0])
    corners = (row[0], row[-1], column[-1]) if row else ()
    return Png(width, height, pixels.opaque(lines), (*row, *column[1:]), corners)


class _Pixels(NamedTuple):
    """How a picture writes its pixels."""

    kind: int
    depth: int
    palette: bytes
    transparency: bytes

    @property
    def bits(self) -> int:
        return _CHANNELS[self.kind] * self.depth

    @property
    def step(self) -> int:
        """Bytes of one pixel, or 1 where several share a byte."""
        return max(1, self.bits // 8)

    def opaque(self, lines: _Passes) -> bool:
        if self.kind == _INDEXED:
            return not self.transparency.strip(b"\xff")
        if self.kind in (_GREY, _RGB):
            return not self.transparency
        last = range(self.step - self.depth // 8, self.step)
        return all(_all_full(part, offset, self.step) for part in lines for offset in last)

    def edges(self, lines: tuple[bytes, ...], columns: int) -> tuple[list[str], list[str]]:
        """The colours of the first row and of the first column."""
        if self.kind in (_GREY, _RGB) and self.transparency:
            return [], []
        row = self._samples(_first_row(lines[0], self.step), columns)
        column = [self._samples(cell, 1)[0] for cell in _first_column(lines, self.step)]
        return list(map(self._color, row)), list(map(self._color, column))

    def _samples(self, row: bytes, count: int) -> list[bytes]:
        """Of each pixel its samples, a byte each."""
        if self.depth < 8:
            return [bytes((self._packed(row, index),)) for index in range(count)]
        samples = row[:: self.depth // 8]
        channels = _CHANNELS[self.kind]
        return [samples[at : at + channels] for at in range(0, count * channels, channels)]

    def _packed(self, row: bytes, index: int) -> int:
        place = index * self.depth
        value = row[place // 8] >> (8 - self.depth - place % 8) & (1 << self.depth) - 1
        return value if self.kind == _INDEXED else value * 255 // ((1 << self.depth) - 1)

    def _color(self, samples: bytes) -> str:
        if self.kind == _INDEXED:
            index = samples[0]
            opaque = self.transparency[index : index + 1] in (b"", b"\xff")
            color = self.palette[index * 3 : index * 3 + 3]
            return "#" + color.hex() if opaque and len(color) == 3 else ""
        if self.kind in (_GREY_ALPHA, _RGB_ALPHA) and samples[-1] != 255:
            return ""
        grey = self.kind in (_GREY, _GREY_ALPHA)
        return "#" + (samples[:1] * 3 if grey else samples[:3]).hex()


def _other_format(data: bytes) -> str:
    known = {b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"<svg": "SVG", b"RIFF": "WebP", b"BM": "bitmap"}
    found = next((name for start, name in known.items() if data.startswith(start)), "")
    if found:
        return f"it is a {found} picture"
    return "it does not begin as a PNG file does" if data else "it is empty"


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    import zlib

    at = len(SIGNATURE)
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4])
        name = data[at + 4 : at + 8]
        if end + 4 > len(data):
            break
        if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4]):
            raise NotPng("its content does not fit its check sums")
        yield name, data[at + 8 : end]
        if name == b"IEND":
            return
        at = end + 4
    raise NotPng("it ends too early")


def _passes(width: int, height: int, interlaced: bool) -> list[tuple[int, int]]:
    """Width and height of each pass that has pixels."""
    if not interlaced:
        return [(width, height)]
    sizes = [(-(-(width - left) // across), -(-(height - top) // down)) for left, top, across, down in _ADAM7]
    return [(columns, rows) for columns, rows in sizes if columns > 0 and rows > 0]


def _lines(compressed: bytes, passes: list[tuple[int, int]], bits: int) -> _Passes:
    import zlib

    lengths = [(1 + (columns * bits + 7) // 8, rows) for columns, rows in passes]
    size = sum(length * rows for length, rows in lengths)
    try:
        raw = zlib.decompressobj().decompress(compressed, size)
    except zlib.error:
        raise NotPng("its pixels cannot be unpacked") from None
    if len(raw) < size:
        raise NotPng("it has fewer pixels than its header says")
    found, at = [], 0
    for length, rows in lengths:
        if max(raw[at : at + length * rows : length]) > 4:
            raise NotPng("its pixels are filtered in an unknown way")
        found.append(tuple(raw[start : start + length] for start in range(at, at + length * rows, length)))
        at += length * rows
    return tuple(found)


def _all_full(lines: tuple[bytes, ...], offset: int, step: int) -> bool:
    """Whether every byte of one channel is 255, told from the filtered rows."""
    count = len(lines[0][1 + offset :: step])
    later = {
        0: b"\xff" * count,
        1: b"\xff" + bytes(count - 1),
        2: bytes(count),
        3: b"\x80" + bytes(count - 1),
        4: bytes(count),
    }
    first = later | {2: later[0], 3: b"\xff" + b"\x80" * (count - 1), 4: later[1]}
    expected = [first] + [later] * (len(lines) - 1)
    return all(line[1 + offset :: step] == forms[line[0]] for line, forms in zip(lines, expected, strict=True))


def _first_row(line: bytes, step: int) -> bytes:
    """The row's bytes, its filter undone; nothing stands above it."""
    row = bytearray(line[1:])
    if line[0] in (1, 3, 4):
        halved = line[0] == 3
        for at in range(step, len(row)):
            left = row[at - step]
            row[at] = row[at] + (left >> 1 if halved else left) & 255
    return bytes(row)


def _first_column(lines: tuple[bytes, ...], step: int) -> Iterator[bytes]:
    """The bytes of each row's first pixel, filters undone; nothing stands to the left of it."""
    above = bytes(step)
    for line in lines:
        cell = line[1 : 1 + step]
        if line[0] in (2, 4):
            cell = bytes(value + up & 255 for value, up in zip(cell, above, strict=True))
        elif line[0] == 3:
            cell = bytes(value + (up >> 1) & 255 for value, up in zip(cell, above, strict=True))
        yield cell
        above = cell
