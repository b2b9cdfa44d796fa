"""The life of a webhook trigger.

Protocol: https://learn.microsoft.com/connectors/custom-connectors/create-webhook-trigger
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from connkit.core import Pointer, Request, Response, Send, UserError
from connkit.model import Connector, Parameter
from connkit.model.shape import as_object
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import check_response
from connkit.runtime.outgoing import build_request, find_operation
from connkit.runtime.policies import PolicyProblem, PolicyTrace, Setting, call
from connkit.runtime.removal import NOTHING, Leak, Place, Removal, is_unclear, remove
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.transports import without_query
from connkit.semantics.values import Mismatch, check_value

__all__ = ["Leak", "Notification", "Registration", "Removal", "WebhookTrigger"]


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
class Notification:
    """A notification as the flow receives it."""

    outputs: Any
    mismatches: tuple[Mismatch, ...]


class WebhookTrigger:
    """A flow's webhook trigger; `location` is where the platform will remove the webhook.

    `leaks` names every webhook that may be left behind, the oldest first. `retrying` wraps what sends a request, so
    that each attempt is seen: a registration whose answer was lost may have been made all the same.
    """

    def __init__(
        self,
        connector: Connector,
        connection: Credentials,
        operation_id: str,
        parameters: Mapping[str, Any],
        send: Send,
        switches: EmulatorSwitches = EmulatorSwitches(),
        policy_trace: PolicyTrace | None = None,
        retrying: Callable[[Send], Send] = lambda send: send,
    ) -> None:
        self._connector = connector
        self._operation = find_operation(connector, operation_id)
        self._parameters = dict(parameters)
        self._switches = switches
        self._register = retrying(self._doubted(send))
        self._setting = Setting(connector, connection, self._operation, retrying(send), switches, policy_trace)
        self._place = Place(connector.base_url)
        self._leaks: list[Leak] = []

    @property
    def location(self) -> str | None:
        return self._place.location

    @property
    def leaks(self) -> tuple[Leak, ...]:
        return tuple(self._leaks)

    def enable(self, callback_url: str) -> Registration:
        """Registers the callback URL, as saving a flow and switching it on do.

        UserError when the definition has no place for it, OSError when no answer comes.
        """
        self._forgotten()
        called = call(replace(self._setting, send=self._register), self._registration(callback_url))
        request, response = called.request, called.response
        registered = response.succeeded
        location = response.header("Location") if registered else None
        self._place = Place(called.base_url, registered, urljoin(request.url, location) if location else None)
        mismatches = tuple(check_response(self._connector, self._operation, response)) if called.sent else ()
        return Registration(registered, self.location, request, response, mismatches, called.problems, called.sent)

    def _doubted(self, send: Send) -> Send:
        """Notes each attempt to register after which nobody knows whether the service did."""

        def sent(request: Request) -> Response:
            try:
                response = send(request)
            except OSError:
                self._doubt(request, "no answer came")
                raise
            if is_unclear(response.status):
                self._doubt(request, f"the service answered {response.status}")
            return response

        return sent

    def _doubt(self, request: Request, outcome: str) -> None:
        if request.method != "GET":  # which a policy may send before the registration
            where = without_query(request.url)
            told = f"{outcome} to {request.method} {where}, which may have registered a webhook all the same"
            self._leaks.append(Leak(f"a webhook may be leaked: {told}", certain=False))

    def _registration(self, callback_url: str) -> Request:
        operation = self._operation
        if not operation.notification_urls or operation.body is None:
            raise UserError(
                f"{operation.operation_id} has no property marked x-ms-notification-url in its body; "
                "the platform would not know where to put the callback URL"
            )
        given = {**self._parameters, **self._body(operation.body, callback_url)}
        return build_request(self._connector, self._setting.connection, operation, given, self._switches)

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
        """Removes the webhook, as switching a flow off and deleting it do.

        What could not be removed is one of the `leaks` from then on, and never tried again.
        """
        place, self._place = self._place, Place(self._place.base_url)
        return self._noted(place, remove(self._setting, place))

    def edit(self, callback_url: str, parameters: Mapping[str, Any] | None = None) -> tuple[Removal, Registration]:
        """What saving a changed trigger does: the old webhook is removed, a new one registered."""
        self._parameters = dict(self._parameters if parameters is None else parameters)
        if not self._switches.edit_removes_first:
            return self._registered_first(callback_url)
        return self.disable(), self.enable(callback_url)

    def renew(self, connection: Credentials, callback_url: str) -> tuple[Removal, Registration]:
        """What renewing the connection's credentials does: the webhook is registered again, with the new ones."""
        self._setting = replace(self._setting, connection=connection)
        if self._switches.renewal_removes_old:
            return self.edit(callback_url)
        return self._forgotten(), self.enable(callback_url)

    def _registered_first(self, callback_url: str) -> tuple[Removal, Registration]:
        old, self._place = self._place, Place(self._place.base_url)
        try:
            registration = self.enable(callback_url)
        finally:
            new, self._place = self._place, old
        if not registration.registered:
            return (_KEPT if old.registered else NOTHING), registration
        removal = self.disable()
        self._place = new
        return removal, registration

    def _forgotten(self) -> Removal:
        place, self._place = self._place, Place(self._place.base_url)
        return self._noted(place, _AGAIN if place.registered else NOTHING)

    def _noted(self, place: Place, removal: Removal) -> Removal:
        if not removal.removed:
            self._leaks.append(Leak(removal.detail, removal.certain, place.location))
        return removal


_AGAIN = Removal(False, "the webhook is leaked: the platform registered another and did not remove it")
_KEPT = Removal(False, "the old webhook stays, because the new one was refused")


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
