"""The page of all rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connkit.lint.catalogue import problem_severity, rule_page
from connkit.lint.published import PUBLISHED
from connkit.lint.registry import Rule, all_rules
from connkit.lint.undecided import UNDECIDED
from connkit.load import PROBLEMS


def rules_page() -> str:
    """Every rule in Markdown: Microsoft's codes by the sections of its own page, ours, and files as such."""
    rules = all_rules()
    published = [name for names in PUBLISHED.values() for name in names]
    lines = [
        "# Rules",
        "",
        "Built from the code by `connkit build`; do not edit. `connkit rules NAME` prints the page of one.",
        "",
        *_accounted(published),
        "",
        "`own` marks our opinion, which is never an error; `observed` what published connectors or the platform show.",
    ]
    for section, names in PUBLISHED.items():
        lines += ["", f"## Microsoft: {section}", "", *_table(names)]
    others = [name for name in rules if name not in published]
    lines += ["", "## Ours", "", *_table(others), "", "## Files as such", "", *_problems(), "", "## Pages"]
    for name in (*published, *others):
        if name in rules:
            lines += ["", rule_page(name).replace("# ", "### ", 1).rstrip()]
    return "\n".join(lines) + "\n"


def _accounted(published: Sequence[str]) -> list[str]:
    there = sum(name in all_rules() for name in published)
    told = f"{there} of the {len(published)} codes that Microsoft publishes for its Swagger validator are rules here"
    left = [f"* `{name}`: {reason}" for name, reason in UNDECIDED.items()]
    if not left:
        return [f"{told}, under the same names."]
    return [f"{told}, under the same names. The others cannot be decided from a connector's files:", "", *left]


def _table(names: Iterable[str]) -> list[str]:
    rules = all_rules()
    head = ["| rule | severity | holds for | authority | the flaw |", "|---|---|---|---|---|"]
    return head + [_row(rules[name]) for name in names if name in rules]


def _row(rule: Rule) -> str:
    title = rule.title.replace("|", "\\|")
    return f"| [{rule.name}](#{rule.name.lower()}) | {rule.severity} | {rule.scope} | {rule.authority} | {title} |"


def _problems() -> list[str]:
    head = ["| rule | severity | the flaw |", "|---|---|---|"]
    return head + [f"| {name} | {problem_severity(name)} | {text} |" for name, (text, _) in sorted(PROBLEMS.items())]
