"""The environment of paconn: made whole or not used, and never made of somebody's other folder."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from connkit.core import UserError
from connkit.deploy import paconn
from connkit.deploy.paconn import Paconn, find_paconn, install_paconn, untried

StandIn = Callable[..., Path]
LIST = files("connkit.deploy").joinpath("paconn.txt").read_text("utf-8")
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def finished(folder: Path, make: StandIn) -> Path:
    python = make(folder)
    stamp(folder, hashlib.sha256(LIST.encode()).hexdigest())
    return python


def stamp(folder: Path, text: str) -> None:
    (folder / "connkit.stamp").write_text(text, encoding="ascii")


def refusal(*places: Path) -> str:
    with pytest.raises(UserError) as refused:
        find_paconn(places, os.environ)
    return str(refused.value)


def test_the_first_finished_environment_is_used(tmp_path: Path, stand_in: StandIn) -> None:
    stand_in(tmp_path / "unfinished")
    stamp(tmp_path / "unfinished", "unfinished")
    python = finished(tmp_path / "first", stand_in)
    finished(tmp_path / "second", stand_in)
    places = [tmp_path / name for name in ("missing", "unfinished", "first", "second")]
    assert find_paconn(places, os.environ) == Paconn(python, "0.0.21")


def test_where_there_is_none_the_places_and_the_command_are_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a", tmp_path / "b") == (
        f"there is no environment with paconn 0.0.21 in '{tmp_path / 'a'}' or '{tmp_path / 'b'}'\n"
        "run 'connkit paconn install', which makes one"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("unfinished", "is unfinished"),
        ("", "was made from another list of packages"),
        (hashlib.sha256(LIST.encode()).hexdigest()[:40], "was made from another list of packages"),
        (hashlib.sha256(b"an older list").hexdigest(), "was made from another list of packages"),
    ],
)
def test_a_half_made_or_outdated_one_is_not_used(tmp_path: Path, stand_in: StandIn, text: str, problem: str) -> None:
    stand_in(tmp_path / "paconn")
    stamp(tmp_path / "paconn", text)
    assert refusal(tmp_path / "missing", tmp_path / "paconn") == (
        f"the environment for paconn in '{tmp_path / 'paconn'}' {problem}\n"
        "run 'connkit paconn install', which makes one"
    )


def _without_interpreter(folder: Path) -> None:
    paconn.python_of(folder).unlink()


def _without_paconn(folder: Path) -> None:
    for known in folder.rglob("paconn-*.dist-info"):
        shutil.rmtree(known)


def _with_another_paconn(folder: Path) -> None:
    for known in folder.rglob("METADATA"):
        known.write_text("Metadata-Version: 2.1\nName: paconn\nVersion: 0.0.20\n", encoding="utf-8")


@pytest.mark.parametrize("damage", [_without_interpreter, _without_paconn, _with_another_paconn])
def test_one_that_was_damaged_since_is_not_used(
    tmp_path: Path, stand_in: StandIn, damage: Callable[[Path], None]
) -> None:
    finished(tmp_path, stand_in)
    damage(tmp_path)
    assert refusal(tmp_path) == (
        f"the environment for paconn in '{tmp_path}' does not work any more\n"
        "run 'connkit paconn install', which makes one"
    )


def test_somebodys_own_environment_is_used_when_its_paconn_is_the_one(tmp_path: Path, stand_in: StandIn) -> None:
    """What paconn itself says is not asked: its --version names an older one."""
    python = stand_in(tmp_path, "raise SystemExit('0.0.20')")
    assert find_paconn([tmp_path], os.environ) == Paconn(python, "0.0.21")


def test_the_callers_own_packages_are_not_taken_for_its(
    tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = stand_in(tmp_path / "another", version="0.0.20")
    monkeypatch.setenv("PYTHONPATH", str(next(another.parents[1].rglob("paconn.py")).parent))
    python = stand_in(tmp_path / "own")
    assert find_paconn([tmp_path / "own"], os.environ) == Paconn(python, "0.0.21")


@pytest.mark.parametrize(("version", "has"), [("0.0.20", "paconn 0.0.20"), (None, "no paconn")])
def test_somebodys_own_environment_is_refused_when_it_has_another(
    tmp_path: Path, stand_in: StandIn, version: str | None, has: str
) -> None:
    stand_in(tmp_path / "own", version=version)
    finished(tmp_path / "ours", stand_in)
    assert refusal(tmp_path / "own", tmp_path / "ours") == (
        f"the environment in '{tmp_path / 'own'}' has {has}, and connkit runs paconn 0.0.21 alone\n"
        "run 'connkit paconn install' with CONNKIT_PACONN unset, which makes an environment of its own"
    )


def test_an_environment_of_an_untried_python_is_refused(
    tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path)
    monkeypatch.setattr(paconn, "TRIED_ON", ((2, 6), (2, 7)))
    assert refusal(tmp_path) == (
        f"paconn 0.0.21 was tried on Python 2.6 and 2.7, not on {HERE}\n"
        "install connkit with Python 2.7, and run 'connkit paconn install' again"
    )


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_a_python_it_was_not_tried_on_is_told_which_to_use(version: tuple[int, int]) -> None:
    assert untried(version) == (
        f"paconn 0.0.21 was tried on Python 3.11, 3.12 and 3.13, not on {version[0]}.{version[1]}\n"
        "install connkit with Python 3.13, and run 'connkit paconn install' again"
    )


def test_a_python_it_was_tried_on_is_no_reason() -> None:
    assert [untried(version) for version in paconn.TRIED_ON] == [None, None, None]


def test_on_an_untried_python_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paconn, "TRIED_ON", ((2, 6), (2, 7)))
    with pytest.raises(UserError, match=re.escape(f"paconn 0.0.21 was tried on Python 2.6 and 2.7, not on {HERE}\n")):
        install_paconn(tmp_path / "paconn", print, {})
    assert list(tmp_path.iterdir()) == []


# --- making it, without pip --------------------------------------------------------------------------------------


Told = list[str]


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, stand_in: StandIn) -> list[str]:
    """What would have been run: an environment is made without pip, and filled by hand."""
    steps: list[str] = []

    def work(command: Sequence[str], tell: object, environ: Mapping[str, str], otherwise: str) -> None:
        steps.append("venv" if "venv" in command else "pip")
        if "venv" not in command:
            stand_in(Path(command[0]).parents[1])

    monkeypatch.setattr(paconn, "_must_work", work)
    return steps


def test_it_is_made_once(tmp_path: Path, pip: list[str]) -> None:
    folder, told = tmp_path / "new" / "paconn", Told()
    made = [install_paconn(folder, told.append, {}) for _ in range(2)]
    assert made == [Paconn(paconn.python_of(folder), "0.0.21")] * 2
    assert pip == ["venv", "pip"]
    assert told == [f"installing paconn 0.0.21 in '{folder}', once; this takes a minute"]
    assert find_paconn([folder], os.environ) == made[0]


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_one_that_was_interrupted_is_replaced(
    tmp_path: Path, pip: list[str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: object) -> None:
        (tmp_path / "half").mkdir()
        (tmp_path / "half" / "made").touch()
        raise KeyboardInterrupt

    name = "_make_venv" if step == "venv" else "_install_list"
    work = getattr(paconn, name)
    monkeypatch.setattr(paconn, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        install_paconn(tmp_path, Told().append, {})
    monkeypatch.setattr(paconn, name, work)
    assert refusal(tmp_path).startswith(f"the environment for paconn in '{tmp_path}' is unfinished\n")
    install_paconn(tmp_path, Told().append, {})
    assert find_paconn([tmp_path], os.environ).version == "0.0.21"
    assert not (tmp_path / "half").exists()


@pytest.mark.parametrize("text", ["unfinished", "made from another list"])
def test_what_is_left_of_another_list_goes(tmp_path: Path, pip: list[str], text: str) -> None:
    stamp(tmp_path, text)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "module.py").touch()
    (tmp_path / "old.cfg").touch()
    install_paconn(tmp_path, Told().append, {})
    assert not (tmp_path / "old").exists() and not (tmp_path / "old.cfg").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, pip: list[str]) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(UserError) as refused:
        install_paconn(tmp_path, Told().append, {})
    assert str(refused.value) == (
        f"'{tmp_path}' holds something that is not connkit's\nname a new folder: connkit paconn install --folder DIR"
    )
    assert (pip, (tmp_path / "thesis.txt").exists()) == ([], True)


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, pip: list[str]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError) as refused:
        install_paconn(tmp_path / "file" / "paconn", Told().append, {})
    assert str(refused.value).startswith(f"cannot make '{tmp_path / 'file'}': ")


def test_two_runs_at_once_make_it_once(tmp_path: Path, pip: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    other_waits, made, told = threading.Event(), list[Paconn](), Told()
    make = paconn._make_venv

    def slow(*given: Path) -> None:
        assert other_waits.wait(10)
        make(*given)  # type: ignore[arg-type]

    def tell(text: str) -> None:
        told.append(text)
        if text.startswith("another"):
            other_waits.set()

    def install() -> None:
        made.append(install_paconn(tmp_path / "paconn", tell, {}))

    monkeypatch.setattr(paconn, "_make_venv", slow)
    runs = [threading.Thread(target=install) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(20)
    assert made == [Paconn(paconn.python_of(tmp_path / "paconn"), "0.0.21")] * 2
    assert pip == ["venv", "pip"]
    assert sorted(told) == [
        "another run is installing; waiting",
        f"installing paconn 0.0.21 in '{tmp_path / 'paconn'}', once; this takes a minute",
    ]


@pytest.mark.usefixtures("paconn_python")
def test_what_pip_said_last_is_told_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Mapping[str, str]] = []
    said = b"".join(b"line %d\n" % number for number in range(20)) + b"no network \xff\n"

    def run(command: Sequence[str], env: Mapping[str, str], **how: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(env)
        return subprocess.CompletedProcess(command, 0 if "venv" in command else 1, said)

    monkeypatch.setattr(paconn.subprocess, "run", run)
    told = Told()
    with pytest.raises(UserError) as failed:
        install_paconn(tmp_path / "paconn", told.append, {"PIP_INDEX_URL": "https://pip.invalid"})
    assert str(failed.value) == (
        "paconn 0.0.21 could not be installed; what pip said stands above\n"
        "mend the network or the proxy settings, and run 'connkit paconn install' again"
    )
    assert told[1:] == [*(f"line {number}" for number in range(13, 20)), "no network �"]
    assert asked[1] == {
        "PIP_INDEX_URL": "https://pip.invalid",
        "PIP_USER": "0",
        "PIP_NO_WARN_SCRIPT_LOCATION": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONUTF8": "1",
    }


@pytest.mark.usefixtures("paconn_python")
def test_a_paconn_that_pip_put_elsewhere_is_no_paconn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a target folder in pip's configuration."""
    monkeypatch.setattr(paconn, "_must_work", lambda *given: None)
    with pytest.raises(UserError) as failed:
        install_paconn(tmp_path, Told().append, {})
    assert str(failed.value) == (
        f"pip has put paconn somewhere else than into '{tmp_path}'\n"
        "look for 'target' or 'prefix' in what 'pip config list' prints, and remove it"
    )
    assert refusal(tmp_path).startswith(f"the environment for paconn in '{tmp_path}' is unfinished\n")


