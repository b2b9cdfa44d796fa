"""C#, as far as a script is looked at: code without its comments and texts, and the texts with their places."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

_DEEPEST = 20
"""Texts inside of texts that are followed."""


class Literal(NamedTuple):
    """A text in quotes that holds no values; `start` and `end` enclose its quotes."""

    start: int
    end: int
    value: str


class Source(NamedTuple):
    """`code` is as long as the script, with blanks for comments, directives and what stands in quotes."""

    code: str
    literals: tuple[Literal, ...]

    def unbalanced(self) -> int | None:
        """Where the first brace stands that has no partner, or None."""
        opened: list[int] = []
        for match in re.finditer("[{}]", self.code):
            if match[0] == "{":
                opened.append(match.start())
            elif opened:
                opened.pop()
            else:
                return match.start()
        return opened[0] if opened else None


@functools.lru_cache(maxsize=1)
def read_source(text: str) -> Source:
    """Takes a script apart; what is not closed goes on to the end."""
    reader = _Reader(text)
    reader.read_code(0, 0)
    kept = list(text)
    for start, end in reader.hidden:
        kept[start:end] = [character if character in "\r\n" else " " for character in text[start:end]]
    for literal in reader.literals:
        kept[literal.start] = kept[literal.end - 1] = '"'
    return Source("".join(kept), tuple(reader.literals))


@functools.cache
def _token() -> re.Pattern[str]:
    directive = r"^[ \t]*#[^\n]*"
    comment = r"//[^\n]*|/\*(?:.*?\*/|.*\Z)"
    character = r"'(?:\\[^\n']{1,9}|[^\\\n']|\\')'"
    return re.compile(
        rf"(?P<hidden>{directive}|{comment}|{character})|(?P<quote>(?:\$+@?|@\$?)?\"+)|[{{}}]", re.DOTALL | re.MULTILINE
    )


@functools.cache
def _in_text() -> re.Pattern[str]:
    return re.compile(r"\\.|\"+|\{\{|\{|\n", re.DOTALL)


class _Reader:
    """Walks a script once; `hidden` are the places of all that is no code."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.hidden: list[tuple[int, int]] = []
        self.literals: list[Literal] = []

    def read_code(self, at: int, nested: int) -> int:
        """To the end, or inside of a text to behind the brace that closes the hole."""
        depth = 0
        while match := _token().search(self.text, at):
            at = match.end()
            if match["hidden"] is not None:
                self.hidden.append(match.span())
            elif match["quote"] is not None:
                at = self._read_text(match, nested)
            elif match[0] == "{":
                depth += 1
            elif depth == 0 and nested:
                return at
            else:
                depth -= 1
        return len(self.text)

    def _read_text(self, match: re.Match[str], nested: int) -> int:
        mark, start = match["quote"], match.start()
        prefix, quotes = mark.rstrip('"'), len(mark) - len(mark.rstrip('"'))
        if quotes >= 3 and "@" not in prefix:
            closing = self.text.find('"' * quotes, match.end())
            return self._hide(start, closing + quotes if closing >= 0 else len(self.text))
        if quotes == 2:
            self.literals.append(Literal(start, match.end(), ""))
            return self._hide(start, match.end())
        begin = match.start() + len(prefix) + 1
        return self._read_plain(start, begin, prefix, nested)

    def _read_plain(self, start: int, at: int, prefix: str, nested: int) -> int:
        """A text on one line, or a verbatim one; holes of an interpolated one are code."""
        verbatim, interpolated = "@" in prefix, "$" in prefix
        begin = at
        while match := _in_text().search(self.text, at):
            found, at = match[0], match.end()
            if found[0] == '"':
                ends = len(found) % 2 == 1 if verbatim else True
                if ends:
                    end = match.start() + (len(found) if verbatim else 1)
                    if not interpolated:
                        self.literals.append(Literal(start, end, self.text[begin : end - 1]))
                    return self._hide(start, end)
            elif found[0] == "\\" and verbatim:
                at = match.start() + 1
            elif found == "\n" and not verbatim:
                return self._hide(start, match.start())
            elif found == "{" and interpolated and nested < _DEEPEST:
                at = self.read_code(at, nested + 1)
        return self._hide(start, len(self.text))

    def _hide(self, start: int, end: int) -> int:
        self.hidden.append((start, end))
        return end


_CONTEXT = r"\bContext\s*\.\s*OperationId\b"


def compared_operations(source: Source) -> list[tuple[Literal, bool]]:
    """Texts that a script compares with Context.OperationId, and whether letter case makes no difference."""
    code = source.code
    starts = {literal.start: literal for literal in source.literals}
    ends = {literal.end - 1: literal for literal in source.literals}
    behind = rf"{_CONTEXT}\s*(?:==|!=|\.\s*Equals\s*\()\s*(\")"
    before = rf"(\")\s*(?:==|!=|\.\s*Equals\s*\()\s*(?:this\s*\.\s*)?{_CONTEXT}"
    places = [starts.get(match.start(1)) for match in re.finditer(behind, code)]
    places += [ends.get(match.start(1)) for match in re.finditer(before, code)]
    found = [(literal, _ignores_case(code, literal.end)) for literal in places if literal]
    labels = [
        starts.get(at) for at in _in_switches(code, rf"\bswitch\s*\([^()]*{_CONTEXT}\s*\)\s*(\{{)", r"\bcase\s+(\")")
    ]
    labels += [ends.get(at) for at in _in_switches(code, rf"{_CONTEXT}\s+switch\s*(\{{)", r"(\")\s*(?:=>|or\b)")]
    found += [(literal, False) for literal in labels if literal]
    return sorted(found, key=lambda one: one[0].start)


def _ignores_case(code: str, at: int) -> bool:
    return "IgnoreCase" in code[at:].partition(")")[0]


def _in_switches(code: str, head: str, label: str) -> Iterator[int]:
    """Where the quotes of labels stand, those of switches inside left out."""
    for switch in re.finditer(head, code):
        start = switch.start(1)
        depth = 0
        for match in re.finditer(rf"[{{}}]|{label}", code[start:]):
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if depth == 0:
                break
            if depth == 1 and match[1]:
                yield start + match.start(1)
