"""Sets up what is needed in .venv, then runs one of:

    python3 run.py check         the main job: connkit check on this connector
    python3 run.py test          the tests
    python3 run.py ci            everything that CI runs, the tests last
    python3 run.py connkit ARGS  any other command of connkit

On Windows: py run.py check. Only Python 3.11 or newer is needed. This file keeps to words that older Pythons can
read, so that they can say so.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWEST_FOR_PACONN = (3, 13)  # with newer ones the real paconn was never tried
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
UNFINISHED = os.path.join(VENV, "unfinished")
PACONN_LIST = os.path.join("tools", "connkit", "deploy", "paconn.txt")
KINDS = ["check", "test"]  # each holds everything of those before it
GUARDS = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy"],
    ["importlinter.cli", "lint-imports"],
    ["connkit", "build", "--check"],
    ["connkit", "check"],
]
ALIEN = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX")


class CannotSetUp(Exception):
    """One or two sentences that say what to do."""


def too_old(version):
    """The sentence for a Python that is too old, or None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    return "This is Python %d.%d; install Python %d.%d or newer and run this command with it." % (
        version[0],
        version[1],
        OLDEST[0],
        OLDEST[1],
    )


def venv_python(venv):
    """The interpreter of a virtual environment."""
    if os.name == "nt":
        return os.path.join(venv, "Scripts", "python.exe")
    return os.path.join(venv, "bin", "python")


def stamp_text(lock):
    """What has to be the same for an environment to be used again."""
    digest = hashlib.sha256(str(sys.version_info[:3]).encode("ascii") + os.fsencode(ROOT))
    for path in (lock, os.path.join(ROOT, "pyproject.toml"), os.path.join(ROOT, PACONN_LIST)):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def set_up(kind):
    """Makes .venv hold requirements/KIND.txt and connkit; returns its interpreter."""
    if not is_set_up(kind):
        with one_at_a_time():
            if not is_set_up(kind):  # another run may have done it meanwhile
                say("setting up .venv for '%s', once; this takes a minute" % kind)
                fill(kind)
    return venv_python(VENV)


def is_set_up(kind):
    """Whether .venv was made to the end, from the lock of today."""
    return not os.path.exists(UNFINISHED) and read(stamp_path(kind)) == stamp_text(lock_path(kind))


def fill(kind):
    """Makes .venv; the mark in it goes only when everything is installed."""
    if not is_reusable():
        remove_venv()
        os.mkdir(VENV)
    write(UNFINISHED, "")
    if not os.path.exists(venv_python(VENV)):
        make_venv()
    install(["--require-hashes", "-r", lock_path(kind)])
    install(["--no-deps", "--no-build-isolation", "-e", ROOT])
    if kind == "test":
        install_paconn()
    for held in KINDS[: KINDS.index(kind) + 1]:
        write(stamp_path(held), stamp_text(lock_path(held)))
    os.remove(UNFINISHED)


def is_reusable():
    """Whether .venv was finished once, and its interpreter is of this version and has pip."""
    code = "import sys, pip; print(sys.version_info[:3] == %r)" % (tuple(sys.version_info[:3]),)
    if os.path.exists(UNFINISHED) or not os.path.exists(venv_python(VENV)):
        return False
    return output([venv_python(VENV), "-c", code]) == "True"


def remove_venv():
    if os.path.isdir(VENV) and not os.path.islink(VENV):
        shutil.rmtree(VENV)
    elif os.path.lexists(VENV):
        os.remove(VENV)


def make_venv():
    command = [sys.executable, "-m", "venv", VENV]
    if subprocess.call(command, stdout=sys.stderr, env=environment()) != 0:
        raise CannotSetUp(
            "This Python cannot make virtual environments. Install its venv module (on Debian and Ubuntu: "
            "sudo apt install python3-venv) or the Python of python.org, and run this command again."
        )


@contextlib.contextmanager
def one_at_a_time():
    """Waits for another run's set-up; the system frees the lock even of a run that was killed."""
    with open(VENV + ".lock", "a+") as file:
        while not locked(file):
            time.sleep(0.2)
        yield


def locked(file):
    """Whether the lock is ours now."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def install(arguments):
    """pip install into .venv."""
    command = [venv_python(VENV), "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
    result = subprocess.call(command + arguments, stdout=sys.stderr, env=environment())
    if result != 0:
        raise CannotSetUp(
            "Installing the packages failed; what pip said stands above. Check the network or the proxy settings, "
            "then run this command again."
        )


def install_paconn():
    """Into .venv/paconn, because it needs packages that are too old for .venv; the tests run it."""
    if sys.version_info[:2] > NEWEST_FOR_PACONN:
        say("the tests that run the real paconn are skipped: it was tried up to Python %d.%d only" % NEWEST_FOR_PACONN)
        return
    command = ["paconn", "install", "--folder", os.path.join(VENV, "paconn")]
    if run(venv_python(VENV), "connkit", command) != 0:
        raise CannotSetUp("Installing paconn, which the tests run, failed; the reason stands above.")


def lock_path(kind):
    return os.path.join(ROOT, "requirements", kind + ".txt")


def stamp_path(kind):
    return os.path.join(VENV, kind + ".stamp")


def environment():
    """The caller's environment, made the same everywhere."""
    clean = {name: value for name, value in os.environ.items() if name not in ALIEN}
    clean.update({"PYTHONUTF8": "1", "PIP_NO_WARN_SCRIPT_LOCATION": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_USER": "0"})
    return clean


def output(command):
    """What a command prints, or an empty text when it cannot run."""
    try:
        return subprocess.check_output(command, stderr=subprocess.DEVNULL, env=environment()).decode("utf-8", "replace").strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def read(path):
    """A file's text, or an empty text when there is no such file."""
    try:
        with open(path) as file:
            return file.read()
    except (IOError, OSError):
        return ""


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def say(text):
    sys.stderr.write("run.py: " + text + "\n")
    sys.stderr.flush()


def run(python, module, arguments):
    """Runs a module of .venv in the checkout; returns its exit code."""
    return subprocess.call([python, "-m", module] + arguments, cwd=ROOT, env=environment())


def hand_over(python, module, arguments):
    """As `run`, but Ctrl-C is left to the module, which has it too: a server may have to finish what it does."""
    process = subprocess.Popen([python, "-m", module] + arguments, cwd=ROOT, env=environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def run_ci(arguments):
    """Every guard, then the tests; all of them run, the first failure's exit code counts."""
    python = set_up("test")
    worst = 0
    for guard in GUARDS:
        say("running " + " ".join(guard))
        code = guard_code(python, guard)
        worst = worst or code
    tests = run(python, "pytest", arguments)
    return tests or worst


def guard_code(python, guard):
    if guard[0] == "importlinter.cli":
        code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
        return subprocess.call([python, "-c", code], cwd=ROOT, env=environment())
    return run(python, guard[0], guard[1:])


def main(arguments):
    problem = too_old(sys.version_info)
    if problem:
        say(problem)
        return 2
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if command == "check":
            return hand_over(set_up("check"), "connkit", ["check"] + rest)
        if command == "connkit":
            return hand_over(set_up("check"), "connkit", rest)
        if command == "test":
            return hand_over(set_up("test"), "pytest", rest)
        if command == "ci":
            return run_ci(rest)
    except CannotSetUp as error:
        say(str(error))
        return 2
    except OSError as error:
        say("cannot set up .venv: %s. Mend that, or delete .venv, and run this command again." % error)
        return 2
    except KeyboardInterrupt:
        say("stopped")
        return 2
    sys.stderr.write(__doc__)
    return 0 if command in ("-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
