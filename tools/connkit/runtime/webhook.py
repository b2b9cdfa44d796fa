"""The life of a webhook trigger.

Protocol: https://learn.microsoft.com/connectors/custom-connectors/create-webhook-trigger
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from connkit.core import Pointer, Request, Response, Send, UserError
from connkit.model import Connector, Parameter
from connkit.model.shape import as_object
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import check_response
from connkit.runtime.outgoing import build_request, find_operation, same_origin
from connkit.runtime.policies import PolicyProblem, PolicyTrace, Setting, call, call_location
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.values import Mismatch, check_value


@dataclass(frozen=True, slots=True)
class Registration:
    """The answer to switching a trigger on; without `location` nothing can remove the webhook.

    Where a policy failed, `problems` tell it; where it was the request's, nothing was `sent`.
    """

    registered: bool
    location: str | None
    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...]
    problems: tuple[PolicyProblem, ...] = ()
    sent: bool = True


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a webhook stands: the address the operation was called at, and the Location if there was one."""

    base_url: str
    registered: bool = False
    location: str | None = None


class WebhookTrigger:
    """A flow's webhook trigger; `location` is where the platform will remove the webhook."""

    def __init__(
        self,
        connector: Connector,
        connection: Credentials,
        operation_id: str,
        parameters: Mapping[str, Any],
        send: Send,
        switches: EmulatorSwitches = EmulatorSwitches(),
        policy_trace: PolicyTrace | None = None,
    ) -> None:
        self._connector = connector
        self._connection = connection
        self._operation = find_operation(connector, operation_id)
        self._parameters = dict(parameters)
        self._switches = switches
        self._setting = Setting(connector, connection, self._operation, send, switches, policy_trace)
        self._place = _Place(connector.base_url)

    @property
    def location(self) -> str | None:
        return self._place.location

    def enable(self, callback_url: str) -> Registration:
        """Registers the callback URL; UserError when the definition has no place for it."""
        called = call(self._setting, self._registration(callback_url))
        request, response = called.request, called.response
        registered = 200 <= response.status < 300
        location = response.header("Location") if registered else None
        self._place = _Place(called.base_url, registered, urljoin(request.url, location) if location else None)
        mismatches = tuple(check_response(self._connector, self._operation, response)) if called.sent else ()
        return Registration(registered, self.location, request, response, mismatches, called.problems, called.sent)

    def _registration(self, callback_url: str) -> Request:
        operation = self._operation
        if not operation.notification_urls or operation.body is None:
            raise UserError(
                f"{operation.operation_id} has no property marked x-ms-notification-url in its body; "
                "the platform would not know where to put the callback URL"
            )
        given = {**self._parameters, **self._body(operation.body, callback_url)}
        return build_request(self._connector, self._connection, operation, given, self._switches)

    def _body(self, parameter: Parameter, callback_url: str) -> dict[str, Any]:
        """The body under its parameter's name, the callback URL put in wherever the definition wants it."""
        properties = as_object(self._connector.resolve(parameter.schema).get("properties"))
        taken = {other.name for other in self._operation.parameters if other.location != "body"}
        whole = self._parameters.get(parameter.name)
        named = {name: value for name, value in self._parameters.items() if name in properties and name not in taken}
        body: Any = copy.deepcopy(whole if isinstance(whole, dict) else named)
        for field in self._operation.notification_urls:
            body = _put(body, field.path, callback_url)
        return {**{name: body[name] for name in named if name in body}, parameter.name: body}

    def receive(self, request: Request) -> Notification:
        """The outputs of the run that a notification starts."""
        try:
            outputs = parsed(request.body)
        except ValueError:
            problem = Mismatch(Pointer(), "body", "the notification is no JSON")
            return Notification(None, (problem,))
        schema = self._operation.notification_schema
        return Notification(outputs, tuple(check_value(outputs, schema, self._connector.resolve)))

    def disable(self) -> Removal:
        """Calls DELETE on the Location with the connection's credentials and nothing else."""
        if not self._place.registered:
            return Removal(True, "no webhook was registered")
        if self.location is None:
            return Removal(
                False,
                "the webhook is leaked and stays behind, because the registration named no Location; "
                "the service has to answer 201 with a Location header",
            )
        if not self.location.startswith(("https://", "http://")):
            return Removal(False, f"the webhook is leaked: its Location '{self.location}' is no https address")
        called = call_location(self._setting, self._place.base_url, "DELETE", self.location)
        request, response = called.request, called.response
        if called.problems:
            return Removal(False, f"the webhook is leaked: {called.problems[0]}", request, response)
        if response.status in (404, 410) or 200 <= response.status < 300:
            self._place = _Place(self._place.base_url)
            return Removal(True, f"the service answered {response.status}", request, response)
        return Removal(False, self._leaked(request, response), request, response)

    def _leaked(self, request: Request, response: Response) -> str:
        where = urlsplit(request.url)._replace(query="", fragment="").geturl()
        told = f"the webhook is leaked: the service answered {response.status} to DELETE {where}"
        if same_origin(request.url, self._place.base_url):
            return told
        return f"{told}, which is not on {self._place.base_url} and so got no credentials"

    def edit(self, callback_url: str, parameters: Mapping[str, Any] | None = None) -> tuple[Removal, Registration]:
        """What saving a changed trigger does: the old webhook is removed, a new one registered."""
        changed = dict(self._parameters if parameters is None else parameters)
        if self._switches.edit_removes_first:
            removal = self.disable()
            self._parameters = changed
            return removal, self.enable(callback_url)
        old, self._parameters = self._place, changed
        registration = self.enable(callback_url)
        new, self._place = self._place, old
        removal = self.disable()
        self._place = new
        return removal, registration


def _put(value: Any, path: tuple[str, ...], callback_url: str) -> Any:
    """The value with the callback URL at a path, where "[]" stands for the items of an array."""
    if not path:
        return callback_url
    name, rest = path[0], path[1:]
    if name == "[]":
        items = value if isinstance(value, list) and value else [None]
        return [_put(item, rest, callback_url) for item in items]
    known = as_object(value)
    return {**known, name: _put(known.get(name), rest, callback_url)}
