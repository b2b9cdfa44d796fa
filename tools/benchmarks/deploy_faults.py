"""Deployments to the mock platform under every fault, under two at a time, and with connkit killed.

    python tools/benchmarks/deploy_faults.py [faults] [pairs] [kills] [moments] [--count N]

`faults`: each kind of fault at each request of a create and of an update, once and for ever. `pairs`: N pairs of
faults, chosen at random. `kills`: connkit killed at each request, before and after it is done. `moments`: N kills at
random moments. Without a name, all four. Prints a table for each and every broken promise; exits 1 when there is one.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from connkit.platform import Fault, MockPlatform, served

ROOT = Path(__file__).resolve().parents[2]
PACONN = Path(sys.prefix) / "paconn" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
WORKERS = 3
HELD = 0.7  # seconds for which the storage's answer is held while connkit is killed

Row = tuple[str, list[str]]
"""How a case ended, and the promises that it broke."""


def _rehearsing() -> Any:
    """What the tests of deploy share."""
    spec = importlib.util.spec_from_file_location("rehearsing", ROOT / "tests" / "deploy" / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def requests_of(at: Any, action: str, stage: Any, paconn: Any) -> list[str]:
    """The steps of a deployment without a fault."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = at.rehearsal_of(*stage, Path(folder), paconn)
        rehearsal.prepare(action)
        rehearsal.deploy()
        return [each.step for each in rehearsal.platform.seen]


def single(at: Any, steps: dict[str, list[str]]) -> Iterator[tuple[str, str, list[Fault]]]:
    for action, asked in steps.items():
        for place, step in enumerate(asked):
            for kind in at.kinds_at(step):
                for times in (1, None):
                    fault = Fault(step, kind, after=asked[:place].count(step), times=times)
                    yield f"{action} {place + 1} {step}: {kind}, {_often(times)}", action, [fault]


def pairs(at: Any, steps: dict[str, list[str]], count: int) -> Iterator[tuple[str, str, list[Fault]]]:
    known = list(single(at, steps))
    for _ in range(count):
        name, action, first = random.choice(known)
        other, _, second = random.choice([each for each in known if each[1] == action])
        yield f"{name}; {other}", action, [*first, *second]


def _often(times: int | None) -> str:
    return "once" if times else "for ever"


def struck(at: Any, cases: list[tuple[str, str, list[Fault]]], stage: Any, paconn: Any) -> Iterator[tuple[str, Row]]:
    for name, action, faults in cases:
        with tempfile.TemporaryDirectory() as folder:
            attempt, wrong = at.struck(at.rehearsal_of(*stage, Path(folder), paconn), action, faults)
        yield name, (f"{action}, {attempt.ending.name}", wrong)


def kill_cases(steps: dict[str, list[str]]) -> Iterator[tuple[str, str, Fault]]:
    for action, asked in steps.items():
        for place, step in enumerate(asked):
            after = asked[:place].count(step)
            held = [Fault(step, "slow", after=after, seconds=HELD)] if step == "blob" else []
            held += [Fault(step, "stall", after=after)] if step != "blob" else []
            held += [Fault(step, "stall-after", after=after)] if step == action else []
            for fault in held:
                yield f"{action} {place + 1} {step}: {fault.kind}", action, fault


def killed(at: Any, paconn: Any, case: tuple[str, str, Fault]) -> tuple[str, Row]:
    name, action, fault = case
    with tempfile.TemporaryDirectory() as folder, at.live(Path(folder), paconn) as rehearsal:
        earlier, wrong = at.killed(rehearsal, action, fault)
    return name, (_told(action, earlier), wrong)


def killed_at(at: Any, paconn: Any, moment: tuple[str, float]) -> tuple[str, Row]:
    """So many seconds after the first request."""
    action, seconds = moment
    with tempfile.TemporaryDirectory() as folder, at.live(Path(folder), paconn) as rehearsal:
        rehearsal.prepare(action)
        process = at.started(rehearsal)
        at.await_request(rehearsal, process, "list", 1)
        time.sleep(seconds)
        ended = process.poll() is not None
        earlier, wrong = at.after_kill(rehearsal, process, action)
    told = f"{action}, it had ended" if ended else _told(action, earlier)
    return f"{action}, {seconds:.3f} seconds after the first request", (told, wrong)


def _told(action: str, earlier: tuple[str, ...]) -> str:
    """What the next plan said of it, without names and times."""
    if not earlier:
        return f"{action}, nothing is told"
    words = earlier[0].partition(" was left unfinished ")[2] or earlier[0]
    asked = "; --create-again is asked for" if "--create-again" in earlier[-1] else ""
    return f"{action}, cut off {words.partition(': ')[0]}{asked}"


def table(title: str, rows: list[tuple[str, Row]], seconds: float) -> int:
    broken = [(name, wrong) for name, (_, wrong) in rows if wrong]
    print(f"\n{title}: {len(rows)} cases in {seconds:.0f} seconds, {len(broken)} with a broken promise\n")
    print("| how it ended | cases |\n|---|---|")
    for ending, count in sorted(Counter(ending for _, (ending, _) in rows).items()):
        print(f"| {ending} | {count} |")
    for name, wrong in broken:
        print(f"BROKEN: {name}: {'; '.join(wrong)}")
    return len(broken)


def timed(title: str, rows: Callable[[], list[tuple[str, Row]]]) -> int:
    began = time.perf_counter()
    found = rows()
    return table(title, found, time.perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    wanted = asked.names or ["faults", "pairs", "kills", "moments"]
    random.seed(asked.seed)
    print(f"seed {asked.seed}")
    at = _rehearsing()
    broken = 0
    with at.warm(PACONN) as paconn, at.unhurried(), tempfile.TemporaryDirectory() as folder:
        platform = MockPlatform(clock=at.NOW.timestamp)
        with served(platform, Path(folder)) as address:
            stage = (platform, address)
            steps = {action: requests_of(at, action, stage, paconn) for action in ("create", "update")}
            if "faults" in wanted:
                cases = list(single(at, steps))
                broken += timed("a fault at each request", lambda: list(struck(at, cases, stage, paconn)))
            if "pairs" in wanted:
                two = list(pairs(at, steps, asked.count))
                broken += timed("two faults", lambda: list(struck(at, two, stage, paconn)))
        with ThreadPoolExecutor(WORKERS) as pool:
            if "kills" in wanted:
                come = partial(killed, at, paconn)
                kills = list(kill_cases(steps))
                broken += timed("killed at each request", lambda: list(pool.map(come, kills)))
            if "moments" in wanted:
                whole = _whole_run(at, paconn)
                moments = [(random.choice(["create", "update"]), random.uniform(0, whole)) for _ in range(asked.count)]
                gone = partial(killed_at, at, paconn)
                broken += timed("killed at a random moment", lambda: list(pool.map(gone, moments)))
    return 1 if broken else 0


def _whole_run(at: Any, paconn: Any) -> float:
    """Seconds from the first request to the end, with as many at a time as are killed later."""

    def run(_: int) -> float:
        with tempfile.TemporaryDirectory() as folder, at.live(Path(folder), paconn) as rehearsal:
            rehearsal.prepare("create")
            process = at.started(rehearsal)
            at.await_request(rehearsal, process, "list", 1)
            began = time.perf_counter()
            process.communicate()
            return time.perf_counter() - began

    with ThreadPoolExecutor(WORKERS) as pool:
        return min(pool.map(run, range(WORKERS)))


if __name__ == "__main__":
    sys.exit(main())
