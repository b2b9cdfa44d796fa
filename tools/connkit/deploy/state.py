"""A connector as a whole: what stands in a folder, what is deployed, what a backup holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

ROUND_TRIP = (
    "connectionParameters",
    "connectionParameterSets",
    "iconBrandColor",
    "scriptOperations",
    "capabilities",
    "policyTemplateInstances",
    "publisher",
    "stackOwner",
)
"""The properties that paconn's download gives back; of others nobody has shown that the service keeps them."""

REFUSED = "stackOwner"
"""The service refuses it in a deployment, and wants it in a certified connector."""


class Hashes(NamedTuple):
    """SHA-256 of each part in hexadecimal, empty for what is not there."""

    definition: str
    properties: str
    icon: str
    script: str


@dataclass(frozen=True, slots=True)
class State:
    """`properties` is what stands under that name in apiProperties.json, without stackOwner."""

    definition: Mapping[str, Any]
    properties: Mapping[str, Any]
    icon: bytes | None = None
    script: bytes | None = None
    display_name: str = ""

    @property
    def kept_properties(self) -> dict[str, Any]:
        """Those that can be read back."""
        return {name: self.properties[name] for name in ROUND_TRIP if name in self.properties and name != REFUSED}

    @property
    def hashes(self) -> Hashes:
        """The properties' hash is of those that can be read back."""
        return Hashes(_of(self.definition), _of(self.kept_properties), _of_bytes(self.icon), _of_bytes(self.script))

    @property
    def fingerprint(self) -> str:
        """One hash of all parts."""
        return _of(list(self.hashes))


def _of(value: Any) -> str:
    """The same for the same JSON value, whatever the order of its keys."""
    return _of_bytes(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def _of_bytes(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()
