"""How paths are shown to the user."""

from __future__ import annotations

from pathlib import Path, PurePosixPath


def shown_path(root: Path, relative: str | PurePosixPath | Path) -> str:
    """A file below `root` as the user would name it from where connkit was started, with forward slashes."""
    return (root / relative).as_posix()
