"""How the results of the contract and of the probe are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from connkit.contract.contract import IT_WRITES, ContractResult
from connkit.contract.evidence import Observation
from connkit.contract.probing import NEEDS_WRITE, Probed
from connkit.contract.suggestions import Suggestion
from connkit.contract.summary import changes, never_seen, unanswered
from connkit.model import Connector

_ALLOW = {IT_WRITES, NEEDS_WRITE}


# ---- the contract


def text(connector: Connector, results: Sequence[ContractResult], real: bool) -> Iterator[str]:
    """Lines: each operation, what the answers suggest, and the sum of it."""
    for result in results:
        yield _line(result)
        yield from (f"             {problem}" for problem in result.problems)
    yield from _changes(results)
    for place, operations in never_seen(results).items():
        yield f"declared, never seen: {place} ({', '.join(operations)})"
    missing = ", ".join(f"{code} by {count}" for code, count in unanswered(connector, results).items())
    if missing:
        yield f"declared, never answered: {missing} of the operations"
    yield from _sum(connector, results, real)


def _line(result: ContractResult) -> str:
    if result.skipped:
        return f"{'not tried':<12} {result.operation_id}: {_reason(result.skipped)}"
    parts = [str(result.status) if result.status else "no answer", *(["event seen"] if result.event else [])]
    if result.attempts:
        refused = sum(each.refused for each in result.attempts)
        parts.append(f"wrong input refused {refused} of {len(result.attempts)} times")
        parts += [f"but taken {each.what}" for each in result.attempts if each.taken]
    return f"{'ok' if result.ok else 'FAILED':<12} {result.operation_id}: {', '.join(parts)}"


def _reason(reason: str) -> str:
    return f"{reason}; allow it with --write" if reason in _ALLOW else reason


def _changes(results: Sequence[ContractResult]) -> Iterator[str]:
    found = changes(results)
    if found:
        yield "suggested for the definition:"
    for change in found:
        yield f"  {change.suggestion}"
        yield from (f"      {operation_id} {observation}" for operation_id, observation in change.evidence)


def _sum(connector: Connector, results: Sequence[ContractResult], real: bool) -> Iterator[str]:
    tried = [result for result in results if not result.skipped]
    good = sum(result.ok for result in tried)
    told = f"{good} of {len(tried)} operations answered as the definition says"
    if len(tried) < len(results):
        told += f", {len(results) - len(tried)} not tried"
    yield told
    webhooks = sum(operation.is_webhook for operation in connector.operations)
    if webhooks and real:
        yield f"none of {webhooks} events seen: nobody can make a real service send one; webhooks are only registered"
    elif webhooks:
        yield f"{sum(result.event for result in results)} of {webhooks} events seen"


def as_json(connector: Connector, results: Sequence[ContractResult]) -> str:
    """One object, indented."""
    whole = {
        "version": 1,
        "operations": [_operation_json(result) for result in results],
        "suggestions": [
            {**_suggestion_json(each.suggestion), "operations": sorted({name for name, _ in each.evidence})}
            for each in changes(results)
        ],
        "never_seen": {str(place): operations for place, operations in never_seen(results).items()},
        "never_answered": unanswered(connector, results),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _operation_json(result: ContractResult) -> dict[str, object]:
    return {
        "operation": result.operation_id,
        "status": result.status,
        "skipped": result.skipped,
        "event": result.event,
        "problems": list(result.problems),
        "wrong_input": [
            {"what": each.what, "status": each.status, "problems": list(each.problems)} for each in result.attempts
        ],
        "observations": [_observation_json(each) for each in result.evidence.observations],
    }


def _observation_json(observation: Observation) -> dict[str, object]:
    return {
        "kind": observation.kind,
        "place": str(observation.place),
        "event": bool(observation.label),
        "message": observation.sentence,
        "definition": str(observation.at),
        "suggestion": _suggestion_json(observation.suggestion) if observation.suggestion else None,
    }


def _suggestion_json(suggestion: Suggestion) -> dict[str, object]:
    written = None if suggestion.write is None else json.loads(suggestion.write)
    return {"pointer": str(suggestion.pointer), "remove": suggestion.write is None, "write": written}


# ---- the probe


def probed_text(found: Sequence[Probed], set_to: Mapping[str, object]) -> Iterator[str]:
    """What connkit.yaml takes; what is not known stands in comments."""
    known = [each for each in found if each.known]
    yield "switches:" if known else "switches: {}"
    for each in known:
        mark = "  # the mock has another value" if differs(each, set_to) else ""
        yield f"  {each.unknown.name}: {json.dumps(each.value)}{mark}"
    left = [each for each in found if not each.known]
    if left:
        yield "# not known:"
    yield from (f"#   {each.unknown.name}: {_reason(each.reason)}" for each in left)


def probed_json(found: Sequence[Probed], set_to: Mapping[str, object]) -> str:
    whole = {
        "version": 1,
        "switches": {each.unknown.name: each.value for each in found if each.known},
        "different": [each.unknown.name for each in found if differs(each, set_to)],
        "not_known": {each.unknown.name: each.reason for each in found if not each.known},
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def differs(each: Probed, set_to: Mapping[str, object]) -> bool:
    """Whether the service is not as the project's mock is set."""
    return each.known and each.value != set_to.get(each.unknown.name, each.unknown.default)
