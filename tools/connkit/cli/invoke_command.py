"""connkit invoke"""

from __future__ import annotations

import click

from connkit.cli.acting import Opened, Options, Stage, acting_options, mock_of, no_answer, opened, staged
from connkit.cli.answers import status, tell_answer
from connkit.runtime.invoke import Invocation, invoke
from connkit.workflows.acting import Target, at_backend, check_inputs, in_process


@click.command("invoke")
@click.argument("operation")
@acting_options
def command(options: Options, operation: str) -> int:
    """Call an action as the platform does, and show its outputs as a maker sees them.

    The mock service answers, in this process, unless --backend names another. Every policy of the operation acts.

    \b
    Example:
      connkit invoke GetContactsByID --param contact_id=48211
      connkit invoke Dial --params call.json --trace
      connkit invoke GetContactsByID --param contact_id=48211 --backend https://service.example --key-env PBX_KEY
    """
    found = opened(options, "invoke", operation)
    stage = staged(options, found, target_of(options, found))
    with stage.screen.errors_masked():
        check_inputs(stage.target, found.operation, found.inputs)
        return _tell(stage, _invoked(stage))


def target_of(options: Options, opened: Opened) -> Target:
    """The service that --backend names, or the mock in this process."""
    if options.backend is not None:
        return at_backend(opened.connector, options.backend, opened.typed)
    mock = mock_of(opened)
    return in_process(opened.connector, mock, opened.typed)


def _invoked(stage: Stage) -> Invocation:
    target, given = stage.target, stage.opened
    try:
        return invoke(
            target.connector,
            target.connection,
            given.operation.operation_id,
            given.inputs,
            stage.send,
            switches=given.switches,
            policy_trace=stage.trace.step if stage.trace else None,
        )
    except OSError as error:
        raise no_answer(target, error) from None


def _tell(stage: Stage, result: Invocation) -> int:
    operation, screen = stage.opened.operation, stage.screen
    refused = not result.response.succeeded
    tell = screen.note if stage.as_json else screen.say
    for problem in result.problems:
        tell(str(problem))
    if result.sent:
        told = f"refused with {status(result.response)}" if refused else status(result.response)
        tell(f"{operation.summary or operation.operation_id}: {told}")
        tell_answer(stage, result.response, result.mismatches)
    if result.unauthenticated:
        tell("the connection has to be renewed: a policy takes this answer for an expired one")
    return 1 if result.problems or refused or result.mismatches else 0
