"""JUnit XML: one suite a connector, one failed case for each error or warning."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from connkit.core import Finding, Severity
from connkit.report.values import Report, place, printable


def junit(report: Report) -> str:
    root = Element("testsuites", name="connkit")
    names = dict.fromkeys([*report.connectors, *(finding.connector for finding in report.ordered)])
    for name in names:
        failed = [
            finding for finding in report.ordered if finding.connector == name and finding.severity is not Severity.INFO
        ]
        _suite(root, name, failed)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, name: str, failed: list[Finding]) -> None:
    size = str(max(1, len(failed)))
    suite = SubElement(root, "testsuite", name=printable(name), tests=size, failures=str(len(failed)))
    if not failed:
        SubElement(suite, "testcase", classname=printable(name), name="no findings")
    for finding in failed:
        title = printable(f"{finding.rule} {finding.pointer}")
        case = SubElement(suite, "testcase", classname=printable(name), name=title)
        failure = SubElement(case, "failure", type=str(finding.severity), message=printable(finding.message))
        failure.text = printable(f"{place(finding)}: {finding.message}")
