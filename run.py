"""Sets up what is needed in .venv, then runs one of:

    python3 run.py check      the main job: connkit check on this connector
    python3 run.py test       the tests
    python3 run.py ci         everything that CI runs, the tests last
    python3 run.py connkit …  any other command of connkit

On Windows: py run.py check. Only Python 3.11 or newer is needed. This file keeps to words that older Pythons can
read, so that they can say so.
"""

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
GUARDS = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy"],
    ["importlinter.cli", "lint-imports"],
    ["connkit", "build", "--check"],
    ["connkit", "check"],
]


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
    digest = hashlib.sha256(str(sys.version_info[:3]).encode("ascii") + ROOT.encode("utf-8"))
    for path in (lock, os.path.join(ROOT, "pyproject.toml")):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def set_up(kind):
    """Makes .venv hold requirements/KIND.txt and connkit; returns its interpreter."""
    lock = os.path.join(ROOT, "requirements", kind + ".txt")
    wanted = stamp_text(lock)
    stamp = os.path.join(VENV, kind + ".stamp")
    if not read(stamp) == wanted:
        say("setting up .venv for '%s', once; this takes a minute" % kind)
        make_venv()
        install(["--require-hashes", "-r", lock])
        install(["--no-deps", "--no-build-isolation", "-e", ROOT])
        with open(stamp, "w") as file:
            file.write(wanted)
    return venv_python(VENV)


def make_venv():
    """A new .venv, or the one there is when its interpreter runs and is of this version."""
    version = "import sys; print(sys.version_info[:3] == %r)" % (tuple(sys.version_info[:3]),)
    if os.path.exists(venv_python(VENV)) and output([venv_python(VENV), "-c", version]) == "True":
        return
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.call([sys.executable, "-m", "venv", VENV], stdout=sys.stderr)
    if result != 0 or not os.path.exists(venv_python(VENV)):
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotSetUp(
            "This Python cannot make virtual environments. Install its venv module (on Debian and Ubuntu: "
            "sudo apt install python3-venv) or the Python of python.org, and run this command again."
        )


def install(arguments):
    """pip install into .venv."""
    command = [venv_python(VENV), "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    result = subprocess.call(command + arguments, stdout=sys.stderr, env=environment())
    if result != 0:
        raise CannotSetUp(
            "Installing the packages failed; what pip said stands above. Check the network or the proxy settings, "
            "then run this command again."
        )


def environment():
    """The caller's environment, made the same everywhere."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    clean.update({"PYTHONUTF8": "1", "PIP_NO_WARN_SCRIPT_LOCATION": "1", "PIP_ROOT_USER_ACTION": "ignore"})
    return clean


def output(command):
    """What a command prints, or an empty text when it cannot run."""
    try:
        return subprocess.check_output(command, env=environment()).decode("utf-8", "replace").strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def read(path):
    """A file's text, or an empty text when there is no such file."""
    try:
        with open(path) as file:
            return file.read()
    except (IOError, OSError):
        return ""


def say(text):
    sys.stderr.write("run.py: " + text + "\n")
    sys.stderr.flush()


def run(python, module, arguments):
    """Runs a module of .venv in the checkout; returns its exit code."""
    return subprocess.call([python, "-m", module] + arguments, cwd=ROOT, env=environment())


def run_ci(arguments):
    """Every guard, then the tests; all of them run, the first failure's exit code counts."""
    python = set_up("test")
    worst = 0
    for guard in GUARDS:
        say("running " + " ".join(guard))
        worst = worst or guard_code(python, guard)
    tests = run(python, "pytest", arguments)
    return tests or worst


def guard_code(python, guard):
    if guard[0] == "importlinter.cli":
        code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
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
            return run(set_up("check"), "connkit", ["check"] + rest)
        if command == "connkit":
            return run(set_up("check"), "connkit", rest)
        if command == "test":
            return run(set_up("test"), "pytest", rest)
        if command == "ci":
            return run_ci(rest)
    except CannotSetUp as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("stopped")
        return 2
    sys.stderr.write(__doc__)
    return 0 if command in ("-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
