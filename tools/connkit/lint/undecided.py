"""Published codes whose condition cannot be decided from a connector's files."""

from __future__ import annotations

UNDECIDED: dict[str, str] = {}
"""Why, by code; the rule page prints it."""
