"""A plan and its outcome as an admin reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from connkit.cli.screen import plain, plain_line
from connkit.deploy.applying import Ending, Outcome
from connkit.deploy.plan import Action, Plan

_UNTOUCHED = "Nothing was touched."
_HEADS = {Ending.DONE: "done", Ending.REFUSED: "refused", Ending.FAILED: "failed", Ending.PARTIAL: "LOOK AT THIS"}
_COLORS = {Ending.DONE: "green", Ending.REFUSED: "red", Ending.FAILED: "red", Ending.PARTIAL: "red"}


def plan_lines(plan: Plan) -> Iterator[str]:
    """All but the last line, which says what to do next."""
    kind = "production" if plan.production else "not production"
    yield f"environment  {plan.environment} ({plan.environment_id}), {kind}"
    if plan.user:
        yield f"signed in    {plain_line(_signed_in(plan))}"
    yield f"connector    {plain_line(_connector(plan))}"
    yield f"will         {click.style(_deed(plan), bold=True)}"
    if plan.sends:
        yield f"sends        {', '.join(plan.sends)}"
    yield from _block("earlier run", plan.earlier)
    yield from _block("changes", plan.changes)
    yield from _block("what makers will notice", plan.makers if plan.action is not Action.UPDATE else _makers(plan))
    yield from _block("good to know", plan.notes)
    yield from _block("missing", plan.missing)
    yield from _block("blocked", plan.blocked)
    yield ""


def next_step(plan: Plan, command: str) -> str:
    """The closing line of a plan that is not carried out."""
    if plan.undo and plan.action is Action.UNKNOWN and not plan.missing:
        return _UNTOUCHED
    if plan.blocked:
        return f"{_UNTOUCHED} Mend what is blocked, then plan again."
    if plan.missing:
        return f"{_UNTOUCHED} This is the part of the plan that can be made without being signed in."
    if plan.action is Action.NOTHING:
        return f"{_UNTOUCHED} There is nothing to do."
    return f"{_UNTOUCHED} To carry it out: {command}"


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    for warning in outcome.warnings:
        yield plain(f"Microsoft's validation: {warning}")
    head = click.style(_HEADS[outcome.ending], fg=_COLORS[outcome.ending], bold=True)
    first, *others = outcome.told
    yield f"{head}: {plain(first)}"
    yield from (f"  {plain(one)}" for one in others)
    if outcome.record is not None:
        yield f"  recorded in {outcome.record.as_posix()}; commit that file"


def _signed_in(plan: Plan) -> str:
    tenant = f" of tenant {plan.tenant}" if plan.tenant else ""
    left = "" if plan.minutes is None else f", {plan.minutes} minutes left"
    return f"{plan.user}{tenant}{left}"


def _connector(plan: Plan) -> str:
    name = f"'{plan.display_name}'"
    if plan.connector is None:
        return f"{name} ({plan.found_by})" if plan.found_by else name
    return f"{name}, {plan.connector} ({plan.found_by})"


def _deed(plan: Plan) -> str:
    what = {
        Action.CREATE: "create it",
        Action.UPDATE: f"take it back to the backup {plan.undo}" if plan.undo else "update it",
        Action.NOTHING: "change nothing: what is deployed is what would be sent",
        Action.UNKNOWN: "not known yet",
    }
    return what[plan.action]


def _makers(plan: Plan) -> Sequence[str]:
    return plan.makers or ("no change that a flow could notice",)


def _block(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield from (f"  {plain_line(line)}" for line in lines)
