"""Invokes every operation of every connector below a folder once, on a service in memory that echoes what it gets.

    python tools/benchmarks/invoke_over_corpus.py ../shared/corpus

Input is made up from the definition by a few lines here, until connkit makes example values itself. Then every dynamic
choice and schema is asked for, and every paged list followed. Prints counts, and each kind of refusal with the first
operation that met it. Exits 1 on a traceback.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connkit.core import Request, Response, UserError
from connkit.load import find_connectors, read_document
from connkit.model import Connector, Operation
from connkit.model.schema import whole_schema
from connkit.runtime.connection import Credentials
from connkit.runtime.dynamic import dynamic_values, resolve_schemas
from connkit.runtime.dynamic.choices import dynamic_inputs, source_of
from connkit.runtime.invoke import Invocation, invoke
from connkit.runtime.pages import PAGEABLE, pages
from connkit.runtime.unsupported import unsupported

ADDRESS, WORD = "https://tenant.example", "a b/ä"
_QUOTED = re.compile(r"'[^']*'")


class Tally:
    """Counts, and the first example of each kind."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter({"connectors": 0, "operations": 0, "invoked": 0, "tracebacks": 0})
        self.examples: dict[str, str] = {}

    def add(self, kind: str, example: str = "") -> None:
        self.counts[kind] += 1
        self.examples.setdefault(kind, example)

    def attempt(self, what: str, act: Callable[[], Any]) -> Any:
        """The result, None where there is none: a refusal or a traceback is counted."""
        try:
            return act()
        except UserError as error:
            self.add(f"refused: {_kind(str(error))}", f"{what}: {error}")
        except Exception:
            self.add("tracebacks")
            print(f"{what}: {traceback.format_exc()}")
        return None


def _kind(message: str) -> str:
    """A message without what differs from one connector to the next."""
    without = re.sub(r"(; (?:there (?:is|are)|its inputs are|the connector has|it has) ).*", "", message)
    return re.sub(r"\b(of|from|path of|for|answer of) [^\s:;,]+", r"\1 X", _QUOTED.sub("'…'", without))


def main(corpus: str) -> int:
    began = time.perf_counter()
    tally = Tally()
    for connector in _connectors(Path(corpus), tally):
        tally.add("connectors")
        for _ in tally.attempt(connector.folder, lambda connector=connector: unsupported(connector)) or ():
            tally.add("things that unsupported() names")
        for operation in connector.operations:
            _tried(connector, operation, tally)
    for name, count in sorted(tally.counts.items(), key=lambda pair: -pair[1]):
        print(f"{count:6} {name}" + (f"\n       first: {tally.examples[name]}" if tally.examples.get(name) else ""))
    print(f"{time.perf_counter() - began:6.1f} seconds")
    return 1 if tally.counts["tracebacks"] else 0


def _connectors(corpus: Path, tally: Tally) -> Any:
    for files in find_connectors([corpus]):
        definition, properties = (_read(path) for path in (files.definition, files.properties))
        if definition:
            yield Connector(definition, properties, files.folder.name)
        else:
            tally.add("definitions that are no JSON")


def _read(path: Path | None) -> dict[str, Any]:
    """The document; one with raw control characters is read too, because the linter has told that already."""
    if path is None:
        return {}
    value = read_document(path, path.name).value
    with contextlib.suppress(ValueError):
        value = json.loads(path.read_text("utf-8-sig"), strict=False) if value is None else value
    return value if isinstance(value, dict) else {}


