"""Parameters of operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.model.schema import is_internal
from connkit.model.shape import as_object, as_text


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter with its reference followed; `pointer` is where the operation or the path names it."""

    name: str
    pointer: Pointer
    raw: dict[str, Any]

    @property
    def location(self) -> str:
        """query, path, header, body or formData."""
        return as_text(self.raw.get("in"))

    @property
    def type(self) -> str:
        return as_text(self.raw.get("type"))

    @property
    def format(self) -> str:
        return as_text(self.raw.get("format"))

    @property
    def required(self) -> bool:
        return self.raw.get("required") is True

    @property
    def internal(self) -> bool:
        return is_internal(self.raw)

    @property
    def visibility(self) -> str:
        return as_text(self.raw.get("x-ms-visibility")).lower()

    @property
    def has_default(self) -> bool:
        return "default" in self.raw

    @property
    def default(self) -> Any:
        return self.raw.get("default")

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of a body parameter as written, {} of any other."""
        return as_object(self.raw.get("schema"))

    @property
    def summary(self) -> str:
        return as_text(self.raw.get("x-ms-summary"))

    @property
    def description(self) -> str:
        return as_text(self.raw.get("description"))
