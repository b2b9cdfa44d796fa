"""What is wrong with a connector: rules and the engine that runs them."""

from connkit.lint.catalogue import catalogue, rule_page
from connkit.lint.engine import LintRun, NotRun, check, lint
from connkit.lint.registry import PROFILES, Flaw, Part, Rule, Scope, all_rules

__all__ = [
    "PROFILES",
    "Flaw",
    "LintRun",
    "NotRun",
    "Part",
    "Rule",
    "Scope",
    "all_rules",
    "catalogue",
    "check",
    "lint",
    "rule_page",
]
