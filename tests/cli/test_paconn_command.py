"""connkit paconn: what it makes, where it looks, and who is signed in afterwards."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connkit.cli import paconn_command
from connkit.cli.main import main
from connkit.cli.paconn_command import connkit_home, places, signed_in_line
from connkit.core import UserError
from connkit.deploy.paconn import Paconn
from connkit.deploy.signin import SignIn

StandIn = Callable[..., Path]
Command = Callable[..., tuple[int, str, str]]

# Signs in as paconn does, refuses a damaged file as it does, and tells how it was called.
SOURCE = """
import json, os, sys, time
home = os.path.expanduser("~/.paconn")
os.makedirs(home, exist_ok=True)
path = os.path.join(home, "accessTokens.json")
print("paconn", *sys.argv[1:], flush=True)
if os.path.exists(path):
    json.load(open(path))
if sys.argv[1] != "login":
    sys.exit(int(sys.argv[1]))
stored = {"access_token": "fake-token-0000", "oid": "a-1", "user_id": "ona@example.com"}
with open(path, "w") as file:
    json.dump({**stored, "expires_on": time.time() + 3630}, file)
"""
FAILS = "import sys; print('no network', file=sys.stderr); sys.exit(1)"
UNDECIDED = "print('said that all is well')"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's home, which holds nothing yet."""
    folder = tmp_path / "namai ąčę"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    for name in ("CONNKIT_PACONN", "CONNKIT_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def use(tmp_path: Path, home: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Has connkit use an environment whose paconn is this source; returns its interpreter."""

    def make(source: str) -> Path:
        monkeypatch.setenv("CONNKIT_PACONN", str(tmp_path / "environment"))
        return stand_in(tmp_path / "environment", source)

    return make


@pytest.fixture
def connkit(capfd: pytest.CaptureFixture[str], tmp_path: Path, home: Path) -> Command:
    """Runs connkit paconn in a folder: exit code, output, standard error, with what paconn prints."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["-C", str(tmp_path), "paconn", *arguments])
        out, err = capfd.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, out, err

    return run


def sign_in_file(home: Path) -> Path:
    return home / ".paconn" / "accessTokens.json"


def store(home: Path, text: str) -> None:
    sign_in_file(home).parent.mkdir()
    sign_in_file(home).write_text(text, encoding="utf-8")


def good(seconds: float = 3630) -> str:
    return json.dumps({"access_token": "fake-token-0001", "oid": "b-2", "expires_on": time.time() + seconds})


# --- where -------------------------------------------------------------------------------------------------------


def test_where_prints_the_interpreter(connkit: Command, use: Callable[[str], Path]) -> None:
    python = use(SOURCE)
    assert connkit("where") == (0, f"{python}\n", "")


def test_where_there_is_none_the_command_is_named(
    connkit: Command, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paconn_command.sys, "prefix", str(tmp_path))
    assert connkit("where") == (
        2,
        "",
        f"connkit: there is no environment with paconn 0.0.21 in '{tmp_path / 'paconn'}' or "
        f"'{home / '.connkit' / 'paconn'}'\nrun 'connkit paconn install', which makes one\n",
    )


def test_it_is_looked_for_beside_connkit_and_then_in_the_home(home: Path) -> None:
    beside = Path(sys.prefix) / "paconn"
    assert places({}) == [beside, home / ".connkit" / "paconn"]
    assert places({"CONNKIT_HOME": "elsewhere"}) == [beside, Path("elsewhere") / "paconn"]
    assert places({"CONNKIT_HOME": "", "CONNKIT_PACONN": ""}) == [beside, home / ".connkit" / "paconn"]


def test_where_a_folder_is_named_it_is_looked_for_nowhere_else() -> None:
    assert places({"CONNKIT_PACONN": "mine", "CONNKIT_HOME": "elsewhere"}) == [Path("mine")]


def test_connkits_own_folder(home: Path) -> None:
    assert connkit_home({}) == home / ".connkit"
    assert connkit_home({"CONNKIT_HOME": "elsewhere"}) == Path("elsewhere")


# --- install -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "environ", "folder"),
    [
        ((), {}, "namai ąčę/.connkit/paconn"),
        ((), {"CONNKIT_HOME": "elsewhere"}, "elsewhere/paconn"),
        ((), {"CONNKIT_PACONN": "mine", "CONNKIT_HOME": "elsewhere"}, "mine"),
        (("--folder", "named"), {"CONNKIT_PACONN": "mine"}, "named"),
    ],
)
def test_install_makes_it_where_it_will_be_looked_for(
    connkit: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    folder: str,
) -> None:
    made: list[Path] = []

    def install(place: Path, tell: Callable[[str], None], given: object) -> Paconn:
        made.append(place)
        tell("installing")
        return Paconn(place / "python", "0.0.21")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paconn_command, "install_paconn", install)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert connkit("install", *arguments) == (0, f"paconn 0.0.21 is ready: {made[0] / 'python'}\n", "installing\n")
    assert [tmp_path / place for place in made] == [tmp_path / folder]


# --- login -------------------------------------------------------------------------------------------------------


def test_login_says_who_is_signed_in(connkit: Command, use: Callable[[str], Path], home: Path) -> None:
    use(SOURCE)
    out = "paconn login --force\nsigned in as ona@example.com, for 60 more minutes\n"
    assert connkit("login") == (0, out, "")
    assert sign_in_file(home).exists()


def test_a_good_sign_in_is_kept(connkit: Command, home: Path) -> None:
    """paconn is not even needed."""
    store(home, good())
    note = "the sign-in is still good; to sign in anew: connkit paconn login --force\n"
    assert connkit("login") == (0, "signed in as b-2, for 60 more minutes\n", note)


@pytest.mark.parametrize("text", ["half a fi", good(720)])
def test_one_that_will_not_do_is_replaced(connkit: Command, use: Callable[[str], Path], home: Path, text: str) -> None:
    use(SOURCE)
    store(home, text)
    out = "paconn login --force\nsigned in as ona@example.com, for 60 more minutes\n"
    assert connkit("login") == (0, out, "")


def test_a_good_one_is_replaced_when_that_is_wished(connkit: Command, use: Callable[[str], Path], home: Path) -> None:
    use(SOURCE)
    store(home, good())
    out = "paconn login --force\nsigned in as ona@example.com, for 60 more minutes\n"
    assert connkit("login", "--force") == (0, out, "")


def test_login_passes_on_the_tenant_of_the_settings(
    connkit: Command, use: Callable[[str], Path], tmp_path: Path
) -> None:
    use(SOURCE)
    (tmp_path / "settings.json").write_text('{"tenant": "example.com"}', encoding="utf-8")
    out = connkit("login")[1]
    assert out.splitlines()[0] == f"paconn login --force --settings {tmp_path / 'settings.json'}"


def test_settings_that_say_nothing_of_signing_in_are_not_passed_on(
    connkit: Command, use: Callable[[str], Path], tmp_path: Path
) -> None:
    use(SOURCE)
    (tmp_path / "settings.json").write_text('{"environment": "env-1", "tenant": ""}', encoding="utf-8")
    assert connkit("login")[1].splitlines()[0] == "paconn login --force"


def test_settings_that_cannot_be_read_stop_it_with_the_sign_in_kept(
    connkit: Command, use: Callable[[str], Path], tmp_path: Path, home: Path
) -> None:
    use(SOURCE)
    store(home, good())
    (tmp_path / "settings.json").write_text("{", encoding="utf-8")
    code, out, err = connkit("login", "--force")
    assert (code, out) == (2, "")
    assert err.startswith(f"connkit: {(tmp_path / 'settings.json').as_posix()}: cannot be read: ")
    assert sign_in_file(home).exists()


def test_a_login_that_fails_says_so(connkit: Command, use: Callable[[str], Path]) -> None:
    use(FAILS)
    error = "connkit: nobody is signed in; what paconn said stands above\nrun 'connkit paconn login' again\n"
    assert connkit("login") == (2, "", f"no network\n{error}")


def test_paconns_word_alone_is_not_believed(connkit: Command, use: Callable[[str], Path]) -> None:
    use(UNDECIDED)
    error = "nobody is signed in: there is no ~/.paconn/accessTokens.json; run 'connkit paconn login'"
    assert connkit("login") == (2, "said that all is well\n", f"connkit: {error}\n")


@pytest.mark.parametrize(
    ("tenant", "expires", "line"),
    [
        ("t-1", 1060, "signed in as ona, tenant t-1, for 1 more minute"),
        ("", 1000, "signed in as ona, for 0 more minutes"),
        ("", None, "signed in as ona"),
    ],
)
def test_who_is_signed_in_is_one_line(tenant: str, expires: float | None, line: str) -> None:
    assert signed_in_line(SignIn("fake-token-0000", "Bearer", "a-1", "ona", tenant, expires, ""), 1000) == line


# --- logout, run -------------------------------------------------------------------------------------------------


def test_logout_removes_the_sign_in(connkit: Command, home: Path) -> None:
    store(home, "half a fi")
    assert connkit("logout") == (0, "signed out\n", "")
    assert not sign_in_file(home).exists()
    assert connkit("logout") == (0, "nobody was signed in\n", "")


def test_a_sign_in_that_cannot_be_removed_is_a_sentence(connkit: Command, home: Path) -> None:
    sign_in_file(home).mkdir(parents=True)
    code, out, err = connkit("logout")
    assert (code, out) == (2, "")
    assert err.startswith("connkit: cannot remove ~/.paconn/accessTokens.json: ")


def test_run_is_plain_paconn(connkit: Command, use: Callable[[str], Path]) -> None:
    use(SOURCE)
    assert connkit("run", "--", "7", "--help", "-s", "a b.json") == (7, "paconn 7 --help -s a b.json\n", "")
    assert connkit("run", "7", "--settings", "a.json") == (7, "paconn 7 --settings a.json\n", "")


def test_without_paconn_nothing_is_lost(connkit: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(folders: list[Path], environ: object) -> Paconn:
        raise UserError("there is none")

    monkeypatch.setattr(paconn_command, "find_paconn", nowhere)
    store(home, good())
    assert connkit("login", "--force") == (2, "", "connkit: there is none\n")
    assert sign_in_file(home).exists()
