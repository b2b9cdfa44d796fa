"""The unmodified paconn at work on the mock platform, from the command line."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connkit.platform import Address, Fault, MockPlatform, served
from connkit.workflows.platforms import lint_validation

ROOT = Path(__file__).resolve().parents[2]
REHEARSAL = "1e5e0001-0000-4000-8000-000000000001"
RP = "/providers/Microsoft.PowerApps"
OBJECTS = f"{RP}/objectIds/00000000-0000-4000-8000-000000000b0b"
ID = "shared_mobili-20stotele-5f7bdd9b846afd15ac-5ff15dccada41e8d2a"
FILTERED = {"api-version": "2016-11-01", "$filter": f"environment eq '{REHEARSAL}'"}
VERSION = {"api-version": "2016-11-01"}
SCRIPT = "// Žalias, rudas ąžuolas\r\npublic class Script : ScriptBase {}\n".encode()
DEFINITION, PROPERTIES, ICON = "apiDefinition.swagger.json", "apiProperties.json", "icon.png"
Paconn = Callable[..., tuple[int, str]]


@pytest.fixture
def live_platform() -> MockPlatform:
    return MockPlatform(lint_validation)


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A connector's folder whose files are those of this repository, and a script."""
    folder = tmp_path / "jungtis su tarpu"
    folder.mkdir()
    for name in (DEFINITION, PROPERTIES, ICON):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "script.csx").write_bytes(SCRIPT)
    return folder


@pytest.fixture
def paconn(live_platform: MockPlatform, paconn_python: Path, connector: Path, tmp_path: Path) -> Any:
    """Runs paconn in the connector's folder as the page says: exit code, and what it prints."""
    with served(live_platform, tmp_path / "home") as address:
        environment = _environment(address)

        def run(command: str, *arguments: str) -> tuple[int, str]:
            done = subprocess.run(
                [str(paconn_python), "-m", "paconn", command, "-u", address.url, *arguments],
                cwd=connector,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=60,
                check=False,
            )
            assert done.stdout == ""
            return done.returncode, done.stderr.strip().replace(address.url, "URL")

        yield run


def _environment(address: Address) -> dict[str, str]:
    """That of this process, without what would lead paconn elsewhere."""
    other = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "CURL_CA_BUNDLE", "PYTHONPATH", "PYTHONHOME"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in other}
    home = str(address.home)
    return {**kept, "HOME": home, "USERPROFILE": home, "REQUESTS_CA_BUNDLE": str(address.ca_file), "PYTHONUTF8": "1"}


def test_validate_create_update_and_download(
    live_platform: MockPlatform, paconn: Paconn, connector: Path, tmp_path: Path
) -> None:
    files = ("-d", DEFINITION, "-p", PROPERTIES, "-i", ICON, "-x", "script.csx")
    there = ("-e", REHEARSAL)
    assert paconn("validate", "-d", DEFINITION) == (0, f"{DEFINITION} validated successfully.")
    assert paconn("create", *there, *files) == (0, f"{ID} created successfully.")
    assert json.loads((connector / "settings.json").read_text("utf-8"))["connectorId"] == ID
    changed = json.loads((connector / DEFINITION).read_text("utf-8"))
    changed["info"]["description"] = "Skambučiai ir žinutės, kaip jie vyksta."
    (connector / DEFINITION).write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    assert paconn("update", *there, "-c", ID, *files) == (0, f"{ID} updated successfully.")
    down = tmp_path / "atsiųsta"
    assert paconn("download", *there, "-c", ID, "--dest", str(down), "-w") == (
        0,
        f"The connector is downloaded to {down}.",
    )

    upload = {"validate": (200, False), "storage": (200, True), "blob": (201, True)}
    assert [(each.step, each.method, each.path, each.status, each.effect) for each in live_platform.seen] == [
        ("validate", "POST", f"{OBJECTS}/validateApiSwagger", *upload["validate"]),
        *_writing("create", "POST", f"{RP}/apis", 1, 201),
        *_writing("update", "PATCH", f"{RP}/apis/{ID}", 2, 200),
        ("get", "GET", f"{RP}/apis/{ID}", 200, False),
        *(
            ("content", "GET", f"/contents/{REHEARSAL}/{ID}/{name}", 200, False)
            for name in ("swagger.json", "icon.png", "script.csx")
        ),
    ]
    queries = [dict(each.query) for each in live_platform.seen if each.step not in ("blob", "content")]
    assert queries == [
        {**VERSION, "enableConnectorCertificationRules": "true"},
        *[VERSION, VERSION, FILTERED],
        *[VERSION, VERSION, FILTERED],
        FILTERED,
    ]
    uploads = [each for each in live_platform.seen if each.step == "blob"]
    assert [each.body for each in uploads] == [(ROOT / ICON).read_bytes(), SCRIPT] * 2
    assert {(each.headers["x-ms-blob-type"], "Authorization" in each.headers) for each in uploads} == {
        ("BlockBlob", False)
    }
    storage = [json.loads(each.body) for each in live_platform.seen if each.step == "storage"]
    assert storage == [{"environment": {"name": REHEARSAL}}] * 2

    sent = [json.loads(each.body)["properties"] for each in live_platform.seen if each.step in ("create", "update")]
    own = json.loads((connector / PROPERTIES).read_text("utf-8"))["properties"]
    added = {"openApiDefinition", "backendService", "environment", "description", "iconUri", "scriptDefinitionUrl"}
    assert set(sent[0]) == {*own, *added, "displayName"}
    assert set(sent[1]) == {*own, *added}
    assert sent[1]["openApiDefinition"] == changed
    address = live_platform.storage_origin.replace("://", "://acct.blob.@")
    assert [sent[1][name].partition("?")[0] for name in ("iconUri", "scriptDefinitionUrl")] == [
        f"{address}/upload-0002/icon.png",
        f"{address}/upload-0002/script.csx",
    ]

    assert sorted(path.name for path in down.iterdir()) == [
        DEFINITION,
        PROPERTIES,
        "icon.png",
        "script.csx",
        "settings.json",
    ]
    assert json.loads((down / DEFINITION).read_text("utf-8")) == changed
    assert json.loads((down / PROPERTIES).read_text("utf-8")) == {"properties": own}
    assert (down / "icon.png").read_bytes() == (ROOT / ICON).read_bytes()
    assert (down / "script.csx").read_bytes() == SCRIPT


