"""connkit deploy"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from connkit.cli.deploy_report import DeployReport, Secrets
from connkit.cli.deploy_view import next_step
from connkit.cli.paconn_command import connkit_home, places
from connkit.cli.stopping import GivenUp, Stopping
from connkit.core import UserError
from connkit.deploy.applying import Ending, Outcome
from connkit.deploy.paconn import Paconn, authorities, find_paconn, runner
from connkit.deploy.plan import Action, Plan, plan_of
from connkit.deploy.signin import VARIABLE, SignIn, sign_in
from connkit.runtime.transports import requests_send
from connkit.workflows.deploying import Prepared, Running, Wish, World, carry_out, plan, settle
from connkit.workflows.project import Project, read_project

SECRET = "CONNKIT_CLIENT_SECRET"
_CODES = {Ending.DONE: 0, Ending.REFUSED: 1, Ending.FAILED: 2, Ending.PARTIAL: 3}
_SECONDS = 900.0
"""How long paconn may take; each of its requests has its own limit, and this one is for what has none."""


@click.command("deploy")
@click.option("--environment", "named", metavar="E", help="Its name in connkit.yaml, or its ID. Always needed.")
@click.option("--apply", "acts", is_flag=True, help="Carry the plan out.")
@click.option("--undo", is_flag=True, help="Go back to what was deployed before the last deployment.")
@click.option("--connector", metavar="ID", help="Update this connector, where the plan finds none or several.")
@click.option("--allow-breaking", is_flag=True, help="Deploy although flows that use the connector break.")
@click.option("--create-again", is_flag=True, help="Create although an earlier create was never answered.")
@click.option("--yes", is_flag=True, help="Do not ask before production, or before a connector found by name.")
@click.option("--save-plan", metavar="FILE", type=click.Path(path_type=Path), help="Write the plan, for --plan.")
@click.option(
    "--plan",
    "reviewed",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --apply: only if the plan is still this one.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(1, 3600),
    default=120.0,
    show_default=True,
    help="How long to wait for an answer to one request.",
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the plan and its outcome here.")
@click.pass_obj
def command(
    root: Path,
    named: str | None,
    acts: bool,
    undo: bool,
    connector: str | None,
    allow_breaking: bool,
    create_again: bool,
    yes: bool,
    save_plan: Path | None,
    reviewed: Path | None,
    timeout: float,
    style: str,
    output: Path | None,
) -> int:
    """Plan a deployment to Power Platform; with --apply, carry it out with paconn and prove that it arrived.

    Without --apply nothing is changed anywhere. A sign-in comes from 'connkit paconn login' or from the variable
    CONNKIT_ACCESS_TOKEN; a connector's OAuth secret from CONNKIT_CLIENT_SECRET or a prompt.

    \b
    Example:
      connkit deploy --environment test
      connkit deploy --environment test --apply
      connkit deploy --environment test --undo --apply

    Exit codes: 0 planned or done, 1 blocked or refused (nothing was changed), 2 could not be tried (nothing was
    changed), 3 look at it: what is said on the screen is in doubt or half done.
    """
    if reviewed is not None and not acts:
        raise click.UsageError("--plan goes with --apply; without it a plan is only made")
    if undo and connector is not None:
        raise click.UsageError("--undo is for the recorded connector; leave --connector out")
    project = read_project(root)
    wish = Wish(_named(project, named), connector, undo, allow_breaking, create_again)
    report = DeployReport(style, output, Secrets(os.environ.get(VARIABLE, ""), os.environ.get(SECRET, "")))
    with report.errors_masked():
        paconn = _paconn()
        world = _world(root, timeout, report, paconn)
        prepared = plan(project, wish, world)
        report.planned(prepared.plan, save_plan)
        if not acts:
            report.close(next_step(prepared.plan, _command(root, wish, save_plan)))
            return 1 if prepared.plan.blocked else 2 if prepared.plan.missing else 0
        outcome = _applied(project, prepared, world, paconn, reviewed, yes, report)
        delivered = report.ended(outcome)
    return _CODES[outcome.ending if delivered or outcome.ending is not Ending.DONE else Ending.PARTIAL]


def _named(project: Project, named: str | None) -> str:
    """There is no default: whoever forgets to name an environment is told which there are."""
    if named is None:
        known = ", ".join(f"'{each.name}'" for each in project.environments) or "none yet, so give its ID"
        raise UserError(f"name the environment to deploy to with --environment; connkit.yaml has {known}")
    return named


# ---- the world outside


def _world(root: Path, timeout: float, report: DeployReport, paconn: Paconn | UserError) -> World:
    """The process's own clock, network and sign-in."""
    os.environ.update(authorities(os.environ))  # `requests` does not look at SSL_CERT_FILE
    signed_in = sign_in(os.environ.get(VARIABLE), Path.home(), time.time())
    if isinstance(signed_in, SignIn):
        report.secrets.add(signed_in.token)
    return World(
        requests_send(timeout),
        time.sleep,
        lambda: datetime.now(UTC),
        signed_in,
        report.note,
        importlib.metadata.version("connkit"),
        connkit_home(os.environ) / "locks",
        _deploy(root),
        tuple(_without_paconn(paconn)),
    )


