"""connkit killed in the middle of a deployment, and stopped by Ctrl-C: real processes, over the network.

Here one kill at each kind of step; tools/benchmarks/deploy_faults.py kills at every request and at any moment.
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from connkit.platform import Fault

NOT_SENT = "an earlier {action} of TIME was left unfinished before anything was sent; nothing was changed by it"
ARRIVED = (
    "an earlier {action} of TIME was left unfinished "
    "as it was sent; it has arrived: ID carries the definition that it sent"
)
ANSWERED = ARRIVED.replace("as it was", "after it was")
CASES: dict[str, tuple[str, Fault, list[str]]] = {
    "before anything": ("create", Fault("list", "stall"), []),
    "at the validation": ("create", Fault("validate", "stall"), [NOT_SENT]),
    "at the upload, which goes on alone": ("create", Fault("blob", "slow", after=1, seconds=1.0), [NOT_SENT]),
    "at the create, before it is done": (
        "create",
        Fault("create", "stall"),
        [
            "an earlier create of TIME was left unfinished as it was sent; nothing of it can be seen",
            "an earlier run may have asked the service to create 'Rehearsed tasks' at TIME, and heard no answer, and "
            "no new connector is in 'rehearsal'; look in the maker portal, plan again in some minutes, and when you "
            "are sure that none was made, add --create-again",
        ],
    ),
    "at the create, when it is done": ("create", Fault("create", "stall-after"), [ARRIVED]),
    "at reading back": ("create", Fault("content", "stall", after=1), [ANSWERED]),
    "at the storage": ("update", Fault("storage", "stall"), [NOT_SENT]),
    "at the update, before it is done": (
        "update",
        Fault("update", "stall"),
        ["an earlier update of TIME was left unfinished as it was sent; it has not arrived, the old state is deployed"],
    ),
    "at the update, when it is done": ("update", Fault("update", "stall-after"), [ARRIVED]),
}

Came = dict[str, tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def came(
    tmp_path_factory: pytest.TempPathFactory,
    alive: Callable[[Path], AbstractContextManager[Any]],
    kill: Callable[..., tuple[tuple[str, ...], list[str]]],
) -> Came:
    """What came of each case: some at a time, because most of it is waiting."""

    folders = {case: tmp_path_factory.mktemp("killed") for case in CASES}

    def killed(case: str) -> tuple[list[str], list[str]]:
        action, fault, _ = CASES[case]
        with alive(folders[case]) as rehearsal:
            earlier, wrong = kill(rehearsal, action, fault)
            return [_masked(each) for each in earlier], wrong

    with ThreadPoolExecutor(3) as pool:
        return dict(zip(CASES, pool.map(killed, CASES), strict=True))


def _masked(sentence: str) -> str:
    return re.sub(r"shared_[\w-]+", "ID", re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", sentence))


@pytest.mark.parametrize("case", CASES)
def test_killed(came: Came, case: str) -> None:
    action, _, expected = CASES[case]
    earlier, wrong = came[case]
    assert wrong == []
    assert earlier == [each.format(action=action) for each in expected]


# ---- Ctrl-C

WAITING = "stopping as soon as it is certain what arrived; Ctrl-C again leaves at once\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a Ctrl-C of its own there")
@pytest.mark.parametrize(
    ("step", "times", "code", "told", "holds"),
    [
        ("validate", 1, 2, ["failed: stopped before anything was written", "  nothing was changed"], "none"),
        ("create", 1, 0, ["done: the connector ID was created, read back and is what was sent"], "new"),
        (
            "create",
            2,
            3,
            ["LOOK AT THIS: left in the middle; plan again: the plan says what arrived, and goes on from there"],
            "new",
        ),
    ],
    ids=["before the write", "in the middle of it", "twice"],
)
def test_ctrl_c(
    live_rehearsal: Any,
    start_process: Callable[..., Any],
    await_step: Callable[..., None],
    step: str,
    times: int,
    code: int,
    told: list[str],
    holds: str,
) -> None:
    live_rehearsal.prepare("create")
    live_rehearsal.platform.fault(Fault(step, "slow", seconds=1.0 if times == 1 else 3.0))
    process = start_process(live_rehearsal)
    await_step(live_rehearsal, process, step, 1)
    errors = ""
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        while times > 1 and WAITING not in errors:
            errors += process.stderr.readline()
    out, rest = process.communicate()
    lines = [_masked(line) for line in out.splitlines()]
    assert (process.returncode, lines[lines.index("") + 1 :][: len(told)]) == (code, told)
    assert WAITING in errors + rest
    assert live_rehearsal.holds == holds
    assert (live_rehearsal.journal is None) == (times == 1)
    assert live_rehearsal.deploy().ending.name == "DONE" and live_rehearsal.holds == "new"