def _writing(step: str, method: str, path: str, upload: int, status: int) -> list[tuple[str, str, str, int, bool]]:
    return [
        ("validate", "POST", f"{OBJECTS}/validateApiSwagger", 200, False),
        ("storage", "POST", f"{OBJECTS}/generateResourceStorage", 200, True),
        ("blob", "PUT", f"/upload-{upload:04}/icon.png", 201, True),
        ("blob", "PUT", f"/upload-{upload:04}/script.csx", 201, True),
        (step, method, path, status, True),
    ]


def test_the_commands_of_the_page_do_what_the_page_says(paconn: Paconn, connector: Path) -> None:
    page = (ROOT / "tools/docs/mock-platform.md").read_text("utf-8")
    block = page.split("```console\n")[1].split("```")[0].replace("/home/me/my-connector", str(connector))
    told = []
    for each in block.strip().split("\n\n"):
        command, _, expected = each.partition("\n")
        dollar, name, *arguments = shlex.split(command)
        assert (dollar, name) == ("$", "paconn")
        assert arguments[1:3] == ["-u", "http://127.0.0.1:8325"]
        told.append(arguments[0])
        assert paconn(arguments[0], *arguments[3:]) == (0, expected)
    assert told == ["validate", "create", "update", "download"]


def test_paconn_prints_what_the_validation_says_and_is_content(
    live_platform: MockPlatform, paconn: Paconn, connector: Path
) -> None:
    flawed = json.loads((connector / DEFINITION).read_text("utf-8"))
    flawed["info"]["title"] = "Mobili stotele API"
    (connector / DEFINITION).write_text(json.dumps(flawed), "utf-8")
    told = "Error : info/title : the title contains what it may not: api"
    assert paconn("validate", "-d", DEFINITION) == (0, told)
    assert [each.status for each in live_platform.seen] == [200]
    live_platform.configure("certification_errors_status", 400)
    code, said = paconn("validate", "-d", DEFINITION)
    query = "api-version=2016-11-01&enableConnectorCertificationRules=true"
    assert (code, said.splitlines()) == (
        1,
        [
            "{",
            '  "error": {',
            '    "code": "SwaggerCertificationFailedWithErrors",',
            f'    "message": "the definition has errors: {told}"',
            "  }",
            "}",
            f"ERROR: 400 Client Error: Bad Request for url: URL{OBJECTS}/validateApiSwagger?{query}",
        ],
    )


def test_paconn_stops_at_a_refusal(live_platform: MockPlatform, paconn: Paconn) -> None:
    live_platform.fault(Fault("storage", "403"))
    code, told = paconn("create", "-e", REHEARSAL, "-d", DEFINITION, "-p", PROPERTIES)
    assert (code, told.splitlines()[-1]) == (
        1,
        f"ERROR: 403 Client Error: Forbidden for url: URL{OBJECTS}/generateResourceStorage?api-version=2016-11-01",
    )
    assert [each.step for each in live_platform.seen] == ["validate", "storage"]
