from __future__ import annotations

import dataclasses
import json
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from connkit.core import Authority, Finding, Pointer, Severity, Span, UserError
from connkit.report import FORMATS, Note, Report, fingerprint, render
from connkit.report.machine import json_schema

FINDING = Finding(
    rule="OperationIdRequired",
    severity=Severity.ERROR,
    message="the operation 'GET /a' has no operationId",
    file="x/apiDefinition.swagger.json",
    pointer=Pointer(("paths", "/a", "get")),
    connector="x",
    span=Span("x/apiDefinition.swagger.json", 2, 10, 2, 15),
    doc="https://example.com",
    related=(Pointer(("paths",)),),
    related_spans=(Span("x/apiDefinition.swagger.json", 1, 2, 1, 9),),
    mend="Add an operationId.",
)
EVIL = Finding(
    rule="R",
    severity=Severity.INFO,
    message="\x1b[31m %\n::error::|<b>\ud800",
    file="a,b:c",
    authority=Authority.OWN,
)
REPORT = Report(
    findings=(FINDING,),
    connectors=("x",),
    profile="custom",
    checks_run=2,
    not_run=(
        Note("1 certification rule", "--profile certified", ("FieldLengthExceeded",)),
        Note("5 rules", "not selected", tuple("ABCDE")),
    ),
    guide="connkit rules NAME explains a rule",
    about={"OperationIdRequired": "An operation has no name.\n\nFlows use it."},
    texts={"x/apiDefinition.swagger.json": '{"paths": {"/a": {\n         "get": {}}}}'},
)

TEXT = """\
x/apiDefinition.swagger.json:2:10: error: the operation 'GET /a' has no operationId [OperationIdRequired]
      2 |          "get": {}}}}
        |          ^^^^^
    at /paths/~1a/get
    see x/apiDefinition.swagger.json:1:2
    to mend it: Add an operationId.

1 connector: 1 error, 0 warnings, 0 remarks
profile 'custom', 2 rules run
1 certification rule (FieldLengthExceeded) not run: --profile certified
5 rules not run: not selected
connkit rules NAME explains a rule
"""


def test_text_underlines_the_place_and_says_what_did_not_run() -> None:
    assert render(REPORT, "text") == TEXT


def test_the_summary_counts_no_remarks_that_nobody_asked_for() -> None:
    report = Report((), ("x",), checks_run=1, waived=2, known=3, guide="more")
    assert render(report).splitlines()[0] == (
        "1 connector: 0 errors, 0 warnings, 0 remarks, 2 waived, 3 known from the baseline"
    )
    assert render(report._replace(quiet_remarks=True)) == (
        "1 connector: 0 errors, 0 warnings, 2 waived, 3 known from the baseline\n1 rule run\n"
    )


def test_json_keeps_its_contract() -> None:
    output = json.loads(render(REPORT, "json"))
    Draft202012Validator(json_schema()).validate(output)
    assert output["findings"] == [
        {
            "rule": "OperationIdRequired",
            "severity": "error",
            "message": "the operation 'GET /a' has no operationId",
            "connector": "x",
            "file": "x/apiDefinition.swagger.json",
            "pointer": "/paths/~1a/get",
            "line": 2,
            "column": 10,
            "end_line": 2,
            "end_column": 15,
            "value_path": "",
            "authority": "official",
            "doc": "https://example.com",
            "fingerprint": fingerprint(FINDING),
            "related": ["/paths"],
        }
    ]
    assert output["summary"] == {"connectors": 1, "error": 1, "warning": 0, "info": 0, "waived": 0}


def test_a_fingerprint_does_not_depend_on_the_line() -> None:
    assert fingerprint(dataclasses.replace(FINDING, span=None)) == fingerprint(FINDING)
    assert fingerprint(dataclasses.replace(FINDING, message="another")) != fingerprint(FINDING)


def test_github_escapes_what_could_end_the_annotation() -> None:
    expected = "::notice file=a%2Cb%3Ac,line=1,col=1,title=R,endColumn=1::\x1b[31m %25%0A::error::|<b>\\ud800\n"
    assert render(Report((EVIL,)), "github") == expected


def test_junit_has_a_case_for_each_failure() -> None:
    root = ElementTree.fromstring(render(REPORT, "junit"))
    (case,) = root.iter("testcase")
    assert case.attrib == {"classname": "x", "name": "OperationIdRequired /paths/~1a/get"}


def test_sarif_has_what_code_scanning_asks_for() -> None:
    (run,) = json.loads(render(REPORT, "sarif"))["runs"]
    file = {"uri": "x/apiDefinition.swagger.json"}
    region = {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 15}
    related = {"startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 9}
    assert run["tool"]["driver"] == {
        "name": "connkit",
        "rules": [
            {
                "id": "OperationIdRequired",
                "shortDescription": {"text": "An operation has no name."},
                "fullDescription": {"text": "An operation has no name.\n\nFlows use it."},
                "help": {"text": "Add an operationId."},
                "defaultConfiguration": {"level": "error"},
                "helpUri": "https://example.com",
            }
        ],
    }
    assert run["results"] == [
        {
            "ruleId": "OperationIdRequired",
            "level": "error",
            "message": {"text": "the operation 'GET /a' has no operationId"},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": file, "region": region},
                    "logicalLocations": [{"fullyQualifiedName": "/paths/~1a/get"}],
                }
            ],
            "partialFingerprints": {"connkit/v1": fingerprint(FINDING)},
            "relatedLocations": [{"physicalLocation": {"artifactLocation": file, "region": related}}],
        }
    ]


def test_markdown_escapes_tables_and_tags() -> None:
    assert render(Report((EVIL,)), "markdown").splitlines()[-1].endswith(r"::error::\|\<b>\\ud800 |")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_can_be_written_and_stands_an_evil_finding(format: str) -> None:
    assert render(Report((EVIL, FINDING)), format).encode("utf-8").endswith(b"\n")
    assert "OperationIdRequired" not in render(Report(()), format)


def test_an_unknown_format_stops_the_tool() -> None:
    with pytest.raises(UserError, match="^there is no format 'xml'; choose one of text, json"):
        render(REPORT, "xml")
