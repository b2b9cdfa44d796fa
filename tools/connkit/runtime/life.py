"""A trigger's whole life on a mock service, told step by step."""

from __future__ import annotations

from connkit.core import MockService, Send
from connkit.model import Connector
from connkit.runtime.polling_life import PollingLife
from connkit.runtime.steps import Step, lived
from connkit.runtime.webhook_life import WebhookLife

__all__ = ["Step", "polling_life", "webhook_life"]


def polling_life(connector: Connector, mock: MockService, operation_id: str, send: Send) -> list[Step]:
    """From the first poll through new items, errors, a pause and many items at once.

    The first failed step is the last. Every item that the mock makes has to start exactly one run.
    """
    return lived(PollingLife(connector, mock, operation_id, send).acts())


def webhook_life(connector: Connector, mock: MockService, operation_id: str, send: Send) -> list[Step]:
    """From saving through an event, editing, a pause and new credentials to deleting.

    The first failed step is the last. No step may leave a webhook behind that it does not need.
    """
    return lived(WebhookLife(connector, mock, operation_id, send).acts())
