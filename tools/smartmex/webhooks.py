"""Registered webhooks, and the notifications they were sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connkit.core import Request
from smartmex import wire
from smartmex.refusal import Refusal
from smartmex.switches import Switches

_FIRST_ID = 90_417


@dataclass(frozen=True, slots=True)
class Webhook:
    event: str
    endpoint: str


class Webhooks:
    """Deliveries are recorded, not sent."""

    def __init__(self) -> None:
        self._live: dict[int, Webhook] = {}
        self._next_id = _FIRST_ID
        self._deliveries: list[Request] = []

    def __len__(self) -> int:
        return len(self._live)

    def oldest(self) -> int | None:
        return next(iter(self._live), None)

    def register(self, event: str, body: bytes, switches: Switches) -> int:
        """The new webhook's ID; IDs are never used again."""
        endpoint = _endpoint(wire.json_object(body))
        if len(self._live) >= switches.cap:
            raise Refusal(switches.cap_status, f"{switches.cap} webhooks exist, which is the most: remove one first")
        webhook_id = self._next_id
        self._next_id += 1
        self._live[webhook_id] = Webhook(event, endpoint)
        return webhook_id

    def remove(self, webhook_id: int) -> None:
        if webhook_id not in self._live:
            raise Refusal(404, f"no webhook has the webhook_id {webhook_id}")
        del self._live[webhook_id]

    def notify(self, event: str, notification: dict[str, Any]) -> None:
        body = wire.json_bytes(notification)
        for webhook in self._live.values():
            if webhook.event == event:
                headers = {"Content-Type": "application/json"}
                self._deliveries.append(Request("POST", webhook.endpoint, headers, body))

    def take_deliveries(self) -> list[Request]:
        taken, self._deliveries = self._deliveries, []
        return taken


def _endpoint(body: dict[str, Any]) -> str:
    if "endpoint" not in body:
        raise Refusal(422, "endpoint is missing")
    endpoint = body["endpoint"]
    if not isinstance(endpoint, str) or not _is_https(endpoint):
        raise Refusal(422, f"endpoint {wire.json_bytes(endpoint).decode()} is not an https URL")
    return endpoint


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        return False
