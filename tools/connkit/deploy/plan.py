"""What a deployment would do, decided from what stands in the folder and what is deployed."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from connkit.core import UserError
from connkit.deploy.comparing import Comparison, compare_states
from connkit.deploy.service import Listed
from connkit.deploy.state import State
from connkit.load import DEFINITION, ICON, PROPERTIES, SCRIPT

VERSION = 1
_DIGITS = 12  # of a hash


class Action(enum.StrEnum):
    CREATE = "create"
    UPDATE = "update"
    NOTHING = "nothing"  # what is deployed is what would be sent
    UNKNOWN = "unknown"  # signed out, or it cannot be decided


@dataclass(frozen=True, slots=True)
class Target:
    """The connector a deployment is for, and how it was found; `connector` is None where there is none yet.

    `by_name` is whether nothing but its name speaks for it.
    """

    connector: str | None
    found_by: str
    blocked: str = ""
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`before` and `after` are fingerprints; `before` is '' where nothing is deployed. One that is `blocked` cannot be
    applied; `missing` is what kept it from being made to the end.

    `known` are the connectors that the environment has, by which a new one is told from the old. `undo` names the
    backup that is gone back to, `sends` the files that go out. `by_name` is whether nothing but its name speaks for the
    connector.
    """

    environment: str
    environment_id: str
    production: bool
    action: Action
    connector: str | None
    found_by: str
    display_name: str
    before: str
    after: str
    sends: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    breaking: bool = False
    notes: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    undo: str = ""
    by_name: bool = False
    user: str = ""
    tenant: str = ""
    minutes: int | None = None
    missing: tuple[str, ...] = field(default=())

    @property
    def acts(self) -> bool:
        return self.action in (Action.CREATE, Action.UPDATE)

    def promises(self, other: Plan) -> bool:
        """Whether it would do the same to the same: what a person has reviewed holds for the other plan too."""
        return self._essence == other._essence

    @property
    def _essence(self) -> tuple[object, ...]:
        return (self.environment, self.environment_id, self.action, self.connector, self.before, self.after, self.undo)

    def as_json(self) -> dict[str, Any]:
        return {"version": VERSION, **asdict(self)}


def plan_of(text: str, shown: str) -> Plan:
    """A plan that was saved; UserError where the text is none."""
    try:
        value = json.loads(text)
        if value.pop("version") != VERSION:
            raise ValueError
        lists = {name: tuple(item) for name, item in value.items() if isinstance(item, list)}
        return Plan(**{**value, **lists, "action": Action(value["action"])})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UserError(
            f"{shown}: this is no plan that this connkit has saved; make it anew with --save-plan"
        ) from None


@dataclass(frozen=True, slots=True)
class Named:
    """IDs by which a connector may be known: from the command line, the record and settings.json."""

    asked: str | None = None
    recorded: str | None = None
    in_settings: str | None = None


def target_of(title: str, listed: Sequence[Listed], named: Named, where: str) -> Target:
    """The connector of a known ID, or of the name `title`; `where` names the environment."""
    known = {one.id for one in listed}
    recorded = named.recorded
    if named.asked is not None:
        absent = (
            "" if named.asked in known else f"there is no custom connector {named.asked} in {where}; {_those(listed)}"
        )
        return Target(named.asked, "named on the command line", absent)
    if recorded is not None:
        gone = (
            f"the recorded connector {recorded} is no longer in {where}; if it was deleted on purpose, delete the "
            "record and plan again"
        )
        return Target(recorded, "recorded", "" if recorded in known else gone)
    if named.in_settings in known:
        return Target(named.in_settings, "named in settings.json")
    namesakes = [one for one in listed if one.display_name == title]
    if len(namesakes) > 1:
        choices = ", ".join(f"{one.id} (by {one.created_by or 'an unknown person'})" for one in namesakes)
        return Target(
            None,
            "several have this name",
            f"{len(namesakes)} connectors in {where} are named '{title}': {choices}; choose one with --connector ID",
        )
    if namesakes:
        by = f", made by {namesakes[0].created_by}" if namesakes[0].created_by else ""
        return Target(namesakes[0].id, f"found by its name{by}", by_name=True)
    return Target(None, "there is none of this name")


def files_of(state: State) -> tuple[str, ...]:
    """The files that a deployment of the state sends, with the beginning of their hashes."""
    names = {"definition": DEFINITION, "properties": PROPERTIES, "icon": ICON, "script": SCRIPT}
    hashes: Mapping[str, str] = state.hashes._asdict()
    return tuple(f"{file} ({hashes[part][:_DIGITS]})" for part, file in names.items() if hashes[part])


def changes_between(wanted: State, deployed: State | None, settled: bool) -> tuple[Action, tuple[str, ...]]:
    """What a deployment would do. `settled` says that the deployed state is what an earlier deployment read back.

    The service may add to properties, so what only it has is a change only where nobody has seen it before.
    """
    if deployed is None:
        return Action.CREATE, ()
    found = compare_states(wanted, deployed)
    lines = tuple(_lines(wanted, deployed, found, settled))
    return (Action.UPDATE if lines else Action.NOTHING), lines


def silent_deeds(wanted: State, deployed: State | None, source: str) -> Iterator[str]:
    """What paconn would do without a word, or not do; `source` is what the wanted state comes from."""
    if deployed is None:
        return
    if wanted.script is None and deployed.script is not None:
        yield f"the deployed script is removed, because the {source} has none"
    if wanted.icon is None and deployed.icon is not None:
        yield f"the deployed icon stays, because the {source} has none"
    if wanted.display_name and deployed.display_name and wanted.display_name != deployed.display_name:
        yield (
            f"the name stays '{deployed.display_name}': an update never renames; to have '{wanted.display_name}', "
            "rename it in the maker portal"
        )


def _lines(wanted: State, deployed: State, found: Comparison, settled: bool) -> Iterator[str]:
    for part, new, old in ((ICON, wanted.icon, deployed.icon), (SCRIPT, wanted.script, deployed.script)):
        if new is not None and old is None:
            yield f"{part} is added ({_short(wanted, part)})"
        elif new is not None and new != old:
            yield f"{part} changes ({_short(deployed, part)} -> {_short(wanted, part)})"
        elif new is None and old is not None and part == SCRIPT:
            yield f"{part} is removed ({_short(deployed, part)})"
    if wanted.hashes.definition != deployed.hashes.definition:
        yield f"apiDefinition.swagger.json changes ({_short(deployed, 'definition')} -> {_short(wanted, 'definition')})"
    for line in found.differences:
        if line.startswith("apiProperties.json: "):
            yield line.replace(" is not there", " is added").replace(" differs", " changes")
    for line in found.additions:
        if not settled:
            yield line.replace(" is only there", " is removed, if the service lets go of it")


def _short(state: State, part: str) -> str:
    named: Mapping[str, str] = state.hashes._asdict()
    return named[part.partition(".")[0]][:_DIGITS]


def _those(listed: Sequence[Listed]) -> str:
    if not listed:
        return "there is none at all"
    return "there are " + ", ".join(f"{one.id} ('{one.display_name}')" for one in listed)
