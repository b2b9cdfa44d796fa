"""Runs every policy of every connector below a folder on requests and answers made up from the definitions.

    python tools/benchmarks/policies_over_corpus.py ../shared/corpus

Each operation's policies run in order, a failed one passed over, so that every instance is tried. Prints counts, and
each instance that did not run on all its operations: as an author's mistake, as not supported, or as failed on the
sample. Exits 1 on a traceback.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from connkit.core import Request, Response, UserError
from connkit.load import find_connectors, read_document
from connkit.model import Connector, Operation, Policy
from connkit.model.policy import policies
from connkit.runtime.connection import API_KEY, Credentials, credentials
from connkit.runtime.outgoing import build_request
from connkit.runtime.policies import PolicyProblem, PolicyStep, Setting, call, policies_of
from connkit.runtime.switches import EmulatorSwitches
from connkit.semantics.paths import UnsupportedExpression
from connkit.semantics.policy_text import Lookup, parse_body_path, parse_policy_text
from connkit.semantics.routing import PLACEHOLDER, join

ADDRESS, WORD = "https://tenant.example", "tenant"
SHOWN = ("connectors", "instances", "ran", "mistake", "unsupported", "failed", "never ran", "tracebacks")
SWITCHES = EmulatorSwitches(failed_policy_stops=False)


def main(corpus: str) -> int:
    began = time.perf_counter()
    counts = Counter(dict.fromkeys(SHOWN, 0))
    lines: list[str] = []
    for connector in _connectors(Path(corpus), counts):
        instances = [policy for policy in connector.policies if policy.template_id != "pollingtrigger"]
        counts["pollingtrigger, which runs in a trigger's life"] += len(connector.policies) - len(instances)
        counts["instances"] += len(instances)
        if instances:
            lines += _tried(connector, instances, counts)
    print("\n".join(lines))
    for name, count in counts.items():
        print(f"{count:6} {name}")
    print(f"{time.perf_counter() - began:6.1f} seconds")
    return 1 if counts["tracebacks"] else 0


def _connectors(corpus: Path, counts: Counter[str]) -> Iterator[Connector]:
    for files in find_connectors([corpus]):
        documents = [_read(path) if path else {} for path in (files.definition, files.properties)]
        counts["connectors"] += 1
        definition, properties = (document if isinstance(document, dict) else None for document in documents)
        if definition is None:
            counts["connectors whose definition is no JSON, called by stand-ins"] += 1
        if properties is None:
            counts["connectors whose properties are no JSON"] += 1
            print(f"mistake: {files.folder.name}: its properties are no JSON, so no policy can be read")
        properties = properties or {}
        yield Connector(definition or _stand_in(properties), properties, files.folder.name)


def _stand_in(properties: dict[str, Any]) -> dict[str, Any]:
    """A definition with the operations that policies name, each with the path parameters that they ask for."""
    paths: dict[str, Any] = {}
    for policy in policies(properties):
        texts = [text for text in policy.parameters.values() if isinstance(text, str)]
        wanted = "".join(f"/{{{name}}}" for text in texts for name in PLACEHOLDER.findall(text))
        for name in policy.operation_names or ("Any",):
            kept = next((path for path in paths if path.startswith(f"/{name}/")), f"/{name}/")
            old = paths.pop(kept, {"post": {"operationId": name}})
            paths[kept.rstrip("/") + (wanted or "/")] = old
    return {"host": "stand-in.example", "paths": paths}


def _read(path: Path) -> Any:
    """The document; one with raw control characters is read too, because the linter has told that already."""
    value = read_document(path, path.name).value
    if value is not None:
        return value
    try:
        return json.loads(path.read_text("utf-8-sig"), strict=False)
    except ValueError:
        return None


def _tried(connector: Connector, instances: list[Policy], counts: Counter[str]) -> Iterator[str]:
    problems: dict[str, PolicyProblem] = {}
    ran: set[str] = set()
    for operation in connector.operations:
        if not policies_of(connector, operation):
            continue
        counts["operations with policies"] += 1
        try:
            for step in _steps(connector, operation):
                ran.add(str(step.policy.pointer))
                if step.problem:
                    problems.setdefault(str(step.policy.pointer), step.problem)
        except Exception:
            counts["tracebacks"] += 1
            yield f"{connector.folder}: {traceback.format_exc()}"
    for policy in instances:
        problem = problems.get(str(policy.pointer))
        if problem:
            counts[problem.kind.value] += 1
            yield f"{problem.kind}: {connector.folder}: {problem}"
        elif str(policy.pointer) in ran:
            counts["ran"] += 1
        else:
            counts["never ran"] += 1
            named = ", ".join(policy.operation_names) or "every operation"
            yield f"never ran: {connector.folder}: policy '{policy.title}' is for {named}"


def _steps(connector: Connector, operation: Operation) -> list[PolicyStep]:
    steps: list[PolicyStep] = []
    starts = _starts(connector)
    connection = _connection(connector, starts)
    setting = Setting(connector, connection, operation, _service(connector, operation), SWITCHES, steps.append)
    request = _request(connector, connection, operation, starts)
    request = replace(request, headers={"Authorization": "fake", **request.headers})
    call(setting, request)
    refused = replace(setting, send=lambda _: Response(401, {}, b"{}"))
    failures = [policy for policy in policies_of(connector, operation) if policy.section.lower() == "failure"]
    if failures:
        call(refused, request)
    return steps


def _request(
    connector: Connector, connection: Credentials, operation: Operation, starts: set[tuple[str, str]]
) -> Request:
    """The operation's request with made-up input; without any, where the emulator cannot send such input."""
    try:
        return build_request(connector, connection, operation, _inputs(connector, operation, starts), SWITCHES)
    except UserError:
        path = PLACEHOLDER.sub(WORD, operation.path)
        return Request(operation.method.upper(), join(connector.base_url, path), dict(connection.headers))


