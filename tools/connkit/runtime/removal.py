"""Removing a webhook, and what is left behind where that fails.

Protocol: https://learn.microsoft.com/connectors/custom-connectors/create-webhook-trigger; what a removal that fails
leads to is documented nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from connkit.core import Request, Response
from connkit.runtime.outgoing import same_origin
from connkit.runtime.policies import Setting, call_location
from connkit.runtime.transports import without_query


@dataclass(frozen=True, slots=True)
class Place:
    """Where a webhook stands: the address the operation was called at, and the Location if there was one."""

    base_url: str
    registered: bool = False
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """The outcome of switching a trigger off; `request` is None where nothing was called, or no answer came.

    `certain` is whether a webhook that was not `removed` stays behind for sure.
    """

    removed: bool
    detail: str
    request: Request | None = None
    response: Response | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Leak:
    """A webhook that the platform will never remove, and why.

    It is `certain` where the service said that it had registered it, and nothing suggests that it is gone.
    """

    reason: str
    certain: bool
    location: str | None = None


NOTHING = Removal(True, "no webhook was registered")


def remove(setting: Setting, place: Place) -> Removal:
    """Calls DELETE on the Location with the connection's credentials and nothing else."""
    if not place.registered:
        return NOTHING
    if place.location is None:
        return Removal(
            False,
            "the webhook is leaked and stays behind, because the registration named no Location; "
            "the service has to answer 201 with a Location header",
        )
    if not place.location.startswith(("https://", "http://")):
        return Removal(False, f"the webhook is leaked: its Location '{place.location}' is no https address")
    try:
        called = call_location(setting, place.base_url, "DELETE", place.location)
    except OSError:
        where = without_query(place.location)
        return Removal(False, f"the webhook may be leaked: no answer came to DELETE {where}", certain=False)
    if called.problems:
        return Removal(False, f"the webhook is leaked: {called.problems[0]}", called.request, called.response)
    return _answered(place, called.request, called.response)


def is_unclear(status: int) -> bool:
    """Whether the service may have done what it was asked to all the same."""
    return status == 408 or status >= 500


def _answered(place: Place, request: Request, response: Response) -> Removal:
    status = response.status
    if status in (404, 410) or 200 <= status < 300:
        return Removal(True, f"the service answered {status}", request, response)
    certain = not is_unclear(status)
    told = f"the service answered {status} to DELETE {without_query(request.url)}"
    if not same_origin(request.url, place.base_url):
        told += f", which is not on {place.base_url} and so got no credentials"
    elif status in (401, 403):
        told += "; the connection may register a webhook, but not remove one"
    return Removal(False, f"the webhook {'is' if certain else 'may be'} leaked: {told}", request, response, certain)
