"""What is wrong with an answer, in the words that a maker sees in the designer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connkit.model.schema import Resolve, whole_schema
from connkit.model.shape import as_object, as_text
from connkit.semantics.values import Mismatch


def told(mismatch: Mismatch, schema: Any, resolve: Resolve) -> str:
    """The difference under the name that makers know the property by, with the place in the answer after it.

    That name is `x-ms-summary`, or else `title`, of everything on the way; an item of a list has its number.
    """
    parts = mismatch.pointer.parts
    shown = ", ".join(_names(parts, schema, resolve)) or "the answer"
    return f"{shown}: {mismatch.message}" + (f" (at {mismatch.pointer})" if parts else "")


def _names(parts: Sequence[str], schema: Any, resolve: Resolve) -> list[str]:
    names: list[str] = []
    for part in parts:
        known = whole_schema(resolve(schema), resolve)
        properties = as_object(known.get("properties"))
        if part in properties:
            schema = properties[part]
            inside = as_object(resolve(schema))
            names.append(as_text(inside.get("x-ms-summary")) or as_text(inside.get("title")) or part)
        elif "items" in known and part.isdecimal():
            schema = known["items"]
            names.append(f"item {int(part) + 1}")
        else:
            schema = known.get("additionalProperties")
            names.append(part)
    return names
