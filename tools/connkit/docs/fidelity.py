"""The page that says how true to life the emulator and the mock service are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connkit.core import Unknown


@dataclass(frozen=True, slots=True)
class Double:
    """Something that stands for the real thing; `assumed` are sentences on what no switch changes, a list of its own
    where there are no switches.
    """

    title: str
    introduction: str
    unknowns: Sequence[Unknown]
    assumed: Sequence[str] = ()


def fidelity(doubles: Sequence[Double]) -> str:
    """Every switch with its default, its question and what the default rests on, in the order of the switches."""
    lines = [
        "# Fidelity",
        "",
        "Built by `connkit build`; do not edit.",
        "",
        "Nobody outside knows everything about the real thing. What is not documented is a switch here, with a default",
        "that the whole project shares, and never a silent guess.",
    ]
    for double in doubles:
        lines += ["", f"## {double.title}", "", double.introduction]
        if double.unknowns:
            lines += ["", "| switch | default | question | source |", "|---|---|---|---|", *map(_row, double.unknowns)]
        if double.assumed:
            introduced = ["", "Without a switch:"] if double.unknowns else []
            lines += [*introduced, "", *(f"* {sentence}" for sentence in double.assumed)]
    return "\n".join(lines) + "\n"


def _row(unknown: Unknown) -> str:
    default = "none" if unknown.default is None else str(unknown.default).lower()
    question = unknown.question[0].upper() + unknown.question[1:]
    return f"| `{unknown.name}` | {default} | {question} | {unknown.source} |"
