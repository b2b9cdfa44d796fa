"""Values that every layer shares; standard library only."""

from connkit.core.errors import UserError
from connkit.core.finding import Authority, Finding, Severity, Span
from connkit.core.http import Request, Response
from connkit.core.mock import MockService, Send
from connkit.core.paths import shown_path
from connkit.core.pointer import Pointer

__all__ = [
    "Authority",
    "Finding",
    "MockService",
    "Pointer",
    "Request",
    "Response",
    "Send",
    "Severity",
    "Span",
    "UserError",
    "shown_path",
]
