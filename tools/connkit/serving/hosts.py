"""Which hosts are this machine."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str | None) -> bool:
    """Whether a host or an address, with or without its zone, can only be this machine; no name is looked up."""
    known = (host or "").lower()
    try:
        return known == "localhost" or ipaddress.ip_address(known.partition("%")[0]).is_loopback
    except ValueError:
        return False
