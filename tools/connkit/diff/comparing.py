"""The comparison of two connectors as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connkit.core import Pointer
from connkit.diff.connections import connections
from connkit.diff.gaps import Gap, gaps
from connkit.diff.inputs import inputs
from connkit.diff.operations import Pairs, came_and_went, matched, operation
from connkit.diff.outputs import outputs
from connkit.diff.policies import policies, script
from connkit.diff.schemas import DEEPEST
from connkit.diff.service import service
from connkit.diff.stage import Stage, stage
from connkit.diff.taxonomy import Change
from connkit.diff.triggers import trigger
from connkit.model import Connector


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every change, and what could not be compared; `gaps` are empty where both sides are as they should be."""

    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...]


def compare(old: Connector, new: Connector) -> Comparison:
    """What `new` does to flows that were made with `old`; whatever has the wrong shape is a gap, nothing raises.

    The properties are compared only where both connectors have some.
    """
    both = stage(old, new)
    pairs = matched(both)
    changes = tuple(_changes(both, pairs))
    found = [*gaps(old, "old"), *gaps(new, "new"), *_too_deep(both), *_no_properties(both)]
    return Comparison(changes, tuple(found))


def _changes(both: Stage, pairs: Pairs) -> Iterator[Change]:
    yield from came_and_went(both)
    yield from service(both, pairs)
    for old, new in pairs:
        yield from operation(old, new)
        yield from trigger(both, old, new)
        yield from inputs(both, old, new)
        yield from outputs(both, old, new)
    if both.old.properties and both.new.properties:
        yield from connections(both)
        yield from policies(both, pairs)
    yield from script(both, pairs)


def _too_deep(both: Stage) -> Iterator[Gap]:
    shapes = dict.fromkeys((*both.inputs.too_deep, *both.outputs.too_deep))
    for shape in shapes:
        yield Gap("new", shape.pointer, f"schemas are nested more than {DEEPEST} levels deep")


def _no_properties(both: Stage) -> Iterator[Gap]:
    if bool(both.old.properties) != bool(both.new.properties):
        side = "new" if both.old.properties else "old"
        yield Gap(side, Pointer(), "there are no properties to compare with")
