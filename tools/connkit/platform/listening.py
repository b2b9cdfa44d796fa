"""The platform over HTTP: a plain listener, and one with TLS for the storage, because paconn uploads by https only."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from connkit.core import Answer, Reply, Request, Response, UserError
from connkit.platform import access, control
from connkit.platform.refusal import Refusal
from connkit.platform.service import MockPlatform
from connkit.serving.control import PREFIX
from connkit.serving.server import Server

CA_FILE = "ca.pem"
TOKEN_FILE = Path(".paconn") / "accessTokens.json"
MAX_BODY = 64 * 1_048_576
_HOST = "127.0.0.1"


class Address(NamedTuple):
    """How paconn reaches the platform: `-u URL`, REQUESTS_CA_BUNDLE=`ca_file`, HOME or USERPROFILE=`home`."""

    url: str
    ca_file: Path
    home: Path


@contextmanager
def served(platform: MockPlatform, folder: Path, port: int = 0) -> Iterator[Address]:
    """While open, the platform answers on this machine.

    The folder gets a certificate authority made for this run, whose key is kept nowhere, and a token file for paconn.
    UserError where the port cannot be had, or the folder holds somebody's real token.
    """
    home = folder.resolve()
    _refuse_real_token(home / TOKEN_FILE)
    authority, context = _certificates()
    with Server(_refused, _HOST, port, max_body=MAX_BODY) as plain, _storage(context) as storage:
        platform.origin, platform.storage_origin = plain.origin, storage.origin
        _write(home / CA_FILE, authority)
        now = platform.clock()
        _write(home / TOKEN_FILE, json.dumps(access.token_file(platform.token, now), indent=2).encode())
        for server in (plain, storage):
            server.start(_answering(platform, server.origin))
        yield Address(plain.origin, home / CA_FILE, home)


def _storage(context: ssl.SSLContext) -> Server:
    return Server(_refused, _HOST, max_body=MAX_BODY, tls=context)


def _answering(platform: MockPlatform, origin: str) -> Answer:
    def answer(request: Request) -> Reply:
        path = request.url.removeprefix(origin)
        if f"{path}/".startswith(f"{PREFIX}/"):
            return Reply(control.answer(platform, request, path.removeprefix(PREFIX)))
        return platform.handle(request)

    return answer


def _refused(status: int, message: str) -> Response:
    return Refusal(status, "BadRequest" if status < 500 else "InternalServerError", message).response


def _certificates() -> tuple[bytes, ssl.SSLContext]:
    """The authority's certificate, and what a server at this machine's own address needs."""
    import trustme  # takes a while to import

    authority = trustme.CA(organization_name="connkit mock platform, for rehearsal only")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(_HOST).configure_cert(context)
    return authority.cert_pem.bytes(), context


def _refuse_real_token(path: Path) -> None:
    if not path.exists():
        return
    try:
        held = json.loads(path.read_bytes()).get("access_token")
    except (OSError, ValueError, AttributeError):
        held = None
    if not isinstance(held, str) or access.claims(held) is None:
        raise UserError(f"{path} is not of the mock platform and would be replaced; choose another folder")


def _write(path: Path, content: bytes) -> None:
    """For nobody else to read, as paconn writes its own."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}; choose another folder") from None
