"""Tries every connector below a folder on the mock that is generated from its definition.

    python tools/benchmarks/generated_over_corpus.py ../shared/corpus

Calls each operation once with sample parameters and takes each trigger through its life, without any transport. Prints
counts, and each class of failure with its count and three examples. Exits 1 on a traceback.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from connkit.core import MockService, Send, UserError
from connkit.load import find_connectors, read_document
from connkit.mock.service import GeneratedMock, generated_mock
from connkit.model import Connector, Operation
from connkit.runtime.connection import credentials
from connkit.runtime.invoke import invoke
from connkit.runtime.life import Step, polling_life, webhook_life
from connkit.runtime.transports import in_memory

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|input .* of [^ ]+|/[^\s:]+|https?://\S+|\d+")
_PROGRAM_FLAW = "the mock service failed: "
_EXAMPLES = 3

Life = Callable[[Connector, MockService, str, Send], Sequence[Step]]


class Tally:
    """Counts by name, and examples of each class of failure."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.tracebacks = 0
        self._failures: dict[str, list[str]] = defaultdict(list)

    def failed(self, kind: str, what: str, problem: str) -> None:
        if _PROGRAM_FLAW in problem:
            self.crashed(f"{what}: {problem}")
        self._failures[f"{kind}: {_QUOTED.sub('…', problem)[:110]}"].append(f"{what}: {problem[:300]}")

    def crashed(self, told: str) -> None:
        self.tracebacks += 1
        print(told)

    def lines(self) -> Iterator[str]:
        for name, count in self.counts.items():
            yield f"{count:6} {name}"
        yield f"{self.tracebacks:6} tracebacks"
        for kind, examples in sorted(self._failures.items(), key=lambda one: -len(one[1])):
            yield f"\n{len(examples):6} {kind}"
            yield from (f"         {example}" for example in examples[:_EXAMPLES])


def main(corpus: str) -> int:
    began = time.perf_counter()
    tally = Tally()
    for folder, definition, properties in _documents(Path(corpus)):
        tally.counts["connectors"] += 1
        try:
            _try_connector(folder, definition, properties, tally)
        except Exception:
            tally.crashed(f"{folder}: {traceback.format_exc()}")
    print("\n".join(tally.lines()))
    print(f"{time.perf_counter() - began:6.1f} seconds")
    return 1 if tally.tracebacks else 0


def _documents(corpus: Path) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for files in find_connectors([corpus]):
        found = [read_document(path, path.name).value if path else {} for path in (files.definition, files.properties)]
        if isinstance(found[0], dict):
            yield files.folder.name, found[0], found[1] if isinstance(found[1], dict) else {}


def _try_connector(folder: str, definition: dict[str, Any], properties: dict[str, Any], tally: Tally) -> None:
    connector = Connector(definition, properties)
    for operation in connector.operations:
        if not operation.operation_id:
            tally.failed("call", f"{folder} {operation.label}", "the operation has no operationId")
            continue
        _try_call(folder, connector, operation, generated_mock(definition, properties), tally)
        life = polling_life if operation.is_polling else webhook_life if operation.is_webhook else None
        if life is not None:
            name = "polling" if operation.is_polling else "webhook"
            _try_life(f"{name} life", folder, connector, operation, life, tally)


def _try_call(folder: str, connector: Connector, operation: Operation, mock: GeneratedMock, tally: Tally) -> None:
    tally.counts["operations"] += 1
    what = f"{folder} {operation.label}"
    try:
        given = dict(mock.sample_parameters(operation.operation_id))
        connection = credentials(connector, mock.connection())
        called = invoke(connector, connection, operation.operation_id, given, in_memory(mock))
    except UserError as error:
        tally.failed("call", what, str(error))
        return
    problems = [*map(str, called.problems), *map(str, called.mismatches)]
    if called.sent and not 200 <= called.response.status < 300:
        tally.failed("call", what, f"answered {called.response.status}: {called.response.body[:200].decode()}")
    elif problems:
        tally.failed("call", what, problems[0])
    else:
        tally.counts["operations answered as defined"] += 1


def _try_life(kind: str, folder: str, connector: Connector, operation: Operation, life: Life, tally: Tally) -> None:
    mock = GeneratedMock(connector)
    steps = life(connector, mock, operation.operation_id, in_memory(mock))
    tally.counts[f"{kind[:-2]}ves"] += 1
    wrong = next((step for step in steps if not step.ok), None)
    if wrong is None:
        tally.counts[f"{kind[:-2]}ves passed"] += 1
    else:
        tally.failed(kind, f"{folder} {operation.label}", f"{wrong.name}: {wrong.detail}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
