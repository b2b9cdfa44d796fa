"""The pages of a long list, one after the other: `x-ms-pageable`.

Source: https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from connkit.core import Send, UserError
from connkit.model import Connector, Operation
from connkit.model.shape import as_object, as_text
from connkit.runtime.bodies import parsed
from connkit.runtime.connection import Credentials
from connkit.runtime.invoke import Invocation, called_invocation, invoke
from connkit.runtime.outgoing import (
    build_request,
    credentials_base,
    find_operation,
    location_request,
    same_origin,
)
from connkit.runtime.policies import Called, PolicyTrace, Setting, Trace, call, policies_of
from connkit.runtime.switches import EmulatorSwitches
from connkit.runtime.written import headers_of
from connkit.semantics.routing import join

PAGEABLE = "x-ms-pageable"
MOST_PAGES = 100
_OF_BODY = "content-type"


@dataclass(frozen=True, slots=True)
class Page:
    """One page; where no other follows although its answer names one, or should, `stopped` says why."""

    invocation: Invocation
    stopped: str = ""


def pages(
    connector: Connector,
    connection: Credentials,
    operation_id: str,
    parameters: Mapping[str, Any],
    send: Send,
    limit: int = MOST_PAGES,
    trace: Trace | None = None,
    switches: EmulatorSwitches = EmulatorSwitches(),
    policy_trace: PolicyTrace | None = None,
) -> Iterator[Page]:
    """Every page as it comes, at most `limit`; UserError for an operation without pages, OSError without an answer."""
    operation = find_operation(connector, operation_id)
    link_name = _link_name(operation)
    setting = Setting(connector, connection, operation, send, switches, policy_trace)
    made = invoke(connector, connection, operation_id, parameters, send, trace, switches, policy_trace)
    headers = build_request(connector, connection, operation, parameters, switches).headers
    asked = {made.request.url}
    for number in range(1, limit + 1):
        link, stopped = _next(setting, made, link_name)
        if link in asked:
            stopped = f"the link to page {number + 1} leads to a page that was asked for already"
        elif link and number == limit:
            stopped = f"page {number + 1} is not asked for, because the limit is {limit}"
        yield Page(made, stopped)
        if stopped or not link:
            return
        asked.add(link)
        made = called_invocation(connector, operation, _followed(setting, headers, made, link, trace))
        asked.add(made.request.url)


def _link_name(operation: Operation) -> str:
    name = as_text(as_object(operation.raw.get(PAGEABLE)).get("nextLinkName"))
    if not name:
        raise UserError(f"{operation.label} has no {PAGEABLE} with a nextLinkName, so all it lists is one page")
    return name


def _next(setting: Setting, made: Invocation, name: str) -> tuple[str, str]:
    """The address of the next page, '' for none, and why one that is named cannot be followed."""
    if made.problems:
        return "", str(made.problems[0])
    if not made.response.succeeded:
        return "", f"the page was answered with status {made.response.status}"
    try:
        body = parsed(made.response.body)
    except ValueError:
        return "", "the page is no JSON, so it names no next one"
    link = as_object(body).get(name)
    if link is None or link == "":
        return "", ""
    if not isinstance(link, str):
        return "", f"'{name}' of the page is no text, but has to be the address of the next one"
    if setting.switches.relative_next_link_followed:
        link = urljoin(made.request.url, link)
    return _checked(link, name)


def _checked(link: str, name: str) -> tuple[str, str]:
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    plain = link.isascii() and link.isprintable() and " " not in link
    return (link, "") if good and plain else ("", f"'{name}' of the page is '{link}', which is no absolute address")


def _followed(setting: Setting, headers: Mapping[str, str], made: Invocation, link: str, trace: Trace | None) -> Called:
    """The answer to a next page's address; below the connector's own, policies act and the `headers` are repeated."""
    switches, base = setting.switches, setting.connector.base_url
    rewritten = any(
        policy.template_id == "updatenextlink" for policy in policies_of(setting.connector, setting.operation)
    )
    below = _below(link, base) or _below(link, made.base_url)
    through = rewritten or switches.direct_next_page_has_credentials
    if below and through:
        request = location_request(base, setting.connection, "GET", join(base, below), switches)
        kept = [pair for pair in headers.items() if switches.next_page_repeats_headers and pair[0].lower() != _OF_BODY]
        return call(setting, replace(request, headers=headers_of(kept, request.headers.items())), trace)
    home = credentials_base(setting.connector, made.base_url, switches)
    connection = setting.connection if through else Credentials()
    request = location_request(home, connection, "GET", link, switches)
    response = setting.send(request)
    if trace is not None:
        trace(request, response)
    return Called(request, response, made.base_url)


def _below(link: str, base_url: str) -> str:
    """Path and query of an address from where the base URL ends, '' for one that is not below it."""
    address, base = urlsplit(link), urlsplit(base_url)
    path = address.path or "/"
    if not same_origin(link, base_url) or not path.startswith(base.path.rstrip("/") + "/"):
        return ""
    return path[len(base.path.rstrip("/")) :] + (f"?{address.query}" if address.query else "")
