"""The files that stand beside a connector's two documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file and how messages name it."""

    shown: str
    text: str


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """A file of bytes and how messages name it."""

    shown: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Companions:
    """What else a connector's folder holds; None, or an empty object, for what is not there.

    `described` says that a connkit.yaml stands in the folder: then it is meant to be complete. `sizes` are the
    bytes of the files that were read, by the name with which messages name them.
    """

    described: bool = False
    settings: dict[str, Any] | None = None
    settings_file: str = ""
    icon: BinaryFile | None = None
    readme: TextFile | None = None
    script: TextFile | None = None
    sizes: dict[str, int] = field(default_factory=dict)
