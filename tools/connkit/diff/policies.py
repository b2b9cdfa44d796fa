"""Policies and the script, which change what is sent and what comes back without a trace in the definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from connkit.core import Pointer
from connkit.diff import classes as c
from connkit.diff.facets import json_text
from connkit.diff.operations import Pairs
from connkit.diff.stage import Stage, Words, made
from connkit.diff.taxonomy import Change, ChangeClass, Part
from connkit.diff.triggers import POLLING
from connkit.model import Connector, Operation, Policy
from connkit.model.shape import as_object, texts

PLACE = Pointer(("properties", "policyTemplateInstances"))
SCRIPT_OPERATIONS = "scriptOperations"
Event = tuple[ChangeClass, str, str, Pointer]
"""The class, the template, what changed in it, and the place."""


def policies(stage: Stage, pairs: Pairs) -> Iterator[Change]:
    """What comes to the same on every operation is told once."""
    hit: dict[Event, list[str]] = {}
    for old, new in pairs:
        for event in _events(stage, old, new):
            hit.setdefault(event, []).append(new.label)
    for event, labels in hit.items():
        if len(labels) == len(pairs) and len(pairs) > 1:
            yield _change(event, "every operation", (), "")
        else:
            for label in labels:
                yield _change(event, f"'{label}'", ("operation", label), label)


def _change(event: Event, operation: str, above: tuple[str, ...], operation_id: str) -> Change:
    kind, template, what, pointer = event
    words = Words(operation, was=template, now=template, what=what)
    path = (*above, "policy", template) if template else (*above, "policy")
    return made(kind, path, pointer, words, part=Part.PROPERTIES, operation_id=operation_id)


def _applied(connector: Connector, operation: Operation) -> list[Policy]:
    return [policy for policy in connector.policies if policy.applies_to(operation.operation_id)]


def _text(policy: Policy) -> str:
    return json_text([policy.template_id, policy.section, policy.parameters])


def _events(stage: Stage, old: Operation, new: Operation) -> Iterator[Event]:
    before, after = _applied(stage.old, old), _applied(stage.new, new)
    gone, came = _without(before, after), _without(after, before)
    for policy in gone:
        same = next((one for one in came if one.template_id == policy.template_id), None)
        if same is None:
            yield c.POLICY_REMOVED, policy.template_id, "", _nearest(stage.new)
            continue
        came.remove(same)
        if policy.template_id != POLLING:
            yield c.POLICY_CHANGED, policy.template_id, _differing(policy, same), same.pointer
    for policy in came:
        yield c.POLICY_ADDED, policy.template_id, "", policy.pointer
    if Counter(map(_text, before)) == Counter(map(_text, after)) and _order(before) != _order(after):
        yield c.POLICY_ORDER_CHANGED, "", "", _nearest(stage.new)


def _order(applied: Sequence[Policy]) -> list[str]:
    return [_text(policy) for policy in applied]


def _without(these: Sequence[Policy], those: Sequence[Policy]) -> list[Policy]:
    left = Counter(map(_text, those))
    kept = []
    for policy in these:
        if left[_text(policy)]:
            left[_text(policy)] -= 1
        else:
            kept.append(policy)
    return kept


def _differing(old: Policy, new: Policy) -> str:
    names = dict.fromkeys((*old.parameters, *new.parameters))
    told = [name for name in names if old.parameters.get(name) != new.parameters.get(name)]
    told += ["the section"] if old.section != new.section else []
    return ", ".join(f"'{name}'" for name in told)


def _nearest(connector: Connector) -> Pointer:
    given = as_object(connector.properties.get("properties"))
    return PLACE if PLACE.parts[-1] in given else PLACE.parent if "properties" in connector.properties else Pointer()


# ---- the script


def script(stage: Stage, pairs: Pairs) -> Iterator[Change]:
    was, now = _script_text(stage.old), _script_text(stage.new)
    if (was is None) != (now is None):
        yield _script_changed("is new" if was is None else "is gone")
        return
    if was is not None and now is not None and was.splitlines() != now.splitlines():
        yield _script_changed("changed")
    before, after = _handled(stage.old, was), _handled(stage.new, now)
    given = as_object(stage.new.properties.get("properties"))
    pointer = PLACE.parent / SCRIPT_OPERATIONS if SCRIPT_OPERATIONS in given else _nearest(stage.new).parent
    for _, new in pairs:
        label = new.label
        if (label in before) != (label in after):
            kind = c.SCRIPT_OPERATION_ADDED if label in after else c.SCRIPT_OPERATION_REMOVED
            path = ("operation", label, SCRIPT_OPERATIONS)
            yield made(kind, path, pointer, Words(label), part=Part.PROPERTIES, operation_id=label)


def _script_text(connector: Connector) -> str | None:
    return connector.companions.script.text if connector.companions.script else None


def _script_changed(what: str) -> Change:
    return made(c.SCRIPT_CHANGED, ("script",), Pointer(), Words(what=what), part=Part.SCRIPT)


def _handled(connector: Connector, text: str | None) -> set[str]:
    """Where no operation is listed, a script handles every one."""
    given = texts(as_object(connector.properties.get("properties")).get(SCRIPT_OPERATIONS))
    every = {operation.operation_id for operation in connector.operations}
    return set(given) if given else every if text is not None else set()
