"""What is wrong inside a JSON text that a decoder reads, or gives up on without a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connkit.core import Finding, Pointer, Span
from connkit.load.positions import Lines
from connkit.load.problems import problem
from connkit.load.scan import Place, places

_NO_VALUES = ("NaN", "Infinity", "-Infinity")


def _found(text: str, shown: str, matches: Callable[[Place], bool]) -> Iterator[tuple[Place, Span]]:
    lines = Lines(text)
    for place in places(text):
        if matches(place):
            yield place, Span(shown, *lines.region(*(place.key or (place.start, place.end))))


def too_deep(text: str, shown: str, limit: int) -> Finding:
    deep = _found(text, shown, lambda place: len(place.parts) > limit)
    _, span = next(deep, (None, Span(shown)))
    message = f"values are nested more than {limit} levels deep"
    return problem("DocumentNestedTooDeeply", message, span)


def too_long(text: str, shown: str) -> Iterator[Finding]:
    def long(place: Place) -> bool:
        return place.end - place.start > 4300 and text[place.start] in "-0123456789"

    for place, span in _found(text, shown, long):
        message = f"the number has {place.end - place.start} digits, which is more than can be read"
        yield problem("NumberTooLong", message, span, Pointer(place.parts))


def constants(text: str, shown: str) -> Iterator[Finding]:
    for place, span in _found(text, shown, lambda place: text[place.start : place.end] in _NO_VALUES):
        message = f"the file is not JSON: '{text[place.start : place.end]}' is no JSON value"
        yield problem("DocumentNotJson", message, span, Pointer(place.parts))


def duplicates(text: str, shown: str) -> Iterator[Finding]:
    for place, span in _found(text, shown, lambda place: place.repeated):
        message = f"the key '{place.parts[-1]}' stands twice in this object; only this last value counts"
        yield problem("DuplicateKey", message, span, Pointer(place.parts))
