"""A fault at every request of a create and of an update, each kind of fault: nothing is lost, doubled or misreported.

Of the three files of a connector that are read one after the other, each gets every third kind here, and all of them
in tools/benchmarks/deploy_faults.py, where there are also the faults that last, and two at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connkit.platform import Fault

READ = ["content icon.png", "content script.csx", "content swagger.json"]
PACONN = ["validate", "storage", "blob icon.png", "blob script.csx"]
REQUESTS = {
    "create": ["list", "list", *PACONN, "create", "get", *READ],
    "update": ["list", "get", *READ, "get", *READ, *PACONN, "update", "get", *READ],
}
"""What connkit and paconn ask for, one after the other, when nothing goes wrong."""

RETRIED = ["429", "500", "502-empty", "503", "stall", "drop"]
REFUSING = ["401", "403", "404", "409", "200-error"]
DONE_AND_UNHEARD = ["stall-after", "drop-after", "502-empty-after", "200-error-after"]
ENDINGS = {
    "list": {"DONE": [*RETRIED, "stale"], "FAILED": REFUSING},
    "get": {"DONE": [*RETRIED, "stale"], "FAILED": ["401", "403", "409", "200-error"], "REFUSED": ["404"]},
    "content": {"DONE": [*RETRIED, "stale"], "FAILED": REFUSING},
    "icon": {"DONE": [*RETRIED, "stale"], "REFUSED": REFUSING},  # it can be read once, and once it cannot
    "read after": {"DONE": [*RETRIED, *REFUSING, "stale"]},
    "validate": {"DONE": RETRIED, "REFUSED": REFUSING},
    "storage": {"DONE": RETRIED, "REFUSED": REFUSING},
    "blob": {
        "DONE": ["500", "502-empty", "503", "drop", "200-error", "drop-after", "502-empty-after", "200-error-after"],
        "FAILED": ["401", "403", "404", "409", "429", "stall", "stall-after"],
    },
    "create": {
        "DONE": [*DONE_AND_UNHEARD, "nameless-after"],
        "REFUSED": ["401", "403", "404", "409"],
        "FAILED": ["429"],
        "PARTIAL": ["500", "502-empty", "503", "200-error", "stall", "drop"],
    },
    "update": {
        "DONE": [*RETRIED, *DONE_AND_UNHEARD],
        "REFUSED": ["401", "403", "404", "409"],
        "FAILED": ["200-error"],
    },
}
"""How a deployment ends where the fault strikes one request once."""


def test_the_requests_of_a_deployment(rehearsal: Any) -> None:
    for action, expected in REQUESTS.items():
        rehearsal.platform.reset()
        rehearsal.prepare(action)
        assert rehearsal.deploy().ending.name == "DONE"
        assert [_shown(each.step, each.path) for each in rehearsal.platform.seen] == expected


def _shown(step: str, path: str) -> str:
    return f"{step} {path.rpartition('/')[2]}" if step in ("blob", "content") else step


def _cases() -> Iterator[Any]:
    for action, requests in REQUESTS.items():
        steps = [each.partition(" ")[0] for each in requests]
        for place, step in enumerate(steps):
            for ending, kinds in ENDINGS[_group(action, requests, place)].items():
                for kind in _shared(kinds, requests[place]):
                    fault = Fault(step, kind, after=steps[:place].count(step))
                    name = f"{action}, {place + 1}. request ({requests[place]}): {kind}, once"
                    yield pytest.param(action, fault, ending, id=name)


def _shared(kinds: list[str], request: str) -> list[str]:
    return kinds[READ.index(request) :: len(READ)] if request in READ else kinds


def _group(action: str, requests: list[str], place: int) -> str:
    step = requests[place].partition(" ")[0]
    if place > requests.index(action):
        return "read after"
    return "icon" if requests[place] == READ[0] else step


@pytest.mark.parametrize(("action", "fault", "ending"), [*_cases()])
def test_a_fault_strikes_once(
    rehearsal: Any, strike: Callable[..., Any], action: str, fault: Fault, ending: str
) -> None:
    attempt, wrong = strike(rehearsal, action, [fault])
    assert wrong == []
    assert attempt.ending.name == ending, attempt.told
