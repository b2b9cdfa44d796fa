"""What two states of a connector have and have not in common, in an admin's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer
from connkit.deploy.state import State

_SECRET = "clientSecret"  # never given back
_SHOWN = 8
NO_ICON = "icon.png is not there"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` are what is missing or other in the second state, `additions` what only it has.

    The service may add to properties of its own, so additions count only where nobody has seen them before.
    """

    differences: tuple[str, ...]
    additions: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return not self.differences


def compare_states(wanted: State, found: State) -> Comparison:
    """Icons are compared where the first state has one, since a deployment without an icon leaves the old one."""
    differences: list[str] = []
    additions: list[str] = []
    if wanted.hashes.definition != found.hashes.definition:
        differences.append("apiDefinition.swagger.json differs")
    for pointer, added in _walk(Pointer(), wanted.kept_properties, found.kept_properties):
        (additions if added else differences).append(f"apiProperties.json: {pointer}")
    if wanted.icon is not None and wanted.hashes.icon != found.hashes.icon:
        differences.append("icon.png differs" if found.icon is not None else NO_ICON)
    if wanted.hashes.script != found.hashes.script:
        differences.append(_script(wanted, found))
    return Comparison(tuple(differences), tuple(additions))


def shortened(lines: tuple[str, ...]) -> list[str]:
    """The first of them, and how many more there are."""
    if len(lines) <= _SHOWN:
        return list(lines)
    return [*lines[: _SHOWN - 1], f"and {len(lines) - _SHOWN + 1} more"]


def _script(wanted: State, found: State) -> str:
    if found.script is None:
        return "script.csx is not there"
    return "script.csx is there and should not be" if wanted.script is None else "script.csx differs"


def _walk(place: Pointer, wanted: Any, found: Any) -> Iterator[tuple[str, bool]]:
    """Each place that differs, and whether it is an addition."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for name, value in wanted.items():
            if name not in found:
                if name != _SECRET:
                    yield f"{place / name} is not there", False
            else:
                yield from _walk(place / name, value, found[name])
        for name in found:
            if name not in wanted:
                yield f"{place / name} is only there", True
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _walk(place / index, one, other)
    elif type(wanted) is not type(found) or wanted != found:
        yield f"{place} differs", False
