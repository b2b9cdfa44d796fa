"""Values that every layer shares; standard library only."""

from connkit.core.errors import UserError
from connkit.core.finding import Authority, Finding, Severity, Span
from connkit.core.http import Reply, Request, Response
from connkit.core.mock import Answer, Happening, MockService, Send, Unknown, Watch
from connkit.core.paths import shown_path
from connkit.core.pointer import Pointer
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
