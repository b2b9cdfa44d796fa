"""MIME types of requests and responses."""

from __future__ import annotations

from connkit.model import Connector, Operation
from connkit.model.shape import texts

SUPPORTED = ("application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded")
"""What the validator names as supported."""


def consumed(connector: Connector, operation: Operation) -> tuple[str, ...]:
    """What the operation takes: its own list, or the definition's where it has none."""
    return _effective(connector, operation, "consumes")


def produced(connector: Connector, operation: Operation) -> tuple[str, ...]:
    """What the operation answers with: its own list, or the definition's where it has none."""
    return _effective(connector, operation, "produces")


def _effective(connector: Connector, operation: Operation, key: str) -> tuple[str, ...]:
    holder = operation.raw if key in operation.raw else connector.definition
    return texts(holder.get(key))


def bare(media_type: str) -> str:
    """The type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()
