"""The terminal of somebody who acts as the platform does; no secret passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from connkit.core import UserError
from connkit.runtime.masking import Mask


class Screen:
    """Results on standard output, everything else on standard error, secrets masked on both."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def say(self, text: str = "") -> None:
        click.echo(self.mask.text(text))

    def say_json(self, value: Any, indent: int | None = None) -> None:
        click.echo(json.dumps(self.mask.value(value), indent=indent, ensure_ascii=False))

    @contextmanager
    def errors_masked(self) -> Iterator[None]:
        """What stops the tool may quote what somebody's service or mock said."""
        try:
            yield
        except UserError as error:
            raise UserError(self.mask.text(str(error))) from None
        except RecursionError:
            raise UserError("the service sent something that is nested too deeply to be shown") from None

    def note(self, text: str) -> None:
        click.echo(self.mask.text(text), err=True)


def plain(text: str) -> str:
    """The text without what a terminal would obey: control characters as escapes, line breaks kept."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(map(_shown, line)) for line in lines)


def plain_line(text: str) -> str:
    """As `plain`, and on one line, so that no name can pass itself off as a line of ours."""
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or character == "\t":
        return character
    return character.encode("unicode_escape").decode("ascii")
