"""Why a polling trigger loses items or repeats them, told from what it was listed.

Both follow from a state that is read from the first item of a page: https://learn.microsoft.com/connectors/
custom-connectors/create-polling-trigger wants the newest item there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connkit.core import Request
from connkit.model.shape import as_object
from connkit.runtime.policies.exchange import query_pairs

_PAGE_SIZE = re.compile(r"limit|size|count|top|take|rows|per_?page|max", re.IGNORECASE)


def repeated(policy: Mapping[str, Any] | None, page: Sequence[Any], items: Sequence[Any]) -> str | None:
    """Why items of the page before came again; None where its order does not explain it.

    When what stood below the first item counts as newer than that item, the page was listed oldest first.
    """
    below = [number for number, item in enumerate(page, 1) if item in items]
    if not _reads_first(policy) or not below or below[0] == 1:
        return None
    return (
        f"item {below[0]} of the page before came again, because the state is read from the page's first item, "
        "which is the oldest here; the service has to list the newest first, for example by a sort parameter with "
        "a default"
    )


def lost(policy: Mapping[str, Any] | None, request: Request, made: int, missing: int, held: int) -> str:
    """Why so many of the items made were never listed, where the last page that listed any held `held`."""
    size = _page_size(request, held)
    because = f"a page holds at most {held} {'item' if held == 1 else 'items'}" + (
        f" ('{size}' is {held})" if size else ""
    )
    which = f"{missing} of {made} new items"
    if _reads_first(policy):
        which = f"{'item 1' if missing == 1 else f'items 1 to {missing}'} of {made}"
        because += " and the state is read from its first, the newest, which passes over the others"
    change = f"raise the default of '{size}'" if size else "ask for larger pages"
    return f"{which} never started a run, because {because}; {change}, so that one page holds all between two polls"


def _reads_first(policy: Mapping[str, Any] | None) -> bool:
    return any("[0]" in str(value) for value in as_object((policy or {}).get("triggerConfig")).values())


def _page_size(request: Request, held: int) -> str | None:
    """The query parameter that asked for so many items."""
    sizes = [name for name, value in query_pairs(request.url) if value == str(held) and _PAGE_SIZE.search(name)]
    return sizes[0] if sizes else None
