"""What the links of recordings and voicemails lead to: a second of a quiet tone."""

from __future__ import annotations

import functools
import io
import math
import wave

from connkit.core import Response
from smartmex.world import SECRET_LINKS, World

_RATE = 8_000  # samples in a second, as telephony has them


def sound(world: World, path: str) -> Response | None:
    """The sound at a secret path; None where the path leads to none."""
    if not path.startswith(("/recordings/", "/voicemails/")):
        return None
    items = [*world.items["call_records"].values(), *world.items["voicemails"].values()]
    if any(item.get(link) == path for item in items for link in SECRET_LINKS):
        return Response(200, {"Content-Type": "audio/wav"}, _tone())
    return None


@functools.cache
def _tone() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        sound.writeframes(bytes(128 + round(16 * math.sin(2 * math.pi * 440 * n / _RATE)) for n in range(_RATE)))
    return file.getvalue()
