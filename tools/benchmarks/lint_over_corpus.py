"""Lints every connector below a folder of connectors by the profile that its place asks for.

    lint_over_corpus.py FOLDER                 counts by rule, and the certified connectors that have an error
    lint_over_corpus.py FOLDER --rule NAME     each finding of one rule; --rule may be repeated

The profile is that of Microsoft's pipeline: `certified` below `certified-connectors`, `independent` below
`independent-publisher-connectors`, `custom` elsewhere. A finding about the file as such (no JSON) is counted apart.
"""

from __future__ import annotations

import argparse
import collections
import time
from pathlib import Path

from connkit.core import Finding, Severity
from connkit.lint import all_rules, lint
from connkit.load import PROBLEMS, ConnectorFiles, find_connectors

PROFILE_BY_FOLDER = {"certified-connectors": "certified", "independent-publisher-connectors": "independent"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rule", action="append", default=[])
    options = parser.parse_args()
    began = time.perf_counter()
    groups = by_profile(options.folder)
    findings = {
        profile: [
            finding
            for finding in lint(group, profile, options.rule).findings
            if not (options.rule and finding.rule in PROBLEMS)
        ]
        for profile, group in groups.items()
    }
    took = time.perf_counter() - began
    if options.rule:
        list_findings(findings)
    else:
        count_rules(findings)
        name_connectors_with_errors(groups, findings)
        print(f"{sum(map(len, groups.values()))} connectors in {took:.2f} s")


def by_profile(folder: Path) -> dict[str, list[ConnectorFiles]]:
    groups: dict[str, list[ConnectorFiles]] = {}
    for files in find_connectors([folder]):
        profile = next((PROFILE_BY_FOLDER[part] for part in files.folder.parts if part in PROFILE_BY_FOLDER), "custom")
        groups.setdefault(profile, []).append(files)
    return groups


def list_findings(findings: dict[str, list[Finding]]) -> None:
    for profile, found in findings.items():
        for finding in found:
            print(
                f"{profile}: {finding.span}: {finding.severity}: {finding.message} [{finding.rule}] {finding.pointer}"
            )


def count_rules(findings: dict[str, list[Finding]]) -> None:
    print(f"{'rule':<55} {'severity':<8} {'findings':>8}  connectors: certified, independent, custom")
    tripped = collections.Counter(finding.rule for found in findings.values() for finding in found)
    severity = {finding.rule: finding.severity for found in findings.values() for finding in found}
    for rule, number in sorted(tripped.items(), key=lambda item: (severity[item[0]].rank, item[1]), reverse=True):
        connectors = [
            len({finding.connector for finding in findings.get(profile, []) if finding.rule == rule})
            for profile in ("certified", "independent", "custom")
        ]
        print(f"{rule:<55} {severity[rule]:<8} {number:>8}  {', '.join(map(str, connectors))}")
    silent = [name for name in all_rules() if name not in tripped]
    print(f"\n{len(silent)} rules that nothing trips: {', '.join(silent)}\n")


def name_connectors_with_errors(groups: dict[str, list[ConnectorFiles]], findings: dict[str, list[Finding]]) -> None:
    for profile, group in groups.items():
        errors = [finding for finding in findings[profile] if finding.severity is Severity.ERROR]
        broken = {finding.connector for finding in errors if finding.rule in PROBLEMS}
        rules = collections.defaultdict(set)
        for finding in errors:
            if finding.connector not in broken:
                rules[finding.connector].add(finding.rule)
        parsed = len(group) - len(broken)
        share = f"{100 * len(rules) / max(1, parsed):.1f} in 100"
        print(f"{profile}: {parsed} of {len(group)} parse; of these {len(rules)} have an error ({share})")
        for connector, names in sorted(rules.items()):
            print(f"    {connector}: {', '.join(sorted(names))}")


if __name__ == "__main__":
    main()
