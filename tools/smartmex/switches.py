"""What nobody outside knows about the service, each question with the answer the mock assumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connkit.core.switches import switch as _switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """One field for each unknown; `unknowns` tells them with question and source."""

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
    wrong_method_status: Literal[404, 405] = _switch(
        405,
        "which status refuses a known path with a method that it does not have? 405 comes with an Allow header",
        "assumed, as HTTP asks for it: the published definition declares neither the case nor the status",
    )
    bad_key_status: Literal[401, 403] = _switch(
        403,
        "which status refuses a missing or wrong key?",
        "the published definition declares 403 and no 401",
    )
    error_envelope: bool = _switch(
        True,
        "do refusals carry the envelope? Otherwise their body is empty",
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
    cap_status: Literal[403, 409, 422, 429] = _switch(
        422,
        "which status refuses a webhook above the cap?",
        "assumed: of the published statuses the only one that fits",
    )
    registration_location: bool = _switch(
        True,
        "does registration answer 201 with a Location header? Otherwise 200 without one",
        "assumed: the platform needs the header to remove the webhook later",
    )
    loopback_endpoints: bool = _switch(
        True,
        "is an http endpoint on this machine (localhost, 127.0.0.1, ::1) taken? All others have to be https",
        "the mock's own: a receiver on a developer's machine has no certificate; the service itself wants https",
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
        "is a limit above the largest refused with 422? Otherwise it is lowered to the largest",
        "unknown",
    )
    zero_limit_refused: bool = _switch(
        True,
        "is limit=0 refused with 422? Otherwise the list is empty",
        "unknown",
    )
    date_bounds_inclusive: bool = _switch(
        True,
        "do items of the very second that date_from or date_to names belong to the list?",
        "unknown",
    )
    short_offsets_taken: bool = _switch(
        True,
        "do date_from and date_to take the form that the service itself writes, whose offset has no colon?",
        "unknown: the published definition asks for date-time, which has one",
    )
    absent_left_out: bool = _switch(
        True,
        "is a field without a value, as recordingID of an unrecorded call, left out? Otherwise it is null",
        "assumed: callConnected is the only field known to be null",
    )
    delivery_timeout: int = _switch(
        10,
        "how many seconds may a receiver take to answer a notification?",
        "unknown",
    )
    delivery_retries: int = _switch(
        3,
        "how often is a notification sent again that no receiver took with 2xx, before it is given up?",
        "unknown",
    )
    delivery_pause: int = _switch(
        1,
        "how many seconds after a failure is a notification sent again? Each further pause is twice as long",
        "unknown",
    )
    gone_removes_webhook: bool = _switch(
        False,
        "does a receiver's 410 remove its webhook?",
        "unknown",
    )
    signature: bool = _switch(
        False,
        "are notifications signed? Where they are, X-Signature is the HMAC-SHA256 of the body by the key, in hex",
        "unknown: none is documented",
    )


ASSUMED = (
    "A call gets its `callID` when it starts, so a long call enters the history below calls that began later and ended "
    "sooner; whoever reads only what is newer than the newest `callID` misses it. Both samples of the ID are the time "
    "of the start.",
    "An unanswered incoming call makes its caller a missed one; `CallCompleted` comes before `LostCallerAdded` or "
    "`LostCallerUpdated`. A missed caller is removed the moment a later call in either direction is answered.",
    "Numbers are compared as they are written: `8…`, `370…` and `+370…` are three callers.",
    "`status` is 0 while a call rings, 1 once it was answered and 2 when nobody answered; no meaning is documented.",
    "`previous_contactID` is there only where the call was transferred. Call history and recordings do not have it.",
    "A number that an employee dials always answers. Nobody is ever busy.",
    "`clientID` of a voicemail box and `employee_id` of a VoIP endpoint are employees. A message goes into the box of "
    "the employee who did not answer, or else into the company's first.",
    "Unknown query parameters are ignored; one that is known and given twice is refused with 422.",
    "Removing a webhook cancels what still waits for it. Its ID is never used again.",
)
"""What no switch changes."""
