"""Requests over real HTTP, past the `requests` library, so that no active `responses` mock answers them."""

from __future__ import annotations

from contextlib import suppress
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Any

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from connkit.core import Request, Response

_BODY = 4096  # bytes of an answer that are read, so that its connection can be used again; with more, it is closed
_HOSTS = 50  # whose connections are kept
_CONNECTIONS = 32  # kept for one host


class HttpPost:
    """Sends a request and gives back status and headers of the answer, never its body; OSError when none comes.

    No redirect is followed and no proxy of the environment asked. An attempt takes at most `timeout` seconds, however
    slowly the bytes of its answer come; only resolving a name is not bounded, and a host that has several addresses may
    take as long for each. Connections are kept until `close`; one that is in use then is closed after its answer.
    """

    def __init__(self, timeout: float) -> None:
        self._pools = PoolManager(_HOSTS, maxsize=_CONNECTIONS, timeout=Timeout(total=timeout))
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def __call__(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except Exception as error:
            kind = _kind(error)
        raise kind("no answer")  # outside the handler: texts in the chain of errors hold the URL, and that a secret

    def close(self) -> None:
        pools = self._pools.pools
        for key in pools.keys():  # noqa: SIM118  # it cannot be iterated over
            pools[key].close()
        self._pools.clear()

    def _answer(self, request: Request) -> Response:
        answer = self._pools.urlopen(
            request.method,
            request.url,
            body=request.body,
            headers=dict(request.headers),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        _let_go(answer)
        return Response(answer.status, dict(answer.headers))


def _let_go(answer: BaseHTTPResponse) -> None:
    """Back to the pool goes a connection whose answer was read to its end; any other is closed."""
    with suppress(HTTPError):
        answer.read(_BODY, decode_content=False)
    answer.close()


def _kind(error: BaseException) -> type[OSError]:
    """Of the error that urllib3 wrapped, maybe several times."""
    wrapped = [argument for argument in error.args if isinstance(argument, BaseException)]
    if inner := error.__cause__ or next(iter(wrapped), None):
        return _kind(inner)
    return type(error) if isinstance(error, OSError) else ConnectionError


class _TimedReader(RawIOBase):
    """Ends when the time-out that the socket has now is over; the socket itself begins it anew with each read."""

    def __init__(self, raw: RawIOBase, connected: socket) -> None:
        self._raw = raw
        self._socket = connected
        timeout = connected.gettimeout()
        self._until = None if timeout is None else monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._until is not None:
            self._socket.settimeout(self._left(self._until))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _left(self, until: float) -> float:
        if (left := until - monotonic()) <= 0:
            raise TimeoutError("timed out")
        return left


class _TimedAnswer(HTTPResponse):
    def __init__(self, sock: socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = BufferedReader(_TimedReader(self.fp.detach(), sock))

    def begin(self) -> None:
        """Passes over what is no header: urllib3 would log it, and with it the URL."""
        super().begin()
        self.msg.defects.clear()
        self.msg.set_payload("")


class _Connection(HTTPConnection):
    response_class = _TimedAnswer


class _TlsConnection(HTTPSConnection):
    response_class = _TimedAnswer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
