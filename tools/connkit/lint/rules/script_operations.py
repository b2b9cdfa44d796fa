"""Which operations run custom code."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.nearest import nearest
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.lint.rules.properties_shape import PACONN, PROPERTIES, flaw
from connkit.model import Connector
from connkit.model.shape import as_list, texts

PLACE = PROPERTIES / "scriptOperations"
WRITE_CODE = "https://learn.microsoft.com/connectors/custom-connectors/write-code"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=WRITE_CODE,
    mend="Name an operation that exists, each once.",
    needs=(Part.DEFINITION, Part.PROPERTIES),
    scaffold="properties",
    bad="scriptOperations: [ListItem]",
    good="scriptOperations: [ListItems]",
)
def script_operation_unknown(connector: Connector) -> Iterator[Flaw]:
    """Custom code is to run for an operation that the definition does not have.

    Mostly the operation was renamed and is now called without its code.
    """
    known = [operation.operation_id for operation in connector.operations]
    met: set[str] = set()
    for index, name in enumerate(as_list(connector.apiproperties.get("scriptOperations"))):
        if isinstance(name, str):
            if name not in known:
                near = nearest(name, known)
                meant = f"; did you mean '{near}'" if near else ""
                yield flaw(PLACE / index, f"custom code is to run for '{name}', which does not exist{meant}")
            elif name in met:
                yield flaw(PLACE / index, f"'{name}' is named twice among the operations with custom code")
            met.add(name)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=PACONN,
    mend="Add script.csx, or take scriptOperations away.",
    needs=(Part.PROPERTIES,),
    scaffold="files",
    bad="{described: true, properties: {scriptOperations: [ListItems]}}",
    good="{described: true, script: 'class Script {}', properties: {scriptOperations: [ListItems]}}",
)
def script_missing(connector: Connector) -> Iterator[Flaw]:
    """Operations are to run custom code, but there is no script.csx.

    paconn clears the code on the platform when it finds no script. Said only of a folder with a connkit.yaml, which
    is meant to be complete.
    """
    other = connector.companions
    if other.described and other.script is None and texts(connector.apiproperties.get("scriptOperations")):
        yield flaw(PLACE, "operations have custom code, but the folder has no script.csx")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    source=PACONN,
    mend="Name the operations that need the code in scriptOperations.",
    needs=(Part.PROPERTIES, Part.SCRIPT),
    scaffold="files",
    bad="{script: 'public class Script : ScriptBase {}', properties: {scriptOperations: []}}",
    good="{script: 'public class Script : ScriptBase {}', properties: {scriptOperations: [ListItems]}}",
)
def script_runs_for_every_operation(connector: Connector) -> Iterator[Flaw]:
    """There is custom code, but no list of the operations that it is for.

    Without the list, or with an empty one, the code runs for every operation, and an error in it stops them all.
    """
    listed = connector.apiproperties.get("scriptOperations")
    if connector.companions.script is not None and (listed is None or listed == []):
        place = PROPERTIES if listed is None else PLACE
        yield flaw(place, "custom code runs for every operation, because scriptOperations names none")
