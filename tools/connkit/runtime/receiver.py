"""Where notifications arrive: the emulator's end of a webhook."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from queue import Empty, Full, Queue
from urllib.parse import urlsplit

from connkit.core import Reply, Request, Response, UserError
from connkit.serving.server import Server

LOOPBACK = "127.0.0.1"
_MOST_WAITING = 1000
_MAX_BODY = 16 * 1024 * 1024


class Receiver:
    """Listens on this machine only, at a URL that nobody can guess, and keeps what arrives until `next` takes it.

    The platform's callback URLs end in a signature, and so does this one: a service that changes the query has its
    notification refused. `public` is the address of a tunnel that leads here. UserError where the port cannot be had.
    """

    def __init__(self, port: int = 0, public: str | None = None) -> None:
        self._path, self._sig = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        if public is not None:
            _check_public(public)
        self._server = Server(_refused, LOOPBACK, port, max_body=_MAX_BODY, option="--callback-port")
        self.origin = self._server.origin
        self._base = (public or self.origin).rstrip("/")
        self._waiting: Queue[Request | str] = Queue(_MOST_WAITING)

    @property
    def url(self) -> str:
        """What a service is told to send its notifications to."""
        return f"{self._base}/workflows/{self._path}/run?sig={self._sig}"

    @property
    def secrets(self) -> tuple[str, str]:
        """The parts of the URL that must not be shown."""
        return self._path, self._sig

    def start(self) -> None:
        self._server.start(self.answer)

    def stop(self) -> None:
        self._server.stop()

    def next(self, timeout: float) -> Request | str | None:
        """A notification, a sentence about one that was refused, or None after so many seconds without any."""
        try:
            return self._waiting.get(timeout > 0, timeout or None)
        except Empty:
            return None

    def answer(self, request: Request) -> Reply:
        """Never waits: who takes notifications and is slow to show them must not be a slow receiver."""
        asked = urlsplit(request.url)
        own = "/".join(asked.path.split("/")[-3:])  # a tunnel may have put something before it
        if not compare_digest(own.encode(), f"workflows/{self._path}/run".encode()):
            return Reply(_refused(404, "nothing is here"))
        if request.method != "POST":
            return Reply(_refused(405, "a notification is a POST"))
        if not compare_digest(asked.query.encode(), f"sig={self._sig}".encode()):
            self._keep("a notification was refused with 401: its URL has not the query of the callback URL as it was")
            return Reply(_refused(401, "the signature in the query is missing or changed"))
        return Reply(Response(202) if self._keep(request) else _refused(429, "too many notifications wait"))

    def _keep(self, arrived: Request | str) -> bool:
        try:
            self._waiting.put_nowait(arrived)
        except Full:
            return False
        return True


def _check_public(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "?" in url or "#" in url or "@" in parts.netloc:
        raise UserError(
            "--callback is no address that a path can be added to; write the tunnel's own address, "
            "such as https://tunnel.example"
        )


def _refused(status: int, message: str) -> Response:
    return Response(status, {"Content-Type": "text/plain"}, message.encode())
