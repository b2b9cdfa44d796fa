"""Reads pictures of every kind that PNG knows, written here with every filter."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connkit.lint.png import MOST_PIXELS, SIGNATURE, NotPng, Png, read_png

Pixel = tuple[int, ...]
"""The samples of one pixel, as wide as the picture's depth."""

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def written(
    rows: Sequence[Sequence[Pixel]],
    kind: int,
    depth: int = 8,
    filters: Callable[[int], int] = lambda _: 0,
    interlaced: bool = False,
    palette: bytes = b"",
    transparency: bytes = b"",
) -> bytes:
    """A PNG file; `filters` says which filter the row of each number has."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), depth, kind, 0, 0, int(interlaced))
    step = max(1, CHANNELS[kind] * depth // 8)
    raw, number = b"", 0
    for part in passes(rows) if interlaced else [rows]:
        above = bytes(len(packed(part[0], depth)))
        for row in part:
            line = packed(row, depth)
            raw += bytes((filters(number),)) + filtered(line, above, step, filters(number))
            above, number = line, number + 1
    extra = chunk(b"PLTE", palette) if palette else b""
    extra += chunk(b"tRNS", transparency) if transparency else b""
    return SIGNATURE + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def passes(rows: Sequence[Sequence[Pixel]]) -> list[list[list[Pixel]]]:
    parts = [[list(row[left::across]) for row in rows[top::down]] for left, top, across, down in ADAM7]
    return [part for part in parts if part and part[0]]


def packed(row: Sequence[Pixel], depth: int) -> bytes:
    samples = [sample for pixel in row for sample in pixel]
    if depth == 16:
        return b"".join(struct.pack(">H", sample) for sample in samples)
    bits = "".join(f"{sample:0{depth}b}" for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def filtered(line: bytes, above: bytes, step: int, kind: int) -> bytes:
    left, corner = bytes(step) + line, bytes(step) + above
    guesses = (
        lambda at: 0,
        lambda at: left[at],
        lambda at: above[at],
        lambda at: (left[at] + above[at]) // 2,
        lambda at: paeth(left[at], above[at], corner[at]),
    )
    return bytes((line[at] - guesses[kind](at)) & 255 for at in range(len(line)))


def paeth(left: int, up: int, corner: int) -> int:
    distance = {value: abs(left + up - corner - value) for value in (corner, up, left)}
    return min((left, up, corner), key=distance.__getitem__)


GREEN = (49, 171, 61)
WIDE = tuple(sample * 257 for sample in GREEN)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("filters", range(5))
@pytest.mark.parametrize(
    ("kind", "depth", "pixel", "palette", "color"),
    [
        (0, 1, (1,), b"", "#ffffff"),
        (0, 2, (1,), b"", "#555555"),
        (0, 4, (3,), b"", "#333333"),
        (0, 8, (7,), b"", "#070707"),
        (0, 16, (0x1234,), b"", "#121212"),
        (2, 8, GREEN, b"", "#31ab3d"),
        (2, 16, WIDE, b"", "#31ab3d"),
        (3, 1, (1,), b"\0\0\0" + bytes(GREEN), "#31ab3d"),
        (3, 4, (2,), bytes(6) + bytes(GREEN), "#31ab3d"),
        (3, 8, (9,), b"", ""),
        (4, 8, (7, 255), b"", "#070707"),
        (4, 16, (0x1234, 65535), b"", "#121212"),
        (6, 8, (*GREEN, 255), b"", "#31ab3d"),
        (6, 16, (*WIDE, 65535), b"", "#31ab3d"),
    ],
)
def test_a_picture_of_one_colour_has_that_edge(
    kind: int, depth: int, pixel: Pixel, palette: bytes, color: str, filters: int, interlaced: bool
) -> None:
    rows = [[pixel] * 10] * 9
    picture = read_png(written(rows, kind, depth, lambda _: filters, interlaced, palette))
    edge = (color,) * (3 if interlaced else 18)
    assert picture == Png(10, 9, True, edge, (color,) * 3)


@given(
    st.integers(1, 20),
    st.integers(1, 20),
    st.sampled_from([4, 6]),
    st.sampled_from([8, 16]),
    st.booleans(),
    st.lists(st.integers(0, 4), min_size=1, max_size=8),
    st.booleans(),
    st.data(),
)
def test_one_pixel_that_is_not_opaque_is_found_under_any_filter(
    width: int,
    height: int,
    kind: int,
    depth: int,
    interlaced: bool,
    filters: list[int],
    hidden: bool,
    data: st.DataObject,
) -> None:
    full = (1 << depth) - 1
    samples = st.tuples(*[st.integers(0, full)] * (CHANNELS[kind] - 1))
    rows = [[(*data.draw(samples), full) for _ in range(width)]] * height
    if hidden:
        rows = [list(row) for row in rows]
        x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        rows[y][x] = (*rows[y][x][:-1], data.draw(st.integers(0, full - 1)))
    file = written(rows, kind, depth, lambda number: filters[number % len(filters)], interlaced)
    assert read_png(file).opaque is not hidden


@given(st.integers(1, 9), st.integers(1, 9), st.lists(st.integers(0, 4), min_size=1, max_size=5), st.data())
def test_the_edge_is_read_under_any_filter(width: int, height: int, filters: list[int], data: st.DataObject) -> None:
    samples = st.tuples(*[st.integers(0, 255)] * 3)
    rows = [[data.draw(samples) for _ in range(width)] for _ in range(height)]
    picture = read_png(written(rows, 2, 8, lambda number: filters[number % len(filters)]))
    edge = [*rows[0], *(row[0] for row in rows[1:])]
    assert list(picture.edge) == ["#" + bytes(pixel).hex() for pixel in edge]
    corners = (rows[0][0], rows[0][-1], rows[-1][0])
    assert list(picture.corners) == ["#" + bytes(pixel).hex() for pixel in corners]


@pytest.mark.parametrize("kind", [0, 2])
def test_a_key_colour_leaves_the_edge_unknown(kind: int) -> None:
    pixel = (7,) * CHANNELS[kind]
    assert read_png(written([[pixel] * 3] * 2, kind, transparency=b"\0\7" * len(pixel))) == Png(3, 2, False, (), ())


def test_a_transparent_entry_of_the_palette_has_no_colour() -> None:
    file = written([[(0,), (1,)], [(1,), (2,)]], 3, palette=bytes(3) + bytes(GREEN) * 2, transparency=b"\0\xff")
    assert read_png(file) == Png(2, 2, False, ("", "#31ab3d", "#31ab3d"), ("", "#31ab3d", "#31ab3d"))


GOOD = written([[GREEN] * 3] * 3, 2)


def headed(width: int, height: int, depth: int = 8, kind: int = 2, rest: bytes = b"\0\0\0") -> bytes:
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, kind) + rest) + GOOD[33:]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "it is empty"),
        (b"GIF89a", "it is a GIF picture"),
        (b"<svg/>", "it is a SVG picture"),
        (SIGNATURE, "it ends too early"),
        (GOOD[:-1], "it ends too early"),
        (GOOD[:40] + b"\xff\xff\xff\xff" + GOOD[44:], "its content does not fit its check sums"),
        (SIGNATURE + chunk(b"IEND", b""), "its header is missing"),
        (headed(0, 3), "its header is damaged"),
        (headed(3, 3, 3), "its header is damaged"),
        (headed(3, 3, 8, 5), "its header is damaged"),
        (headed(3, 3, rest=b"\1\0\0"), "its header is damaged"),
        (headed(3, 3, rest=b"\0\0\2"), "its header is damaged"),
        (headed(3, 4), "it has fewer pixels than its header says"),
        (written([[GREEN]], 2).replace(chunk(b"IDAT", zlib.compress(b"\0" + bytes(GREEN))), chunk(b"IDAT", b"no")),
         "its pixels cannot be unpacked"),
        (written([[GREEN]], 2).replace(chunk(b"IDAT", zlib.compress(b"\0" + bytes(GREEN))),
                                       chunk(b"IDAT", zlib.compress(b"\5" + bytes(GREEN)))),
         "its pixels are filtered in an unknown way"),
    ],
)  # fmt: skip
def test_what_is_no_picture_says_why(file: bytes, reason: str) -> None:
    with pytest.raises(NotPng) as caught:
        read_png(file)
    assert str(caught.value) == reason


def test_a_picture_that_is_too_large_is_not_unpacked() -> None:
    side = int(MOST_PIXELS**0.5)
    assert read_png(headed(side, side + 1)) == Png(side, side + 1, None, (), ())
    with pytest.raises(NotPng, match="^it has fewer pixels than its header says$"):
        read_png(headed(side, side))


def test_no_more_is_unpacked_than_the_header_says() -> None:
    bomb = chunk(b"IDAT", zlib.compress(b"\0" + bytes(GREEN) + bytes(50_000_000)))
    file = written([[GREEN]], 2).replace(chunk(b"IDAT", zlib.compress(b"\0" + bytes(GREEN))), bomb)
    assert read_png(file) == Png(1, 1, True, ("#31ab3d",), ("#31ab3d",) * 3)


@given(st.binary(max_size=80), st.integers(0, len(GOOD)), st.integers(0, len(GOOD)))
def test_damage_never_ends_in_another_error(noise: bytes, start: int, end: int) -> None:
    for file in (noise, SIGNATURE + noise, GOOD[:start] + noise + GOOD[end:]):
        with contextlib.suppress(NotPng):
            read_png(file)
