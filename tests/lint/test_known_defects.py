"""What was wrong with the connector as it was published, rebuilt in small: `known_defects.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from connkit.lint import check
from connkit.model import Companions, Connector, TextFile

DEFECTS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "known_defects.yaml").read_text("utf-8"))
PATHS = {
    "/items": {
        "get": {
            "operationId": "ListItems",
            "summary": "List items",
            "description": "Lists every item of the book.",
            "responses": {
                "200": {
                    "description": "The items",
                    "schema": {"type": "object", "properties": {"name": {"type": "string", "title": "Name"}}},
                }
            },
        }
    }
}


def connector(defect: dict[str, Any]) -> Connector:
    written = {key: value for key, value in defect.items() if key not in ("rule", "properties", "readme")}
    definition = {
        "swagger": "2.0",
        "info": {"title": "Contact book", "version": "1.0", "description": "Reads the contacts in a contact book."},
        "host": "api.adatum.com",
        "basePath": "/",
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": PATHS,
    }
    properties = {"iconBrandColor": "#31ab3d", "connectionParameters": {}} | defect.get("properties", {})
    readme = TextFile("README.md", defect["readme"]) if "readme" in defect else None
    return Connector(definition | written, {"properties": properties}, "", "d", "p", Companions(readme=readme))


@pytest.mark.parametrize("sentence", DEFECTS)
def test_a_known_defect_is_caught(sentence: str) -> None:
    defect = DEFECTS[sentence]
    assert defect["rule"] in {finding.rule for finding in check(connector(defect), "certified")}


def test_without_a_defect_nothing_is_caught() -> None:
    assert check(connector({}), "custom") == []
