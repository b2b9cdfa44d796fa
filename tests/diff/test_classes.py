"""Every class of change by minimal pairs, in both directions.

`cases/*.yaml` maps a sentence to a scaffold with two snippets, old and new, and to the changes from the one to the
other (`forward`) and the other way round (`back`). The scaffolds are those of `wrapped` in conftest.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from connkit.core import Authority, Severity
from connkit.diff import Change, ChangeClass, Direction, all_classes, compare
from connkit.diff.catalogue import classes_page
from connkit.diff.taxonomy import Action, Area, change_class
from connkit.model import Connector

ROOT = Path(__file__).resolve().parents[2]
CLASSES = all_classes()
FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {sentence}")
    for path in FILES
    for sentence, case in yaml.safe_load(path.read_text("utf-8")).items()
]
MICROSOFT = {
    "OperationRemoved",
    "OperationHidden",
    "PathTemplateChanged",
    "ParameterLocationChanged",
    "RequiredInputAdded",
    "InputBecameRequired",
    "InputEnumValueRemoved",
    "InputEnumAdded",
    "OutputRemoved",
    "OutputTypeChanged",
    "OutputFormatChanged",
}
Wrap = Callable[[str, Any], Connector]
Pair = tuple[list[Change], list[Change]]


def both_ways(case: dict[str, Any], wrap: Wrap) -> Pair:
    ((scaffold, (old, new)),) = ((key, value) for key, value in case.items() if key not in ("forward", "back"))
    before, after = wrap(scaffold, old), wrap(scaffold, new)
    return list(compare(before, after).changes), list(compare(after, before).changes)


@pytest.mark.parametrize("case", CASES)
def test_a_pair_has_exactly_its_changes(case: dict[str, Any], wrap: Wrap, describe: Callable[[Change], str]) -> None:
    forward, back = both_ways(case, wrap)
    assert [describe(change) for change in forward] == case["forward"]
    assert [describe(change) for change in back] == case["back"]


@pytest.mark.parametrize("case", CASES)
def test_a_change_undone_is_its_opposite(case: dict[str, Any], wrap: Wrap) -> None:
    forward, back = both_ways(case, wrap)
    for these, those in ((forward, back), (back, forward)):
        undone = {change.kind.name for change in those}
        assert [change.kind.name for change in these if not undone.intersection(change.kind.opposite)] == []


def test_every_class_has_a_pair(wrap: Wrap) -> None:
    seen = {change.kind.name for param in CASES for way in both_ways(param.values[0], wrap) for change in way}
    assert set(CLASSES) - seen == set()


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_the_taxonomy_is_symmetric(kind: ChangeClass) -> None:
    for name in kind.opposite:
        assert kind.name in CLASSES[name].opposite
        assert CLASSES[name].direction is kind.direction
    for name in kind.counterpart:
        assert kind.name in CLASSES[name].counterpart
        assert {CLASSES[name].direction, kind.direction} == {Direction.INPUT, Direction.OUTPUT}
    assert kind.opposite
    assert bool(kind.counterpart or kind.no_counterpart) == (kind.direction is not Direction.NONE)


def actions() -> Iterator[tuple[str, set[str], set[str]]]:
    undone = {"added": {"removed"}, "tightened": {"loosened", "removed"}, "changed": {"changed"}}
    undone |= {"removed": {"added", "tightened"}, "loosened": {"tightened"}}
    for kind in CLASSES.values():
        yield kind.name, {CLASSES[name].action.value for name in kind.opposite}, undone[kind.action]


@pytest.mark.parametrize(("name", "opposite", "possible"), list(actions()))
def test_the_opposite_undoes_the_action(name: str, opposite: set[str], possible: set[str]) -> None:
    assert opposite <= possible


def test_what_microsoft_reports_is_an_error_with_its_authority() -> None:
    assert {CLASSES[name].severity for name in MICROSOFT} == {Severity.ERROR}
    assert {CLASSES[name].authority for name in MICROSOFT} == {Authority.OFFICIAL}


def test_every_class_has_a_source() -> None:
    assert [kind.name for kind in CLASSES.values() if not kind.source.startswith("https://")] == []


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("OperationRemoved", {}, "two classes of change are called 'OperationRemoved'"),
        ("NewOne", {}, "'NewOne' is our own opinion and cannot be an error"),
        (
            "NewOne",
            {"authority": Authority.OBSERVED, "direction": Direction.INPUT},
            "'NewOne' needs a counterpart, or a reason for none, exactly when it has a direction",
        ),
    ],
)
def test_a_class_that_is_not_thought_through_is_refused(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        change_class(name, Severity.ERROR, Area.OPERATION, Action.CHANGED, says="", opposite=name, **options)
    assert all_classes() == CLASSES


def test_the_page_of_all_classes_is_fresh() -> None:
    page = ROOT / "tools/docs/changes.md"
    told = "write it again: connkit diff --classes > tools/docs/changes.md"
    assert page.read_text("utf-8") == classes_page(), told


def test_the_page_names_every_class() -> None:
    page = classes_page()
    assert [name for name in CLASSES if f"\n| `{name}` |" not in page] == []
