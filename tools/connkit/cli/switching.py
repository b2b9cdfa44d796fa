"""Switches on the command line."""

from __future__ import annotations

from connkit.core import UserError


def name_and_value(switch: str) -> tuple[str, str]:
    """From `NAME=VALUE`."""
    name, given, value = switch.partition("=")
    if not given:
        raise UserError(f"--switch '{switch}' has no value; write --switch {name}=VALUE")
    return name, value
