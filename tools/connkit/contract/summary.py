"""What the results of all operations say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connkit.contract.contract import ContractResult
from connkit.contract.evidence import NEVER, Observation
from connkit.contract.suggestions import Suggestion
from connkit.core import Pointer
from connkit.model import Connector


@dataclass(frozen=True, slots=True)
class Change:
    """A suggested change with what speaks for it: operations, each with what was observed there."""

    suggestion: Suggestion
    evidence: tuple[tuple[str, Observation], ...]


def changes(results: Sequence[ContractResult]) -> list[Change]:
    """Every suggested change once, in the order in which its first reason was met."""
    found: dict[Suggestion, list[tuple[str, Observation]]] = {}
    for result in results:
        for each in result.evidence.observations:
            if each.suggestion is not None:
                found.setdefault(each.suggestion, []).append((result.operation_id, each))
    return [Change(suggestion, tuple(reasons)) for suggestion, reasons in found.items()]


def never_seen(results: Sequence[ContractResult]) -> dict[Pointer, list[str]]:
    """Fields by their place in the definition that no answer at all carried, with the operations that declare them."""
    seen = {place for result in results for place in result.evidence.seen}
    found: dict[Pointer, list[str]] = {}
    for result in results:
        for each in result.evidence.observations:
            if each.kind == NEVER and each.at not in seen:
                operations = found.setdefault(each.at, [])
                operations += [] if result.operation_id in operations else [result.operation_id]
    return found


def unanswered(connector: Connector, results: Sequence[ContractResult]) -> dict[str, int]:
    """Declared statuses that were never answered, each with the number of operations that were called in vain."""
    called = {result.operation_id: result for result in results if not result.skipped}
    missing: dict[str, int] = {}
    for operation in connector.operations:
        result = called.get(operation.label)
        if result is None:
            continue
        answered = {str(result.status), *(str(each.status) for each in result.attempts)}
        for code in (response.code for response in operation.responses):
            if code.isdecimal() and code not in answered:
                missing[code] = missing.get(code, 0) + 1
    return dict(sorted(missing.items()))
