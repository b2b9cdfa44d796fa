"""The store for icon and script: a container for each request, and files that are put into it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import urlsplit

from connkit.core import Response
from connkit.platform.refusal import Refusal

_HOUR = 3_600.0
_VERSION = "2019-02-02"


class Storage:
    """Containers by name; a file put twice under one name is the later one, as in the real store."""

    def __init__(self) -> None:
        self._expiry: dict[str, float] = {}
        self._files: dict[str, dict[str, bytes]] = {}

    def new_container(self, origin: str, now: float) -> str:
        """The address of a new one, with the signature that lets its bearer write into it for an hour.

        paconn takes account and suffix from the host's text: what stands before the @ spares a name that would have
        to be looked up.
        """
        container = f"upload-{len(self._files) + 1:04}"
        self._files[container] = {}
        self._expiry[container] = now + _HOUR
        query = f"sv={_VERSION}&sr=c&sp=rcw&se={int(now + _HOUR)}&sig={_signature(container)}"
        return f"{origin.replace('://', '://acct.blob.@')}/{container}?{query}"

    def holds(self, container: str) -> bool:
        return container in self._files

    def put(self, container: str, name: str, query: Mapping[str, str], body: bytes, now: float) -> Response:
        """Refusal where the signature does not allow it, or the file comes in pieces."""
        if container not in self._files or not self._allows(container, query.get("sig", ""), now):
            raise Refusal(403, "AuthenticationFailed", "the signature does not allow writing to this container")
        if query.get("comp"):
            raise Refusal(400, "InvalidQueryParameterValue", "the mock platform takes a file in one piece only")
        if not name or "/" in name:
            raise Refusal(400, "InvalidUri", "the address names no file in the container")
        self._files[container][name] = body
        etag = f'"0x{hashlib.sha256(body).hexdigest()[:16].upper()}"'
        headers = {"ETag": etag, "Last-Modified": formatdate(now, usegmt=True), "x-ms-version": _VERSION}
        return Response(201, {**headers, "x-ms-request-server-encrypted": "true"})

    def taken(self, address: str) -> bytes | None:
        """The content behind an address that an upload ended with; None where it leads elsewhere.

        The name stands in it as it is, without escapes. Refusal where it leads here, but to nothing readable.
        """
        try:
            parts = urlsplit(address)
            container, _, name = parts.path.removeprefix("/").partition("/")
        except ValueError:
            return None
        if container not in self._files or not parts.netloc.startswith("acct.blob.@"):
            return None
        if f"sig={_signature(container)}" not in parts.query.split("&"):
            raise Refusal(400, "InvalidResourceUri", f"the signature does not allow reading '{name}'")
        if name not in self._files[container]:
            raise Refusal(400, "InvalidResourceUri", f"there is no file '{name}' in the storage")
        return self._files[container][name]

    def _allows(self, container: str, signature: str, now: float) -> bool:
        return signature == _signature(container) and now < self._expiry[container]


def _signature(container: str) -> str:
    return f"fake-signature-{hashlib.sha256(container.encode()).hexdigest()[:12]}"
