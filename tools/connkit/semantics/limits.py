"""The limits that a schema sets to numbers, lengths and texts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from connkit.model.shape import as_text
from connkit.semantics.values import RANGES

_LONGEST = 10_000  # of what is made to fit a schema; larger limits are passed over


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """The limits of one schema; a limit of the wrong type is none."""

    schema: dict[str, Any]

    def hold(self, value: Any) -> bool:
        if isinstance(value, str):
            return self._holds(len(value), "minLength", "maxLength") and self.matches(value)
        if isinstance(value, list):
            return self._holds(len(value), "minItems", "maxItems")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            (low, high), step = self._bounds(), self._step()
            return _is_usable(value) and low <= value <= high and (not step or value % step == 0)
        return True

    def matches(self, text: str) -> bool:
        """Whether the pattern matches; one that Python cannot read asks for nothing."""
        try:
            return re.search(as_text(self.schema.get("pattern")), text) is not None
        except (re.error, OverflowError, RecursionError):
            return True

    def whole(self, key: str) -> int | None:
        value = self.schema.get(key)
        usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LONGEST
        return value if usable else None

    def length(self, low: str, high: str, wanted: int) -> int:
        """The length nearest to the wanted one."""
        most = self.whole(high)
        allowed = wanted if most is None else min(wanted, most)
        return max(allowed, self.whole(low) or 0)

    def number(self, count: int, *, whole: bool) -> int | float:
        """The number that is so many steps from the first one; it starts again at the end of the range."""
        low, high = self._bounds()
        if whole:
            low, high = _inner(low, high)
        factor = self._step()
        if whole and factor % 1:
            factor = 1
        first, step = _first(low, high, factor, 1 if whole else 1.5), factor or 1
        room = int((high - first) // step) + 1 if math.isfinite(high) else count + 1
        value = first + step * (count % max(room, 1))
        least, most = self._range()
        return int(min(max(value, least), most)) if whole else value

    def _bounds(self) -> tuple[float, float]:
        """The least and the largest number, the format's included."""
        least, most = self._range()
        low, high = self._limit("minimum", -math.inf), self._limit("maximum", math.inf)
        if self.schema.get("exclusiveMinimum") is True:
            low = _next(low, math.inf)
        if self.schema.get("exclusiveMaximum") is True:
            high = _next(high, -math.inf)
        return max(low, least), min(high, most)

    def _range(self) -> tuple[float, float]:
        return RANGES.get(as_text(self.schema.get("format")), (-math.inf, math.inf))

    def _limit(self, key: str, otherwise: float) -> float:
        value: Any = self.schema.get(key)
        return value if _is_usable(value) else otherwise

    def _step(self) -> float:
        """The factor that every number has to have, 0 for none."""
        step = self._limit("multipleOf", 0)
        return step if step > 0 else 0

    def _holds(self, size: int, low: str, high: str) -> bool:
        most = self.whole(high)
        return (self.whole(low) or 0) <= size and (most is None or size <= most)


def _is_usable(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def _next(value: float, towards: float) -> float:
    """The number beside it; of a whole one, what no whole number lies between."""
    if isinstance(value, int):
        return value + (0.5 if towards > 0 else -0.5) if abs(value) < 2**50 else value + (1 if towards > 0 else -1)
    return math.nextafter(value, towards)


def _inner(low: float, high: float) -> tuple[float, float]:
    """The whole numbers between two bounds."""
    return (math.ceil(low) if math.isfinite(low) else low), (math.floor(high) if math.isfinite(high) else high)


def _first(low: float, high: float, factor: float, wanted: float) -> float:
    """As near to the wanted number as the bounds allow, with room above; a multiple of the factor, unless that is 0."""
    start = wanted if low <= wanted <= high else max(low, min(wanted, high - 1000 * (factor or 1)))
    if not factor:
        return start
    above = math.ceil(start / factor) * factor
    return above if above <= high else math.floor(start / factor) * factor
