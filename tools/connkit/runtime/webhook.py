"""The life of a webhook trigger.

Protocol: https://learn.microsoft.com/connectors/custom-connectors/create-webhook-trigger
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from connkit.core import Pointer, Request, Response, Send, UserError
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import build_request, check_response, find_operation
from connkit.semantics.values import Mismatch, check_value


@dataclass(frozen=True, slots=True)
class Registration:
    """The answer to switching a trigger on; without `location` nothing can remove the webhook."""

    registered: bool
    location: str | None
    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """The outcome of switching a trigger off; `request` is None when there was nothing to call."""

    removed: bool
    detail: str
    request: Request | None = None
    response: Response | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification as the flow receives it."""

    outputs: Any
    mismatches: tuple[Mismatch, ...]


class WebhookTrigger:
    """A flow's webhook trigger; `location` is where the platform will remove the webhook."""

    def __init__(
        self,
        connector: Connector,
        connection: Credentials,
        operation_id: str,
        parameters: Mapping[str, Any],
        send: Send,
    ) -> None:
        self._connector = connector
        self._connection = connection
        self._operation = find_operation(connector, operation_id)
        self._parameters = dict(parameters)
        self._send = send
        self._registered = False
        self.location: str | None = None

    def enable(self, callback_url: str) -> Registration:
        """Registers the callback URL; UserError when the definition has no place for it."""
        request = self._registration(callback_url)
        response = self._send(request)
        self._registered = response.status in (200, 201, 202)
        location = response.header("Location") if self._registered else None
        self.location = urljoin(request.url, location) if location else None
        mismatches = tuple(check_response(self._connector, self._operation, response))
        return Registration(self._registered, self.location, request, response, mismatches)

    def _registration(self, callback_url: str) -> Request:
        fields = self._operation.notification_urls
        body = self._operation.body
        if not fields or body is None:
            raise UserError(
                f"{self._operation.operation_id} has no property marked x-ms-notification-url in its body; "
                "the platform would not know where to put the callback URL"
            )
        given = {**self._parameters, body.name: self._body(callback_url)}
        return build_request(self._connector, self._connection, self._operation, given)

    def _body(self, callback_url: str) -> dict[str, Any]:
        body: dict[str, Any] = dict(self._parameters)
        for field in self._operation.notification_urls:
            target = body
            for name in field.path[:-1]:
                target = target.setdefault(name, {})
            target[field.path[-1]] = callback_url
        return body

    def receive(self, request: Request) -> Notification:
        """The outputs of the run that a notification starts."""
        try:
            outputs = json.loads(request.body)
        except ValueError:
            problem = Mismatch(Pointer(), "body", "the notification is no JSON")
            return Notification(None, (problem,))
        schema = self._operation.notification_schema
        return Notification(outputs, tuple(check_value(outputs, schema, self._connector.resolve)))

    def disable(self) -> Removal:
        """Calls DELETE on the Location with the connection's credentials and nothing else."""
        if not self._registered:
            return Removal(True, "no webhook was registered")
        if self.location is None:
            return Removal(
                False,
                "the webhook stays behind, because the registration named no Location; "
                "the service has to answer 201 with a Location header",
            )
        request = Request("DELETE", self.location, dict(self._connection.headers))
        response = self._send(request)
        if response.status in (200, 202, 204, 404, 410):
            self._registered, self.location = False, None
            return Removal(True, f"the service answered {response.status}", request, response)
        detail = f"the webhook stays behind: the service answered {response.status} to DELETE {request.url}"
        return Removal(False, detail, request, response)

    def edit(self, callback_url: str) -> tuple[Removal, Registration]:
        """What saving a changed trigger does: the old webhook is removed, a new one registered."""
        return self.disable(), self.enable(callback_url)
