"""Several ways to make a connection, of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.lint.rules.properties_shape import FILE, PROPERTIES, flaw
from connkit.model import Connector
from connkit.model.shape import as_list, as_object, as_text

MULTI = "https://learn.microsoft.com/connectors/custom-connectors/multi-auth"


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OBSERVED,
    source=MULTI,
    mend="Give each set a name of its own and at least one parameter.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameterSets: {values: [{name: key, parameters: {}}, {name: key, parameters: {}}]}",
    good="connectionParameterSets: {values: [{name: key, parameters: {api_key: {type: securestring}}}]}",
)
def connection_parameter_set_not_usable(connector: Connector) -> Iterator[Flaw]:
    """Nobody can choose a set of connection parameters, or there is none to choose.

    Sets are told apart by their names. paconn fails on a set without `parameters`; where a way to sign in asks for
    nothing, they are an empty object.
    """
    sets = connector.apiproperties.get("connectionParameterSets")
    values = as_object(sets).get("values")
    place = PROPERTIES / "connectionParameterSets" / "values"
    if values == []:
        yield flaw(place, "the connectionParameterSets have no set to choose from")
    met: set[str] = set()
    for index, one in enumerate(as_list(values)):
        name = as_text(as_object(one).get("name"))
        if name and name in met:
            yield flaw(place / index / "name", f"two sets of connection parameters are called '{name}'")
        met.add(name)
        if isinstance(one, dict) and one.get("parameters") is None:
            yield flaw(place / index, f"the set '{name}' has no 'parameters'")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=MULTI,
    mend="Add uiDefinition with displayName to each set, and to the sets as a whole.",
    needs=FILE,
    scaffold="properties",
    bad="connectionParameterSets: {uiDefinition: {displayName: Sign in by}, values: [{name: key, parameters: {}}]}",
    good="""
        connectionParameterSets:
          uiDefinition: {displayName: Sign in by}
          values: [{name: key, uiDefinition: {displayName: Key}, parameters: {}}]
    """,
)
def connection_parameter_set_without_display_name(connector: Connector) -> Iterator[Flaw]:
    """Whoever makes a connection chooses among sets that have no name to be shown."""
    sets = connector.apiproperties.get("connectionParameterSets")
    if not isinstance(sets, dict):
        return
    place = PROPERTIES / "connectionParameterSets"
    if _nameless(sets):
        yield flaw(place, "the connectionParameterSets have no displayName")
    for index, one in enumerate(as_list(sets.get("values"))):
        if isinstance(one, dict) and _nameless(one):
            name = as_text(one.get("name"))
            yield flaw(place / "values" / index, f"the set '{name}' of connection parameters has no displayName")


def _nameless(holder: dict[str, object]) -> bool:
    shown = {key.lower(): value for key, value in as_object(holder.get("uiDefinition")).items()}
    name = shown.get("displayname")
    return name is None or (isinstance(name, str) and not name.strip())


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=MULTI,
    mend="Move the parameters into each set that needs them.",
    needs=FILE,
    scaffold="properties",
    bad="""
        connectionParameters: {api_key: {type: securestring}}
        connectionParameterSets: {values: [{name: key, parameters: {api_key: {type: securestring}}}]}
    """,
    good="connectionParameterSets: {values: [{name: key, parameters: {api_key: {type: securestring}}}]}",
)
def connection_parameters_beside_sets(connector: Connector) -> Iterator[Flaw]:
    """A connector has connection parameters of its own beside sets of them.

    Whoever makes a connection chooses a set, and nothing published says whether the others are asked for too. Most
    published connectors with sets still have the parameters of the time before them.
    """
    if connector.connection_parameters and connector.connection_parameter_sets:
        names = ", ".join(f"'{name}'" for name in connector.connection_parameters)
        told = f"connectionParameterSets stand beside connection parameters that belong to no set: {names}"
        yield flaw(PROPERTIES / "connectionParameters", told)
