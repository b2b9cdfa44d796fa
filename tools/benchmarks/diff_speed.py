"""How long `connkit diff` takes cold, beside an empty Python: this connector, and the largest one below a folder.

    python tools/benchmarks/diff_speed.py [FOLDER]

Each connector is compared with a copy of itself that has one change: one more field in an answer. Prints the median
of several runs in milliseconds, and how many times an empty Python that is. The first runs, which fill caches, do not
count.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from connkit.model import Connector

ROOT = Path(__file__).resolve().parents[2]
RUNS, WARM = 11, 2
NAME = "apiDefinition.swagger.json"


def main(folder: Path | None) -> int:
    with tempfile.TemporaryDirectory() as kept:
        place = Path(kept)
        empty = _row("python -c pass", [sys.executable, "-c", "pass"], 0)
        _row("connkit --help", [sys.executable, "-m", "connkit", "--help"], empty)
        _row("this connector", _command(ROOT / NAME, place / "own"), empty)
        if folder:
            largest = max(folder.rglob(NAME), key=lambda path: path.stat().st_size)
            size = largest.stat().st_size / 1e6
            _row(f"{largest.parent.name} ({size:.2f} MB)", _command(largest, place / "largest"), empty)
    return 0


def _command(definition: Path, place: Path) -> list[str]:
    """The two files lie in a folder of their own, so that nothing else is read."""
    place.mkdir()
    old, new = place / "old.json", place / "new.json"
    document = json.loads(definition.read_text("utf-8-sig"))
    old.write_text(json.dumps(document, indent=2), "utf-8")
    _change(document)
    new.write_text(json.dumps(document, indent=2), "utf-8")
    return [sys.executable, "-m", "connkit", "diff", str(old), str(new)]


def _change(document: dict[str, Any]) -> None:
    connector = Connector(document, {})
    for operation in reversed(connector.operations):
        for response in operation.responses:
            properties = connector.resolve(response.schema).get("properties")
            if properties:
                properties["addedByTheBenchmark"] = {"type": "string"}
                return
    raise SystemExit("there is no answer with fields")


def _row(name: str, command: Sequence[str], empty: float) -> float:
    median = _median(command)
    print(f"{median:8.1f} ms  {median / (empty or median):5.1f} times an empty Python  {name}")
    return median


def _median(command: Sequence[str]) -> float:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    times = []
    for _ in range(WARM + RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=tempfile.gettempdir(), env=environment)
        times.append(time.perf_counter() - started)
    return statistics.median(times[WARM:]) * 1000


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
