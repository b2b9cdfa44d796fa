"""What belongs to an operationId: its list, its event, and parameters that make it succeed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connkit.core import UserError
from smartmex.events import EVENT_FIELDS
from smartmex.lists import COLLECTIONS, Collection
from smartmex.world import Item, World

_POLLED = {each.list_operation: each.name for each in COLLECTIONS.values() if each.id_parameter}
_LISTS = {each.list_operation for each in COLLECTIONS.values()}
_BY_ID: dict[str, Collection] = {each.item_operation: each for each in COLLECTIONS.values() if each.item_operation}


def parameters(operation_id: str, world: World, register: Callable[[], int]) -> dict[str, Any]:
    """Parameters that make the operation succeed now; `register` makes a webhook and returns its ID."""
    if operation_id in _LISTS:
        return {}
    if operation_id in _BY_ID:
        collection = _BY_ID[operation_id]
        return {collection.id_parameter: _newest(world, collection.name)[collection.order]}
    if operation_id in EVENT_FIELDS:
        return webhook_body(operation_id)
    if operation_id == "Dial":
        return {"destination": "60000101", "contactID": _newest(world, "contacts")["contactID"]}
    if operation_id == "DeleteWebhookByID":
        return {"webhook_id": register()}
    raise UserError(f"smartmex knows no operation '{operation_id}'")


def _newest(world: World, collection: str) -> Item:
    item = world.newest(collection)
    if item is None:
        raise UserError(f"the company has no {collection}, so nothing can be asked for; seed it with one")
    return item


def webhook_body(event: str) -> dict[str, Any]:
    return {"endpoint": f"https://callback.example/{event}"}


def polled(operation_id: str) -> str:
    """The name of the list that a polling trigger reads."""
    if operation_id not in _POLLED:
        raise UserError(f"smartmex knows no polling trigger '{operation_id}': known are {', '.join(_POLLED)}")
    return _POLLED[operation_id]


def is_polled(name: str) -> bool:
    return name in _POLLED.values()


def event(operation_id: str) -> str:
    """The event of a webhook trigger, which bears its name."""
    if operation_id not in EVENT_FIELDS:
        raise UserError(f"smartmex knows no webhook trigger '{operation_id}': known are {', '.join(EVENT_FIELDS)}")
    return operation_id
