"""connkit poll: the state, and the runs that each poll starts."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable

import pytest

import smartmex
from connkit.cli import poll_command
from connkit.core import Request, Response

Act = Callable[..., tuple[int, str, str]]
MADE = "the mock service made one new item\n"


def test_the_second_poll_shows_the_run_of_a_new_item(act: Act) -> None:
    told = """\
        poll 1: 202, no run; state: initial_group_id=3108
        poll 2: 200, 1 run; state: initial_group_id=3109
        run 1:
          Group Created At: 2026-01-12T08:01:00+0000
          Group ID: 3109
          Group Type: 1
          Group Name: Group 3109
          (members):
            1. Member Employee ID: 48213
        """
    assert act("poll", "GetGroups") == (0, textwrap.dedent(told), MADE)


def test_json_is_a_line_for_each_poll(act: Act) -> None:
    code, out, err = act("poll", "GetGroups", "--times", "3", "--format", "json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, MADE * 2)
    assert [(line["poll"], line["status"], line["state"]) for line in lines] == [
        (1, 202, {"initial_group_id": "3108"}),
        (2, 200, {"initial_group_id": "3109"}),
        (3, 200, {"initial_group_id": "3110"}),
    ]
    assert [[run["groupID"] for run in line["runs"]] for line in lines] == [[], [3109], [3110]]


def test_ctrl_c_ends_what_is_repeated(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(poll_command.time, "sleep", sleep)
    code, out, _ = act("poll", "GetGroups", "--every", "500ms")
    assert (code, pauses, out.count("poll ")) == (0, [0.5, 0.5], 2)


def test_another_service_is_polled_once(act: Act) -> None:
    with smartmex.served() as service:
        told = act("poll", "GetGroups", "--backend", service.base, "--key-env", "PBX_KEY")
    note = "one poll marks the start and starts no run; go on with --every 5s or --times N\n"
    assert told == (0, "poll 1: 202, no run; state: initial_group_id=3108\n", note)


def test_a_refusal_ends_it_with_what_the_service_says(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD_KEY", "Bearer of-yesterday")
    told = """\
        poll 1: 403 Forbidden, no run: the service answered 403; state: none
          (version): v2
          (status): error
          (statusCode): 403
          (message): the key in the Authorization header is unknown: send 'Bearer <key>' with a key of this service
          (data): (empty)
        """
    assert act("poll", "GetGroups", "--key-env", "OLD_KEY") == (1, textwrap.dedent(told), "")


def test_what_differs_is_told_below_the_runs(act: Act, mock: smartmex.SmartMex) -> None:
    def named(request: Request, response: Response) -> Response:
        return Response(200, {}, response.body.replace(b'"groupID": 31', b'"colour": 1, "groupID": 31'))

    mock.corrupt = named
    code, out, _ = act("poll", "GetGroups", "--times", "1")
    difference = "not in the definition, so makers cannot see it"
    assert (code, out) == (
        1,
        "poll 1: 202, no run; state: initial_group_id=3108\n"
        "differs from the definition:\n"
        f"  /data/0/colour: {difference}\n  /data/1/colour: {difference}\n",
    )


def test_a_poll_without_an_answer_ends_the_command_only_where_it_is_not_repeated(
    act: Act, mock: smartmex.SmartMex
) -> None:
    mock.set_fault("drop_before", "GET /groups", times=2)
    message = "the mock service dropped the connection"
    assert act("poll", "GetGroups") == (2, "", f"connkit: {message}\n")
    code, out, err = act("poll", "GetGroups", "--every", "1ms", "--times", "2")
    assert (code, out.splitlines()[0]) == (2, "poll 2: 202, no run; state: initial_group_id=3109")
    assert err == f"poll 1: {message}\n{MADE}"


@pytest.mark.parametrize("time", ["5", "0s", "s", "-1s", "25h"])
def test_a_time_that_is_none_is_told(time: str, act: Act) -> None:
    code, _, err = act("poll", "GetGroups", "--every", time)
    message = f"Error: Invalid value for '--every': '{time}' is no time; write it as 500ms, 5s or 1m, up to 24h"
    assert (code, err.splitlines()[-1]) == (2, message)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Dial", "'Dial' is an action; use 'connkit invoke Dial'"),
        ("CallStarted", "'CallStarted' is a webhook trigger; use 'connkit listen CallStarted'"),
        ("GetGroup", "the connector has no operation 'GetGroup'; did you mean 'GetGroups'?"),
    ],
)
def test_what_is_no_polling_trigger_is_told(name: str, message: str, act: Act) -> None:
    assert act("poll", name) == (2, "", f"connkit: {message}\n")
