"""What is particular to answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connkit.runtime.outgoing import same_origin
from connkit.runtime.policies.exchange import Exchange
from connkit.runtime.policies.job import Job
from connkit.runtime.policies.registry import template
from connkit.semantics.paths import ExpressionError, Path, parse_path
from connkit.semantics.routing import join


@template
def updatenextlink(job: Job) -> Exchange:
    """Leads the link to the next page through the connector's own address, where policies and credentials are added.

    The last page has no link, and stays as it is.
    """
    operation = job.exchange.setting.operation
    if "x-ms-pageable" not in operation.raw:
        job.mistake("", f"{operation.label} has no x-ms-pageable, so no next page is ever asked for")
    parent = job.path("nextLinkParentPropertyPath") if job.text("nextLinkParentPropertyPath") else _BODY
    name = job.text("nextLinkPropertyName")
    body = job.exchange.body()
    link = _link(parent, name, body)
    if link is None:
        return job.exchange
    if not isinstance(link, str) or not same_origin(link, job.exchange.base_url):
        job.failed("nextLinkPropertyName", f"'{name}' is no address on the host that the operation was called at")
    holder = parent.read({"body": body})
    changed = {**holder, name: _through_the_connector(job.exchange, link)}
    return job.exchange.with_body(parent.write(body, changed, {"body": body}, make=False))


@template
def setconnectionstatustounauthenticated(job: Job) -> Exchange:
    """Marks the connection as one that has to be renewed, when the service answers with a status."""
    status = job.text("statusCode")
    if not (status.isdecimal() and status.isascii() and len(status) == 3):
        job.mistake("statusCode", f"'{status}' is no status; expected one such as 401")
    answer = job.exchange.response
    if answer is None or answer.status != int(status):
        return job.exchange
    return replace(job.exchange, unauthenticated=True)


_BODY = parse_path("body()", ("body",))


def _link(parent: Path, name: str, body: Any) -> Any:
    try:
        holder = parent.read({"body": body})
    except ExpressionError:
        return None
    return holder.get(name) if isinstance(holder, dict) else None


def _through_the_connector(exchange: Exchange, link: str) -> str:
    """The link with the address that the operation was called at replaced by the connector's own."""
    base = exchange.base_url.rstrip("/")
    if link.startswith(base):
        return join(exchange.setting.connector.base_url, link[len(base) :])
    return link