def _starts(connector: Connector) -> set[tuple[str, str]]:
    """Sources and names that a host URL begins with, and whose values have to be addresses."""
    found: set[tuple[str, str]] = set()
    for policy in connector.policies:
        text = policy.parameters.get("urlTemplate")
        try:
            parts = parse_policy_text(text) if isinstance(text, str) else ()
        except UnsupportedExpression:
            continue
        if parts and isinstance(parts[0], Lookup):
            found.add((parts[0].source, parts[0].name.lower()))
    return found


def _connection(connector: Connector, starts: set[tuple[str, str]]) -> Credentials:
    names = [*connector.every_connection_parameter, "username", "password", API_KEY]
    names += [name for source, name in starts if source == "connectionParameters" and name.startswith("token:")]
    values = {name: _value("connectionParameters", name, starts) for name in names}
    try:
        known = credentials(connector, {name: value for name, value in values.items() if _accepted(connector, name)})
    except UserError:
        known = Credentials()
    return replace(known, values={**values, **_token_values(connector, starts)})


def _accepted(connector: Connector, name: str) -> bool:
    try:
        credentials(connector, {**dict.fromkeys(connector.every_connection_parameter, WORD), name: WORD})
    except UserError as error:
        return "unknown" not in str(error)
    return True


def _token_values(connector: Connector, starts: set[tuple[str, str]]) -> dict[str, str]:
    """Properties of a token that policies ask for, where the connector has one."""
    if "token" not in connector.every_connection_parameter:
        return {}
    texts = [text for policy in connector.policies for text in policy.parameters.values() if isinstance(text, str)]
    lookups = [part for text in texts for part in _parts(text) if isinstance(part, Lookup)]
    names = {lookup.name for lookup in lookups if lookup.name.startswith("token:")}
    return {name: _value("connectionParameters", name, starts) for name in names}


def _parts(text: str) -> tuple[str | Lookup, ...]:
    try:
        return parse_policy_text(text)
    except UnsupportedExpression:
        return ()


def _value(source: str, name: str, starts: set[tuple[str, str]]) -> str:
    return ADDRESS if (source, name.lower()) in starts else WORD


def _inputs(connector: Connector, operation: Operation, starts: set[tuple[str, str]]) -> dict[str, Any]:
    sources = {"header": "headers", "query": "queryParameters"}
    given: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.location == "body":
            given[parameter.name] = _sample(connector, parameter.schema)
        elif (sources.get(parameter.location), parameter.name.lower()) in starts:
            given[parameter.name] = ADDRESS
        elif parameter.type != "file":
            given[parameter.name] = _sample(connector, parameter.raw)
    return given


def _sample(connector: Connector, raw: Any, depth: int = 12) -> Any:
    schema = connector.resolve(raw)
    if "default" in schema:
        return schema["default"]
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


def _service(connector: Connector, operation: Operation) -> Any:
    """Answers as the definition promises, and a call of a policy's own with the value that it asks for."""
    answer = operation.success_response
    body: Any = _sample(connector, answer.schema) if answer and answer.schema else {}
    for policy in policies_of(connector, operation):
        wanted = policy.parameters.get("parameterValuePathTemplate")
        if isinstance(wanted, str) and isinstance(body, dict):
            body = parse_body_path(wanted).write(body, WORD, {}, make=True)
        link = policy.parameters.get("nextLinkPropertyName")
        if isinstance(link, str) and isinstance(body, dict):
            body = {**body, link: join(connector.base_url, "next")}

    def send(request: Request) -> Response:
        return Response(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    return send


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
