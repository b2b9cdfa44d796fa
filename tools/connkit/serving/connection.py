"""The HTTP skin's side of a connection: uvicorn reads and writes HTTP, the mock service has the say.

Imported by `Server.start` alone, because uvicorn takes a while to import.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from socket import socket
from typing import Any, NamedTuple

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import Server as UvicornServer

from connkit.core import Answer, Request, Response

MAX_HEAD = 65_536
"""Bytes that the request line and the headers may have together."""

PIECE = 16_384
"""Bytes that the parser is given at a time; a head without an end may exceed its limit by as many."""

KEEP_ALIVE = 75
"""Seconds that an idle connection is kept; longer than most clients keep theirs."""

LINGER = 2.0
"""Seconds in which a refused caller may end what it is sending; to close at once would lose it the answer."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Pass = Callable[[Message], Awaitable[None]]

_SILENT = logging.Logger("connkit.serving", logging.CRITICAL + 1)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ABSOLUTE = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
_OURS = ("content-length", "transfer-encoding")


class Outgoing(NamedTuple):
    """A response as uvicorn takes it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Application:
    """The mock service as an ASGI application; made for `Connection`, which puts itself into the scope."""

    origin: str
    answer: Answer
    refuse: Callable[[int, str], Response]
    max_body: int
    body_timeout: float

    async def __call__(self, scope: Message, receive: Receive, send: Pass) -> None:
        body = await _body(receive)
        if body is None:
            return
        delay, response = self._reply(self._request(scope, body))
        if delay > 0:
            await asyncio.sleep(delay)
        if response is None:
            scope["connection"].transport.abort()
            return
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await send({"type": "http.response.body", "body": response.body})

    def _request(self, scope: Message, body: bytes) -> Request:
        url = self.origin + scope["target"].decode("latin-1")
        client = scope["client"]
        return Request(scope["method"], url, _joined(scope["received"]), body, client[0] if client else "")

    def _reply(self, request: Request) -> tuple[float, Outgoing | None]:
        try:
            reply = self.answer(request)
            return reply.delay, None if reply.response is None else _outgoing(reply.response)
        except Exception as error:
            message = f"the mock service failed: {type(error).__name__}: {error}"
            return 0.0, _outgoing(self.refuse(500, message))


class Connection(HttpToolsProtocol):
    """A connection whose refusals are the mock service's, and whose requests are bounded in size and time.

    A refused request is answered after those that came before it, and is the last of its connection.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _SILENT
        self.service: Application = self.config.app  # type: ignore[assignment]  # `Listener` takes no other
        self.in_head = self.in_body = False
        self.bytes_of_head = self.bytes_of_body = 0
        self.received: list[tuple[bytes, bytes]] = []
        self.reason: tuple[int, str] | None = None
        self.refusal: Response | None = None
        self.deadline: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        for begin in range(0, len(data), PIECE):
            if self.refusal is None:
                self._parse(data[begin : begin + PIECE])

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True
        self.bytes_of_head = self.bytes_of_body = 0
        self.received = []

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_head:  # trailers are no headers
            super().on_header(name, value)
            self.received.append((name, value))

    def on_headers_complete(self) -> None:
        self._check_head()
        self.url = _target(self.url) or self._stop(400, f"the request target '{self.url.decode()}' is not a path")
        self.scope.update(target=self.url, received=self.received, connection=self)  # type: ignore[call-arg]
        super().on_headers_complete()
        self.in_head, self.in_body = False, True

    def on_body(self, body: bytes) -> None:
        self._check_body(self.bytes_of_body + len(body))
        self.bytes_of_body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._arrived()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        last = not self.pipeline
        super().on_response_complete()
        if last and self.refusal is not None:
            self._hang_up(self.refusal)

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn where the parser gave up, be it that one of the methods above told it to."""
        self.refuse(*(self.reason or (400, f"malformed HTTP request: {sys.exception()}")))

    def refuse(self, status: int, message: str) -> None:
        self.refusal = self.service.refuse(status, message)
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy and self.in_body:  # it may be this very request that is unanswered
            busy = bool(self.pipeline)
            if busy:
                self.pipeline.popleft()
        self._arrived()
        if not busy:
            self._hang_up(self.refusal)

    def _parse(self, data: bytes) -> None:
        self.bytes_of_head += len(data) if self.in_head else 0
        super().data_received(data)
        if self.in_head and self.bytes_of_head > MAX_HEAD:
            self.refuse(*_HEAD_TOO_LARGE)
        elif self.deadline is None and (self.in_head or self.in_body):
            self.deadline = self.loop.call_later(self.service.body_timeout, self._too_late)

    def _hang_up(self, response: Response) -> None:
        self.transport.write(_wire(_outgoing(response), self.server_state.default_headers))
        if self.transport.can_write_eof():  # not with TLS
            self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.close)

    def _check_head(self) -> None:
        size = len(self.url)
        for name, value in self.headers:
            size += len(name) + len(value) + 4
            if name == b"content-length":
                self._check_body(int(value))
        if size > MAX_HEAD:
            self._stop(*_HEAD_TOO_LARGE)

    def _check_body(self, size: int) -> None:
        if size > self.service.max_body:
            self._stop(413, f"the body is larger than {self.service.max_body} bytes")

    def _stop(self, status: int, message: str) -> bytes:
        """Makes the parser give up."""
        self.reason = (status, message)
        raise ValueError(message)

    def _arrived(self) -> None:
        self.in_head = self.in_body = False
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _too_late(self) -> None:
        self.refuse(408, f"the request did not arrive within {self.service.body_timeout:g} seconds")


class Listener(UvicornServer):
    """uvicorn's server without its signals, its logs and its patience."""

    def __init__(self, application: Application, ready: Callable[[], None], tls: ssl.SSLContext | None) -> None:
        config = _config(application)
        config.load()
        config.ssl = tls  # uvicorn itself would read it from files
        super().__init__(config)
        self._is_ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        """Ends the loop below at once; called from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._leaving.set)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._is_ready()

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            counter = (counter + 1) % 10
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), 0.1)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for server in self.servers:
            await server.wait_closed()


def _outgoing(response: Response) -> Outgoing:
    """ValueError where the response cannot be said in HTTP."""
    if not 200 <= response.status <= 599:
        raise ValueError(f"a response cannot have the status {response.status}")
    body = b"" if response.status in (204, 304) else response.body
    headers = [(_name(name), _value(value)) for name, value in response.headers.items() if name.lower() not in _OURS]
    if response.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(body)))
    return Outgoing(response.status, headers, body)


async def _body(receive: Receive) -> bytes | None:
    """None where the caller hung up, or was refused."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message["body"])
        more = message["more_body"]
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _joined(received: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by their first spelling."""
    spellings: dict[bytes, str] = {}
    headers: dict[str, str] = {}
    for name, value in received:
        spelling = spellings.setdefault(name.lower(), name.decode("latin-1"))
        text = value.decode("latin-1")
        headers[spelling] = f"{headers[spelling]}, {text}" if spelling in headers else text
    return headers


def _target(target: bytes) -> bytes:
    """The path and query of a request target; empty where it has none, as `*` has."""
    if target.startswith(b"/"):
        return target
    absolute = _ABSOLUTE.match(target)
    if absolute is None:
        return b""
    rest = target[absolute.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest


@lru_cache(maxsize=256)
def _name(name: str) -> bytes:
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"'{name}' cannot be the name of a header")
    return name.lower().encode()


def _value(value: str) -> bytes:
    """No line break, and nothing else that could end a header."""
    line = value if value.isprintable() else "".join(part if part.isprintable() else " " for part in value)
    return line.encode("latin-1", "replace")


def _wire(response: Outgoing, default_headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The last response of a connection."""
    status = HTTPStatus(response.status)
    headers = [*default_headers, *response.headers, (b"connection", b"close")]
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(b"%s: %s" % header for header in headers)]
    return b"\r\n".join([*lines, b"", response.body])


def _config(application: Application) -> Config:
    return Config(
        application,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
    )


_HEAD_TOO_LARGE = (431, f"the request line and the headers are larger than {MAX_HEAD} bytes")
