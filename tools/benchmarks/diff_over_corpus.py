"""Compares every connector below a folder with a copy of itself that is written otherwise: no change may be told.

    python tools/benchmarks/diff_over_corpus.py FOLDER

The copy has its keys in another order, its definitions under other names, and its references replaced by what they
name, except where a definition contains itself, or where the copy would grow too large; those are counted, and
listed with -v. Exits with 1 where a change was told.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from connkit.diff import compare
from connkit.model import Connector

LARGEST = 200_000
"""Values in a copy, above which the rest of its references stay references."""


class Copy:
    """A definition written otherwise; `kept` names the references that had to stay."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self._definition = definition
        self._connector = Connector(definition, {})
        self._made = 0
        self.kept: dict[str, str] = {}

    def made(self) -> Any:
        return self._of(self._definition, (), top=True)

    def _of(self, value: Any, inside: tuple[str, ...], *, top: bool = False) -> Any:
        self._made += 1
        if isinstance(value, list):
            return [self._of(one, inside) for one in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            return self._reference(value, reference, inside)
        keys = reversed(list(value))
        return {key: self._section(key, value[key]) if top else self._of(value[key], inside) for key in keys}

    def _section(self, key: str, value: Any) -> Any:
        """A part of the whole document; definitions get new names there."""
        if key != "definitions" or not isinstance(value, dict):
            return self._of(value, ())
        return {_renamed(name): self._of(one, (f"#/definitions/{name}",)) for name, one in reversed(value.items())}

    def _reference(self, value: dict[str, Any], reference: str, inside: tuple[str, ...]) -> Any:
        target = self._connector.resolve(value)
        why = "leads nowhere" if not target else "contains itself" if reference in inside else ""
        why = why or ("too large" if self._made > LARGEST or len(inside) > 40 else "")
        if why:
            self.kept.setdefault(reference, why)
            head, _, name = reference.rpartition("/")
            return {"$ref": f"{head}/{_renamed(name)}" if head == "#/definitions" else reference}
        return self._of(target, (*inside, reference))


def _renamed(name: str) -> str:
    return f"Renamed {name}"


def main(folder: Path, *, verbose: bool) -> int:
    started = time.perf_counter()
    compared = broken = told = kept = longest = 0
    for path in sorted(folder.rglob("*.json")):
        if path.name.lower() != "apidefinition.swagger.json":
            continue
        old = _read(path)
        if old is None:
            broken += 1
            continue
        copy = Copy(old.definition)
        new = Connector(copy.made(), _reversed(old.properties))
        begun = time.perf_counter()
        changes = compare(old, new).changes + compare(new, old).changes
        longest = max(longest, time.perf_counter() - begun)
        compared, told, kept = compared + 1, told + len(changes), kept + len(copy.kept)
        for change in changes[:3]:
            print(f"{path}: {change.kind.name} at {change.value_path}: {change.message}")
        for reference, why in copy.kept.items() if verbose else ():
            print(f"{path}: kept {reference}: {why}")
    seconds = time.perf_counter() - started
    print(f"{compared} connectors, {broken} are no JSON; {told} changes; {kept} references kept; {seconds:.1f} s")
    print(f"the slowest took {longest:.2f} s for both directions")
    return 1 if told or not compared else 0


def _reversed(value: Any) -> Any:
    if isinstance(value, list):
        return [_reversed(one) for one in value]
    return {key: _reversed(value[key]) for key in reversed(list(value))} if isinstance(value, dict) else value


def _read(path: Path) -> Connector | None:
    definition = _json(path)
    return Connector(definition, _json(path.with_name("apiProperties.json")) or {}) if definition else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    sys.exit(main(Path(arguments[0]), verbose="-v" in sys.argv))
