"""Notifications on their way to webhooks."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from connkit.core import Request
from connkit.mock.webhooks import Webhook
from connkit.serving.courier import Courier, Delivery

_REMEMBERED = 10_000


class Deliveries:
    """Without a courier, notifications are recorded and not sent."""

    def __init__(self) -> None:
        self.courier: Courier | None = None
        self._unread: deque[Request] = deque(maxlen=_REMEMBERED)

    def notify(self, webhook: Webhook, event: str, notification: Any) -> None:
        body = json.dumps(notification).encode()
        request = Request("POST", webhook.callback, {"Content-Type": "application/json"}, body)
        self._unread.append(request)
        if self.courier is not None:
            self.courier.send(Delivery(webhook.number, event, request))

    def cancel(self, webhook: Webhook) -> None:
        """What waits for a webhook that was removed is not sent any more."""
        if self.courier is not None:
            self.courier.cancel(webhook.number)

    def take(self) -> list[Request]:
        """What was recorded since the last call."""
        taken = list(self._unread)
        self._unread.clear()
        return taken

    def close(self, patience: float) -> list[Delivery]:
        """Stops the courier after at most `patience` seconds; what was left, in order."""
        courier, self.courier = self.courier, None
        return courier.stop(patience) if courier is not None else []
