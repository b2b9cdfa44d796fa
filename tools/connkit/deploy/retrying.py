"""Requests that may be sent again: reads, and writes that come to the same however often they arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result

from connkit.core import Request, Response, Send

ATTEMPTS = 5
PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses with which a service says that the same request may fare better later."""

_FIRST = 1.0  # seconds before the second attempt, doubled before each further one
_LONGEST = 60.0  # seconds; of a longer Retry-After the caller is told instead


@dataclass(frozen=True, slots=True)
class Patience:
    """`wait` sleeps for so many seconds; `now` is the time in seconds since 1970, for a Retry-After that is a date.

    `stopping` says that somebody wants to stop, after which nothing is tried again.
    """

    wait: Callable[[float], None]
    now: Callable[[], float]
    tell: Callable[[str], None] = lambda sentence: None
    stopping: Callable[[], bool] = lambda: False


def patient(send: Send, patience: Patience) -> Send:
    """Sends up to five times; the last response, or OSError where none came even then."""

    def sent(request: Request) -> Response:
        attempts = Retrying(
            stop=lambda state: state.attempt_number >= ATTEMPTS or patience.stopping(),
            wait=lambda state: _pause(state, patience.now()),
            retry=retry_if_exception_type(OSError) | retry_if_result(lambda response: _again(response, patience.now())),
            sleep=patience.wait,
            before_sleep=lambda state: patience.tell(_told(state)),
            retry_error_callback=_last,
        )
        response: Response = attempts(send, request)
        return response

    return sent


def asked_pause(response: Response, now: float) -> float | None:
    """The seconds of Retry-After; None where there is none that can be read."""
    text = (response.header("Retry-After") or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def _again(response: Response, now: float) -> bool:
    return response.status in PASSING and (asked_pause(response, now) or 0.0) <= _LONGEST


def _pause(state: RetryCallState, now: float) -> float:
    outcome = state.outcome
    asked = None if outcome is None or outcome.failed else asked_pause(outcome.result(), now)
    return float(_FIRST * 2 ** (state.attempt_number - 1)) if asked is None else asked


def _last(state: RetryCallState) -> Response:
    assert state.outcome is not None
    response: Response = state.outcome.result()
    return response


def _told(state: RetryCallState) -> str:
    outcome = state.outcome
    if outcome is None or state.next_action is None:
        return ""
    why = "gave no answer" if outcome.failed else f"answered {outcome.result().status}"
    seconds = state.next_action.sleep
    return f"the service {why}; trying again in {seconds:g} second{'' if seconds == 1 else 's'}"
