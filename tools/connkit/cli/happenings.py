"""What happens at a mock service, as it happens."""

from __future__ import annotations

from datetime import datetime

import click

from connkit.core import Happening


def happening_line(happening: Happening) -> str:
    now = datetime.now().strftime("%H:%M:%S")
    colour = "red" if happening.failed else "green" if happening.kind == "request" else "cyan"
    outcome = click.style(happening.outcome, fg=colour)
    return f"{now}  {happening.subject:<44} {outcome}  {happening.who}".rstrip()