@pytest.mark.usefixtures("paconn_python")
def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paconn.sys, "executable", str(shutil.which("false") or sys.executable))
    with pytest.raises(UserError) as failed:
        install_paconn(tmp_path / "paconn", Told().append, {"PATH": ""})
    assert str(failed.value) == (
        "this Python cannot make virtual environments; what it said stands above\n"
        "install its venv module (on Debian and Ubuntu: sudo apt install python3-venv) or the Python of python.org"
    )


# --- making it, with pip -----------------------------------------------------------------------------------------


def wheel(folder: Path) -> str:
    """A small paconn for pip to install; returns its hash."""
    path = folder / "paconn-0.0.21-py3-none-any.whl"
    known = "paconn-0.0.21.dist-info"
    contents = {
        "paconn.py": "print('a stand-in')\n",
        f"{known}/METADATA": "Metadata-Version: 2.1\nName: paconn\nVersion: 0.0.21\nRequires-Dist: not-there\n",
        f"{known}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {
        name: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        for name, text in contents.items()
    }
    record = "".join(f"{name},sha256={digests[name]},{len(text)}\n" for name, text in contents.items())
    with zipfile.ZipFile(path, "w") as file:
        for name, text in {**contents, f"{known}/RECORD": f"{record}{known}/RECORD,,\n"}.items():
            file.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.usefixtures("paconn_python")
