"""Published codes whose condition cannot be decided from a connector's files."""

from __future__ import annotations

UNDECIDED: dict[str, str] = {
    "ProductionStatusOnBetaService": "which services are in beta is known to Microsoft's registry, not to the files.",
}
"""Why, by code; the rule page prints it."""
