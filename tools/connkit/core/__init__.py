"""Values that every layer shares; standard library only.

What concerns services (requests, mocks, probes) is imported when it is first asked for, because linting needs none.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from connkit.core.errors import UserError
from connkit.core.finding import Authority, Finding, Severity, Span
from connkit.core.paths import shown_path
from connkit.core.pointer import Pointer

if TYPE_CHECKING:
    from connkit.core.http import Reply, Request, Response
    from connkit.core.mock import Answer, Happening, MockService, Send, Unknown, Watch
    from connkit.core.probe import Ask, CouldNotTell, Probe

__all__ = [
    "Answer",
    "Ask",
    "Authority",
    "CouldNotTell",
    "Finding",
    "Happening",
    "MockService",
    "Pointer",
    "Probe",
    "Reply",
    "Request",
    "Response",
    "Send",
    "Severity",
    "Span",
    "Unknown",
    "UserError",
    "Watch",
    "shown_path",
]

_OF_SERVICES = {
    **dict.fromkeys(("Reply", "Request", "Response"), "http"),
    **dict.fromkeys(("Answer", "Happening", "MockService", "Send", "Unknown", "Watch"), "mock"),
    **dict.fromkeys(("Ask", "CouldNotTell", "Probe"), "probe"),
}


def __getattr__(name: str) -> object:
    if name not in _OF_SERVICES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    found: object = getattr(importlib.import_module(f"{__name__}.{_OF_SERVICES[name]}"), name)
    globals()[name] = found
    return found
