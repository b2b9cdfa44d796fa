from __future__ import annotations

import ast
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from connkit.deploy.paconn import TRIED_ON

SCRIPT = Path(__file__).parents[2] / "run.py"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """run.py as a module, for a checkout that holds nothing but the locks."""
    spec = importlib.util.spec_from_file_location("run_script", SCRIPT)
    assert spec
    assert spec.loader
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    for name in ("requirements/check.txt", "requirements/test.txt", "pyproject.toml", module.PACONN_LIST):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", str(tmp_path))
    monkeypatch.setattr(module, "VENV", str(venv))
    monkeypatch.setattr(module, "UNFINISHED", str(venv / "unfinished"))
    return module


@pytest.fixture
def pip(script: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would be installed; the environment itself is made without pip."""
    asked: list[list[str]] = []
    monkeypatch.setattr(script, "install", asked.append)
    monkeypatch.setattr(script, "install_paconn", lambda: asked.append(["paconn"]))
    monkeypatch.setattr(script, "make_venv", lambda: touch(script.venv_python(script.VENV)))
    monkeypatch.setattr(script, "is_reusable", lambda: Path(script.venv_python(script.VENV)).exists())
    return asked


def touch(path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).touch()


def test_pythons_that_are_too_old_can_read_it() -> None:
    source = SCRIPT.read_bytes()
    assert source.isascii(), "Python 2 refuses other characters"
    compile(source, str(SCRIPT), "exec", dont_inherit=True)
    ast.parse(source, feature_version=(3, 4))


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 4, 0), (3, 10, 13)])
def test_a_python_that_is_too_old_is_told_what_to_do(script: Any, version: tuple[int, int, int]) -> None:
    assert script.too_old(version) == (
        f"This is Python {version[0]}.{version[1]}; install Python 3.11 or newer and run this command with it."
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 0), (4, 0, 0)])
def test_a_python_that_is_new_enough_is_used(script: Any, version: tuple[int, int, int]) -> None:
    assert script.too_old(version) is None


def test_a_set_up_is_made_once_and_again_when_the_lock_changes(script: Any, pip: list[list[str]]) -> None:
    once = [
        ["--require-hashes", "-r", script.lock_path("check")],
        ["--no-deps", "--no-build-isolation", "-e", script.ROOT],
    ]
    script.set_up("check")
    script.set_up("check")
    assert pip == once
    script.write(script.lock_path("check"), "changed")
    script.set_up("check")
    assert pip == once + once


def test_the_tests_get_paconn_too_and_anew_when_its_list_changes(script: Any, pip: list[list[str]]) -> None:
    for text in ("one list", "another list"):
        script.write(os.path.join(script.ROOT, script.PACONN_LIST), text)
        del pip[:]
        script.set_up("test")
        script.set_up("test")
        assert pip == [
            ["--require-hashes", "-r", script.lock_path("test")],
            ["--no-deps", "--no-build-isolation", "-e", script.ROOT],
            ["paconn"],
        ]


def test_paconn_is_installed_by_connkit_into_a_folder_of_its_own(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def passed(python: str, module: str, arguments: list[str]) -> int:
        ran.append([python, module, *arguments])
        return len(ran) - 1

    monkeypatch.setattr(script, "run", passed)
    monkeypatch.setattr(script, "NEWEST_FOR_PACONN", sys.version_info[:2])
    script.install_paconn()
    with pytest.raises(
        script.CannotSetUp, match="Installing paconn, which the tests run, failed; the reason stands above"
    ):
        script.install_paconn()
    folder = os.path.join(script.VENV, "paconn")
    assert ran == [[script.venv_python(script.VENV), "connkit", "paconn", "install", "--folder", folder]] * 2


def test_on_a_python_that_is_too_new_for_paconn_the_tests_run_without_it(
    script: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert TRIED_ON[-1] == script.NEWEST_FOR_PACONN
    monkeypatch.setattr(script, "NEWEST_FOR_PACONN", (3, 10))
    monkeypatch.setattr(script, "run", lambda *arguments: pytest.fail("paconn was installed"))
    script.install_paconn()
    assert capsys.readouterr().err == (
        "run.py: the tests that run the real paconn are skipped: it was tried up to Python 3.10 only\n"
    )


def test_the_tests_environment_serves_the_check_too(script: Any, pip: list[list[str]]) -> None:
    script.set_up("test")
    del pip[:]
    script.set_up("check")
    assert pip == []


def test_a_set_up_that_failed_is_not_taken_for_a_good_one(
    script: Any, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str]) -> None:
        raise script.CannotSetUp("Installing the packages failed.")

    script.set_up("check")
    script.write(script.lock_path("check"), "changed")
    monkeypatch.setattr(script, "install", fail)
    assert script.main(["check"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "run.py: Installing the packages failed."
    script.write(script.lock_path("check"), "requirements/check.txt")
    assert not script.is_set_up("check")


def test_what_the_system_refuses_is_a_sentence(
    script: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(kind: str) -> None:
        raise PermissionError(13, "Permission denied", ".venv")

    monkeypatch.setattr(script, "set_up", refuse)
    assert script.main(["check"]) == 2
    assert capsys.readouterr().err == (
        "run.py: cannot set up .venv: [Errno 13] Permission denied: '.venv'. "
        "Mend that, or delete .venv, and run this command again.\n"
    )


def test_a_guard_that_fails_stops_no_other(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def fail(python: str, guard: list[str]) -> int:
        ran.append(guard)
        return 3

    def passed(python: str, module: str, arguments: list[str]) -> int:
        ran.append([module, *arguments])
        return 0

    monkeypatch.setattr(script, "set_up", lambda kind: "python")
    monkeypatch.setattr(script, "guard_code", fail)
    monkeypatch.setattr(script, "run", passed)
    assert script.main(["ci", "-x"]) == 3
    assert ran == [*script.GUARDS, ["pytest", "-x"]]


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a console, which a test has none of")
def test_ctrl_c_lets_the_command_finish_what_it_does(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import sys, time\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    time.sleep(0.5)\n"
        "    print('finished', flush=True)\n"
        "    sys.exit(7)\n"
    )
    code = f"import sys, run; run.ROOT = {str(tmp_path)!r}; sys.exit(run.hand_over(sys.executable, 'slow', []))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=SCRIPT.parent, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    assert (process.communicate(timeout=10)[0], process.returncode) == ("finished\n", 7)


def test_an_unknown_command_shows_the_commands() -> None:
    result = subprocess.run([sys.executable, str(SCRIPT), "chekc"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Sets up what is needed in .venv")
