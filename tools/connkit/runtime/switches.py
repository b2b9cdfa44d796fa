"""What Microsoft does not document about the platform, each with the emulator's answer."""

from __future__ import annotations

from dataclasses import dataclass

from connkit.core.switches import switch as _switch


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorSwitches:
    """How the emulator acts where no page of Microsoft says how the platform does."""

    first_poll_sends_default: bool = _switch(
        True,
        "Does the first poll send the default of the state parameter?",
        "inferred from parameters that are required, internal and have a default",
    )
    empty_first_page_keeps_default: bool = _switch(
        True,
        "Is an empty first page answered with 202 and the default kept as state?",
        "assumed: the state expression cannot be evaluated on an empty page",
    )
    policy_strips_trigger: bool = _switch(
        True,
        "Does the pollingtrigger policy remove the leading /trigger of a path?",
        "inferred: all 39 published uses have such a path, and their services have not",
    )
    null_list_is_empty: bool = _switch(
        True,
        "Is null at triggerDataPath an empty list? Otherwise the poll fails",
        "unknown",
    )
    optional_defaults_sent: bool = _switch(
        False,
        "Is the default of an optional input sent when nobody fills it in?",
        "rule InternalPropertyWithDefaultOptional of the validator: there is no guarantee for internal ones",
    )
    edit_removes_first: bool = _switch(
        True,
        "When a trigger is edited, is the old webhook removed before the new one is registered?",
        "unknown: documented is only that both happen",
    )
    credentials_to_foreign_location: bool = _switch(
        False,
        "Does a request to a Location on another host carry the connection's credentials?",
        "unknown; https://github.com/microsoft/PowerPlatformConnectors/issues/3678 reports them missing",
    )
