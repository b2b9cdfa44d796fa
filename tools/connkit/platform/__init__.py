"""A local stand-in for the Power Platform endpoints that paconn talks to."""

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
