"""The page of the mock platform names everything that it has."""

from __future__ import annotations

import re
from pathlib import Path

from connkit.platform.control import commands
from connkit.platform.faults import EVERY, KINDS, STEPS
from connkit.platform.service import ENVIRONMENTS, FORBIDDEN
from connkit.serving.control import PREFIX

PAGE = (Path(__file__).resolve().parents[2] / "tools/docs/mock-platform.md").read_text("utf-8")


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_step_and_every_fault_stands_there_with_what_it_does() -> None:
    rows = [line.strip("| ").split(" | ") for line in section("Faults").splitlines() if line.startswith("| `")]
    assert {name.strip("`"): told for name, told in rows} == {**STEPS, EVERY: "all of them", **KINDS}


def test_every_command_of_the_control_interface_stands_in_its_table() -> None:
    told = set()
    for cell in re.findall(r"`([A-Z`, ]+ /_control[^`]*)`", section("Control")):
        methods, path = cell.rsplit(" ", 1)
        told |= {f"{method} {path}" for method in re.findall("[A-Z]+", methods)}
    assert {re.sub(r"/NAME$", "/{name}", each.replace(PREFIX, "")) for each in told} == set(commands())


def test_the_environments_are_those_of_the_page() -> None:
    assert all(f"environment {each.name}: {each.id}\n" in section("At the terminal") for each in ENVIRONMENTS)
    assert f"`{FORBIDDEN.id}`" in section("What it refuses")


def test_every_code_that_the_page_names_is_one_of_the_platform() -> None:
    folder = Path(__file__).resolve().parents[2] / "tools/connkit/platform"
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    rows = [line for line in section("What it refuses").splitlines() if re.match(r"\| \d", line)]
    codes = [code for row in rows for code in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    assert len(codes) == 11
    assert [code for code in codes if f'"{code}"' not in source] == []
