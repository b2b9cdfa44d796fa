"""The life of a polling trigger with a pollingtrigger policy.

Protocol: https://learn.microsoft.com/connectors/custom-connectors/create-polling-trigger
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from connkit.core import Request, Response, Send
from connkit.model import Connector
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import build_request, check_response, find_operation, polling_policy
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.expressions import ExpressionError, UnsupportedExpression, evaluate
from connkit.semantics.values import Mismatch


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: 200 starts the `runs`, 202 starts none, anything else is the service's refusal."""

    status: int
    runs: tuple[Any, ...]
    state: Mapping[str, str]
    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...] = ()
    problem: str = ""


class PollingTrigger:
    """A flow's polling trigger, from switching it on; `state` is what the next poll sends."""

    def __init__(
        self,
        connector: Connector,
        connection: Credentials,
        operation_id: str,
        parameters: Mapping[str, Any],
        send: Send,
        switches: EmulatorSwitches = EmulatorSwitches(),
    ) -> None:
        self._connector = connector
        self._connection = connection
        self._operation = find_operation(connector, operation_id)
        self._policy = polling_policy(connector, operation_id) or {}
        self._parameters = dict(parameters)
        self._send = send
        self._switches = switches
        self._started = False
        self.state: Mapping[str, str] = {}

    def poll(self) -> Poll:
        """Asks the service once. The first answer only marks the start; OSError when no answer comes."""
        request = build_request(self._connector, self._connection, self._operation, self._inputs())
        response = self._send(request)
        mismatches = tuple(check_response(self._connector, self._operation, response))
        if response.status != 200:
            return Poll(response.status, (), self.state, request, response, mismatches, self._refusal(response))
        try:
            return self._answered(request, response, mismatches)
        except (ExpressionError, UnsupportedExpression, ValueError) as error:
            return Poll(502, (), self.state, request, response, mismatches, f"the policy failed: {error}")

    def _inputs(self) -> dict[str, Any]:
        inputs = {**self._parameters, **self.state}
        if not self._started and not self._switches.first_poll_sends_default:
            return inputs
        for parameter in self._operation.parameters:
            if parameter.internal and parameter.has_default:
                inputs.setdefault(parameter.name, parameter.default)
        return inputs

    def _refusal(self, response: Response) -> str:
        if not self._policy:
            return f"the service answered {response.status}; no pollingtrigger policy names this operation"
        return f"the service answered {response.status}"

    def _answered(self, request: Request, response: Response, mismatches: tuple[Mismatch, ...]) -> Poll:
        body = response.json()
        items = self._items(body)
        first, self._started = not self._started, True
        if not items and (not first or self._switches.empty_first_page_keeps_default):
            return Poll(202, (), self.state, request, response, mismatches)
        self.state = self._new_state(body)
        status: Literal[200, 202] = 202 if first else 200
        return Poll(status, () if first else tuple(items), self.state, request, response, mismatches)

    def _items(self, body: Any) -> list[Any]:
        path = self._policy.get("triggerDataPath")
        if not isinstance(path, str):
            raise UnsupportedExpression("no pollingtrigger policy says where the items are")
        items = evaluate(path, body)
        if items is None:
            return []
        if not isinstance(items, list):
            raise ExpressionError(f"'{path}' is no array")
        return items

    def _new_state(self, body: Any) -> dict[str, str]:
        configured = self._policy.get("triggerConfig")
        if not isinstance(configured, dict):
            raise UnsupportedExpression("the pollingtrigger policy has no triggerConfig")
        return {name: str(evaluate(str(template), body)) for name, template in configured.items()}
