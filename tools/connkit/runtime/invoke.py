"""One operation with a maker's parameters, as the platform calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer, Request, Response, Send
from connkit.model import Connector, Operation
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.outgoing import build_request, find_operation
from connkit.runtime.policies import PolicyProblem, PolicyTrace, Setting, Trace, call
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.values import Mismatch, check_value


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was sent, what came back after its policies, and how that differs from the definition.

    Where a policy failed, `problems` tell it; before the request was `sent`, the response is an empty 502.
    """

    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...]
    problems: tuple[PolicyProblem, ...] = ()
    sent: bool = True
    unauthenticated: bool = False


def invoke(
    connector: Connector,
    connection: Credentials,
    operation_id: str,
    parameters: Mapping[str, Any],
    send: Send,
    trace: Trace | None = None,
    switches: EmulatorSwitches = EmulatorSwitches(),
    policy_trace: PolicyTrace | None = None,
) -> Invocation:
    """Calls the operation; UserError for a missing or unknown input, OSError when no answer comes."""
    operation = find_operation(connector, operation_id)
    request = build_request(connector, connection, operation, parameters, switches)
    setting = Setting(connector, connection, operation, send, switches, policy_trace)
    called = call(setting, request, trace)
    mismatches = check_response(connector, operation, called.response) if called.sent else []
    return Invocation(
        called.request, called.response, tuple(mismatches), called.problems, called.sent, called.unauthenticated
    )


def check_response(connector: Connector, operation: Operation, response: Response) -> list[Mismatch]:
    """How an answer differs from what the operation declares for its status.

    A 201 without a schema is held against the schema of 200, which the designer shows. A polling trigger need not
    declare 202: it belongs to the platform's protocol, and no maker ever sees it.
    """
    declared = {answer.code: answer for answer in operation.responses}
    answer = declared.get(str(response.status)) or declared.get("default")
    if answer is None and response.status == 202 and operation.is_polling:
        return []
    if answer is None:
        codes = ", ".join(declared) or "none"
        return [Mismatch(Pointer(), "status", f"status {response.status} is not declared; declared are {codes}")]
    schema = answer.schema
    if not schema and response.status == 201 and "200" in declared:
        schema = declared["200"].schema
    return check_body(connector, schema, response.body)


def check_body(connector: Connector, schema: dict[str, Any], body: bytes) -> list[Mismatch]:
    """How a JSON body differs from its schema; without a schema, and for files, it does not."""
    resolved = connector.resolve(schema)
    if not resolved or resolved.get("type") == "file" or resolved.get("format") == "binary":
        return []
    if not body:
        return [Mismatch(Pointer(), "body", "the body is empty, but the definition promises a schema")]
    try:
        value = parsed(body)
    except ValueError:
        return [Mismatch(Pointer(), "body", "the body is no JSON, but the definition promises a schema")]
    return check_value(value, schema, connector.resolve)
