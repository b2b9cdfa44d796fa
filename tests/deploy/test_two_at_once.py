"""Two deployments at once to the same connector: from one machine, and from two that know nothing of each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connkit.core import Happening, UserError
from connkit.deploy.locks import only_one


@pytest.fixture
def pair(rehearsal: Any, another: Callable[..., Any], tmp_path: Path) -> Callable[..., tuple[Any, Any]]:
    """Two folders, each with a version of the connector, on one machine or on two."""

    def made(action: str, machines: int = 1) -> tuple[Any, Any]:
        other = another(tmp_path / "second")
        other.locks = rehearsal.locks if machines == 1 else tmp_path / "second" / "locks"
        rehearsal.prepare(action)
        other.holds_version("theirs")
        return rehearsal, other

    return made


def meanwhile(rehearsal: Any, step: str, act: Callable[[], Any]) -> list[Any]:
    """When the platform has done the first request of this step, somebody acts; what came of it is put in the list."""
    came: list[Any] = []

    def watch(happening: Happening) -> None:
        if rehearsal.platform.seen[-1].step == step:
            rehearsal.platform.watch = None
            came.append(act())

    rehearsal.platform.watch = watch
    return came


@pytest.mark.parametrize("action", ["create", "update"])
def test_on_one_machine_a_plan_is_blocked_while_the_other_is_under_way(
    pair: Callable[..., tuple[Any, Any]], action: str
) -> None:
    first, second = pair(action)
    came = meanwhile(first, "validate", second.deploy)
    assert first.deploy().ending.name == "DONE"
    assert came[0].blocked == (f"{_held(first)}; wait until it has ended, then plan again",)
    assert first.holds == "new" and first.seen("validate") == 1


@pytest.mark.parametrize("action", ["create", "update"])
def test_on_one_machine_the_lock_lets_one_at_a_time(pair: Callable[..., tuple[Any, Any]], action: str) -> None:
    """Both were planned before either began."""
    first, second = pair(action)
    planned = second.plan()

    def carry_out() -> str:
        with pytest.raises(UserError) as refused:
            second.carry_out(planned)
        return str(refused.value)

    came = meanwhile(first, "validate", carry_out)
    assert first.deploy().ending.name == "DONE"
    assert came == [f"{_held(first)}\nwait until it has ended, then plan again"]
    assert first.holds == "new" and first.seen("validate") == 1


def _held(rehearsal: Any) -> str:
    return (
        f"another connkit deploys to the environment '{rehearsal.environment_id}' on this machine (process "
        f"{os.getpid()}, since 2026-11-28T19:30:00Z)"
    )


def test_another_environment_is_not_locked(rehearsal: Any) -> None:
    rehearsal.prepare("create")
    with only_one(rehearsal.locks, "another", rehearsal.address.url, rehearsal.world.now()):
        assert rehearsal.deploy().ending.name == "DONE"


def test_a_plan_from_before_the_other_created_it_is_refused(pair: Callable[..., tuple[Any, Any]]) -> None:
    """The lock is free again, and the plan is as old as the typing of a production environment's name may take."""
    first, second = pair("create")
    planned = second.plan()
    assert planned.plan.action == "create" and first.deploy().ending.name == "DONE"
    outcome = second.carry_out(planned)
    told = f"'Rehearsed tasks' has been created since the plan was made: {first.stored[0].id}; plan again"
    assert (outcome.ending.name, outcome.told) == ("REFUSED", (told, "nothing was changed"))
    assert first.holds == "new" and first.seen("create") == 1


def test_a_plan_from_before_the_other_updated_it_is_refused(pair: Callable[..., tuple[Any, Any]]) -> None:
    first, second = pair("update")
    planned = second.plan()
    assert planned.plan.action == "update" and first.deploy().ending.name == "DONE"
    outcome = second.carry_out(planned)
    told = (
        "what is deployed has changed since the plan was made (apiDefinition.swagger.json differs; apiProperties.json: "
        "/iconBrandColor differs; icon.png differs; script.csx differs); plan again, and read what it would overwrite"
    )
    assert (outcome.ending.name, outcome.told) == ("REFUSED", (told, "nothing was changed"))
    assert first.holds == "new"


