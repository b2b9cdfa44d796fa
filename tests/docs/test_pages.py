"""The built pages say everything, once, and their samples are what the definition promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from connkit.build.building import Built, build
from connkit.docs.pages import operations, readme, rows
from connkit.model import Connector
from connkit.semantics.values import check_value
from connkit.workflows.building import build_connector
from connkit.workflows.project import read_project

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = [
    "Publisher: Tele2",
    "Prerequisites",
    "Supported Operations",
    "Obtaining Credentials",
    "Getting Started",
    "Known Issues and Limitations",
    "Troubleshooting",
    "Frequently Asked Questions",
    "Deployment Instructions",
    "For contributors",
]


@pytest.fixture(scope="module")
def built() -> Built:
    return build(ROOT, "tele2")


@pytest.fixture(scope="module")
def page(built: Built) -> str:
    table = rows(built.entries, built.definition, built.polling_prefix)
    return operations("Mobili Stotele", table, built.definition, built.examples)


def render_readme(built: Built, edition: str) -> str:
    table = rows(built.entries, built.definition, built.polling_prefix)
    template = (ROOT / "definition" / "readme.md").read_text("utf-8")
    return readme(template, built.brand, table, edition, "")  # type: ignore[arg-type]  # a test names it as text


def test_the_readme_has_the_template_sections_in_order(built: Built) -> None:
    assert re.findall(r"^## (.+)$", render_readme(built, "repository"), re.MULTILINE) == SECTIONS


def test_the_readme_has_every_operation_once(built: Built) -> None:
    text = render_readme(built, "repository")
    for entry in built.entries:
        assert text.count(f"\n### {entry.summary}\n{entry.seed} (`{entry.operation_id}`)\n") == 1


def test_the_readme_names_the_methods_that_a_key_needs(built: Built) -> None:
    text = render_readme(built, "repository")
    assert "| When a call starts | `POST /webhooks/CallStarted` and `DELETE /webhooks/{webhook_id}` |" in text
    assert "| When an employee is added (periodic check) | `GET /contacts` |" in text
    assert "/trigger" not in text


def test_the_certification_readme_leaves_out_what_is_ours(built: Built) -> None:
    text = render_readme(built, "certification")
    for word in ("run.py", "certified connector", "paconn-env", "contributors"):
        assert word not in text


def test_each_sample_fits_its_schema(built: Built, page: str) -> None:
    connector = Connector(dict(built.definition), dict(built.properties))
    samples = dict(re.findall(r"^### (\w+)\n.*?```json\n(.*?)```", page, re.MULTILINE | re.DOTALL))
    shapes = {name: schema for name, schema in built.definition["definitions"].items() if name in samples}
    events = {
        operation.operation_id: operation.notification_schema
        for operation in connector.operations
        if operation.is_webhook
    }
    assert set(samples) == set(shapes) | set(events)
    assert set(built.definition["definitions"]) - set(samples) == {"GroupMember"}
    for name, schema in (shapes | events).items():
        assert check_value(json.loads(samples[name]), schema, connector.resolve) == [], name


def test_the_names_of_all_operations_stand_in_the_table(built: Built, page: str) -> None:
    for entry in built.entries:
        assert f"| {entry.operation_id} | {entry.seed} | {entry.summary} | {entry.choose} |" in page


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{{ names.Gone }}", "'dict object' has no attribute 'Gone'"),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
    ],
)
def test_a_template_that_cannot_be_filled_is_a_finding(connector_copy: Path, line: str, message: str) -> None:
    template = connector_copy / "definition" / "readme.md"
    text = template.read_text("utf-8")
    template.write_text(text + line + "\n", "utf-8")
    (found,) = build_connector(read_project(connector_copy), "repository").findings
    assert str(found.span) == f"definition/readme.md:{len(text.splitlines()) + 1}:1"
    assert found.message == (f"the page cannot be made: {message}; mend this line, or bring back what it names")
