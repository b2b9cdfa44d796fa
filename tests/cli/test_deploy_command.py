"""connkit deploy, from the command line to the mock platform and back, with the unmodified paconn between them."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from connkit.cli.main import main
from connkit.core import Happening
from connkit.platform import Address, MockPlatform, served

pytestmark = pytest.mark.usefixtures("paconn_python")
REHEARSAL, PRODUCTION = "1e5e0001-0000-4000-8000-000000000001", "1e5e0002-0000-4000-8000-000000000002"
WRITES = ("create", "update")
SECRET = "fake-secret-0000"
ICON = (Path(__file__).resolve().parents[2] / "icon.png").read_bytes()
SCRIPT = """// für Žemaitija
public class Script : ScriptBase
{
    public override async Task<HttpResponseMessage> ExecuteAsync()
    {
        return await this.Context.SendAsync(this.Context.Request, this.CancellationToken);
    }
}
""".encode()
LEDGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Ledger", "description": "Keeps the entries of a small ledger, für Žemaitija.", "version": "1.0"},
    "host": "ledger.example",
    "basePath": "/",
    "schemes": ["https"],
    "produces": ["application/json"],
    "paths": {
        "/entries": {
            "get": {
                "operationId": "ListEntries",
                "summary": "List entries",
                "description": "Lists what was written into the ledger.",
                "responses": {"200": {"description": "The entries.", "schema": {"type": "string"}}},
            }
        }
    },
}
OAUTH: dict[str, Any] = {
    "token": {
        "type": "oauthSetting",
        "oAuthSettings": {
            "identityProvider": "oauth2",
            "clientId": "a-client",
            "scopes": ["read"],
            "redirectMode": "Global",
            "redirectUrl": "https://global.consent.azure-apim.net/redirect",
            "customParameters": {
                "authorizationUrl": {"value": "https://ledger.example/authorize"},
                "tokenUrl": {"value": "https://ledger.example/token"},
                "refreshUrl": {"value": "https://ledger.example/token"},
            },
        },
    }
}
Deploy = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MockPlatform, Address]]:
    platform = MockPlatform()
    with served(platform, tmp_path_factory.mktemp("platform")) as address:
        yield platform, address


@pytest.fixture
def platform(world: tuple[MockPlatform, Address]) -> MockPlatform:
    world[0].reset()
    return world[0]


@pytest.fixture
def root(tmp_path: Path, world: tuple[MockPlatform, Address]) -> Path:
    """A connector with an icon and a script, in a folder whose name is no plain word."""
    folder = tmp_path / "mano jungtis ąčė"
    folder.mkdir()
    put(folder, LEDGER, {})
    (folder / "icon.png").write_bytes(ICON)
    (folder / "script.csx").write_bytes(SCRIPT)
    url = world[1].url
    (folder / "connkit.yaml").write_text(
        "environments:\n"
        f"  - {{name: test, id: {REHEARSAL}, production: false, url: '{url}', flow_url: '{url}'}}\n"
        f"  - {{name: live, id: {PRODUCTION}, production: true, url: '{url}', flow_url: '{url}'}}\n",
        "utf-8",
    )
    return folder


@pytest.fixture
def deploy(
    platform: MockPlatform,
    world: tuple[MockPlatform, Address],
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Deploy:
    """Runs connkit deploy: exit code, output, standard error."""
    monkeypatch.setenv("CONNKIT_ACCESS_TOKEN", platform.token)
    monkeypatch.setenv("CONNKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(world[1].ca_file))
    monkeypatch.delenv("CONNKIT_CLIENT_SECRET", raising=False)
    monkeypatch.delenv("CONNKIT_PACONN", raising=False)

    def run(*arguments: str, environment: str | None = "test") -> tuple[int, str, str]:
        named = [] if environment is None else ["--environment", environment]
        with pytest.raises(SystemExit) as stopped:
            main(["-C", str(root), "deploy", *named, *arguments])
        out, err = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, out, err

    return run


def put(folder: Path, definition: dict[str, Any], parameters: dict[str, Any]) -> None:
    """As an editor on Windows may save them: UTF-8 with a byte order mark."""
    properties = {"properties": {"connectionParameters": parameters, "iconBrandColor": "#0A3D62", "capabilities": []}}
    (folder / "apiDefinition.swagger.json").write_text(json.dumps(definition, ensure_ascii=False), "utf-8-sig")
    (folder / "apiProperties.json").write_text(json.dumps(properties, ensure_ascii=False), "utf-8-sig")


def with_operation(name: str) -> dict[str, Any]:
    added = {**LEDGER["paths"]["/entries"]["get"], "operationId": name, "summary": "Count entries"}
    return {**LEDGER, "paths": {**LEDGER["paths"], "/count": {"get": added}}}


def stored(platform: MockPlatform, environment: str = REHEARSAL) -> list[tuple[Any, bytes | None, bytes | None]]:
    """Definition, icon and script of every connector there."""
    return [(one.definition, one.icon, one.script) for one in platform.connectors(environment).values()]


def test_from_nothing_to_an_update_and_back(deploy: Deploy, platform: MockPlatform, root: Path) -> None:
    """The whole life: plan, create, plan, change, plan, update, undo; each read back and compared."""
    code, out, _ = deploy()
    assert (code, stored(platform)) == (0, [])
    within = f'connkit -C "{root.as_posix()}" deploy --environment test'
    assert out.endswith(f"\nNothing was touched. To carry it out: {within} --apply\n")

    code, out, err = deploy("--apply")
    (connector,) = platform.connectors(REHEARSAL)
    record = root / "deployments" / "test.json"
    assert err == f"paconn create is running\nthe connector's ID is {connector}\n"
    assert out.endswith(
        f"\n\ndone: the connector {connector} was created, read back and is what was sent\n"
        f"  recorded in {record.as_posix()}; commit that file\n"
    )
    assert (code, stored(platform)) == (0, [(LEDGER, ICON, SCRIPT)])

    code, out, _ = deploy()
    assert "will         change nothing: what is deployed is what would be sent\n" in out
    assert (code, out.endswith("\nNothing was touched. There is nothing to do.\n")) == (0, True)

    changed = with_operation("CountEntries")
    put(root, changed, {})
    code, out, _ = deploy()
    assert "\nwhat makers will notice:\n  info: operation 'CountEntries' is new\n" in out
    assert (code, stored(platform)) == (0, [(LEDGER, ICON, SCRIPT)])

    code, out, _ = deploy("--apply")
    assert f"\ndone: the connector {connector} was updated, read back and is what was sent\n" in out
    assert (code, stored(platform)) == (0, [(changed, ICON, SCRIPT)])

    code, out, _ = deploy("--undo")
    assert (code, stored(platform)) == (1, [(changed, ICON, SCRIPT)])
    assert (
        "\nblocked:\n  it breaks flows that use the connector (see above); if that is meant, add --allow-breaking\n"
        in out
    )

    code, out, _ = deploy("--undo", "--allow-breaking", "--apply")
    assert f"\ndone: the connector {connector} was taken back to the backup, read back and is what was sent\n" in out
    assert (code, stored(platform)) == (0, [(LEDGER, ICON, SCRIPT)])
    assert json.loads(record.read_text("utf-8"))["action"] == "undo"
    assert [seen.step for seen in platform.seen if seen.step in WRITES] == ["create", "update", "update"]


def test_json_holds_the_plan_and_what_came_of_it(deploy: Deploy, platform: MockPlatform, root: Path) -> None:
    code, out, _ = deploy("--format", "json", "--apply")
    value = json.loads(out)
    (connector,) = platform.connectors(REHEARSAL)
    assert (code, value["plan"]["version"], value["plan"]["action"]) == (0, 1, "create")
    assert value["outcome"] == {
        "ending": "done",
        "told": [f"the connector {connector} was created, read back and is what was sent"],
        "connector": connector,
        "record": f"{root.as_posix()}/deployments/test.json",
        "warnings": [],
    }


def test_a_reviewed_plan_is_refused_when_the_world_has_moved(
    deploy: Deploy, platform: MockPlatform, root: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "plan.json"
    shown = saved.as_posix()
    code, out, _ = deploy("--save-plan", str(saved))
    assert (code, out.endswith(f" --apply --plan {shown}\n")) == (0, True)
    put(root, with_operation("CountEntries"), {})
    code, out, _ = deploy("--apply", "--plan", str(saved))
    assert (code, stored(platform)) == (1, [])
    assert out.endswith(
        f"\nrefused: the files have changed since the plan in {shown} was made; "
        "review the plan above and save it again\n"
        "  nothing was changed\n"
    )
    put(root, LEDGER, {})
    connector = platform.add(REHEARSAL, "Ledger", LEDGER, {})
    code, out, _ = deploy("--apply", "--plan", str(saved))
    assert f"\nrefused: what is deployed has changed since the plan in {shown} was made; " in out
    code, out, _ = deploy("--apply", "--plan", str(saved), "--yes", environment="live")
    assert f"\nrefused: the plan in {shown} is for 'test', not for 'live'\n" in out
    platform.remove(REHEARSAL, connector)
    listed = root / "connkit.yaml"
    listed.write_text(listed.read_text("utf-8").replace("name: test", "name: trial"), "utf-8")
    code, out, _ = deploy("--apply", "--plan", str(saved), environment="trial")
    assert f"\nrefused: the plan in {shown} is for 'test', not for 'trial'\n" in out
    listed.write_text(listed.read_text("utf-8").replace("name: trial", "name: test"), "utf-8")
    assert deploy("--apply", "--plan", str(saved))[0] == 0
    assert stored(platform) == [(LEDGER, ICON, SCRIPT)]


def test_a_plan_that_cannot_be_written_is_not_carried_out(
    deploy: Deploy, platform: MockPlatform, tmp_path: Path
) -> None:
    for option in ("--output", "--save-plan"):
        file = tmp_path / "nowhere" / "told.txt"
        code, _, err = deploy("--apply", option, str(file))
        assert (code, err) == (2, f"connkit: cannot write '{file}': No such file or directory\n")
    assert stored(platform) == []


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_outcome_that_cannot_be_written_is_told(
    deploy: Deploy,
    platform: MockPlatform,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    style: str,
) -> None:
    file = tmp_path / "gone" / "told.txt"
    file.parent.mkdir()

    def vanish(happening: Happening) -> None:
        if happening.who.startswith("create"):
            shutil.rmtree(file.parent)

    monkeypatch.setattr(platform, "watch", vanish)
    code, _, err = deploy("--apply", "--output", str(file), "--format", style)
    assert (code, len(stored(platform))) == (3, 1)
    (connector,) = platform.connectors(REHEARSAL)
    assert err.endswith(
        f"\ndone: the connector {connector} was created, read back and is what was sent\n"
        f"  recorded in {root.as_posix()}/deployments/test.json; commit that file\n"
        f"this could not be written where it should: cannot write '{file}': No such file or directory\n"
    )


def test_an_outcome_that_nobody_reads_is_told_on_standard_error(
    deploy: Deploy, platform: MockPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo = click.echo

    def broken(text: str, err: bool = False, **more: Any) -> None:
        if not err and "done" in text:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        echo(text, err=err, **more)

    monkeypatch.setattr(click, "echo", broken)
    code, _, err = deploy("--apply")
    assert (code, len(stored(platform))) == (3, 1)
    assert "\ndone: the connector " in err
    assert err.endswith("\nthis could not be written where it should: [Errno 32] Broken pipe\n")


def test_a_plan_that_nobody_reads_is_not_carried_out(
    deploy: Deploy, platform: MockPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo = click.echo

    def broken(text: str, err: bool = False, **more: Any) -> None:
        if not err:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        echo(text, err=err, **more)

    monkeypatch.setattr(click, "echo", broken)
    code, _, err = deploy("--apply")
    assert (code, err, stored(platform)) == (
        2,
        "connkit: the plan cannot be shown: broken pipe; nothing was changed\n",
        [],
    )


def test_without_standard_error_it_goes_on(
    deploy: Deploy, platform: MockPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo = click.echo

    def broken(text: str, err: bool = False, **more: Any) -> None:
        if err:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        echo(text, err=err, **more)

    monkeypatch.setattr(click, "echo", broken)
    assert (deploy("--apply")[0], len(stored(platform))) == (0, 1)


def test_a_plan_that_was_made_signed_out_or_blocked_holds_nothing(
    deploy: Deploy, platform: MockPlatform, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "plan.json"
    token = os.environ["CONNKIT_ACCESS_TOKEN"]
    monkeypatch.setenv("CONNKIT_ACCESS_TOKEN", "")
    assert deploy("--save-plan", str(saved))[0] == 2
    monkeypatch.setenv("CONNKIT_ACCESS_TOKEN", token)
    told = f"the plan in {saved.as_posix()} was made {{}} and does not say what to do; save it again"
    code, out, _ = deploy("--apply", "--plan", str(saved))
    assert (code, f"\nrefused: {told.format('signed out')}\n" in out) == (1, True)
    assert deploy("--connector", "shared_none", "--save-plan", str(saved))[0] == 1
    code, out, _ = deploy("--apply", "--plan", str(saved))
    assert (code, f"\nrefused: {told.format('while it was blocked')}\n" in out) == (1, True)
    assert stored(platform) == []


def test_a_name_is_no_line_of_a_plan(deploy: Deploy, platform: MockPlatform) -> None:
    for _ in range(2):
        platform.add(REHEARSAL, "Ledger", LEDGER, {}, created_by="Anna\nwill         do no harm\x1b[1m")
    _, out, _ = deploy()
    assert out.count("\nwill ") == 1 and r"(by Anna\nwill         do no harm\x1b[1m)" in out


class Terminal:
    """Standard input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_production_asks_for_its_name(deploy: Deploy, platform: MockPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = deploy("--apply", environment="live")
    assert (code, err) == (
        2,
        "connkit: 'live' is a production environment, and nobody is there to type its name; nothing was changed. Add "
        "--yes if it is meant\n",
    )
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdin", None)
        assert deploy("--apply", environment="live")[0] == 2
    asked: list[str] = []
    typed = iter(["Live", "live"])

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return next(typed)

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(click, "prompt", prompt)
    code, _, err = deploy("--apply", environment="live")
    assert (code, err, stored(platform, PRODUCTION)) == (2, "connkit: that is not 'live'; nothing was changed\n", [])
    assert deploy("--apply", environment="live")[0] == 0
    assert asked == ["'live' is production. Type its name to go on"] * 2
    assert stored(platform, PRODUCTION) == [(LEDGER, ICON, SCRIPT)]


def test_a_connector_that_only_its_name_speaks_for_is_not_overwritten_unasked(
    deploy: Deploy, platform: MockPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = platform.add(REHEARSAL, "Ledger", LEDGER, {}, created_by="Jonas")
    doubt = f"connkit has not deployed {connector} from here before, and only its name speaks for it"
    code, out, err = deploy("--apply")
    assert f"connector    'Ledger', {connector} (found by its name, made by Jonas)\n" in out
    assert (code, err) == (
        2,
        f"connkit: {doubt}; nothing was changed. If it is the right one, name it with --connector {connector}\n",
    )
    asked: list[str] = []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return "no"

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(click, "prompt", prompt)
    assert deploy("--apply")[::2] == (2, "connkit: that is not 'overwrite'; nothing was changed\n")
    assert asked == [f"{doubt}. Type 'overwrite' to go on"]
    assert stored(platform) == [(LEDGER, None, None)]
    saved = str(tmp_path / "plan.json")
    assert deploy("--save-plan", saved)[0] == 0
    assert deploy("--apply", "--plan", saved)[0] == 0
    assert (stored(platform), len(asked)) == ([(LEDGER, ICON, SCRIPT)], 1)


def test_a_connectors_secret_arrives_and_is_shown_nowhere(
    deploy: Deploy, platform: MockPlatform, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, LEDGER, OAUTH)
    code, _, err = deploy("--apply")
    assert (code, err) == (
        2,
        "connkit: the connector needs its OAuth secret to be created; put it into CONNKIT_CLIENT_SECRET. Nothing was "
        "changed\n",
    )
    monkeypatch.setenv("CONNKIT_CLIENT_SECRET", SECRET)
    code, out, err = deploy("--apply")
    assert code == 0
    (create,) = [seen for seen in platform.seen if seen.step == "create"]
    sent = json.loads(create.body)["properties"]["connectionParameters"]["token"]["oAuthSettings"]
    assert sent == {**OAUTH["token"]["oAuthSettings"], "clientSecret": SECRET}
    everything = [out, err, *(path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())]
    assert [text for text in everything if SECRET in text or platform.token in text] == []


_REFUSED: dict[str, tuple[dict[str, str | None], list[str], str]] = {
    "no environment": (
        {"environment": None},
        [],
        "connkit: name the environment to deploy to with --environment; connkit.yaml has 'test', 'live'\n",
    ),
    "an environment that connkit.yaml does not have": (
        {"environment": "tets"},
        [],
        "connkit: there is no environment 'tets'; did you mean 'test'? connkit.yaml has 'test', 'live'\n"
        "give one of them or an ID, or list another under 'environments:' as "
        "- {name: test, id: <the environment's ID>, production: false}\n",
    ),
    "nothing to undo": (
        {},
        ["--undo"],
        "connkit: nothing to undo: there is no record of a deployment to 'test' ({root}/deployments/test.json)\n",
    ),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_it_says_what_is_wrong(deploy: Deploy, root: Path, name: str) -> None:
    where, arguments, message = _REFUSED[name]
    assert deploy(*arguments, **where) == (2, "", message.replace("{root}", root.as_posix()))


def test_signed_out_it_plans_what_it_can_and_applies_nothing(
    deploy: Deploy, platform: MockPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONNKIT_ACCESS_TOKEN")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    why = "nobody is signed in: there is no ~/.paconn/accessTokens.json; run 'connkit paconn login'"
    code, out, _ = deploy()
    assert (code, platform.seen) == (2, [])
    assert out.endswith(
        f"\nmissing:\n  {why}\n\n"
        "Nothing was touched. This is the part of the plan that can be made without being signed in.\n"
    )
    assert deploy("--apply")[::2] == (2, f"connkit: nothing was changed: {why}\n")