def test_from_two_machines_an_update_is_overwritten_and_that_is_seen(pair: Callable[..., tuple[Any, Any]]) -> None:
    first, second = pair("update", machines=2)
    came = meanwhile(first, "update", second.deploy)
    attempt = first.deploy()
    assert came[0].ending.name == "DONE" and first.holds == "theirs"
    assert (attempt.ending.name, attempt.told) == (
        "PARTIAL",
        (
            f"an update of {first.stored[0].id} was sent (answer 200), but what was read back is another state: "
            "apiDefinition.swagger.json differs; apiProperties.json: /iconBrandColor differs; icon.png differs; "
            "script.csx differs",
            "somebody else may have written after this deployment, or the service has changed what it was sent; run "
            "connkit deploy --environment rehearsal and read what it would change",
        ),
    )
    again = first.plan().plan
    assert again.earlier == (
        "an earlier update of 2026-11-28T19:30:00Z was left unfinished "
        "after it was sent; what is deployed now is neither the "
        "state before it nor what it sent",
    )
    assert [str(each) for each in again.changes][-1] == "apiProperties.json: /iconBrandColor changes"
    assert first.deploy().ending.name == "DONE" and first.holds == "new" and first.journal is None


def test_an_update_that_is_refused_is_not_mixed_up_with_somebody_elses(pair: Callable[..., tuple[Any, Any]]) -> None:
    first, second = pair("update", machines=2)
    came = meanwhile(first, "storage", second.deploy)
    first.break_off("update", "409", after=1)
    attempt = first.deploy()
    assert came[0].ending.name == "DONE"
    assert (attempt.ending.name, attempt.told) == (
        "REFUSED",
        (
            f"the update of {first.stored[0].id} failed: answer 409, Conflict: the fault '409' is set for 'update'",
            "nothing was changed by it; somebody else has changed the connector meanwhile",
        ),
    )
    assert first.holds == "theirs" and first.journal is None


def test_the_one_who_was_overwritten_learns_it_from_the_next_plan(pair: Callable[..., tuple[Any, Any]]) -> None:
    """The other wrote between this one's last look and its own write."""
    first, second = pair("update", machines=2)
    came = meanwhile(first, "storage", second.deploy)
    assert first.deploy().ending.name == "DONE"
    assert came[0].ending.name == "DONE" and first.holds == "new"
    assert second.plan().plan.notes == (
        "somebody has changed the connector since connkit deployed it at 2026-11-28T19:30:00Z; their change would be "
        "overwritten, the backup keeps it",
    )


def test_from_two_machines_two_are_created_and_that_is_seen(pair: Callable[..., tuple[Any, Any]]) -> None:
    first, second = pair("create", machines=2)
    came = meanwhile(first, "storage", second.deploy)
    attempt = first.deploy()
    theirs, own = (each.id for each in first.stored)
    assert came[0].ending.name == "DONE"
    assert (attempt.ending.name, attempt.told) == (
        "PARTIAL",
        (
            f"the connector {own} was created, read back and is what was sent",
            f"somebody else has created a connector of this name at the same time: {theirs}",
            f"agree on one, and delete the other by hand in the maker portal; the record names {own}",
        ),
    )
    assert first.record.connector_id == own and first.journal is None
    assert first.plan().plan.action == "nothing"


def test_an_unheard_create_is_not_taken_for_somebody_elses(pair: Callable[..., tuple[Any, Any]]) -> None:
    first, second = pair("create", machines=2)
    came = meanwhile(first, "storage", second.deploy)
    first.break_off("create", "drop-after", after=1)
    attempt = first.deploy()
    theirs, own = (each.id for each in first.stored)
    assert came[0].ending.name == "DONE"
    assert (attempt.ending.name, attempt.told) == (
        "PARTIAL",
        (
            f"the service was asked once to create 'Rehearsed tasks' (no answer from {first.address.url}"
            "/providers/Microsoft.PowerApps/apis (ConnectionError)), and 2 new connectors of this name are there: "
            f"{theirs}, {own}",
            "somebody else may have made one of them; delete by hand what is not yours, then plan again with "
            "--connector ID",
        ),
    )
    first.platform.remove(first.environment_id, theirs)
    assert first.deploy().ending.name == "DONE" and first.record.connector_id == own and first.journal is None
