"""Which address of the service an operation's path stands for."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
TRIGGER_PREFIX = "/trigger"


def join(base_url: str, path: str) -> str:
    """Base URL and path with exactly one slash between them."""
    return f"{base_url.rstrip('/')}/{path.lstrip('/')}"


def wire_path(path: str, *, polling_policy: bool) -> str:
    """The path that the service sees: the pollingtrigger policy strips a leading `/trigger`.

    No page of Microsoft says so; all 39 published uses of the policy have such paths, and their services have not.
    """
    if polling_policy and path.lower().startswith(TRIGGER_PREFIX + "/"):
        return path[len(TRIGGER_PREFIX) :]
    return path


def path_values(template: str, path: str) -> dict[str, str] | None:
    """The parameters of a path that was made from a template, as they stand in it; None for another path."""
    literal = [re.escape(text) for text in PLACEHOLDER.split(template)[::2]]
    match = re.fullmatch("([^/]+?)".join(literal), path)
    return dict(zip(PLACEHOLDER.findall(template), match.groups(), strict=True)) if match else None
