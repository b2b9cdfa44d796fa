"""JSON files."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from connkit.core import Finding, Span
from connkit.load.problems import problem
from connkit.load.text import decoded, read_text

DEEPEST = 200


class Document(NamedTuple):
    """A JSON file as read; `value` is None when `findings` say that the text is not usable."""

    path: Path
    shown: str
    text: str
    value: Any
    findings: tuple[Finding, ...] = ()

    @property
    def size(self) -> int:
        """Bytes in UTF-8."""
        return len(self.text.encode("utf-8", "surrogatepass"))


def read_document(path: Path, shown: str) -> Document:
    """Reads a JSON file; UserError when it does not exist or may not be read."""
    return _document(path, shown, *read_text(path, shown))


def document_of(data: bytes, path: Path, shown: str) -> Document:
    """A JSON file whose bytes are at hand; `path` is where they would be."""
    return _document(path, shown, *decoded(data, shown))


def _document(path: Path, shown: str, text: str | None, findings: tuple[Finding, ...]) -> Document:
    if text is None:
        return Document(path, shown, "", None, findings)
    value, problems = parse(text, shown)
    return Document(path, shown, text, value, (*findings, *problems))


def _flaws() -> ModuleType:
    """What tells of flaws; most texts have none, so it is imported for those that do."""
    return importlib.import_module("connkit.load.flaws")


class _Notes:
    """What the decoder meets on its way and says nothing about."""

    def __init__(self) -> None:
        self.duplicate = False
        self.constant = False

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.duplicate = True
        return found

    def constants(self, _: str) -> None:
        self.constant = True


def parse(text: str, shown: str) -> tuple[Any, list[Finding]]:
    """The value of a JSON text and its flaws."""
    notes = _Notes()
    try:
        value = json.loads(text, object_pairs_hook=notes.pairs, parse_constant=notes.constants)
    except json.JSONDecodeError as error:
        return None, [_not_json(error, shown)]
    except RecursionError:
        return None, [_flaws().too_deep(text, shown, DEEPEST)]
    except ValueError:
        return None, list(_flaws().too_long(text, shown))
    if _deeper_than(value, DEEPEST):
        return None, [_flaws().too_deep(text, shown, DEEPEST)]
    if notes.constant:
        return None, list(_flaws().constants(text, shown))
    return value, list(_flaws().duplicates(text, shown)) if notes.duplicate else []


def _not_json(error: json.JSONDecodeError, shown: str) -> Finding:
    comma = _trailing_comma(error)
    if comma is not None:
        error = json.JSONDecodeError("there is a comma before the closing bracket", error.doc, comma)
    text = error.msg[:1].lower() + error.msg[1:].removesuffix(" at").removesuffix(" starting at")
    span = Span(shown, error.lineno, error.colno, error.lineno, error.colno + 1)
    return problem("DocumentNotJson", f"the file is not JSON: {text}", span)


def _trailing_comma(error: json.JSONDecodeError) -> int | None:
    """Where a comma too many stands; Pythons before 3.13 report the bracket behind it, in other words."""
    if error.msg.startswith("Illegal trailing comma"):
        return error.pos
    before = error.doc[: error.pos].rstrip()
    closing = error.doc[error.pos : error.pos + 1] in ("}", "]")
    return len(before) - 1 if closing and before.endswith(",") else None


def _deeper_than(value: Any, limit: int) -> bool:
    level = _containers([value])
    for _ in range(limit):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(parent: dict[str, Any] | list[Any]) -> list[Any]:
    return _containers(parent.values() if isinstance(parent, dict) else parent)


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, (dict, list))]
