"""What a check has to say, and where."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from connkit.core.pointer import Pointer


class Severity(enum.StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """3 for an error, 2 for a warning, 1 for an info."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


class Authority(enum.StrEnum):
    OFFICIAL = "official"  # published by Microsoft or a standard
    OBSERVED = "observed"  # seen in how published connectors or the platform behave
    OWN = "own"  # our opinion, never an error


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text file: lines and columns count from 1, the end is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw: which rule, what is wrong, what would be right, and where.

    `pointer` is the place in `file` (a path as the user gave it, with forward slashes). `span` is None
    until a workflow has computed it, which it does only for what is reported; the same holds for `related_spans`,
    the places of `related`. `mend` says how to put it right.
    """

    rule: str
    severity: Severity
    message: str
    file: str
    pointer: Pointer = Pointer()
    connector: str = ""
    span: Span | None = None
    authority: Authority = Authority.OFFICIAL
    doc: str = ""
    value_path: str = ""
    related: tuple[Pointer, ...] = ()
    related_spans: tuple[Span, ...] = ()
    mend: str = ""

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        line, column = (self.span.line, self.span.column) if self.span else (0, 0)
        return (self.file, line, column, str(self.pointer), self.rule, self.message)
