"""Any mock service over HTTP: a thread of this process that listens on one socket."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from connkit.core import Answer, Response, UserError

if TYPE_CHECKING:
    import ssl

    from connkit.serving.connection import Listener

Refuse = Callable[[int, str], Response]
"""How the service words an HTTP message that it cannot take, from a status and a sentence."""

_WILDCARDS = ("", "0.0.0.0", "::")


class Server:
    """Listens from the moment it is made, and answers from `start` to `stop`.

    `origin` (such as http://127.0.0.1:8321) is known before there is anything to answer with; callers that come
    before `start` wait. A request may have a body of `max_body` bytes, and `body_timeout` seconds to arrive in.
    With `tls`, which holds a certificate, it is spoken to by https alone.
    UserError where the address cannot be had; it names the `option` by which a port is chosen.
    """

    def __init__(
        self,
        refuse: Refuse,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        max_body: int = 1_048_576,
        body_timeout: float = 30.0,
        option: str = "--port",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._refuse = refuse
        self._max_body = max_body
        self._body_timeout = body_timeout
        self._socket = _bound(host, port, option)
        self._tls = tls
        self.origin = f"{'https' if tls else 'http'}://{_shown(host)}:{self._socket.getsockname()[1]}"
        self._listener: Listener | None = None
        self._thread = threading.Thread(target=self._run, name=f"server at {self.origin}", daemon=True)
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    def start(self, answer: Answer) -> None:
        """Returns when requests are being answered; raises what keeps that from happening."""
        from connkit.serving.connection import Application, Listener

        application = Application(self.origin, answer, self._refuse, self._max_body, self._body_timeout)
        self._listener = Listener(application, self._ready.set, self._tls)
        self._thread.start()
        self._ready.wait()
        self._raise_failure()

    def wait(self) -> None:
        """Returns when the server has stopped, or on Ctrl-C in the main thread."""
        with contextlib.suppress(KeyboardInterrupt):
            while self._thread.is_alive():
                self._thread.join(0.2)  # on Windows, Ctrl-C does not end a wait without a limit
        self._raise_failure()

    def stop(self) -> None:
        """Hangs up on every caller and gives the port back; may be called again."""
        if self._listener is not None:
            self._listener.leave()
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _run(self) -> None:
        assert self._listener is not None
        try:
            asyncio.run(self._listener.serve(sockets=[self._socket]))
        except BaseException as error:  # raised again in the caller's thread
            self._failure = error
        finally:
            self._ready.set()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


def _bound(host: str, port: int, option: str) -> socket.socket:
    if not 0 <= port <= 65535:  # getaddrinfo would take the rest of its division
        raise UserError(f"there is no port {port}; choose one from 1 to 65535 with {option}, or 0 for a free one")
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        both = host == "::" and socket.has_dualstack_ipv6()
        bound = socket.create_server(address, family=family, dualstack_ipv6=both)
    except (OSError, UnicodeError) as error:
        raise UserError(_why_not(host, port, option, error)) from error
    # asyncio sends without delay (TCP_NODELAY) only on a socket that names its protocol, which this one does not yet
    return socket.socket(bound.family, bound.type, socket.IPPROTO_TCP, bound.detach())


def _why_not(host: str, port: int, option: str, error: OSError | UnicodeError) -> str:
    code = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the host '{host}' cannot be found; choose an address of this machine with --host, such as 127.0.0.1"
    if isinstance(error, PermissionError):
        return f"listening on port {port} of {host} is not permitted; choose another with {option}, or 0 for a free one"
    if code == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; choose another with {option}, or 0 for a free one"
    if code == errno.EADDRNOTAVAIL:
        return f"'{host}' is no address of this machine; choose one with --host, such as 127.0.0.1"
    return f"cannot listen on port {port} of {host}: {error}; choose another with {option} or --host"


def _shown(host: str) -> str:
    if host in _WILDCARDS:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
