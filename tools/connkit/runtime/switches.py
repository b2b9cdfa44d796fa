"""What Microsoft does not document about the platform, each with the emulator's answer."""

from __future__ import annotations

from dataclasses import dataclass, field


def _switch(default: bool, question: str, source: str) -> bool:
    value: bool = field(default=default, metadata={"question": question, "source": source})
    return value


@dataclass(frozen=True, slots=True)
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
