"""The lists of the service: which items, which filters, which page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smartmex import wire
from smartmex.refusal import Refusal
from smartmex.switches import Switches
from smartmex.world import Item, World

Arguments = Mapping[str, str]
Read = Callable[[str, str], Any]  # a parameter's name and text to its value, or a refusal
Test = Callable[[World, Item, Any, Switches], bool]
"""Whether an item has the value that a filter asks for."""


@dataclass(frozen=True, slots=True)
class Filter:
    parameter: str
    read: Read
    test: Test


@dataclass(frozen=True, slots=True)
class Collection:
    """A list at `/<name>`; `order` is the field that grows with time.

    Without `id_parameter` its items have no ID: nothing can be asked for by ID or polled.
    """

    name: str
    noun: str
    order: str
    list_operation: str
    item_operation: str = ""
    id_parameter: str = ""
    filters: tuple[Filter, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def initial_parameter(self) -> str:
        return f"initial_{self.id_parameter}"

    def parameters(self) -> tuple[str, ...]:
        """Query parameters of the list; all others are ignored."""
        own = (self.id_parameter, self.initial_parameter) if self.id_parameter else ()
        return ("limit", "offset", *own, *(each.parameter for each in self.filters))


def _text(name: str, text: str) -> str:
    return text


def _direction(name: str, text: str) -> str:
    if text not in ("in", "out"):
        raise Refusal(422, f"{name} '{wire.shortened(text)}' is neither 'in' nor 'out'")
    return text


def _equals(field: str) -> Test:
    return lambda world, item, value, switches: bool(item.get(field) == value)


def _newer(field: str) -> Test:
    return lambda world, item, value, switches: bool(
        item[field] > value or (switches.initial_inclusive and item[field] == value)
    )


def _between(field: str) -> tuple[Filter, Filter]:
    def since(world: World, item: Item, value: datetime, switches: Switches) -> bool:
        moment = wire.date(field, item[field])
        return moment > value or (switches.date_bounds_inclusive and moment == value)

    def until(world: World, item: Item, value: datetime, switches: Switches) -> bool:
        moment = wire.date(field, item[field])
        return moment < value or (switches.date_bounds_inclusive and moment == value)

    return Filter("date_from", wire.date, since), Filter("date_to", wire.date, until)


def _has_member(world: World, item: Item, value: int, switches: Switches) -> bool:
    return {"contactID": value} in item["members"]


def _is_in_box_of(world: World, item: Item, value: int, switches: Switches) -> bool:
    return world.box_owner(item["voicemailBoxID"]) == value


_CALL_FILTERS = (
    Filter("destination", _text, _equals("destination")),
    Filter("source", _text, _equals("caller")),
    Filter("direction", _direction, _equals("direction")),
    Filter("contact_id", wire.integer, _equals("contactID")),
    *_between("callStarted"),
)

COLLECTIONS = {
    collection.name: collection
    for collection in (
        Collection(
            "contacts",
            "contact",
            "contactID",
            "GetContacts",
            "GetContactsByID",
            "contact_id",
            optional=("avatar",),
        ),
        Collection(
            "groups",
            "group",
            "groupID",
            "GetGroups",
            "GetGroupByID",
            "group_id",
            (Filter("contact_id", wire.integer, _has_member),),
        ),
        Collection(
            "call_records",
            "call recording",
            "recordingID",
            "GetCallRecordings",
            "GetCallRecordingByID",
            "record_id",
            _CALL_FILTERS,
        ),
        Collection(
            "call_history",
            "call",
            "callID",
            "GetCallHistory",
            "GetCallHistoryItemByID",
            "call_id",
            _CALL_FILTERS,
            optional=("recordingID",),
        ),
        Collection(
            "voicemail_boxes",
            "voicemail box",
            "voicemailBoxID",
            "GetVoicemailBoxes",
            "GetVoicemailBoxByID",
            "box_id",
        ),
        Collection(
            "voicemails",
            "voicemail",
            "voicemailID",
            "GetVoicemails",
            "GetVoicemailByID",
            "voicemail_id",
            (
                Filter("source", _text, _equals("sender")),
                Filter("contact_id", wire.integer, _is_in_box_of),
                Filter("box_id", wire.integer, _equals("voicemailBoxID")),
                *_between("callStarted"),
            ),
        ),
        Collection(
            "audio_prompts",
            "audio prompt",
            "id",
            "GetAudioPrompts",
            "GetAudioPromptByID",
            "prompt_id",
        ),
        Collection(
            "voip_endpoints",
            "VoIP endpoint",
            "id",
            "GetVoipEndpoints",
            "GetVoipEndpointByID",
            "endpoint_id",
        ),
        Collection(
            "lost_calls",
            "lost call",
            "last_contact",
            "GetLostCalls",
            filters=(Filter("destination", _text, _equals("destination")), *_between("last_contact")),
            optional=("contact_name",),
        ),
    )
}


def arguments(collection: Collection, query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters the list knows; one that is given twice is refused."""
    known: dict[str, str] = {}
    for name, text in query:
        if name in known:
            raise Refusal(422, f"{name} is given more than once")
        if name in collection.parameters():
            known[name] = text
    return known


def listed(world: World, collection: Collection, given: Arguments, switches: Switches) -> list[Item]:
    """The items of one page, as a reply carries them."""
    page = _page(given, switches)
    filters = _filters(collection, given)
    if not switches.short_offsets_taken:
        _check_offsets(given, filters)
    asked = [(each, each.read(each.parameter, given[each.parameter])) for each in filters]
    found = [
        item
        for item in world.items[collection.name].values()
        if all(each.test(world, item, value, switches) for each, value in asked)
    ]
    found.sort(key=lambda item: item[collection.order])
    if switches.newest_first:
        found.reverse()
    return [shown(world, collection, item, switches) for item in found[page]]


def found(world: World, collection: Collection, item_id: int, switches: Switches) -> Item:
    item = world.items[collection.name].get(item_id)
    if item is None:
        raise Refusal(404, f"no {collection.noun} has the {collection.id_parameter} {item_id}")
    return shown(world, collection, item, switches)


def shown(world: World, collection: Collection, item: Item, switches: Switches) -> Item:
    """The item as a reply carries it, but for the address before a secret link."""
    whole = dict(item)
    if collection.name == "contacts":
        whole["group_membership"] = world.memberships(item["contactID"])
    if not switches.absent_left_out:
        whole = dict.fromkeys(collection.optional) | whole
    return whole


def _page(given: Arguments, switches: Switches) -> slice:
    least = 1 if switches.zero_limit_refused else 0
    limit = wire.integer_from(least, "limit", given.get("limit", str(switches.default_limit)))
    offset = wire.integer_from(0, "offset", given.get("offset", "0"))
    if limit > switches.max_limit and switches.over_limit_refused:
        raise Refusal(422, f"limit '{limit}' is more than {switches.max_limit}")
    return slice(offset, offset + min(limit, switches.max_limit))


def _check_offsets(given: Arguments, filters: Iterable[Filter]) -> None:
    for each in filters:
        if each.read is wire.date:
            wire.check_offset(each.parameter, given[each.parameter])


def _filters(collection: Collection, given: Arguments) -> list[Filter]:
    """Those that are asked for."""
    own = _id_filters(collection) if collection.id_parameter else ()
    return [each for each in (*own, *collection.filters) if each.parameter in given]


def _id_filters(collection: Collection) -> tuple[Filter, Filter]:
    return (
        Filter(collection.id_parameter, wire.integer, _equals(collection.order)),
        Filter(collection.initial_parameter, wire.integer, _newer(collection.order)),
    )
