"""A request of an operation, sent through its policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from connkit.core import Request, Response, Send
from connkit.model import Operation
from connkit.runtime.outgoing import credentials_base, location_request, operation_path
from connkit.runtime.policies.exchange import Setting
from connkit.runtime.policies.outcomes import PolicyProblem
from connkit.runtime.policies.running import begin, policies_of, run_policies
from connkit.semantics.routing import join, path_values

Trace = Callable[[Request, Response], None]
NOT_SENT = 502  # what the platform's gateway answers when it cannot make the request


@dataclass(frozen=True, slots=True)
class Called:
    """What a call came to: the request as policies left it, and the answer as they left that.

    Where a policy failed and nothing was sent, `sent` is false and the answer is an empty 502 of the platform itself.
    `base_url` is where the operation was called, `unauthenticated` that its connection has to be renewed.
    """

    request: Request
    response: Response
    base_url: str
    problems: tuple[PolicyProblem, ...] = ()
    sent: bool = True
    unauthenticated: bool = False


def call(setting: Setting, request: Request, trace: Trace | None = None) -> Called:
    """Sends the request through the operation's policies; OSError when no answer comes.

    `trace` sees every request as sent with the answer as it came, those that policies make themselves too.
    """
    send = setting.send if trace is None else _traced(setting.send, trace)
    policies = policies_of(setting.connector, setting.operation)
    exchange = begin(replace(setting, send=send), request)
    exchange, problems = run_policies(policies, exchange)
    if problems and setting.switches.failed_policy_stops:
        return Called(exchange.request, Response(NOT_SENT), exchange.base_url, tuple(problems), sent=False)
    exchange = replace(exchange, response=send(exchange.request))
    exchange, more = run_policies(policies, exchange)
    assert exchange.response is not None
    return Called(
        exchange.request,
        exchange.response,
        exchange.base_url,
        (*problems, *more),
        unauthenticated=exchange.unauthenticated,
    )


def call_location(setting: Setting, base_url: str, method: str, url: str) -> Called:
    """Calls an address that the service named, where `base_url` is where the service is; OSError without an answer.

    By a switch, the policies of the operation that stands at that address act on the call.
    """
    home = credentials_base(setting.connector, base_url, setting.switches)
    request = location_request(home, setting.connection, method, url, setting.switches)
    operation = _operation_at(setting, base_url, request) if setting.switches.policies_on_location else None
    if operation is None:
        return Called(request, setting.send(request), base_url)
    below = request.url[len(base_url.rstrip("/")) :]
    moved = replace(request, url=join(setting.connector.base_url, below))
    return call(replace(setting, operation=operation), moved)


def _operation_at(setting: Setting, base_url: str, request: Request) -> Operation | None:
    address, base = request.url.partition("?")[0], base_url.rstrip("/")
    if not address.startswith(f"{base}/"):
        return None
    for operation in setting.connector.operations:
        path = operation_path(setting.connector, operation, setting.switches)
        if operation.method.upper() == request.method and path_values(path, address[len(base) :]) is not None:
            return operation
    return None


def _traced(send: Send, trace: Trace) -> Send:
    def traced(request: Request) -> Response:
        response = send(request)
        trace(request, response)
        return response

    return traced
