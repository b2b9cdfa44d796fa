"""Who publishes a connector."""

from __future__ import annotations

from connkit.lint.registry import Scope
from connkit.model import Connector

INDEPENDENT_COLOR = "#da3b01"
"""The brand colour that every independent publisher has to use, and nobody else does."""


def is_independent(connector: Connector) -> bool:
    """Whether an independent publisher submits it, as far as its colour tells."""
    return connector.brand_color == INDEPENDENT_COLOR


def scope_of_companions(connector: Connector) -> Scope:
    """For whom icon and README have to be as Microsoft asks: in a described folder for everybody."""
    return Scope.EVERY if connector.companions.described else Scope.CERTIFICATION
