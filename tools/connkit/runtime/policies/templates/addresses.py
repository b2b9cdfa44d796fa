"""Where a request goes."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from connkit.core import Request
from connkit.runtime.outgoing import credentials_base, operation_path, same_origin
from connkit.runtime.policies.exchange import Exchange, query_pairs, query_parts, with_query
from connkit.runtime.policies.job import Job
from connkit.runtime.policies.outcomes import PolicyFailure, ProblemKind
from connkit.runtime.policies.registry import template
from connkit.semantics.policy_templates import ORIGINAL_METHOD
from connkit.semantics.policy_text import Lookup
from connkit.semantics.routing import PLACEHOLDER, join, path_values

_LEGAL = "%/:?[]@!$&'()*+,;=~"  # what an inserted value may bring into a URL; a '#' would cut it off


@template
def dynamichosturl(job: Job) -> Exchange:
    """Puts the address that a template spells in the place of the connector's host and base path."""
    return _moved(job, job.written("urlTemplate"))


@template
def dynamicsubdomain(job: Job) -> Exchange:
    """No page describes this old template; its one published use reads like dynamichosturl."""
    if not job.switches.dynamicsubdomain_sets_host:
        raise PolicyFailure("what dynamicsubdomain does is documented nowhere", ProblemKind.UNSUPPORTED)
    return _moved(job, job.written("urlTemplate"))


@template
def routerequesttoendpoint(job: Job) -> Exchange:
    """Calls another path, where two operations share one, and maybe by another method."""
    exchange = job.exchange
    base = exchange.base_url
    if not job.switches.new_path_follows_base_path:
        base = urlsplit(base)._replace(path="", query="").geturl()
    url = join(base, expanded(job, "newPath"))
    if job.switches.route_keeps_query:
        taken = {name for name, _ in query_pairs(url)}
        old = zip(query_pairs(exchange.request.url), query_parts(exchange.request.url), strict=True)
        url = with_query(url, [*query_parts(url), *(part for (name, _), part in old if name not in taken)])
    method = job.choice("httpMethod")
    method = exchange.first.method if method == ORIGINAL_METHOD else method
    return exchange.with_request(url=url, method=method)


def expanded(job: Job, parameter: str) -> str:
    """A relative address with the operation's path parameters and what expressions stand for put into it."""
    filled = _path_values(job.exchange)
    encoded = "" if job.switches.inserted_values_are_encoded else _LEGAL
    with job.at(parameter):
        return "".join(
            quote(job.exchange.found(part), safe=encoded, errors="surrogatepass")
            if isinstance(part, Lookup)
            else PLACEHOLDER.sub(lambda match: _filled(match[1], filled, job), part)
            for part in job.lookups(parameter)
        )


def _filled(name: str, values: dict[str, str], job: Job) -> str:
    if name in values:
        return values[name]
    has = ", ".join(f"'{own}'" for own in values) or "none"
    label = job.exchange.setting.operation.label
    message = f"'{{{name}}}' is no part of the path of {label}; its parts are {has}"
    raise PolicyFailure(message, ProblemKind.MISTAKE)


def _path_values(exchange: Exchange) -> dict[str, str]:
    """The path parameters of the operation, encoded as they stand in the first request."""
    setting = exchange.setting
    path = exchange.first.url.partition("?")[0][len(setting.connector.base_url.rstrip("/")) :]
    return path_values(operation_path(setting.connector, setting.operation, setting.switches), path) or {}


def _moved(job: Job, address: str) -> Exchange:
    """The exchange at another base address; what the template has after a '?' comes first in the query."""
    exchange = job.exchange
    base, _, query = address.partition("?")
    if not _is_address(base):
        written = job.text("urlTemplate")
        job.failed("urlTemplate", f"'{written}' gives no absolute http or https address; a host needs https:// before")
    if not job.switches.host_url_replaces_base_path:
        base = join(base, exchange.setting.connector.base_path)
    rest = exchange.request.url.partition("?")[0][len(exchange.base_url.rstrip("/")) :]
    parts = [*(query.split("&") if query else []), *query_parts(exchange.request.url)]
    request = replace(exchange.request, url=with_query(join(base, rest), parts))
    if not same_origin(base, credentials_base(exchange.setting.connector, base, job.switches)):
        request = _without_credentials(exchange, request)
    return replace(exchange, request=request, base_url=base)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = text.isprintable() and " " not in text and "#" not in text and "@" not in parts.netloc
    return plain and port_fits and parts.scheme in ("http", "https") and bool(parts.hostname)


def _without_credentials(exchange: Exchange, request: Request) -> Request:
    connection = exchange.setting.connection
    secret = {name.lower() for name in connection.headers}
    headers = {name: value for name, value in request.headers.items() if name.lower() not in secret}
    parts = [part for part in query_parts(request.url) if unquote(part.partition("=")[0]) not in connection.query]
    return replace(request, headers=headers, url=with_query(request.url, parts))
