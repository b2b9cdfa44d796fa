"""What a definition does not say about its service, each question with the answer the generated mock assumes."""

from __future__ import annotations

from dataclasses import dataclass

from connkit.core.switches import switch as _switch


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedSwitches:
    """One field for each unknown of a service of which nothing but the definition is known."""

    checks_credentials: bool = _switch(
        True,
        "is a request without the connection's credentials refused?",
        "assumed: with 401 or 403, whichever the operation declares",
    )
    checks_inputs: bool = _switch(
        True,
        "is a missing or wrong input refused?",
        "assumed: with a 4xx that the operation declares, else 400",
    )
    registration_location: bool = _switch(
        True,
        "does the answer to a webhook's registration name a Location?",
        "assumed: the platform needs the header to remove the webhook later, but few definitions declare it",
    )
    newest_first: bool = _switch(
        True,
        "do the pages of a polling trigger begin with the newest item?",
        "assumed: a policy that takes its state from the first item needs it",
    )
    state_inclusive: bool = _switch(
        False,
        "is the item from which the state was taken listed once more?",
        "assumed: otherwise each poll would repeat the last item",
    )


ASSUMED = (
    "It answers from the definition itself, so what it answers always fits. It cannot prove that the service does so.",
    "What the definition does not declare is not answered: no property that only a policy reads, and no address that "
    "only a policy calls.",
    "It keeps nothing that an action sends: whatever is asked for by an ID exists, and nothing is ever changed.",
    "A trigger gets what is newer than its state, whatever else is asked for.",
    "Bodies are JSON whatever the content type; a file is a few bytes. Bodies of other types, and multipart forms, "
    "are taken unread.",
    "An answer has the shape that the definition gives it, which is the one after policies that change answers.",
)
"""What no switch changes."""
