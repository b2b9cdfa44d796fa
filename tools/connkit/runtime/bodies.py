"""Bodies of messages."""

from __future__ import annotations

import json
from typing import Any


def parsed(body: bytes) -> Any:
    """The JSON value, None for an empty body; ValueError when it is none."""
    try:
        return json.loads(body) if body else None
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
