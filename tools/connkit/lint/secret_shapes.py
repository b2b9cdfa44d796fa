"""What a secret looks like.

A shape is told by a part that nothing else has. What is plainly made up to be replaced is no secret.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("a private key", "PRIVATE KEY-----", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{20,}"),
    ("a JSON web token", "eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    ("an AWS access key", "AKIA", r"\bAKIA[0-9A-Z]{16}\b"),
    ("an AWS access key", "ASIA", r"\bASIA[0-9A-Z]{16}\b"),
    ("a GitHub token", "ghp_", r"\bghp_[A-Za-z0-9]{36,}"),
    ("a GitHub token", "gho_", r"\bgho_[A-Za-z0-9]{36,}"),
    ("a GitHub token", "ghs_", r"\bghs_[A-Za-z0-9]{36,}"),
    ("a GitHub token", "github_pat_", r"\bgithub_pat_\w{50,}"),
    ("a GitLab token", "glpat-", r"\bglpat-[\w-]{20,}"),
    ("a Slack token", "xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}"),
    ("a Slack webhook", "hooks.slack.com/services/", r"hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"),
    ("a Stripe key", "_live_", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
    ("a Stripe key", "_test_", r"\b[sr]k_test_[A-Za-z0-9]{16,}"),
    ("a Google API key", "AIza", r"\bAIza[\w-]{35}\b"),
    ("a Google client secret", "GOCSPX-", r"\bGOCSPX-[\w-]{20,}"),
    ("a SendGrid key", "SG.", r"\bSG\.[\w-]{20,}\.[\w-]{20,}"),
    ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("an OpenAI key", "sk-", r"\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}"),
    ("an Azure storage key", "AccountKey=", r"\bAccountKey=([A-Za-z0-9+/]{40,}={0,2})"),
    ("an Azure shared access key", "SharedAccessKey=", r"\bSharedAccessKey=([A-Za-z0-9+/]{30,}={0,2})"),
    ("a shared access signature", "sig=", r"[?&]sig=([A-Za-z0-9+/%]{40,}={0,2})"),
    ("a bearer token", "earer ", r"\b[Bb]earer +([A-Za-z0-9_.~+/-]{20,}={0,2})"),
    ("basic credentials", "asic ", r"\b[Bb]asic +([A-Za-z0-9+/]{16,}={0,2})(?![\w.-])"),
    ("a password in a connection string", "assword=", r"\b[Pp]assword=([^;\s\"'&]{6,})(?=;)"),
    ("a password in an address", "://", r"://([^\s/:@\"'<>{}]+:[^\s/:@\"'<>{}]{6,})@[\w.-]+"),
)
"""Kind, a part that stands in each of the kind, and the whole, with the secret itself in brackets."""

_MADE_UP = (
    "your",
    "example",
    "sample",
    "placeholder",
    "xxx",
    "dummy",
    "fake",
    "redacted",
    "insert",
    "replace",
    "secret_here",
    "token_here",
    "key_here",
    "access_token",
    "accesstoken",
    "api_key",
    "apikey",
    "username",
    "user:pass",
    "12345",
    "abcdef",
    "00000",
    "...",
)
_LETTERS = 5
"""A secret has at least as many different characters."""


class Secret(NamedTuple):
    kind: str
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def secrets_in(text: str) -> list[Secret]:
    """The secrets of a text in order of place, each once."""
    found: list[Secret] = []
    for kind, sign, pattern in _SHAPES:
        for match in _compiled(pattern).finditer(text) if sign in text else ():
            part = match.lastindex or 0
            if not is_made_up(match[part]):
                found.append(Secret(kind, *match.span(part)))
    found.sort(key=lambda secret: (secret.start, -secret.end))
    return [one for index, one in enumerate(found) if not any(other.end >= one.end for other in found[:index])]


def is_made_up(text: str) -> bool:
    """Whether somebody is to put a secret of their own in its place."""
    lower = text.lower()
    repeated = len(set(lower)) < _LETTERS
    return repeated or any(word in lower for word in _MADE_UP) or any(mark in text for mark in "<>{}[]*…@$")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
