"""The internet as far as paconn asks for it: every address leads to a mock platform, over TLS."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connkit.core import Request, Response
from connkit.platform import MockPlatform

SIGN_IN = "login.microsoftonline.com"
Certified = Callable[[str], ssl.SSLContext]


@dataclass(frozen=True)
class Internet:
    """What an unmodified program reaches by HTTPS_PROXY=`proxy` and REQUESTS_CA_BUNDLE=`ca_file`.

    `asked` are the method and the address, without its query, of each request.
    """

    proxy: str
    ca_file: Path
    platform: MockPlatform
    user_code: str = "FAKE00000"
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        self.asked.append(f"{request.method} {parts.scheme}://{parts.netloc}{parts.path}")
        if parts.netloc == SIGN_IN:
            return self._signed_in(
                parts.path, {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
            )
        answered = self.platform.handle(request).response
        assert answered is not None
        return answered

    def _signed_in(self, path: str, form: Mapping[str, str]) -> Response:
        """Microsoft's sign-in with a device code, where somebody types the code at once."""
        if path.endswith("/devicecode"):
            page = "https://microsoft.com/devicelogin"
            message = f"To sign in, open {page} and enter the code {self.user_code}"
            code = {"user_code": self.user_code, "device_code": "fake-device-code", "verification_url": page}
            return _json({**code, "message": message, "expires_in": "900", "interval": "1"})
        assert (form["grant_type"], form["code"]) == ("device_code", "fake-device-code")
        token = self.platform.token
        tokens = {
            "token_type": "Bearer",
            "access_token": token,
            "id_token": token,
            "refresh_token": "fake-refresh-0000",
        }
        return _json({**tokens, "expires_in": "3600", "resource": form["resource"]})


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with connected(tmp_path) as reached:
        yield reached


@contextmanager
def connected(folder: Path) -> Iterator[Internet]:
    """A proxy that ends TLS itself, with certificates of an authority that is made for it."""
    import trustme  # takes a while to import

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))

    @cache
    def certified(host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        return context

    with Proxy(certified) as proxy:
        platform = MockPlatform()
        platform.origin, platform.storage_origin = "https://api.powerapps.com", "https://storage.example"
        proxy.internet = Internet(f"http://127.0.0.1:{proxy.server_port}", folder / "ca.pem", platform)
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy.internet
        finally:
            proxy.shutdown()
            thread.join()


class Proxy(ThreadingHTTPServer):
    internet: Internet

    def __init__(self, certified: Certified) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.certified = certified


class Tunnel(BaseHTTPRequestHandler):
    """One connection through the proxy, with one request in it."""

    server: Proxy
    connection: Any
    origin = ""

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0]
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.origin = f"https://{host}"
        with self.server.certified(host).wrap_socket(self.connection, server_side=True) as inside:
            self.rfile, self.wfile = inside.makefile("rb"), inside.makefile("wb")
            self.handle_one_request()
        self.close_connection = True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answered = self.server.internet.answer(
            Request(self.command, self.origin + self.path, dict(self.headers.items()), body)
        )
        self.send_response(answered.status)
        for name, value in {
            **answered.headers,
            "Content-Length": str(len(answered.body)),
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answered.body)

    do_GET = do_POST = do_PUT = do_PATCH = _answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is told."""


def _json(value: Mapping[str, str]) -> Response:
    return Response(200, {"Content-Type": "application/json"}, json.dumps(value).encode())
