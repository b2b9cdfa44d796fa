"""Registered webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connkit.serving.hosts import is_loopback, web_address
from smartmex import wire
from smartmex.refusal import Refusal
from smartmex.switches import Switches

_FIRST_ID = 90_417


@dataclass(frozen=True, slots=True)
class Webhook:
    """`endpoint` carries the receiver's secret in its query; `secret` is the key that registered it."""

    webhook_id: int
    event: str
    endpoint: str
    secret: str = ""

    @property
    def receiver(self) -> str:
        """The endpoint without what is secret in it."""
        return urlsplit(self.endpoint)._replace(query="", fragment="").geturl()


class Webhooks:
    """Those alive, the oldest first; IDs are never used again."""

    def __init__(self) -> None:
        self._live: dict[int, Webhook] = {}
        self._next_id = _FIRST_ID

    def __len__(self) -> int:
        return len(self._live)

    def oldest(self) -> Webhook | None:
        return next(iter(self._live.values()), None)

    def listed(self) -> list[Webhook]:
        return list(self._live.values())

    def of(self, event: str) -> list[Webhook]:
        return [webhook for webhook in self._live.values() if webhook.event == event]

    def register(self, event: str, body: bytes, switches: Switches, secret: str = "") -> Webhook:
        endpoint = _endpoint(wire.json_object(body), switches)
        if len(self._live) >= switches.cap:
            raise Refusal(switches.cap_status, f"{switches.cap} webhooks exist, which is the most: remove one first")
        webhook = Webhook(self._next_id, event, endpoint, secret)
        self._next_id += 1
        self._live[webhook.webhook_id] = webhook
        return webhook

    def remove(self, webhook_id: int) -> None:
        if self._live.pop(webhook_id, None) is None:
            raise Refusal(404, f"no webhook has the webhook_id {webhook_id}")


def _endpoint(body: dict[str, Any], switches: Switches) -> str:
    if "endpoint" not in body:
        raise Refusal(422, "endpoint is missing")
    endpoint = body["endpoint"]
    if not isinstance(endpoint, str) or not _is_taken(endpoint, switches):
        raise Refusal(422, f"endpoint {wire.shown(endpoint)} is not an https URL")
    return endpoint


def _is_taken(url: str, switches: Switches) -> bool:
    """Whether the service sends notifications there."""
    parts = web_address(url)
    if parts is None or parts.scheme == "https":
        return parts is not None
    return switches.loopback_endpoints and is_loopback(parts.hostname)
