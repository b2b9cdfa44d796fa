"""What Power Platform wants of an icon, read from the PNG itself."""

from __future__ import annotations

import struct
import zlib

SIZE = 230
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TRUECOLOR = 2


def icon_problems(data: bytes, color: str) -> list[str]:
    """What is wrong with a PNG icon whose background should be `color` (#rrggbb); [] when nothing is."""
    if not data.startswith(_SIGNATURE):
        return ["the icon is no PNG file; render it with 'python tools/draw_icons.py'"]
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    if (width, height) != (SIZE, SIZE):
        return [f"the icon is {width} x {height}; it should be {SIZE} x {SIZE}"]
    if kind != _TRUECOLOR or depth != 8 or b"tRNS" in data:
        return ["the icon may be transparent; save it as 8-bit RGB without an alpha channel"]
    corner = "#" + _first_pixel(data).hex()
    if corner != color:
        return [f"the icon's background is {corner}; it should be the brand's {color}"]
    return []


def _first_pixel(data: bytes) -> bytes:
    """The top left pixel as three bytes; no PNG filter changes it."""
    compressed, at = b"", len(_SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            compressed += data[at + 8 : at + 8 + length]
        at += length + 12
    return zlib.decompressobj().decompress(compressed, 4)[1:4]
