"""RFC 6901 JSON pointers as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Pointer:
    """A place in a JSON document; the root has no parts.

    >>> str(Pointer() / "paths" / "/contacts" / "get" / "parameters" / 0)
    '/paths/~1contacts/get/parameters/0'
    """

    parts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Pointer:
        if not text:
            return cls()
        if not text.startswith("/"):
            raise ValueError(f"a JSON pointer is empty or begins with '/': {text!r}")
        return cls(tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/")))

    def __truediv__(self, part: str | int) -> Pointer:
        return Pointer((*self.parts, str(part)))

    def __str__(self) -> str:
        return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in self.parts)

    @property
    def parent(self) -> Pointer:
        return Pointer(self.parts[:-1])

    def resolve(self, document: Any) -> Any:
        """The value at this place; KeyError, IndexError or TypeError where there is none."""
        value = document
        for part in self.parts:
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value
