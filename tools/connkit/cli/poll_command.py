"""connkit poll"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import click

from connkit.cli.acting import Options, Stage, acting_options, no_answer, opened, staged
from connkit.cli.answers import body_lines, status, tell_differences
from connkit.cli.durations import seconds
from connkit.cli.invoke_command import target_of
from connkit.cli.maker_view import outputs
from connkit.runtime.outputs import output_schema, run_schema
from connkit.runtime.polling import Poll, PollingTrigger
from connkit.workflows.acting import check_inputs, guarded


@click.command("poll")
@click.argument("trigger")
@click.option("--every", metavar="TIME", callback=seconds, help="Go on until Ctrl-C, this long between polls: 5s.")
@click.option("--times", metavar="N", type=click.IntRange(1), help="Stop after so many polls.")
@acting_options
def command(options: Options, trigger: str, every: float | None, times: int | None) -> int:
    """Let a polling trigger ask the service, and show the runs it starts and the state it keeps.

    The first poll only marks the start. The mock service makes one new item before each further poll, so that two
    polls, which it makes if nothing else is said, show a run. Another service is polled once unless told otherwise.

    \b
    Example:
      connkit poll GetContacts
      connkit poll GetContacts --every 5s --backend https://service.example --key-env PBX_KEY
    """
    found = opened(options, "poll", trigger)
    stage = staged(options, found, target_of(options, found))
    if times is None and every is None:
        times = 2 if stage.target.mock else 1
        if times == 1:
            stage.screen.note("one poll marks the start and starts no run; go on with --every 5s or --times N")
    polls = _Polls(stage, goes_on=every is not None)
    with stage.screen.errors_masked():
        check_inputs(stage.target, found.operation, found.inputs)
        _go_on(polls, every or 0, times)
    return polls.code


def _go_on(polls: _Polls, every: float, times: int | None) -> None:
    """Ctrl-C is how it ends where nobody said how often."""
    with suppress(KeyboardInterrupt):
        for number in count(1):
            polls.poll(number)
            if number == times or polls.pointless:
                return
            time.sleep(every)


class _Polls:
    """The worst outcome is the exit code; a poll without an answer ends the command only where it is not repeated."""

    def __init__(self, stage: Stage, goes_on: bool) -> None:
        self._stage, self._goes_on = stage, goes_on
        self._trigger = stage.trigger(PollingTrigger, stage.send)
        self._runs = run_schema(stage.target.connector, stage.opened.operation)
        self.code, self.pointless = 0, False

    def poll(self, number: int) -> None:
        mock, operation_id = self._stage.target.mock, self._stage.opened.operation.operation_id
        if mock is not None and number > 1:
            guarded(mock.make_item)(operation_id)
            self._stage.screen.note("the mock service made one new item")
        try:
            poll = self._trigger.poll()
        except OSError as error:
            if not self._goes_on:
                raise no_answer(self._stage.target, error) from None
            self._stage.screen.note(f"poll {number}: {error}")
            self.code = 2
            return
        self.pointless = bool(poll.problem) and not self._goes_on
        self.code = max(self.code, 1 if poll.problem or poll.mismatches else 0)
        self._tell(number, poll)

    def _tell(self, number: int, poll: Poll) -> None:
        screen = self._stage.screen
        if self._stage.as_json:
            told = {"poll": number, "status": poll.status, "state": dict(poll.state), "runs": list(poll.runs)}
            screen.say_json({**told, "problem": poll.problem} if poll.problem else told)
        else:
            for line in self._lines(number, poll):
                screen.say(line)
        schema = output_schema(self._stage.target.connector, self._stage.opened.operation, poll.response.status)
        tell_differences(self._stage, schema, poll.mismatches)

    def _lines(self, number: int, poll: Poll) -> Iterator[str]:
        state = ", ".join(f"{name}={value}" for name, value in poll.state.items()) or "none"
        if poll.problem:
            yield f"poll {number}: {status(poll.response)}, no run: {poll.problem}; state: {state}"
            yield from (f"  {line}" for line in body_lines(self._stage, poll.response))
            return
        runs = {0: "no run", 1: "1 run"}.get(len(poll.runs), f"{len(poll.runs)} runs")
        yield f"poll {number}: {poll.status}, {runs}; state: {state}"
        for run_number, run in enumerate(poll.runs, 1):
            yield f"run {run_number}:"
            value = self._stage.screen.mask.value(run)
            for line in outputs(self._stage.target.connector, self._runs, value):
                yield f"  {line}"
