"""The life of a polling trigger.

Protocol: https://learn.microsoft.com/connectors/custom-connectors/create-polling-trigger; without the policy the
service speaks it itself: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from connkit.core import Request, Response, Send, UserError
from connkit.model import Connector
from connkit.model.shape import as_object
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import check_response
from connkit.runtime.outgoing import build_request, find_operation, polling_policy
from connkit.runtime.pacing import retry_after
from connkit.runtime.policies import Called, PolicyTrace, Setting, call, call_location
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.expressions import ExpressionError, UnsupportedExpression, as_text, evaluate
from connkit.semantics.policy_templates import NEXT_LINK
from connkit.semantics.values import Mismatch

MINIMUM_RECURRENCE = 60.0  # seconds; https://learn.microsoft.com/power-automate/limits-and-config
MAXIMUM_RECURRENCE = 500 * 86_400.0


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: 200 starts the `runs`, 202 starts none, anything else is a refusal or a failed policy.

    `next_in` is how many seconds later the platform polls again.
    """

    status: int
    runs: tuple[Any, ...]
    state: Mapping[str, str]
    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...] = ()
    problem: str = ""
    items: tuple[Any, ...] = ()
    next_in: float = MINIMUM_RECURRENCE


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an answer means: the items that are new, and what the next poll is to send."""

    status: int
    state: Mapping[str, str]
    items: tuple[Any, ...] = ()
    runs: tuple[Any, ...] = ()


class PollingTrigger:
    """A flow's polling trigger, from switching it on; `state` is what the next poll sends.

    The state of a trigger without a pollingtrigger policy is the `Location` that the service named last. One with
    it reads pages as the operation's other policies left them. `recurrence` is in seconds. A poll that fails changes
    no state, and neither does switching off: what is new meanwhile starts its runs after switching on.
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
        recurrence: float = MINIMUM_RECURRENCE,
    ) -> None:
        if not MINIMUM_RECURRENCE <= recurrence <= MAXIMUM_RECURRENCE:
            raise UserError(f"a recurrence of {recurrence:g} s is not possible; the platform takes 60 s to 500 days")
        self._connector = connector
        self._connection = connection
        self._operation = find_operation(connector, operation_id)
        self._policy = polling_policy(connector, operation_id)
        self._parameters = dict(parameters)
        self._switches = switches
        self._setting = Setting(connector, connection, self._operation, send, switches, policy_trace)
        self._base_url = connector.base_url
        self._recurrence = recurrence
        self._started = False
        self.on = True
        self.state: Mapping[str, str] = {}

    def disable(self) -> None:
        self.on = False

    def enable(self) -> None:
        self.on = True

    def poll(self) -> Poll:
        """Asks the service once. The first answer only marks the start; OSError when no answer comes.

        UserError while the trigger is off.
        """
        if not self.on:
            raise UserError(f"{self._operation.label} is off, so the platform does not poll")
        poll = self._asked()
        return replace(poll, next_in=self._next_in(poll))

    def _next_in(self, poll: Poll) -> float:
        if self._policy is not None and not self._switches.policy_passes_retry_after:
            return self._recurrence
        asked = retry_after(poll.response)
        if asked is None:
            return self._recurrence
        hastened = poll.status == 200 and self._switches.retry_after_hastens_after_runs
        return asked if hastened else max(asked, self._recurrence)

    def _asked(self) -> Poll:
        called = self._call()
        request, response = called.request, called.response
        if called.problems:
            told = "; ".join(map(str, called.problems))
            return Poll(502, (), self.state, request, response, problem=told)
        self._base_url = called.base_url
        mismatches = tuple(check_response(self._connector, self._operation, response))
        try:
            outcome = self._outcome(request, response)
        except (ExpressionError, UnsupportedExpression, ValueError) as error:
            return Poll(502, (), self.state, request, response, mismatches, f"the policy failed: {error}")
        if outcome is None:
            return Poll(response.status, (), self.state, request, response, mismatches, self._refusal(response))
        self._started, self.state = True, outcome.state
        return Poll(outcome.status, outcome.runs, self.state, request, response, mismatches, items=outcome.items)

    def _call(self) -> Called:
        if "Location" in self.state and self._policy is None:
            return call_location(self._setting, self._base_url, self._operation.method.upper(), self.state["Location"])
        state = self.state
        if not self._started and self._switches.first_poll_sends_default:
            state = self._defaults()
        request = build_request(
            self._connector, self._connection, self._operation, self._parameters, self._switches, state
        )
        return call(self._setting, request)

    def _defaults(self) -> dict[str, str]:
        names = self._config()
        return {
            parameter.name: as_text(parameter.default)
            for parameter in self._operation.parameters
            if parameter.name in names and parameter.location == "query" and parameter.has_default
        }

    def _config(self) -> dict[str, Any]:
        """Query parameters and their expressions, without the reserved name and a name that is empty."""
        configured = as_object((self._policy or {}).get("triggerConfig"))
        return {name: value for name, value in configured.items() if name and name != NEXT_LINK}

    def _refusal(self, response: Response) -> str:
        if self._policy is None:
            return f"the service answered {response.status}; no pollingtrigger policy names this operation"
        return f"the service answered {response.status}"

    def _outcome(self, request: Request, response: Response) -> _Outcome | None:
        """None where the service refused."""
        if self._policy is None:
            return self._by_service(request, response) if response.status in (200, 202) else None
        return self._by_policy(parsed(response.body)) if response.status == 200 else None

    def _by_service(self, request: Request, response: Response) -> _Outcome:
        location = response.header("Location")
        state = {"Location": urljoin(request.url, location)} if location else {}
        if response.status == 202:
            return _Outcome(202, state)
        body = parsed(response.body)
        items = self._split(body)
        return _Outcome(200, state, items, items if self._operation.trigger == "batch" else (body,))

    def _split(self, body: Any) -> tuple[Any, ...]:
        """The items as the designer would split them: the body, or the array that its schema names first."""
        if isinstance(body, list):
            return tuple(body)
        answer = self._operation.success_response
        properties = as_object(self._connector.resolve(answer.schema if answer else {}).get("properties"))
        for name, raw in properties.items():
            items = as_object(body).get(name)
            if self._connector.resolve(raw).get("type") == "array" and isinstance(items, list):
                return tuple(items)
        return (body,)

    def _by_policy(self, body: Any) -> _Outcome:
        items = self._items(body)
        if not self._started:
            return _Outcome(202, self._first_state(body, bool(items)))
        if not items:
            return _Outcome(202, self.state)
        runs = tuple(items) if self._operation.trigger == "batch" else (body,)
        return _Outcome(200, self._new_state(body), tuple(items), runs)

    def _items(self, body: Any) -> list[Any]:
        path = (self._policy or {}).get("triggerDataPath")
        if not isinstance(path, str):
            raise UnsupportedExpression("the pollingtrigger policy has no triggerDataPath")
        items = evaluate(path, body)
        if items is None and self._switches.null_list_is_empty:
            return []
        if not isinstance(items, list):
            raise ExpressionError(f"'{path}' is no array")
        return items

    def _first_state(self, body: Any, any_items: bool) -> Mapping[str, str]:
        try:
            return self._new_state(body)
        except ExpressionError:
            if any_items or not self._switches.empty_first_page_keeps_default:
                raise
            return self._defaults()

    def _new_state(self, body: Any) -> dict[str, str]:
        if not as_object((self._policy or {}).get("triggerConfig")):
            raise UnsupportedExpression("the pollingtrigger policy has no triggerConfig")
        return {name: as_text(evaluate(as_text(value), body)) for name, value in self._config().items()}
