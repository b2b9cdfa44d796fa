"""What a person at the terminal is told of a delivery."""

from __future__ import annotations

from connkit.core import Happening
from connkit.serving.courier import Delivery, State

_AFTERWARDS = {State.WAITING: ", to be tried again", State.GIVEN_UP: ", given up", State.CANCELLED: ", cancelled"}


def told(delivery: Delivery) -> Happening:
    """How the last attempt ended and what follows; the receiver is named without its query, which may be secret."""
    url = delivery.request.url.partition("?")[0]
    outcome = f"{delivery.outcome}{_AFTERWARDS.get(delivery.state, '')}".removeprefix(", ")
    failed = delivery.state is not State.DELIVERED
    return Happening("event", f"{delivery.event} -> webhook {delivery.lane}", outcome, url, failed)
