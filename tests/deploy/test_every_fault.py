"""A fault at every request of a create and of an update, each kind of fault: nothing is lost, doubled or misreported.

Of the three files of a connector that are read one after the other, each gets every third kind here, and all of them
in tools/benchmarks/deploy_faults.py, where there are also the faults that last, and two at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connkit.platform import Fault

pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="paconn can be forked on Linux alone, and to start it hundreds of times takes minutes",
)

READ = ["content icon.png", "content script.csx", "content swagger.json"]
PACONN = ["validate", "storage", "blob icon.png", "blob script.csx"]
REQUESTS = {
    "create": ["list", "list", *PACONN, "create", "get", *READ, "list"],
    "update": ["list", "get", *READ, "get", *READ, *PACONN, "update", "get", *READ],
}
"""What connkit and paconn ask for, one after the other, when nothing goes wrong."""

RETRIED = ["429", "500", "502-empty", "503", "stall", "drop"]
REFUSING = ["401", "403", "404", "409", "200-error"]
DONE_AND_UNHEARD = ["stall-after", "drop-after", "502-empty-after", "200-error-after"]
ENDINGS = {
    "list": {"DONE": [*RETRIED, "stale"], "FAILED": REFUSING},
    "get": {"DONE": [*RETRIED, "stale"], "FAILED": ["401", "403", "409", "200-error"], "REFUSED": ["404"]},
    "content": {"DONE": [*RETRIED, "stale"], "FAILED": REFUSING},
    "icon": {"DONE": [*RETRIED, "stale"], "REFUSED": REFUSING},  # it can be read once, and once it cannot
    "read after": {"DONE": [*RETRIED, *REFUSING, "stale"]},
    "validate": {"DONE": RETRIED, "REFUSED": REFUSING},
    "storage": {"DONE": RETRIED, "REFUSED": REFUSING},
    "blob": {
        "DONE": ["500", "502-empty", "503", "drop", "200-error", "drop-after", "502-empty-after", "200-error-after"],
        "FAILED": ["401", "403", "404", "409", "429", "stall", "stall-after"],
    },
    "create": {
        "DONE": [*DONE_AND_UNHEARD, "nameless-after"],
        "REFUSED": ["401", "403", "404", "409"],
        "FAILED": ["429"],
        "PARTIAL": ["500", "502-empty", "503", "200-error", "stall", "drop"],
    },
    "update": {
        "DONE": [*RETRIED, *DONE_AND_UNHEARD],
        "REFUSED": ["401", "403", "404", "409"],
        "FAILED": ["200-error"],
    },
}
"""How a deployment ends where the fault strikes one request once."""


def test_the_requests_of_a_deployment(rehearsal: Any) -> None:
    for action, expected in REQUESTS.items():
        rehearsal.platform.reset()
        rehearsal.prepare(action)
        assert rehearsal.deploy().ending.name == "DONE"
        assert [_shown(each.step, each.path) for each in rehearsal.platform.seen] == expected


def _shown(step: str, path: str) -> str:
    return f"{step} {path.rpartition('/')[2]}" if step in ("blob", "content") else step


def _cases() -> Iterator[Any]:
    for action, requests in REQUESTS.items():
        steps = [each.partition(" ")[0] for each in requests]
        for place, step in enumerate(steps):
            for ending, kinds in ENDINGS[_group(action, requests, place)].items():
                for kind in _shared(kinds, requests[place]):
                    fault = Fault(step, kind, after=steps[:place].count(step))
                    name = f"{action}, {place + 1}. request ({requests[place]}): {kind}, once"
                    yield pytest.param(action, fault, ending, id=name)


def _shared(kinds: list[str], request: str) -> list[str]:
    return kinds[READ.index(request) :: len(READ)] if request in READ else kinds


def _group(action: str, requests: list[str], place: int) -> str:
    step = requests[place].partition(" ")[0]
    if place > requests.index(action):
        return "read after"
    return "icon" if requests[place] == READ[0] else step


@pytest.mark.parametrize(("action", "fault", "ending"), [*_cases()])
def test_a_fault_strikes_once(
    rehearsal: Any, strike: Callable[..., Any], action: str, fault: Fault, ending: str
) -> None:
    attempt, wrong = strike(rehearsal, action, [fault])
    assert wrong == []
    assert attempt.ending.name == ending, attempt.told


CREATED = "the connector {id} was created (answer 201), "
SENT = "an update of {id} was sent (answer 200), "
LATER = "run connkit deploy --environment rehearsal in some minutes; it says what arrived, and goes on with --apply"
PORTAL = (
    "look in the maker portal in some minutes, then run connkit deploy --environment rehearsal; it goes on from here "
    "with --apply, and creates nothing twice"
)
APIS = "{url}/providers/Microsoft.PowerApps/apis"
TOLD: dict[str, tuple[str, list[Fault], str, list[str]]] = {
    "the list is refused": (
        "create",
        [Fault("list", "403")],
        "FAILED",
        [
            "the list of connectors cannot be read: answer 403, Forbidden: the fault '403' is set for 'list'; ask an "
            "administrator for a role in this environment, or choose another"
        ],
    ),
    "the validation is out of order": (
        "create",
        [Fault("validate", "503", times=None)],
        "FAILED",
        [
            "Microsoft's validation: answer 503, ServiceUnavailable: the fault '503' is set for 'validate'; the "
            "service has trouble, try again in some minutes",
            "nothing was changed",
        ],
    ),
    "the validation answers 200 with an error": (
        "create",
        [Fault("validate", "200-error")],
        "REFUSED",
        [
            "Microsoft's validation refuses the definition: InternalServerError: the fault '200-error' is set for "
            "'validate'",
            "nothing was changed",
        ],
    ),
    "the storage refuses the icon": (
        "create",
        [Fault("blob", "403")],
        "FAILED",
        [
            "paconn failed while it uploaded icon and script: AzureHttpError: Forbidden: Forbidden: the fault '403' is "
            "set for 'blob'",
            "nothing was changed; check the network and try again",
        ],
    ),
    "the storage never answers": (
        "create",
        [Fault("blob", "stall")],
        "FAILED",
        [
            "paconn did not end within 60 seconds and was stopped while it uploaded icon and script",
            "nothing was changed; check the network and try again",
        ],
    ),
    "the create is refused": (
        "create",
        [Fault("create", "409")],
        "REFUSED",
        [
            "the service refused to create the connector: answer 409, Conflict: the fault '409' is set for 'create'",
            "nothing was created",
        ],
    ),
    "the create is unheard and made nothing": (
        "create",
        [Fault("create", "stall")],
        "PARTIAL",
        [
            f"the service was asked once to create 'Rehearsed tasks' (no answer from {APIS} (ReadTimeout)), and no new "
            "connector has shown up since",
            PORTAL,
        ],
    ),
    "the create is unheard, and the list never answers": (
        "create",
        [Fault("create", "drop-after"), Fault("list", "stall", after=2, times=None)],
        "PARTIAL",
        [
            f"the service was asked once to create 'Rehearsed tasks' (no answer from {APIS} (ConnectionError)), and it "
            f"cannot be seen whether it did: the list of connectors cannot be read: no answer from {APIS} "
            "(ReadTimeout); check the network and try again",
            PORTAL,
        ],
    ),
    "the create is done and cannot be read back": (
        "create",
        [Fault("content", "200-error", name="script.csx", times=None)],
        "PARTIAL",
        [
            f"{CREATED}but it could not be read back: the deployed script cannot be read: the service answered that "
            "all is well, but told of an error: InternalServerError: the fault '200-error' is set for 'content'",
            LATER,
        ],
    ),
    "the update is refused": (
        "update",
        [Fault("update", "401")],
        "REFUSED",
        [
            "the update of {id} failed: answer 401, InvalidAuthenticationToken: the fault '401' is set for 'update'; "
            "sign in again with 'connkit paconn login'",
            "the service shows the old state, unchanged",
        ],
    ),
    "the update is refused and cannot be read back": (
        "update",
        [Fault("update", "403"), Fault("get", "401", after=2, times=None)],
        "REFUSED",
        [
            "the update of {id} failed: answer 403, Forbidden: the fault '403' is set for 'update'; ask an "
            "administrator for a role in this environment, or choose another",
            "nothing was changed by it; it could not be read back: the connector {id} cannot be read: answer 401, "
            "InvalidAuthenticationToken: the fault '401' is set for 'get'; sign in again with 'connkit paconn login'",
        ],
    ),
    "the update fails every time": (
        "update",
        [Fault("update", "500", times=None)],
        "FAILED",
        [
            "the update of {id} failed: answer 500, InternalServerError: the fault '500' is set for 'update'; the "
            "service has trouble, try again in some minutes",
            "the service shows the old state, unchanged",
        ],
    ),
    "the update is never answered": (
        "update",
        [Fault("update", "stall", times=None)],
        "PARTIAL",
        [
            f"an update of {{id}} was sent, and it was not heard what came of it (no answer from {APIS}/{{id}} "
            "(ReadTimeout)); the service still shows the old state",
            "it may arrive yet; run connkit deploy --environment rehearsal in some minutes; it says what arrived, and "
            "goes on with --apply",
        ],
    ),
    "the update is lost, then refused, and what is read is stale": (
        "update",
        [
            Fault("update", "drop-after"),
            Fault("update", "409"),
            Fault("get", "stale", after=2, times=None),
            Fault("content", "403", name="script.csx", after=2, times=None),
        ],
        "PARTIAL",
        [
            "an update of {id} was sent (answer 409, Conflict: the fault '409' is set for 'update'), but it could not "
            "be read back: the deployed script cannot be read: answer 403, Forbidden: the fault '403' is set for "
            "'content'; ask an administrator for a role in this environment, or choose another",
            LATER,
        ],
    ),
    "an older copy is read back": (
        "update",
        [Fault("get", "stale", after=2, times=None)],
        "PARTIAL",
        [
            f"{SENT}but what was read back is another state: apiProperties.json: /iconBrandColor differs",
            "somebody else may have written after this deployment, or the service has changed what it was sent; run "
            "connkit deploy --environment rehearsal and read what it would change",
        ],
    ),
    "the icon cannot be read back": (
        "update",
        [Fault("content", "404", name="icon.png", after=2, times=None)],
        "PARTIAL",
        [
            f"{SENT}and what was read back is what was sent, but the deployed icon cannot be read: answer 404, "
            "ApiResourceNotFound: the fault '404' is set for 'content'",
            "run connkit deploy --environment rehearsal in some minutes; it compares again, and goes on with --apply",
        ],
    ),
    "the icon can no longer be read when the plan is carried out": (
        "update",
        [Fault("content", "404", name="icon.png", after=1)],
        "REFUSED",
        [
            "whether what is deployed has changed since the plan was made cannot be told: the deployed icon cannot be "
            "read: answer 404, ApiResourceNotFound: the fault '404' is set for 'content'; plan again",
            "nothing was changed",
        ],
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_is_told(rehearsal: Any, strike: Callable[..., Any], case: str) -> None:
    action, faults, ending, told = TOLD[case]
    attempt, wrong = strike(rehearsal, action, faults)
    known = {"id": rehearsal.stored[0].id if rehearsal.stored else "", "url": rehearsal.address.url}
    assert wrong == []
    assert (attempt.ending.name, list(attempt.told)) == (ending, [each.format(**known) for each in told])
    if ending == "PARTIAL" and "{id}" in told[0]:
        assert attempt.outcome.connector == known["id"]


def test_an_address_of_the_storage_is_told_without_its_key(rehearsal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal.platform, "storage_origin", "https://127.0.0.1:9")
    rehearsal.prepare("create")
    attempt = rehearsal.deploy()
    assert "url: /upload-0001/icon.png (Caused by" in attempt.told[0]
    assert not [text for text in rehearsal.said if "sig=" in text and "Traceback" not in text]


@pytest.mark.parametrize("kind", ["drop", "drop-after", "502-empty-after", "409"])
@pytest.mark.parametrize("action", ["create", "update"])
def test_the_secret_of_a_connector_reaches_the_service_alone(
    rehearsal: Any, strike: Callable[..., Any], action: str, kind: str
) -> None:
    rehearsal.secret = "fake-oauth-secret-0000"
    _, wrong = strike(rehearsal, action, [Fault(action, kind)])
    assert wrong == []
    sent = [each.body for each in rehearsal.platform.seen if each.step in ("create", "update")]
    assert all(b"fake-oauth-secret-0000" in body for body in sent)
    assert rehearsal.told_secrets == []


def test_a_service_that_takes_its_time_is_not_looked_at_for_ever(rehearsal: Any) -> None:
    rehearsal.prepare("create")
    rehearsal.platform.fault(Fault("create", "drop"))
    rehearsal.platform.fault(Fault("list", "stall", after=2, times=None))
    rehearsal.clock = iter(range(0, 1_000_000, 100)).__next__  # it goes on with each look at it
    assert rehearsal.deploy().ending.name == "PARTIAL"
    assert rehearsal.seen("list") == 2 + 5
