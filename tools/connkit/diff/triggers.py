"""Triggers: how they learn of something new, and what they remember."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.diff import classes as c
from connkit.diff.stage import Stage, Words, of_operation
from connkit.diff.taxonomy import Change, Part
from connkit.model import Connector, Operation, Policy
from connkit.model.shape import as_object, as_text

POLLING = "pollingtrigger"


def trigger(stage: Stage, old: Operation, new: Operation) -> Iterator[Change]:
    was, now = _kind(old), _kind(new)
    if was != now:
        pointer = new.pointer / "x-ms-trigger" if "x-ms-trigger" in new.raw else new.pointer
        yield of_operation(c.TRIGGER_KIND_CHANGED, new, pointer, Words(was=was, now=now), "x-ms-trigger")
    elif old.trigger != new.trigger:
        words = Words(was=old.trigger or "", now=new.trigger or "")
        yield of_operation(c.TRIGGER_BATCH_CHANGED, new, new.pointer / "x-ms-trigger", words, "x-ms-trigger")
    elif old.is_webhook:
        yield from _notification_url(old, new)
    elif old.is_polling:
        yield from _polling(stage, old, new)


def _kind(operation: Operation) -> str:
    if operation.trigger is None:
        return "an action"
    return "a webhook trigger" if operation.is_webhook else "a polling trigger"


def _notification_url(old: Operation, new: Operation) -> Iterator[Change]:
    was, now = _urls(old), _urls(new)
    if was != now:
        pointer = new.notification_urls[0].pointer if new.notification_urls else new.pointer
        words = Words(was=", ".join(was) or "nothing", now=", ".join(now) or "nothing")
        yield of_operation(c.NOTIFICATION_URL_MOVED, new, pointer, words, "x-ms-notification-url")


def _urls(operation: Operation) -> list[str]:
    return sorted("/".join(field.path) for field in operation.notification_urls)


def polling_policy(connector: Connector, operation: Operation) -> Policy | None:
    named = (policy for policy in connector.policies if policy.template_id == POLLING)
    return next((policy for policy in named if policy.applies_to(operation.operation_id)), None)


def _polling(stage: Stage, old: Operation, new: Operation) -> Iterator[Change]:
    """Where both have the policy; one that came or went is told as a policy."""
    before, after = polling_policy(stage.old, old), polling_policy(stage.new, new)
    if before is None or after is None:
        return
    was, now = _state(before), _state(after)
    place = after.pointer / "parameters"
    below = ("policy", POLLING)
    if sorted(was) != sorted(now):
        words = Words(was=_named(was), now=_named(now))
        yield of_operation(
            c.POLLING_STATE_PARAMETER_CHANGED, new, place, words, *below, "triggerConfig", part=Part.PROPERTIES
        )
    for name in now:
        if name in was and was[name] != now[name]:
            words = Words(was=f"'{was[name]}'", now=f"'{now[name]}'", what=f"'{name}'")
            rest = (*below, "triggerConfig", name)
            yield of_operation(c.POLLING_STATE_EXPRESSION_CHANGED, new, place, words, *rest, part=Part.PROPERTIES)
    paths = tuple(as_text(one.parameters.get("triggerDataPath")) for one in (before, after))
    if paths[0] != paths[1]:
        words = Words(was=f"'{paths[0]}'", now=f"'{paths[1]}'", what="its items")
        yield of_operation(
            c.POLLING_STATE_EXPRESSION_CHANGED, new, place, words, *below, "triggerDataPath", part=Part.PROPERTIES
        )


def _state(policy: Policy) -> dict[str, str]:
    """The expression of each state parameter."""
    return {name: as_text(value) for name, value in as_object(policy.parameters.get("triggerConfig")).items()}


def _named(state: dict[str, str]) -> str:
    return " and ".join(f"'{name}'" for name in sorted(state)) or "nothing"
