"""The page of the mock service names everything that the mock has."""

from __future__ import annotations

import re
from pathlib import Path

from connkit.serving.control import PREFIX
from smartmex.control import commands
from smartmex.faults import EVENT_FAULTS, REQUEST_FAULTS
from smartmex.stories import SENTENCES

PAGE = (Path(__file__).resolve().parents[2] / "tools/docs/mock-service.md").read_text("utf-8")


def table(heading: str) -> dict[str, list[str]]:
    """The cells of a section's table by their first one."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [re.split(r" \| ", line.strip("| ")) for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_story_stands_in_its_table() -> None:
    assert list(table("Stories and events")) == list(SENTENCES)


def test_every_fault_stands_in_its_table_with_what_it_strikes() -> None:
    told = {kind: cells[0] for kind, cells in table("Faults").items()}
    strikes = {"requests": REQUEST_FAULTS, "events": EVENT_FAULTS}
    known = {kind: ", ".join(where for where, kinds in strikes.items() if kind in kinds) for kind in told}
    assert told == known
    assert set(told) == {*REQUEST_FAULTS, *EVENT_FAULTS}


def test_every_command_of_the_control_interface_stands_in_its_table() -> None:
    told = set()
    for cell in re.findall(r"`([A-Z`, ]+ /_control[^`]*)`", PAGE.split("\n## Control\n")[1].split("\n## ")[0]):
        methods, path = cell.rsplit(" ", 1)
        told |= {f"{method} {path}" for method in re.findall("[A-Z]+", methods)}
    told = {re.sub(r"/[A-Z]+$", "/{name}", each.replace(PREFIX, "")) for each in told}
    assert told == {re.sub(r"\{\w+\}", "{name}", each) for each in commands()}
