"""Bytes -> text."""

from __future__ import annotations

import codecs
from pathlib import Path

from connkit.core import Finding, Severity, Span, UserError
from connkit.load.problems import problem


def read_text(path: Path, shown: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The file's text without a byte order mark, or None; UserError when it cannot be opened."""
    if path.is_dir():
        message = f"'{shown}' is a folder, but should be a file"
        return None, (problem("DocumentIsFolder", message, Span(shown)),)
    return decoded(read_bytes(path, shown), shown)


def read_bytes(path: Path, shown: str) -> bytes:
    """What the file holds; UserError when it cannot be opened."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"'{shown}' does not exist; name an existing file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"'{shown}' cannot be read: {reason.lower()}; check the path and its permissions"
        raise UserError(message) from error


def decoded(data: bytes, shown: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The text of a file's bytes without a byte order mark, or None."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = "the file is encoded in UTF-16; save it as UTF-8"
        return None, (problem("DocumentNotUtf8", message, Span(shown)),)
    marked = data.startswith(codecs.BOM_UTF8)
    findings = (_mark(shown),) if marked else ()
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        findings = (*findings, _undecodable(data, error.start, shown))
        text = data.decode("utf-8", "replace")  # Microsoft's validator goes on as well, and so can the rules
    if not text.strip():
        return None, (*findings, problem("DocumentEmpty", "the file is empty", Span(shown)))
    return text, findings


def _mark(shown: str) -> Finding:
    message = "the file begins with a byte order mark; save it as UTF-8 without one"
    return problem("DocumentHasByteOrderMark", message, Span(shown), severity=Severity.WARNING)


def _undecodable(data: bytes, offset: int, shown: str) -> Finding:
    before = data[:offset].decode("utf-8")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = f"byte 0x{data[offset]:02x} is not UTF-8; save the file as UTF-8"
    return problem("DocumentNotUtf8", message, Span(shown, line, column, line, column + 1))
