"""Markdown, as far as a README is looked at: headings, sections, links."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from connkit.load.positions import Region


class Section(NamedTuple):
    """A heading and the lines up to the next of the same or a higher level; `line` counts from 1."""

    level: int
    title: str
    line: int
    width: int
    body: tuple[str, ...]

    @property
    def region(self) -> Region:
        return self.line, 1, self.line, self.width + 1

    @property
    def key(self) -> str:
        """The title as it is compared with others."""
        return " ".join(self.title.lower().replace("&", " and ").replace("*", "").rstrip(":").split())


class Link(NamedTuple):
    target: str
    region: Region


class Page(NamedTuple):
    """A text in Markdown; from the lines of `prose` comments and what is shown as code are gone."""

    prose: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def links(self) -> Iterator[Link]:
        """Targets of links and pictures, in Markdown or in HTML."""
        for number, line in enumerate(self.prose, 1):
            if "](" in line or "]:" in line or "=" in line:
                for match in _links().finditer(line):
                    start, end = match.span(match.lastindex or 0)
                    yield Link(line[start:end], (number, start + 1, number, end + 1))


@functools.cache
def _links() -> re.Pattern[str]:
    inline = r"\]\(\s*<([^<>\n]*)>|\]\(\s*([^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*)"
    return re.compile(rf"{inline}|^ {{0,3}}\[[^\]\n]+\]:\s*<?([^\s<>]+)|\b(?:href|src)=\"([^\"\n]*)\"")


_LONGEST_LINE = 10_000
"""A longer one is no prose."""


@functools.lru_cache(maxsize=1)
def read_page(text: str) -> Page:
    lines = [line.removesuffix("\r") for line in _without_comments(text).split("\n")]
    prose, fence = [], ""
    for line in lines:
        mark = line.lstrip()[:3]
        if fence:
            closes = mark == fence and not line.strip().strip(fence[0])
            fence = "" if closes else fence
            prose.append("")
        elif mark in ("```", "~~~"):
            fence = mark
            prose.append("")
        else:
            prose.append(_without_code(line))
    return Page(tuple(prose), tuple(_sections(lines, prose)))


def _sections(lines: list[str], prose: list[str]) -> Iterator[Section]:
    headings = list(_headings(prose))
    for index, (level, title, number) in enumerate(headings):
        later = (line for other, _, line in headings[index + 1 :] if other <= level)
        end = next(later, len(lines) + 1)
        yield Section(level, title, number, len(lines[number - 1]), tuple(lines[number : end - 1]))


def _headings(prose: list[str]) -> Iterator[tuple[int, str, int]]:
    """Level, title and line of each heading: with hashes, or underlined by equal signs."""
    before = ""
    for number, line in enumerate(prose, 1):
        hashes = len(line) - len(line.lstrip("#"))
        if 1 <= hashes <= 6 and line[hashes : hashes + 1] in ("", " ", "\t"):
            yield hashes, line.strip("# \t"), number
        elif before.strip() and line.startswith("==") and not line.strip().strip("="):
            yield 1, before.strip(), number - 1
        before = line


def _without_comments(text: str) -> str:
    """Comments become blanks, so that every line and column stays."""
    if "<!--" not in text:
        return text
    return re.sub(r"<!--.*?(?:-->|\Z)", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)


def _without_code(line: str) -> str:
    if len(line) > _LONGEST_LINE:
        return ""
    if "`" not in line:
        return line
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", lambda found: " " * len(found[0]), line)
