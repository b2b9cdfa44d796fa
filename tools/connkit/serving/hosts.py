"""Addresses that a notification can be sent to, and which hosts are this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit


def is_loopback(host: str | None) -> bool:
    """Whether a host or an address, with or without its zone, can only be this machine; no name is looked up."""
    known = (host or "").lower()
    try:
        return known == "localhost" or ipaddress.ip_address(known.partition("%")[0]).is_loopback
    except ValueError:
        return False


def web_address(url: str) -> SplitResult | None:
    """The parts of an http or https URL of printable ASCII with a host; None for any other text."""
    if not (url.isascii() and url.isprintable() and " " not in url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and host else None
