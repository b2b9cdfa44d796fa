"""Seeds: the people of a company and its past calls, as a parsed YAML document."""

from __future__ import annotations

import functools
import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from connkit.core import UserError
from smartmex import wire
from smartmex.access import DEMO_KEY, Key, Keys
from smartmex.clock import Clock, Steps, Timeline
from smartmex.refusal import Refusal
from smartmex.routes import ROUTES
from smartmex.switchboard import Switchboard
from smartmex.world import World

Seed = Mapping[str, Any]

_ID_FIELDS = {
    "contacts": "contactID",
    "groups": "groupID",
    "voicemail_boxes": "voicemailBoxID",
    "audio_prompts": "id",
    "voip_endpoints": "id",
}
_CREATED = "2024-03-04T07:30:00+0000"  # where a seed does not say since when something exists


@dataclass(frozen=True, slots=True)
class Seeded:
    """`now` is None where the seed leaves the time open."""

    world: World
    keys: Keys
    now: datetime | None


@functools.cache
def default_seed() -> Seed:
    """The company of company.yaml."""
    return parsed(resources.files("smartmex").joinpath("company.yaml").read_text("utf-8"))


def parsed(text: str) -> Seed:
    """YAML, its dates kept as text; UserError with line and column where it is none."""
    import yaml

    try:
        document = yaml.load(text, Loader=_loader())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(f"the seed is not YAML: {_in_a_line(error)}") from None
    return {} if document is None else document


def _loader() -> Any:
    """A loader that leaves dates alone; written in Python, so that its messages are the same on every machine."""
    import yaml

    resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return type("SeedLoader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": resolvers})


def _in_a_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    told = str(getattr(error, "problem", None) or error).splitlines()[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {told}" if mark else told


def seeded(seed: Any, clock: Clock) -> Seeded:
    """A world as the seed tells it, on the clock; UserError where the seed has a mistake."""
    if seed is not default_seed():
        _check(seed)
    world = World(Clock(wire.date("created", _CREATED)))
    world.company_number = seed.get("company_number", "60000001")
    world.names = dict(seed.get("names", {}))
    _add_people(world, seed)
    now = wire.date("now", seed["now"]) if "now" in seed else None
    _play_calls(world, seed.get("calls", []))
    world.clock = clock
    return Seeded(world, _keys(seed), now)


def _check(seed: Any) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(resources.files("smartmex").joinpath("seed.schema.json").read_text("utf-8"))
    errors = sorted(Draft202012Validator(schema).iter_errors(seed), key=lambda error: list(map(str, error.path)))
    if errors:
        place = "/".join(map(str, errors[0].path)) or "the top"
        raise UserError(f"the seed is wrong at {place}: {errors[0].message.splitlines()[0]}")
    for place, text in _moments(seed):
        try:
            wire.date("it", text)
        except Refusal as refusal:
            raise UserError(f"the seed is wrong at {place}: {refusal.message}") from None
    _check_references(seed)


def _moments(value: Any, place: str = "") -> Iterable[tuple[str, str]]:
    """Every date, with its place."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        if name in ("now", "created", "started"):
            yield f"{place}{name}", item
        elif name != "names":
            yield from _moments(item, f"{place}{name}/")


def _check_references(seed: Seed) -> None:
    for collection, field in _ID_FIELDS.items():
        ids = [item[field] for item in seed.get(collection, [])]
        _refuse({each for each in ids if ids.count(each) > 1}, f"the {field} {{}} stands twice in {collection}")
    known = {contact["contactID"] for contact in seed.get("contacts", [])}
    _refuse(_named_contacts(seed) - known, "the contact {} is named, but is not among the contacts")


def _named_contacts(seed: Seed) -> set[int]:
    members = {each for group in seed.get("groups", []) for each in group.get("members", [])}
    owners = {box["clientID"] for box in seed.get("voicemail_boxes", []) if "clientID" in box}
    users = {each["employee_id"] for each in seed.get("voip_endpoints", []) if "employee_id" in each}
    talking = {call[name] for call in seed.get("calls", []) for name in ("contactID", "transferred_to") if name in call}
    return members | owners | users | talking


def _refuse(wrong: set[int], sentence: str) -> None:
    if wrong:
        raise UserError(f"the seed is wrong: {sentence.format(min(wrong))}")


def _add_people(world: World, seed: Seed) -> None:
    add: dict[str, Any] = {
        "contacts": world.add_contact,
        "groups": world.add_group,
        "voicemail_boxes": world.add_box,
        "audio_prompts": world.add_prompt,
        "voip_endpoints": world.add_endpoint,
    }
    for collection, field in _ID_FIELDS.items():
        for item in sorted(seed.get(collection, []), key=lambda item: int(item[field])):
            add[collection](**item | _created(item))


def _created(item: Mapping[str, Any]) -> dict[str, str]:
    return {"created": wire.date_text(wire.date("created", item["created"]))} if "created" in item else {}


def _play_calls(world: World, calls: Iterable[Mapping[str, Any]]) -> None:
    """Through an exchange that fires no events, each call at its own time."""
    timeline = Timeline(world.clock, at_once=True)
    board = Switchboard(world, timeline, lambda event, subject: None)
    for call in sorted(calls, key=lambda call: wire.date("started", call["started"])):
        world.clock.set(wire.date("started", call["started"]))
        timeline.begin(_past_call(board, call))


def _past_call(board: Switchboard, told: Mapping[str, Any]) -> Steps:
    call = board.start(told["direction"], told["other"], told["contactID"])
    if "answered_after" not in told:
        yield from board.ring_in_vain(call)
        if "voicemail" in told:
            board.leave_voicemail(call, told["voicemail"])
        return
    yield told["answered_after"]
    board.answer(call)
    if "transferred_to" in told:
        board.transfer(call, told["transferred_to"])
    yield told.get("talked", 60)
    board.end(call)
    if told.get("recorded"):
        board.record(call)


def _keys(seed: Seed) -> Keys:
    return Keys([_key(each) for each in seed["keys"]] if "keys" in seed else [DEMO_KEY])


def _key(told: Mapping[str, Any]) -> Key:
    routes = {str(route) for route in ROUTES}
    methods = frozenset(told["methods"]) if "methods" in told else None
    if methods and methods - routes:
        raise UserError(
            f"the key '{told['name']}' lists the method '{min(methods - routes)}', which the service does not have; "
            "it has methods such as 'GET /contacts' and 'DELETE /webhooks/{webhook_id}'"
        )
    try:
        networks = [ipaddress.ip_network(each, strict=False) for each in told.get("addresses", [])]
    except ValueError as error:
        raise UserError(f"the key '{told['name']}': {error}") from None
    return Key(told["name"], told["key"], methods, tuple(networks) if "addresses" in told else None)
