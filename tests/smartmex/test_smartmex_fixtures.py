"""The fixtures, as another project would use them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
_CONFTEST = 'pytest_plugins = ["smartmex.pytest_fixtures"]\n'
_TESTS = """
import requests
import smartmex

HEADERS = {"Authorization": f"Bearer {smartmex.FAKE_KEY}"}


def contacts(service):
    return len(requests.get(f"{service.base}/contacts", headers=HEADERS, timeout=5).json()["data"])


def test_in_process(smartmex_responses):
    smartmex_responses.make_item("GetContacts")
    assert smartmex_responses.base == "https://mobili-stotele.tele2.lt/api/v2"
    assert contacts(smartmex_responses) == 4


def test_over_http(smartmex_served):
    assert smartmex_served.base.startswith("http://127.0.0.1:")
    assert contacts(smartmex_served) == 3
"""


def test_another_project_can_use_them(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_CONFTEST, "utf-8")
    (tmp_path / "test_other.py").write_text(_TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:schemathesis", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(TOOLS)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout + done.stderr
