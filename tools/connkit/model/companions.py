"""The files that stand beside a connector's two documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class TextFile(NamedTuple):
    """A text file and how messages name it."""

    shown: str
    text: str


class BinaryFile(NamedTuple):
    """A file of bytes and how messages name it."""

    shown: str
    data: bytes


class Companions(NamedTuple):
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
    sizes: Mapping[str, int] = {}


NO_COMPANIONS = Companions()
