"""Whatever happens to a connector's files, lint goes on, raises nothing and writes a valid report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connkit.lint import lint
from connkit.load import find_connectors
from connkit.report import Report, render
from connkit.report.machine import json_schema

ROOT = Path(__file__).resolve().parents[2]
ORIGINALS = {
    name: json.loads((ROOT / name).read_text("utf-8"))
    for name in ("apiDefinition.swagger.json", "apiProperties.json", "settings.json")
}
SCHEMA = jsonschema.Draft202012Validator(json_schema())
EXAMPLES = int(os.environ.get("CONNKIT_EXAMPLES", "60"))
"""More of them for a long run: CONNKIT_EXAMPLES=5000."""

WORDS = st.sampled_from(
    [
        "",
        "a",
        "/x",
        "#/definitions/Contact",
        "#/definitions/x/y",
        "#",
        "internal",
        "object",
        "array",
        "string",
        "{",
        "\ud800",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
KEYS = st.sampled_from(
    [
        "$ref", "allOf", "default", "enum", "format", "get", "in", "items", "name", "operationId", "parameters",
        "pattern", "properties", "required", "responses", "schema", "type", "x-ms-dynamic-values", "x-ms-enum-values",
        "x-ms-notification-content", "x-ms-summary", "x-ms-trigger", "x-ms-visibility", "x-msvisibility",
    ]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def holders(value: Any) -> list[Any]:
    """Every object and list below, the value itself first."""
    if not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(holder for child in inner for holder in holders(child))]


def damage(document: Any, data: st.DataObject) -> None:
    """One change somewhere: delete, retype, duplicate, rename, nest, swap or add."""
    holder = data.draw(st.sampled_from([one for one in holders(document) if one]))
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key, other = data.draw(st.sampled_from(keys)), data.draw(st.sampled_from(keys))
    change = data.draw(st.sampled_from(["delete", "retype", "duplicate", "rename", "nest", "swap", "add"]))
    if change == "delete":
        del holder[key]
    elif change == "retype":
        holder[key] = data.draw(VALUES)
    elif change == "nest":
        holder[key] = {data.draw(KEYS): holder[key]} if data.draw(st.booleans()) else [holder[key]]
    elif change == "swap":
        holder[key], holder[other] = holder[other], holder[key]
    elif isinstance(holder, list):
        holder.append(data.draw(VALUES) if change == "add" else holder[key])
    elif change == "add":
        holder[data.draw(KEYS)] = data.draw(VALUES)
    else:
        holder[data.draw(KEYS)] = holder[key] if change == "duplicate" else holder.pop(key)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_connector_gets_a_valid_report(folder: Path, data: st.DataObject) -> None:
    for name, original in ORIGINALS.items():
        document = json.loads(json.dumps(original))
        for _ in range(data.draw(st.integers(0, 4))):
            damage(document, data)
        (folder / name).write_text(json.dumps(document), "utf-8")
    report(folder)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_bytes_get_a_valid_report(folder: Path, data: st.DataObject) -> None:
    for name, original in ORIGINALS.items():
        content = bytearray(json.dumps(original, indent=1).encode("utf-8"))
        at, end = sorted((data.draw(st.integers(0, len(content))), data.draw(st.integers(0, len(content)))))
        content[at : data.draw(st.sampled_from([at, min(at + 3, len(content)), end]))] = data.draw(
            st.binary(max_size=8)
        )
        (folder / name).write_bytes(bytes(content))
    for name in ("README.md", "script.csx", "icon.png"):
        (folder / name).write_bytes(data.draw(st.binary(max_size=60)))
    report(folder)


def report(folder: Path) -> None:
    run = lint(find_connectors([folder]), "independent")
    written = render(Report(run.findings, run.connectors), "json")
    SCHEMA.validate(json.loads(written))
    assert all(finding.span for finding in run.findings)
    render(Report(run.findings, run.connectors), "text").encode("utf-8", "replace")
