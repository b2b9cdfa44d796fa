"""Compares what Microsoft's detector said about published changes with what `connkit diff` finds.

    python tools/benchmarks/diff_oracle.py FOLDER

FOLDER holds a folder for each pull request with `previous.swagger.json`, `apiDefinition.swagger.json` and
`expected.json`. The last lists sightings: an id such as BC01 as `code`, and a `value_path`, which may be cut off
before its end. Prints each sighting that is missed, and exits with 1 where there is one, or where a definition
compared with itself is not alike.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from connkit.diff import Change, compare
from connkit.model import Connector

NAMES = {
    "BC01": "OperationRemoved",
    "BC02": "OperationHidden",
    "BC03": "PathTemplateChanged",
    "BC04": "ParameterLocationChanged",
    "BC05": "RequiredInputAdded",
    "BC06": "InputBecameRequired",
    "BC07": "InputEnumValueRemoved",
    "BC08": "InputEnumAdded",
    "BC09": "OutputRemoved",
    "BC10": "OutputTypeChanged",
    "BC11": "OutputFormatChanged",
}


def main(folder: Path) -> int:
    wrong = seen = 0
    for case in sorted(folder.iterdir()):
        if (case / "previous.swagger.json").is_file():
            missed, sightings = _case(case)
            wrong, seen = wrong + missed, seen + sightings
    print(f"{seen - wrong} of {seen} sightings found")
    return 1 if wrong or not seen else 0


def _case(case: Path) -> tuple[int, int]:
    old, new = (_read(case / name) for name in ("previous.swagger.json", "apiDefinition.swagger.json"))
    changes = compare(old, new).changes
    sightings = json.loads((case / "expected.json").read_text("utf-8"))["sightings"]
    missed = [sighting for sighting in sightings if not any(_is(sighting, change) for change in changes)]
    for sighting in missed:
        print(f"{case.name}: missed {NAMES[sighting['code']]} at {sighting['value_path']}")
    itself = [change for one in (old, new) for change in compare(one, one).changes]
    errors = sum(change.severity == "error" for change in changes)
    print(
        f"{case.name}: {len(sightings)} sightings, {errors} errors of {len(changes)} changes, {len(itself)} with itself"
    )
    return len(missed) + len(itself), len(sightings)


def _is(sighting: dict[str, Any], change: Change) -> bool:
    """The class, and the value path, or all that was quoted of one that is cut off."""
    path, cut = change.value_path, sighting["value_path"].endswith("/p")
    same = path.startswith(sighting["value_path"]) if cut else path == sighting["value_path"]
    return change.kind.name == NAMES[sighting["code"]] and same


def _read(path: Path) -> Connector:
    return Connector(json.loads(path.read_text("utf-8-sig")), {})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
