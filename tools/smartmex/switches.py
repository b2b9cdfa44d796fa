"""What nobody outside knows about the service, each question with the answer the mock assumes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal


def _switch(default: Any, question: str, source: str) -> Any:
    """A field that a page can be built from: the question it answers, and what the default rests on."""
    return dataclasses.field(default=default, metadata={"question": question, "source": source})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """One field for each unknown; `dataclasses.fields(Switches)` carries question and source as metadata."""

    trigger_paths: bool = _switch(
        False,
        "are polling lists also served under /trigger?",
        "inferred: the platform strips the prefix, no service behind a polling policy has such a path",
    )
    double_slashes: bool = _switch(
        False,
        "is an empty path segment, as in /api/v2//contacts, forgiven?",
        "unknown: the mock is strict, so that a wrong join of base path and path shows",
    )
    bad_key_status: Literal[401, 403] = _switch(
        403,
        "which status refuses a missing or wrong key?",
        "the published definition declares 403 and no 401",
    )
    error_envelope: bool = _switch(
        True,
        "do refusals carry the envelope? otherwise their body is empty",
        "assumed: the published definition gives refusals no schema",
    )
    rate_limit: int | None = _switch(
        None,
        "how many requests are answered per minute, before 429?",
        "unknown: no limit is documented",
    )
    cap: int = _switch(
        20,
        "how many webhooks may exist at once?",
        "the published readme",
    )
    cap_status: int = _switch(
        422,
        "which status refuses a webhook above the cap?",
        "assumed: of the published statuses the only one that fits",
    )
    registration_location: bool = _switch(
        True,
        "does registration answer 201 with a Location header? otherwise 200 without one",
        "assumed: the platform needs the header to remove the webhook later",
    )
    newest_first: bool = _switch(
        True,
        "do lists begin with the newest item?",
        "inferred: the published polling policy takes its state from data[0]",
    )
    initial_inclusive: bool = _switch(
        False,
        "is the item that initial_<x>_id names itself in the list?",
        "inferred: otherwise each poll would repeat the last item",
    )
    default_limit: int = _switch(
        20,
        "how many items come without a limit?",
        "unknown",
    )
    max_limit: int = _switch(
        100,
        "how many items come at most?",
        "unknown",
    )
    over_limit_refused: bool = _switch(
        False,
        "is a limit above the largest refused with 422? otherwise it is lowered to the largest",
        "unknown",
    )
    absent_left_out: bool = _switch(
        True,
        "is a field without a value, as recordingID of an unrecorded call, left out? otherwise it is null",
        "assumed: callConnected is the only field known to be null",
    )
