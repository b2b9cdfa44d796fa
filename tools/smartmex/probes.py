"""How the real service is asked for the values of the switches: each probe a function of what can ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from connkit.core import Ask, CouldNotTell, Probe
from smartmex.asking import body, first, listed, one_of, refused, walk
from smartmex.lists import COLLECTIONS, Collection

_NOWHERE = b'{"endpoint": "https://connkit.invalid/probe"}'  # a name that never leads anywhere
_NO_SUCH_ID = 9_007_199_254_740_991  # the largest whole number that every JSON reader keeps whole
_MANY = 1_000_000  # more than any list will hold in one page
_LOOKED_AT = 20  # items
_POLLED = [each for each in COLLECTIONS.values() if each.id_parameter]
_LONGEST_FIRST = sorted(_POLLED, key=lambda each: each.name != "call_history")
_DATED = "call_history"
_WRONG_KEY = {"Authorization": "Bearer wrong-key-of-a-probe"}


# ---- addresses and refusals


def _trigger_paths(ask: Ask) -> bool:
    return not refused(ask, "/trigger/contacts?initial_contact_id=0")


def _double_slashes(ask: Ask) -> bool:
    return not refused(ask, "//contacts")


def _wrong_method_status(ask: Ask) -> int:
    return one_of(ask("GET", "/dial").status, 404, 405)


def _bad_key_status(ask: Ask) -> int:
    missing, wrong = ask("GET", "/contacts", {}).status, ask("GET", "/contacts", _WRONG_KEY).status
    if missing != wrong:
        raise CouldNotTell(f"a missing key is answered {missing}, a wrong one {wrong}")
    return one_of(wrong, 401, 403)


def _error_envelope(ask: Ask) -> bool:
    response = ask("GET", f"/contacts/{_NO_SUCH_ID}")
    if response.status < 400:
        raise CouldNotTell(f"an ID that should not exist was answered {response.status}")
    if response.body and not {"statusCode", "message"} <= body(response).keys():
        raise CouldNotTell("a refusal has a body that is not the envelope")
    return bool(response.body)


# ---- lists


def _newest_first(ask: Ask) -> bool:
    for each in _LONGEST_FIRST:
        ids = [item[each.order] for item in islice(walk(ask, each.name), 5) if each.order in item]
        if len(ids) < 2:
            continue
        if ids not in (sorted(ids), sorted(ids, reverse=True)):
            raise CouldNotTell(f"the list {each.name} is not in the order of {each.order}")
        return bool(ids[0] > ids[1])
    raise CouldNotTell("no list has two items")


def _initial_inclusive(ask: Ask) -> bool:
    newest_first = _newest_first(ask)
    each = _filled(ask)
    given = first(ask, each.name).get(each.order)
    if given is None:
        raise CouldNotTell(f"the items of {each.name} have no {each.order}")
    ids = [item.get(each.order) for item in listed(ask, each.name, **{each.initial_parameter: given})]
    if newest_first and any(found is not None and found < given for found in ids):
        raise CouldNotTell(f"{each.initial_parameter} leaves older items in the list")
    return given in ids


def _filled(ask: Ask) -> Collection:
    for each in _LONGEST_FIRST:
        if listed(ask, each.name):
            return each
    raise CouldNotTell("every list is empty")


def _default_limit(ask: Ask) -> int:
    return _page_size(ask)


def _max_limit(ask: Ask) -> int:
    if _over_limit_is_refused(ask):
        return _largest_taken(ask)
    return _page_size(ask, limit=_MANY)


def _over_limit_refused(ask: Ask) -> bool:
    if _over_limit_is_refused(ask):
        return True
    _page_size(ask, limit=_MANY)
    return False


def _over_limit_is_refused(ask: Ask) -> bool:
    return refused(ask, f"/{_DATED}?limit={_MANY}")


def _page_size(ask: Ask, **query: int) -> int:
    """How many items a page has while more follow."""
    most = 0
    for each in _LONGEST_FIRST:
        size = len(listed(ask, each.name, **query))
        if size and listed(ask, each.name, limit=1, offset=size):
            return size
        most = max(most, size)
    raise CouldNotTell(f"too few items: the longest list has {most}, which came all at once")


def _largest_taken(ask: Ask) -> int:
    taken, over = 0, _MANY
    while over - taken > 1:
        middle = (taken + over) // 2
        if refused(ask, f"/{_DATED}?limit={middle}"):
            over = middle
        else:
            taken = middle
    if not taken:
        raise CouldNotTell("every limit is refused")
    return taken


def _zero_limit_refused(ask: Ask) -> bool:
    if refused(ask, f"/{_DATED}?limit=0"):
        return True
    if listed(ask, _filled(ask).name, limit=0):
        raise CouldNotTell("limit=0 is answered with items")
    return False


# ---- dates and fields


def _short_offsets_taken(ask: Ask) -> bool:
    if refused(ask, f"/{_DATED}?date_from=2017-10-16T21%3A26%3A59Z"):
        raise CouldNotTell("date_from refuses a date of RFC 3339 too")
    return not refused(ask, f"/{_DATED}?date_from=2017-10-16T21%3A26%3A59%2B0000")


def _date_bounds_inclusive(ask: Ask) -> bool:
    item = first(ask, _DATED)
    moment = str(item.get("callStarted"))
    if moment[-5:-4] in ("+", "-"):
        moment = f"{moment[:-2]}:{moment[-2:]}"
    bounds = {bound: item in listed(ask, _DATED, **{bound: moment}) for bound in ("date_from", "date_to")}
    if len(set(bounds.values())) > 1:
        raise CouldNotTell("one of date_from and date_to is inclusive, and the other is not")
    return bounds["date_from"]


def _absent_left_out(ask: Ask) -> bool:
    found = {value for each in COLLECTIONS.values() if each.optional for value in _absences(ask, each)}
    if not found:
        raise CouldNotTell("no item lacks a value")
    if len(found) > 1:
        raise CouldNotTell("some items leave a field out, others have it with null")
    return found.pop()


def _absences(ask: Ask, each: Collection) -> Iterator[bool]:
    """For each value that an item lacks, whether its field is left out."""
    for item in islice(walk(ask, each.name), _LOOKED_AT):
        for name in each.optional:
            if item.get(name) is None:
                yield name not in item


# ---- webhooks


def _registration_location(ask: Ask) -> bool:
    response = ask("POST", "/webhooks/CallStarted", None, _NOWHERE)
    location = response.header("Location")
    if not response.succeeded:
        raise CouldNotTell(f"registration was answered {response.status}")
    _remove(ask, str(body(response).get("data") or "") or (location or "").rstrip("/").rpartition("/")[2])
    if (response.status == 201) != bool(location):
        raise CouldNotTell(f"registration answers {response.status} {'with' if location else 'without'} a Location")
    return bool(location)


def _remove(ask: Ask, webhook_id: str) -> None:
    status = ask("DELETE", f"/webhooks/{webhook_id}").status if webhook_id.isdecimal() else 0
    if not 200 <= status < 300:
        why = f"its removal was answered {status}" if status else "its registration named no ID"
        raise CouldNotTell(f"the webhook '{webhook_id}' is left behind, as {why}: remove it in the self-care portal")


def _never(reason: str) -> Callable[[Ask], object]:
    def observe(ask: Ask) -> object:
        raise CouldNotTell(reason)

    return observe


_RECEIVER = _never("only a receiver that the service can reach, and real calls, would show it")
_CAP = _never("it would use up the webhooks that flows need")

PROBES: tuple[Probe, ...] = (
    Probe("trigger_paths", _trigger_paths),
    Probe("double_slashes", _double_slashes),
    Probe("wrong_method_status", _wrong_method_status),
    Probe("bad_key_status", _bad_key_status),
    Probe("error_envelope", _error_envelope),
    Probe("rate_limit", _never("it would take exceeding it, which could block the key for flows")),
    Probe("cap", _CAP),
    Probe("cap_status", _CAP),
    Probe("registration_location", _registration_location, writes=True),
    Probe("loopback_endpoints", _never("it is the mock's own, for receivers on a developer's machine")),
    Probe("newest_first", _newest_first),
    Probe("initial_inclusive", _initial_inclusive),
    Probe("default_limit", _default_limit),
    Probe("max_limit", _max_limit),
    Probe("over_limit_refused", _over_limit_refused),
    Probe("zero_limit_refused", _zero_limit_refused),
    Probe("date_bounds_inclusive", _date_bounds_inclusive),
    Probe("short_offsets_taken", _short_offsets_taken),
    Probe("absent_left_out", _absent_left_out),
    *(
        Probe(name, _RECEIVER)
        for name in ("delivery_timeout", "delivery_retries", "delivery_pause", "gone_removes_webhook", "signature")
    ),
)