def _paconn() -> Paconn | UserError:
    """Or why there is none, which only --apply has to mind. It is asked for its version, so it is looked for once."""
    try:
        return find_paconn(places(os.environ), os.environ)
    except UserError as error:
        return error


def _without_paconn(paconn: Paconn | UserError) -> Iterator[str]:
    if isinstance(paconn, UserError):
        yield f"--apply needs paconn: {'; '.join(str(paconn).splitlines())}"


def _applied(
    project: Project,
    prepared: Prepared,
    world: World,
    paconn: Paconn | UserError,
    reviewed: Path | None,
    yes: bool,
    report: DeployReport,
) -> Outcome:
    made = prepared.plan
    if made.missing:
        raise UserError("nothing was changed: " + "; ".join(made.missing))
    moved = _other(reviewed, made)
    if moved:
        return Outcome(Ending.REFUSED, (moved, "nothing was changed"))
    if made.blocked:
        return Outcome(Ending.REFUSED, ("the plan is blocked; nothing was changed",))
    if made.action is Action.NOTHING:
        return settle(project, prepared, world)
    if isinstance(paconn, UserError):
        raise paconn
    if not yes:
        _confirm_connector(made, reviewed is not None)
        _confirm_environment(made)
    secret = _secret(prepared)
    report.secrets.add(secret)
    with Stopping() as stopping:
        running = Running(runner(paconn, os.environ), _SECONDS, secret, lambda: stopping.asked)
        try:
            return stopping.finish(lambda: carry_out(project, prepared, world, running), report.waiting)
        except GivenUp:
            told = "left in the middle; plan again: the plan says what arrived, and goes on from there"
            return Outcome(Ending.PARTIAL, (told,))


def _other(reviewed: Path | None, made: Plan) -> str:
    """Why the plan that was reviewed is not this one, '' where it is or none was."""
    if reviewed is None:
        return ""
    try:
        saved = plan_of(reviewed.read_text("utf-8-sig"), reviewed.as_posix())
    except (OSError, UnicodeDecodeError):
        raise UserError(f"{reviewed.as_posix()}: the plan cannot be read; make it anew with --save-plan") from None
    if saved.promises(made):
        return ""
    if (saved.environment, saved.environment_id) != (made.environment, made.environment_id):
        return f"the plan in {reviewed.as_posix()} is for '{saved.environment}', not for '{made.environment}'"
    if saved.action is Action.UNKNOWN:
        why = "signed out" if saved.missing else "while it was blocked"
        return f"the plan in {reviewed.as_posix()} was made {why} and does not say what to do; save it again"
    what = (
        "the files have"
        if saved.before == made.before and saved.connector == made.connector
        else "what is deployed has"
    )
    return f"{what} changed since the plan in {reviewed.as_posix()} was made; review the plan above and save it again"


def _confirm_connector(made: Plan, reviewed: bool) -> None:
    """Before a connector is overwritten that only its name speaks for, and that nobody has named or reviewed."""
    if made.action is not Action.UPDATE or not made.by_name or reviewed:
        return
    doubt = f"connkit has not deployed {made.connector} from here before, and only its name speaks for it"
    if not _somebody_is_there():
        raise UserError(
            f"{doubt}; nothing was changed. If it is the right one, name it with --connector {made.connector}"
        )
    typed: str = click.prompt(f"{doubt}. Type 'overwrite' to go on", err=True)
    if typed.strip() != "overwrite":
        raise UserError("that is not 'overwrite'; nothing was changed")


def _confirm_environment(made: Plan) -> None:
    if not made.production:
        return
    if not _somebody_is_there():
        raise UserError(
            f"'{made.environment}' is a production environment, and nobody is there to type its name; nothing was "
            "changed. Add --yes if it is meant"
        )
    typed: str = click.prompt(f"'{made.environment}' is production. Type its name to go on", err=True)
    if typed.strip() != made.environment:
        raise UserError(f"that is not '{made.environment}'; nothing was changed")


def _secret(prepared: Prepared) -> str:
    """The connector's OAuth secret, '' where it has none or none is given for an update."""
    if not prepared.takes_secret:
        return ""
    given = os.environ.get(SECRET, "")
    if given or not prepared.needs_secret:
        return given
    if not _somebody_is_there():
        raise UserError(
            f"the connector needs its OAuth secret to be created; put it into {SECRET}. Nothing was changed"
        )
    typed: str = click.prompt("The connector's OAuth secret (not shown)", hide_input=True, err=True)
    return typed


def _somebody_is_there() -> bool:
    """Standard input may be closed, and then there is none."""
    return sys.stdin is not None and sys.stdin.isatty()


def _command(root: Path, wish: Wish, saved: Path | None) -> str:
    """That carries out this plan and no other: in this folder, and as it was saved."""
    options = ["--environment", _quoted(wish.environment)]
    options += [*(["--connector", wish.connector] if wish.connector else []), *(["--undo"] if wish.undo else [])]
    options += [
        *(["--allow-breaking"] if wish.allow_breaking else []),
        *(["--create-again"] if wish.create_again else []),
    ]
    options += ["--apply", *(["--plan", _quoted(saved.as_posix())] if saved else [])]
    return " ".join([_deploy(root), *options])


def _deploy(root: Path) -> str:
    """How deployments of this folder are called from the current one."""
    return "connkit deploy" if root == Path() else f"connkit -C {_quoted(root.as_posix())} deploy"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
