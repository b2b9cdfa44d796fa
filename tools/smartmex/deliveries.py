"""Notifications on their way to webhooks, and the log of how they fared."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from collections.abc import Sequence

from connkit.core import Request
from connkit.serving.courier import Courier, Delivery
from smartmex import faults, wire
from smartmex.faults import Fault
from smartmex.webhooks import Webhook

_REMEMBERED = 10_000


class Deliveries:
    """Without a courier, notifications are recorded and not sent. `log` keeps the last ten thousand."""

    def __init__(self) -> None:
        self.log: deque[Delivery] = deque(maxlen=_REMEMBERED)
        self._courier: Courier | None = None
        self._unread: deque[Request] = deque(maxlen=_REMEMBERED)
        self._held: dict[int, Delivery] = {}

    def open(self, courier: Courier) -> None:
        self._courier = courier

    def notify(self, webhook: Webhook, body: bytes, struck: Sequence[Fault], signed: bool) -> None:
        """Puts the notification into the webhook's queue, as its faults have it."""
        kinds = faults.kinds(struck)
        if "wrong_schema" in kinds:
            body = wire.json_bytes(faults.with_wrong_types(json.loads(body)))
        delivery = _delivery(webhook, body, signed)
        delivery.delay = faults.delay(struck)
        held = self._held.pop(webhook.webhook_id, None)
        if "reorder" in kinds and held is None:
            self._held[webhook.webhook_id] = delivery
            return
        self._queue(delivery)
        if "duplicate" in kinds:
            self._queue(_delivery(webhook, body, signed))
        if held is not None:
            self._queue(held)

    def _queue(self, delivery: Delivery) -> None:
        self.log.append(delivery)
        self._unread.append(delivery.request)
        if self._courier is not None:
            self._courier.send(delivery)

    def cancel(self, webhook_id: int) -> None:
        """What waits for a webhook that was removed is not sent any more."""
        self._held.pop(webhook_id, None)
        if self._courier is not None:
            self._courier.cancel(webhook_id)

    def take(self) -> list[Request]:
        """What was queued since the last call."""
        taken = list(self._unread)
        self._unread.clear()
        return taken

    def close(self, patience: float) -> list[Delivery]:
        """Stops the courier after at most `patience` seconds; what was left, in order."""
        courier, self._courier = self._courier, None
        left = courier.stop(patience) if courier is not None else []
        held, self._held = list(self._held.values()), {}
        return [*left, *held]


def _delivery(webhook: Webhook, body: bytes, signed: bool) -> Delivery:
    headers = {"Content-Type": "application/json"}
    if signed:
        headers["X-Signature"] = hmac.new(webhook.secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(webhook.webhook_id, webhook.event, Request("POST", webhook.endpoint, headers, body))
