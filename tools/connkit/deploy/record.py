"""What was deployed to an environment last: a file for git, without secrets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connkit.core import UserError
from connkit.deploy.environments import Environment
from connkit.deploy.kept import Kind, read_kept, write_kept
from connkit.deploy.state import Hashes

RECORDS = "deployments"
_KIND = Kind(
    "record",
    "restore it with git, or delete it; deploy then finds the connector by its name, and the plan says which it found",
)


@dataclass(frozen=True, slots=True)
class Record:
    """`deployed_at` is ISO 8601 in UTC, to the second; `read_back` is the fingerprint of the state that was read back
    after `sent` was sent; `backup` is the name of the backup made before; `connkit` is its version."""

    environment: str
    environment_id: str
    connector_id: str
    display_name: str
    deployed_at: str
    action: Literal["create", "update", "undo"]
    sent: Hashes
    read_back: str
    backup: str | None
    connkit: str


def record_path(root: Path, environment: Environment) -> Path:
    return root / RECORDS / f"{environment.name}.json"


def read_record(root: Path, environment: Environment) -> Record | None:
    """None where nothing was deployed; UserError for a record that is damaged or of another environment."""
    path = record_path(root, environment)
    record = read_kept(path, _KIND, Record)
    if record is not None and record.environment_id.casefold() != environment.id.casefold():
        raise UserError(
            f"the record '{path.as_posix()}' is of the environment ID '{record.environment_id}', but connkit.yaml says "
            f"'{environment.id}' for '{environment.name}'\n"
            "put the former ID back; or, if this is another environment, give it another name, or delete the record"
        )
    return record


def write_record(root: Path, environment: Environment, record: Record) -> Path:
    """Where it was written; UserError when it cannot be."""
    path = record_path(root, environment)
    write_kept(path, record)
    return path
