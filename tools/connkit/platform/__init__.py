"""A local stand-in for the Power Platform endpoints that paconn talks to.

What it is made of is imported when it is first asked for, because building the fidelity page needs its switches alone.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connkit.platform.connectors import Environment, StoredConnector
    from connkit.platform.faults import Fault
    from connkit.platform.listening import Address, served
    from connkit.platform.service import FORBIDDEN, MockPlatform, Seen
    from connkit.platform.switches import PlatformSwitches

__all__ = [
    "FORBIDDEN",
    "Address",
    "Environment",
    "Fault",
    "MockPlatform",
    "PlatformSwitches",
    "Seen",
    "StoredConnector",
    "served",
]

_HOMES = {
    **dict.fromkeys(("Environment", "StoredConnector"), "connectors"),
    "Fault": "faults",
    **dict.fromkeys(("Address", "served"), "listening"),
    **dict.fromkeys(("FORBIDDEN", "MockPlatform", "Seen"), "service"),
    "PlatformSwitches": "switches",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
