"""Two schemas side by side, down to every property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connkit.diff import classes as c
from connkit.diff.facets import Found, facets, type_changed
from connkit.diff.shapes import Place, Shape, Shapes
from connkit.diff.taxonomy import Direction
from connkit.semantics.suggestions import closest

DEEPEST = 90
Pair = tuple[int, int]


class SchemaComparison:
    """Compares schemas of two connectors that are sent (input) or returned (output).

    Each pair of schemas is compared once. Of a schema that contains itself, a change is told at the first place where
    it is met. With `same_references`, what is written alike is alike. `too_deep` lists what lies deeper than
    `DEEPEST` schemas.
    """

    def __init__(self, old: Shapes, new: Shapes, direction: Direction, *, same_references: bool) -> None:
        self._old, self._new = old, new
        self._direction = direction
        self._same_references = same_references
        self._done: dict[Pair, tuple[Found, ...]] = {}
        self._open: dict[Pair, int] = {}
        self._partial: dict[Pair, int] = {}
        self._reached = 0
        self.too_deep: list[Shape] = []

    def compare(self, old: Place, new: Place) -> tuple[Found, ...]:
        return self._pair(self._old.shape(old), self._new.shape(new))

    def _pair(self, old: Shape, new: Shape) -> tuple[Found, ...]:
        if self._same_references and old.raw == new.raw:
            return ()
        pair = (id(old), id(new))
        if pair in self._done:
            return self._done[pair]
        known = self._open.get(pair, self._partial.get(pair))
        if known is not None:
            self._reached = min(self._reached, known)
            return ()
        if len(self._open) > DEEPEST:
            self.too_deep.append(new)
            return ()
        return self._first_time(pair, old, new)

    def _first_time(self, pair: Pair, old: Shape, new: Shape) -> tuple[Found, ...]:
        """What the pair comes to, kept unless that hangs on where the comparison entered a loop."""
        depth = self._open[pair] = len(self._open)
        outside, self._reached = self._reached, depth + 1
        found = tuple(self._differences(old, new))
        del self._open[pair]
        if self._reached < depth:
            self._partial[pair] = self._reached
        else:
            self._settle(depth, alike=not found)
        if self._reached > depth or (self._reached == depth and not found):
            self._done[pair] = found
        self._reached = min(outside, self._reached)
        return found

    def _settle(self, depth: int, *, alike: bool) -> None:
        """Forgets what hung on the pair at this depth; where nothing differs in it, nothing differs in those either."""
        for pair in [pair for pair, reached in self._partial.items() if reached >= depth]:
            del self._partial[pair]
            if alike:
                self._done[pair] = ()

    def _differences(self, old: Shape, new: Shape) -> Iterator[Found]:
        yield from facets(old, new, self._direction)
        if type_changed(old, new):
            return
        yield from self._properties(old, new)
        yield from self._items(old, new)
        yield from self._more(old, new)

    def _properties(self, old: Shape, new: Shape) -> Iterator[Found]:
        gone = [name for name in old.properties if name not in new.properties]
        came = [name for name in new.properties if name not in old.properties]
        for name in new.properties:
            if name in old.properties:
                yield from self._kept(name, old, new)
        for name in gone:
            shape = self._old.shape(old.properties[name])
            alike = [one for one in came if self._new.shape(new.properties[one]).type == shape.type]
            kind = c.INPUT_REMOVED if self._is_input else c.OUTPUT_REMOVED
            yield Found(kind, (name,), new.pointer, (name,), hint=renamed(name, alike), title=shape.title)
        for name in came:
            yield self._added(name, new)

    @property
    def _is_input(self) -> bool:
        return self._direction is Direction.INPUT

    def _added(self, name: str, new: Shape) -> Found:
        required = c.REQUIRED_INPUT_ADDED if name in new.required else c.OPTIONAL_INPUT_ADDED
        kind = required if self._is_input else c.OUTPUT_ADDED
        shape = self._new.shape(new.properties[name])
        return Found(kind, (name,), new.properties[name][1], (name,), title=shape.title)

    def _kept(self, name: str, old: Shape, new: Shape) -> Iterator[Found]:
        was, now = name in old.required, name in new.required
        if was != now:
            became = c.INPUT_BECAME_REQUIRED if self._is_input else c.OUTPUT_BECAME_REQUIRED
            no_longer = c.INPUT_BECAME_OPTIONAL if self._is_input else c.OUTPUT_BECAME_OPTIONAL
            title = self._new.shape(new.properties[name]).title
            place = new.properties[name][1]
            yield Found(became if now else no_longer, (name, "required"), place, (name,), title=title)
        for found in self.compare(old.properties[name], new.properties[name]):
            yield found.below(name)

    def _items(self, old: Shape, new: Shape) -> Iterator[Found]:
        """What an array's items come to; items that nobody describes may be anything."""
        if old.items or new.items:
            nothing: Place = ({}, new.pointer)
            for found in self.compare(old.items or nothing, new.items or nothing):
                yield found.below("items")

    def _more(self, old: Shape, new: Shape) -> Iterator[Found]:
        """What an object may hold under names that are not declared."""
        step = "additionalProperties"
        if old.more and new.more:
            for found in self.compare(old.more, new.more):
                yield found.below(step)
        elif old.more:
            yield Found(c.INPUT_REMOVED if self._is_input else c.OUTPUT_REMOVED, (step,), new.pointer, (step,))
        elif new.more:
            added = c.OPTIONAL_INPUT_ADDED if self._is_input else c.OUTPUT_ADDED
            yield Found(added, (step,), new.more[1], (step,))


def renamed(name: str, candidates: Iterable[str], known_to: str = "flows") -> str:
    """A hint, where one of the names that came looks like the one that went; '' otherwise."""
    plain = {"".join(filter(str.isalnum, one.lower())): one for one in candidates}
    near = closest("".join(filter(str.isalnum, name.lower())), plain, 0.75)
    return f"; if '{plain[near]}' is its new name, existing {known_to} do not know it" if near else ""
