"""Requests and answers as HTTP text, before and after each policy."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from connkit.cli.screen import plain
from connkit.core import Request, Response, Send
from connkit.runtime.masking import Mask
from connkit.runtime.policies import PolicyStep

_LONGEST_BODY = 20_000


def http_text(message: Request | Response, mask: Mask) -> str:
    """The message without its secrets; of a body that is no text, only the size."""
    lines = [_first(message, mask)]
    lines += [f"{name}: {mask.header(name, value)}" for name, value in message.headers.items()]
    body = _body(message.body, mask)
    return plain(mask.text("\n".join([*lines, *(["", body] if body else [])])))


def _first(message: Request | Response, mask: Mask) -> str:
    if isinstance(message, Request):
        return f"{message.method} {mask.text(message.url)}"
    return f"HTTP {message.status} {phrase(message.status)}".rstrip()


def phrase(status: int) -> str:
    """What a status is called, '' for one that has no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _body(body: bytes, mask: Mask) -> str:
    try:
        text = mask.text(body.decode())
    except UnicodeDecodeError:
        return f"({len(body)} bytes that are no text)"
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}\n(and {len(text) - _LONGEST_BODY} more)"


class TraceView:
    """Tells each message once: a policy's `before` is what the step before it left."""

    def __init__(self, mask: Mask, tell: Callable[[str], None]) -> None:
        self._mask, self._tell = mask, tell
        self._last: Request | Response | None = None

    def step(self, step: PolicyStep) -> None:
        """As `PolicyTrace`."""
        name = f"policy '{plain(step.policy.title or step.policy.template_id)}' ({plain(step.policy.template_id)})"
        self._show(f"before {name}", step.before)
        if step.problem is not None:
            self._head(f"after {name}: it could not run: {plain(step.problem.message)}")
        elif step.after == step.before:
            self._head(f"after {name}: unchanged")
        else:
            self._show(f"after {name}", step.after)

    def sending(self, send: Send) -> Send:
        """Carries requests as `send` does and tells them."""

        def traced(request: Request) -> Response:
            self._show("request as it is sent", request)
            response = send(request)
            self._show("answer as it came", response)
            return response

        return traced

    def _show(self, what: str, message: Request | Response) -> None:
        if message == self._last:
            self._head(f"{what}: as above")
            return
        self._last = message
        self._head(what)
        self._tell("\n".join(f"  {line}".rstrip() for line in http_text(message, self._mask).split("\n")))

    def _head(self, text: str) -> None:
        self._tell(f"--- {text}")
