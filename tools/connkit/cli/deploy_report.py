"""What connkit deploy tells, where it should go, and without secrets."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from connkit.cli.deploy_view import outcome_lines, plan_lines
from connkit.cli.reporting import write
from connkit.cli.screen import plain
from connkit.core import UserError
from connkit.deploy.applying import Outcome
from connkit.deploy.plan import Plan
from connkit.runtime.masking import Mask


class Secrets:
    """What must not be shown, whoever quotes it: the service may send back what it was sent."""

    def __init__(self, *known: str) -> None:
        self._known = {secret for secret in known if secret}

    def add(self, secret: str) -> None:
        if secret:
            self._known.add(secret)

    @property
    def mask(self) -> Mask:
        return Mask(tuple(self._known))


class DeployReport:
    """Text as things happen, or one JSON object at the end; secrets are masked in either."""

    def __init__(self, style: str, output: Path | None, secrets: Secrets) -> None:
        self.secrets = secrets
        self._json = style == "json"
        self._output = output
        self._plan: Plan | None = None
        self._lines: list[str] = []

    def note(self, sentence: str) -> None:
        """On standard error, as it happens; where nobody can read it, the deployment goes on all the same."""
        with suppress(OSError):
            click.echo(plain(self.secrets.mask.text(sentence)), err=True)

    def waiting(self) -> None:
        self.note("stopping as soon as it is certain what arrived; Ctrl-C again leaves at once")

    @contextmanager
    def errors_masked(self) -> Iterator[None]:
        try:
            yield
        except UserError as error:
            raise UserError(plain(self.secrets.mask.text(str(error)))) from None

    def planned(self, made: Plan, save_to: Path | None) -> None:
        """UserError where the plan cannot be shown or written: what nobody can read is not carried out."""
        self._plan = made
        try:
            self._say(plan_lines(made))
        except OSError as error:
            _silence()
            raise UserError(
                f"the plan cannot be shown: {(error.strerror or '').lower()}; nothing was changed"
            ) from None
        if self._output is not None:
            self._finish(None)
        if save_to is not None:
            write(self._text(made.as_json()), save_to)

    def close(self, line: str) -> None:
        self._say([line])
        self._finish(None)

    def ended(self, outcome: Outcome) -> bool:
        """Whether it could be delivered; where not, it is told on standard error."""
        lines = list(outcome_lines(outcome))
        try:
            self._say(lines)
            self._finish(outcome)
            return True
        except (OSError, UserError) as error:
            _silence()
            for line in (*lines, f"this could not be written where it should: {error}"):
                self.note(click.unstyle(line))
            return False

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            shown = self.secrets.mask.text(line)
            if self._output is None and not self._json:
                click.echo(shown)
            self._lines.append(click.unstyle(shown))

    def _text(self, value: Any) -> str:
        return json.dumps(self.secrets.mask.value(value), indent=2) + "\n"

    def _finish(self, outcome: Outcome | None) -> None:
        if self._json:
            assert self._plan is not None
            value = {"plan": self._plan.as_json(), **({"outcome": _as_json(outcome)} if outcome else {})}
            write(self._text(value), self._output)
        elif self._output is not None:
            write("\n".join(self._lines) + "\n", self._output)


def _silence() -> None:
    """Nobody reads standard output any more; without this, Python fails once more when it ends."""
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            return
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        **asdict(outcome),
        "ending": outcome.ending.name.lower(),
        "record": outcome.record.as_posix() if outcome.record else None,
    }
