"""The steps of a life, and how each ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connkit.core import UserError
from connkit.semantics.values import Mismatch


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried, whether it went as it should, and what happened."""

    name: str
    ok: bool
    detail: str


class Wrong(Exception):
    """What a step found; the message says what is wrong and what would be right."""


Act = tuple[str, Callable[[], str]]  # the name of a step to come, and what returns its detail or raises


def lived(acts: Sequence[Act]) -> list[Step]:
    """The first step that fails is the last."""
    steps: list[Step] = []
    for name, act in acts:
        steps.append(_done(name, act))
        if not steps[-1].ok:
            break
    return steps


def _done(name: str, act: Callable[[], str]) -> Step:
    try:
        return Step(name, True, act())
    except (Wrong, UserError) as wrong:
        return Step(name, False, str(wrong))
    except OSError as error:
        return Step(name, False, f"no answer came: {error}")
    except Exception as error:  # a mock service is somebody's own code: whatever it raises is a result
        return Step(name, False, f"the mock service failed: {type(error).__name__}: {error}")


def check(mismatches: Sequence[Mismatch]) -> None:
    if mismatches:
        raise Wrong("; ".join(str(mismatch) for mismatch in mismatches))


def runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
