"""What is being done to an environment right now, so that the next run knows when this one is cut off."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connkit.core import UserError
from connkit.deploy.environments import Environment
from connkit.deploy.kept import Kind, read_kept, write_kept
from connkit.deploy.written import OWN_FOLDER, own_folder, remove

_KIND = Kind(
    "journal",
    "a deployment was cut off; look in the portal (Custom connectors) whether the connector is there, once and as it "
    "should be, then delete that file",
)


@dataclass(frozen=True, slots=True)
class Journal:
    """`target` and `before` are fingerprints of states, `before` None where nothing was; `definition` is the hash of
    the definition that is sent; `known` are the IDs of the connectors that existed before a create; `backup` is a
    backup's name.

    The phase is "begun" until the write is let through to the service, "sent" until it answers, "answered" with
    `status` and, after a create, `answered_id`.
    """

    action: Literal["create", "update", "undo"]
    environment_id: str
    connector_id: str | None
    title: str
    started_at: str
    target: str
    definition: str
    before: str | None
    known: tuple[str, ...]
    backup: str | None
    phase: Literal["begun", "sent", "answered"]
    answered_id: str | None = None
    status: int | None = None

    @property
    def may_have_created(self) -> bool:
        """Of a create, which is sent once: whether it may be done; the service's own refusal says that it is not."""
        refused = self.status is not None and 400 <= self.status < 500 and self.status != 408
        return self.action == "create" and self.phase != "begun" and not refused


class JournalFile:
    """The journal of an environment; each write is whole and on the disk when it returns."""

    def __init__(self, root: Path, environment: Environment) -> None:
        self.path = root / OWN_FOLDER / "journals" / f"{environment.name}.json"
        self._root = root
        self._environment = environment

    def read(self) -> Journal | None:
        """None where nothing is under way; UserError for a file that is damaged or of another environment."""
        journal = read_kept(self.path, _KIND, Journal)
        if journal is not None and journal.environment_id.casefold() != self._environment.id.casefold():
            raise UserError(
                f"the journal '{self.path.as_posix()}' is of a deployment to the environment ID "
                f"'{journal.environment_id}' that was cut off, but connkit.yaml says '{self._environment.id}' for "
                f"'{self._environment.name}'\n"
                "put the former ID back and deploy again; or look in the portal how it ended, then delete that file"
            )
        return journal

    def write(self, journal: Journal) -> None:
        own_folder(self._root)
        write_kept(self.path, journal)

    def remove(self) -> None:
        """Nothing is under way any more."""
        remove(self.path)
