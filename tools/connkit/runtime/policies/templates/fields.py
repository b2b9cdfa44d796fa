"""Headers and query parameters."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlencode, urlsplit

from connkit.core import Request
from connkit.runtime.bodies import parsed
from connkit.runtime.outgoing import credentials_base, same_origin
from connkit.runtime.policies.exchange import Exchange, query_parts, with_query
from connkit.runtime.policies.job import Job
from connkit.runtime.policies.registry import template
from connkit.runtime.policies.templates.addresses import expanded
from connkit.semantics.expressions import as_text
from connkit.semantics.policy_text import Lookup
from connkit.semantics.routing import join

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # what the name of a header may hold: RFC 9110


@template
def setheader(job: Job) -> Exchange:
    """Sets a header, or adds to it, or leaves one that is there."""
    return _with_header(job, "value", job.text("name"), job.written("value"), job.choice("existsAction"))


@template
def setqueryparameter(job: Job) -> Exchange:
    """Sets a query parameter, or adds to it, or leaves one that is there."""
    name = job.text("name")
    if job.switches.query_names_are_encoded:
        name = unquote(name)
    return _with_parameter(job, name, job.written("value"), job.choice("existsAction"))


@template
def setvaluefromurl(job: Job) -> Exchange:
    """Makes a call of its own and puts a value of the answer into a header or a query parameter."""
    target = job.lookups("parameterTemplate")
    lookup = target[0] if len(target) == 1 else None
    if not isinstance(lookup, Lookup) or lookup.source == "connectionParameters" or lookup.default is not None:
        written = job.text("parameterTemplate")
        job.mistake(
            "parameterTemplate", f"'{written}' names no target; expected @headers('x') or @queryParameters('x')"
        )
    if lookup.source == "queryParameters" and job.exchange.response is not None:
        job.mistake("parameterTemplate", "an answer has no query parameters; expected @headers('x')")
    value = _fetched(job)
    if lookup.source == "headers":
        return _with_header(job, "parameterTemplate", lookup.name, value, "override")
    return _with_parameter(job, lookup.name, value, "override")


def _fetched(job: Job) -> str:
    """The value from the template's own call."""
    path = job.path("parameterValuePathTemplate")
    request = _side_call(job)
    answer = job.exchange.setting.send(request)
    asked = f"{request.method} {job.text('parameterValueUrl')}"  # not the address: a connection's value may be in it
    if not answer.succeeded:
        job.failed("parameterValueUrl", f"{asked} was answered {answer.status}; expected 200 and the value")
    try:
        body = parsed(answer.body)
    except ValueError:
        job.failed("parameterValueUrl", f"{asked} was answered with something that is no JSON")
    with job.at("parameterValuePathTemplate"):
        value = path.read({"body": body})
    if value is None:
        job.failed("parameterValuePathTemplate", f"'{path.text}' is null in the answer to {asked}")
    return as_text(value)


def _side_call(job: Job) -> Request:
    """The call as it goes out: to another host without any header, so that no credentials get there."""
    exchange = job.exchange
    method = job.choice("httpMethod")
    written = expanded(job, "parameterValueUrl")
    url = written if urlsplit(written).scheme in ("http", "https") else join(exchange.base_url, written)
    foreign = job.switches.credentials_to_foreign_side_call
    if not (same_origin(url, exchange.base_url) or foreign):
        return Request(method, url)
    body = exchange.request.body if job.switches.side_call_carries_body else b""
    home = credentials_base(exchange.setting.connector, exchange.base_url, job.switches)
    if same_origin(url, home) or foreign:
        own = urlencode(exchange.setting.connection.query, quote_via=quote)
        url = with_query(url, [*query_parts(url), *([own] if own else [])])
    return Request(method, url, dict(exchange.request.headers), body)


def _with_header(job: Job, parameter: str, name: str, value: str, action: str) -> Exchange:
    if not _TOKEN.fullmatch(name):
        job.mistake("name", f"'{name}' is no name that a header can have")
    if not (value.isascii() and value.isprintable()):
        job.failed(parameter, f"the value for the header '{name}' holds what no header can carry, such as a line break")
    headers = dict(job.exchange.message.headers)
    own = next((given for given in headers if given.lower() == name.lower()), None)
    if own is None:
        headers[name] = value
    elif action == "append":
        headers[own] += f", {value}" if job.switches.append_adds_a_value else value
    elif action == "override":
        headers = {name if given == own else given: text for given, text in headers.items()} | {name: value}
    return job.exchange.with_headers(headers)


def _with_parameter(job: Job, name: str, value: str, action: str) -> Exchange:
    url = job.exchange.request.url
    parts = query_parts(url)
    places = [index for index, part in enumerate(parts) if unquote(part.partition("=")[0]) == name]
    encoded = quote(value, safe="", errors="surrogatepass")
    pair = f"{quote(name, safe='', errors='surrogatepass')}={encoded}"
    if not places or (action == "append" and job.switches.append_adds_a_value):
        parts.append(pair)
    elif action == "append":
        parts[places[-1]] += encoded
    elif action == "override":
        parts = [part for index, part in enumerate(parts) if index not in places[1:]]
        parts[places[0]] = pair
    return job.exchange.with_request(url=with_query(url, parts))
