"""What users read about rules."""

from __future__ import annotations

from connkit.core import UserError
from connkit.lint.registry import Rule, Scope, all_rules
from connkit.load import PROBLEMS
from connkit.semantics.suggestions import closest

_SCOPES = {
    Scope.EVERY: "every connector",
    Scope.CERTIFICATION: "connectors submitted for certification",
    Scope.INDEPENDENT: "connectors of independent publishers",
}
_AUTHORITIES = {
    "official": "published by Microsoft or a standard",
    "observed": "seen in published connectors or the platform",
    "own": "our own opinion",
}


def catalogue() -> list[tuple[str, str, str, str]]:
    """Name, severity, scope and first sentence of every rule, then of what can be wrong with a file."""
    listed = [(rule.name, str(rule.severity), str(rule.scope), rule.title) for rule in all_rules().values()]
    return listed + [(name, problem_severity(name), "every", text) for name, (text, _) in sorted(PROBLEMS.items())]


def problem_severity(problem: str) -> str:
    """Of what can be wrong with a file as such."""
    return "warning" if problem == "DocumentHasByteOrderMark" else "error"


def rule_page(name: str) -> str:
    """The page of a rule in Markdown; UserError, with the nearest name, for one that does not exist."""
    if name in PROBLEMS:
        text, source = PROBLEMS[name]
        return f"# {name}\n\n{text}\n\n{_facts(problem_severity(name), 'every connector', 'official', source)}"
    return _page(all_rules()[known(name)])


def known(name: str) -> str:
    """The name, when there is such a rule."""
    names = [*all_rules(), *PROBLEMS]
    if name in names:
        return name
    near = closest(name, names, 0.5)
    advice = f"did you mean '{near}'?" if near else "'connkit rules' lists them all"
    raise UserError(f"there is no rule '{name}'; {advice}")


def _facts(severity: str, scope: str, authority: str, source: str) -> str:
    return f"- Severity: {severity}\n- Holds for: {scope}\n- Authority: {_AUTHORITIES[authority]}, {source}\n"


def _page(rule: Rule) -> str:
    facts = _facts(rule.severity, _SCOPES[rule.scope], rule.authority, rule.source)
    facts += f"- To mend it: {rule.mend}\n"
    examples = f"Wrong:\n\n```yaml\n{rule.bad}```\n\nRight:\n\n```yaml\n{rule.good}```\n"
    return f"# {rule.name}\n\n{rule.text}\n\n{facts}\n{examples}"