def _tried(connector: Connector, operation: Operation, tally: Tally) -> None:
    what = f"{connector.folder}: {operation.label}"
    tally.add("operations")
    if connector.operation(operation.operation_id) is not operation:
        tally.add("operations whose operationId is missing or another's", what)
        return
    given, connection = _inputs(connector, operation), _connection(connector)
    name = operation.operation_id
    made = tally.attempt(what, lambda: invoke(connector, connection, name, given, _echo))
    if made is not None:
        tally.add("invoked")
        _looked_at(made, tally, what)
    for one in dynamic_inputs(connector, operation):
        choices = tally.attempt(
            what,
            lambda one=one: dynamic_values(
                connector, connection, name, one, given, _answering(connector, operation, one)
            ),
        )
        if choices is not None:
            told = f"no choices: {_kind(choices.problem)}" if choices.problem else "inputs whose choices were listed"
            tally.add(told, f"{what}: {choices.problem}" if choices.problem else what)
    resolved = tally.attempt(what, lambda: resolve_schemas(connector, connection, name, given, _echo))
    for schema in resolved.schemas if resolved else ():
        tally.add("dynamic schemas asked for" if schema.invocation else f"no schema: {_kind(schema.problem)}", what)
    if PAGEABLE in operation.raw:
        followed = tally.attempt(what, lambda: list(pages(connector, connection, name, given, _endless(), 3)))
        tally.add(f"paged lists, of which {len(followed or ())} of 3 pages came", what)


def _looked_at(made: Invocation, tally: Tally, what: str) -> None:
    for problem in made.problems:
        tally.add(f"a policy could not run ({problem.kind})", f"{what}: {problem}")
    if made.sent and ("{" in urlsplit(made.request.url).path or not urlsplit(made.request.url).hostname):
        tally.add("addresses that no service has", f"{what}: {made.request.url}")


def _echo(request: Request) -> Response:
    seen = {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": repr(request.body)}
    return Response(200, {"Content-Type": "application/json"}, json.dumps(seen).encode())


def _answering(connector: Connector, operation: Operation, name: str) -> Callable[[Request], Response]:
    """A service that answers as the operation promises that gives an input its choices, or by an echo."""
    asked = connector.operation(source_of(connector, operation, name).operation_id)
    shown = asked.success_response if asked else None
    if shown is None or not shown.schema:
        return _echo
    answer = json.dumps(_sample(connector, shown.schema, 5)).encode()
    return lambda _: Response(200, {}, answer)


def _endless() -> Callable[[Request], Response]:
    """A service whose every page names another."""

    def send(request: Request) -> Response:
        address, _, query = request.url.partition("?")
        number = len(re.findall("page=", query)) + 1
        link = f"{address}?{'&'.join([*filter(None, query.split('&')), f'page={number}'])}"
        return Response(200, {}, json.dumps({"value": [], "nextLink": link, "@odata.nextLink": link}).encode())

    return send


def _connection(connector: Connector) -> Credentials:
    """Something for every connection parameter; an address wherever a policy may begin a host with it."""
    names = [*connector.every_connection_parameter, "api_key", "username", "password"]
    texts = [str(text) for policy in connector.policies for text in policy.parameters.values()]
    names += re.findall(r"connectionParameters\('(token:[^']+)'", " ".join(texts))
    values = {name: ADDRESS if _starts_host(connector, name) else "tenant" for name in names}
    return replace(Credentials({"Authorization": "fake"}), values=values)


def _starts_host(connector: Connector, name: str) -> bool:
    hosts = [str(policy.parameters.get("urlTemplate", "")) for policy in connector.policies]
    return any(re.match(rf"@\w+\('{re.escape(name)}'", host, re.IGNORECASE) for host in hosts)


def _inputs(connector: Connector, operation: Operation) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.location == "body":
            given[parameter.name] = _sample(connector, parameter.schema)
        elif parameter.location == "header":
            value = _sample(connector, parameter.raw)
            given[parameter.name] = "tenant" if value == WORD else value
        else:
            given[parameter.name] = _sample(connector, parameter.raw)
        if _starts_host(connector, parameter.name):
            given[parameter.name] = ADDRESS
    return given


def _sample(connector: Connector, raw: Any, depth: int = 12) -> Any:
    schema = whole_schema(connector.resolve(raw), connector.resolve)
    default = schema.get("default")
    if default is not None and not isinstance(default, (dict, list)):  # many of these lack what they require
        return default
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    kind = schema.get("type") or ("object" if "properties" in schema else "array" if "items" in schema else "string")
    if kind == "object" and depth:
        properties = schema.get("properties")
        shown: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
        return {name: _sample(connector, inside, depth - 1) for name, inside in shown.items()}
    if kind == "array":
        return [_sample(connector, schema.get("items"), depth - 1)] if depth else []
    return {"integer": 1, "number": 1.5, "boolean": True}.get(str(kind), WORD)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
