"""Times as typed: 500ms, 5s, 1m, 2h."""

from __future__ import annotations

import re

import click

_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """As the callback of an option: what a number and its unit come to, more than nothing and at most a day."""
    if value is None:
        return None
    found = _TIME.fullmatch(value)
    result = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if not 0 < result <= 86_400:
        raise click.BadParameter(f"'{value}' is no time; write it as 500ms, 5s or 1m, up to 24h")
    return result
