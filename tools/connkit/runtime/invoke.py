"""One operation with a maker's parameters, as the platform calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connkit.core import Pointer, Request, Response, Send
from connkit.model import Connector, Operation
from connkit.model import Response as DeclaredAnswer
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.inputs import is_file
from connkit.runtime.makers_words import told
from connkit.runtime.outgoing import build_request, find_operation
from connkit.runtime.payloads import is_json
from connkit.runtime.policies import Called, PolicyProblem, PolicyTrace, Setting, Trace, call
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.values import Mismatch, check_value


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was sent, what came back after its policies, and how that differs from the definition.

    Where a policy failed, `problems` tell it; before the request was `sent`, the response is an empty 502.
    `base_url` is where the operation was called; `told` are the mismatches in a maker's words.
    """

    request: Request
    response: Response
    mismatches: tuple[Mismatch, ...]
    problems: tuple[PolicyProblem, ...] = ()
    sent: bool = True
    unauthenticated: bool = False
    base_url: str = ""
    told: tuple[str, ...] = ()


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
    return called_invocation(connector, operation, call(setting, request, trace))


def called_invocation(connector: Connector, operation: Operation, called: Called) -> Invocation:
    """A call of an operation with its answer held against the definition."""
    mismatches = check_response(connector, operation, called.response) if called.sent else []
    schema = answered_schema(operation, called.response.status)
    return Invocation(
        called.request,
        called.response,
        tuple(mismatches),
        called.problems,
        called.sent,
        called.unauthenticated,
        called.base_url,
        tuple(told(mismatch, schema, connector.resolve) for mismatch in mismatches),
    )


def check_response(connector: Connector, operation: Operation, response: Response) -> list[Mismatch]:
    """How an answer differs from what the operation declares for its status."""
    schema = answered_schema(operation, response.status)
    if schema is None and response.status == 202 and operation.is_polling:
        return []
    if schema is None:
        codes = ", ".join(answer.code for answer in operation.responses) or "none"
        return [Mismatch(Pointer(), "status", f"status {response.status} is not declared; declared are {codes}")]
    return check_body(connector, schema, response.body, response.header("Content-Type") or "")


def answered_schema(operation: Operation, status: int) -> dict[str, Any] | None:
    """The schema declared for a status, {} for an answer without one, None for a status that is not declared.

    A 201 without a schema is held against the schema of 200, which the designer shows. A polling trigger need not
    declare 202: it belongs to the platform's protocol, and no maker ever sees it.
    """
    answer = declared_answer(operation, status)
    return answer.schema if answer else None


def declared_answer(operation: Operation, status: int) -> DeclaredAnswer | None:
    """What the operation declares for a status, None where it declares nothing."""
    declared = {answer.code: answer for answer in operation.responses}
    answer = declared.get(str(status)) or declared.get("default")
    if answer is not None and not answer.schema and status == 201:
        return declared.get("200", answer)
    return answer


def check_body(connector: Connector, schema: dict[str, Any], body: bytes, content_type: str = "") -> list[Mismatch]:
    """How a body differs from its schema; without a schema, and for files, it does not.

    It is JSON, except for a string with another content type, which is text as it stands.
    """
    resolved = connector.resolve(schema)
    if not resolved or is_file(resolved):
        return []
    if resolved.get("type") == "string" and content_type and not is_json(content_type):
        return check_value(body.decode(errors="replace"), schema, connector.resolve)
    if not body:
        return [Mismatch(Pointer(), "body", "the body is empty, but the definition promises a schema")]
    try:
        value = parsed(body)
    except ValueError:
        return [Mismatch(Pointer(), "body", "the body is no JSON, but the definition promises a schema")]
    return check_value(value, schema, connector.resolve)
