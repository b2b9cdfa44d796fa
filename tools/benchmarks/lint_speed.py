"""How fast lint is, cold, beside processes that do nothing and, where it is installed, beside Spectral; POSIX.

    python tools/benchmarks/lint_speed.py [FOLDER] [--spectral PATH] [--rounds 9]

FOLDER is a tree of connectors, which is linted on one process and on two. The contenders take turns, so that the
figures can be read as ratios; each is the median of all rounds, memory the most that one process took.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONNKIT = (sys.executable, "-m", "connkit", "-C", str(ROOT), "lint")


@dataclass(slots=True)
class Contender:
    """A command with what each round took, in seconds, and the most memory, in megabytes."""

    name: str
    command: Sequence[str]
    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    def run(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        began = time.perf_counter()
        process = subprocess.Popen(self.command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        self.seconds.append(time.perf_counter() - began)
        self.megabytes = max(self.megabytes, usage.ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--spectral", help="the spectral command")
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        contenders = list(contestants(asked.folder, asked.spectral, Path(scratch)))
        for contender in contenders:
            contender.run()  # bytecode and file caches
            contender.seconds.clear()
        for _ in range(asked.rounds):
            for contender in contenders:
                contender.run()
    empty = statistics.median(contenders[0].seconds)
    print(f"{'command, cold':<48} {'median':>9}  {'times an empty Python':>21}  {'memory':>7}")
    for contender in contenders:
        median = statistics.median(contender.seconds)
        print(f"{contender.name:<48} {1000 * median:>6.0f} ms  {median / empty:>21.1f}  {contender.megabytes:>4.0f} MB")


def contestants(folder: Path | None, spectral: str | None, scratch: Path) -> Iterator[Contender]:
    yield Contender("python -c pass", (sys.executable, "-c", "pass"))
    if node := shutil.which("node"):
        yield Contender("node -e ''", (node, "-e", ""))
    yield Contender("connkit --help", (sys.executable, "-m", "connkit", "--help"))
    yield Contender("connkit lint, this connector", CONNKIT)
    yield Contender("connkit lint --profile certified, the same", (*CONNKIT, "--profile", "certified"))
    if spectral:
        rules = scratch / "spectral.yaml"
        rules.write_text('extends: ["spectral:oas"]\n', "utf-8")
        command = (spectral, "lint", "--ruleset", str(rules), str(ROOT / "apiDefinition.swagger.json"))
        yield Contender("spectral lint with its own rules, the same", command)
    if folder is not None:
        for processes in (1, 2):
            command = (*CONNKIT, "--processes", str(processes), str(folder.resolve()))
            yield Contender(f"connkit lint --processes {processes}, the tree", command)


if __name__ == "__main__":
    main()