def test_pip_installs_into_it_whatever_the_callers_variables_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = wheel(tmp_path)
    monkeypatch.setattr(paconn, "_list", lambda: f"paconn==0.0.21 --hash=sha256:{digest}\n")
    folder, elsewhere = tmp_path / "ąžuolo namai" / "paconn", str(tmp_path / "elsewhere")
    bent = {
        **dict.fromkeys(
            ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT", "PYTHONPATH", "PYTHONHOME"), elsewhere
        ),
        **{"PIP_USER": "1", "PIP_DRY_RUN": "1", "PIP_NO_BINARY": ":all:"},
        **{"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull},
    }
    told = Told()
    found = install_paconn(folder, told.append, {**os.environ, **bent})
    assert told == [f"installing paconn 0.0.21 in '{folder}', once; this takes a minute"]
    assert find_paconn([folder], os.environ) == found
    done = subprocess.run([found.python, "-I", "-m", "paconn"], capture_output=True, text=True, check=True)
    assert done.stdout == "a stand-in\n"


# --- the list ----------------------------------------------------------------------------------------------------


def test_the_list_pins_each_package_by_hashes_and_names_no_index() -> None:
    entries = re.split(r"\n(?=\S)", LIST.strip())
    pinned = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^\\\n]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries if not pinned.fullmatch(entry)] == []
    assert "//" not in LIST


def test_the_list_holds_paconn_and_none_of_the_tools_it_was_tested_with() -> None:
    names = {line.partition("==")[0] for line in LIST.splitlines() if "==" in line}
    assert f"paconn=={paconn.VERSION} \\" in LIST.splitlines()
    assert names & {"pytest", "pytest-xdist", "flake8", "pylint", "virtualenv", "docutils", "future"} == set()
