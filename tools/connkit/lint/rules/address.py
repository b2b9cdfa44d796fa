"""Where a connector sends its requests."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.model import Connector
from connkit.model.shape import as_list, as_object

_TRIAL = {
    "test": "a test system",
    "testing": "a test system",
    "tst": "a test system",
    "dev": "a development system",
    "develop": "a development system",
    "development": "a development system",
    "stage": "a staging system",
    "staging": "a staging system",
    "stg": "a staging system",
    "uat": "a test system",
    "qa": "a test system",
    "sandbox": "a sandbox",
    "demo": "a demonstration system",
    "localhost": "the caller's own machine",
    "example": "an example",
    "contoso": "an example",
    "ngrok": "a tunnel to somebody's machine",
}


@rule(
    severity=Severity.WARNING,
    scope=Scope.CERTIFICATION,
    authority=Authority.OBSERVED,
    source="https://github.com/microsoft/PowerPlatformConnectors/pull/971",
    mend="Write the host of the production system.",
    scaffold="definition",
    bad="host: staging.adatum.com",
    good="host: api.adatum.com",
)
def host_not_production(connector: Connector) -> Iterator[Flaw]:
    """The host looks like a test system, an example or a plain IP address.

    Reviewers ask for the production host. Words such as test, dev, staging, uat or sandbox count as a label of the
    name or as a part of one between hyphens, with or without digits behind them. Where a policy
    `dynamichosturl` puts the host in, the definition's own does not matter.
    """
    if any(policy.template_id == "dynamichosturl" for policy in connector.policies):
        return
    host = connector.host.strip().lower()
    name = host.partition(":")[0]
    kind = "an IP address" if _is_address(name) or host.startswith("[") else _trial(name)
    if kind:
        yield Flaw(Pointer(("host",)), f"the host '{connector.host}' looks like {kind}, but has to be production's")


def _is_address(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 4 and all(part.isdecimal() for part in parts)


def _trial(name: str) -> str:
    labels = name.split(".")
    own = labels[:-1] if len(labels) > 1 else labels
    words = [word.rstrip("0123456789") for label in own for word in label.split("-")]
    return next((_TRIAL[word] for word in words if word in _TRIAL), "")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source="https://learn.microsoft.com/connectors/custom-connectors/certification-submission",
    mend="Write schemes: [https].",
    needs=(Part.DEFINITION, Part.PROPERTIES),
    scaffold="definition",
    bad="schemes: [http, https]",
    good="schemes: [https]",
)
def scheme_not_https(connector: Connector) -> Iterator[Flaw]:
    """The definition offers http, over which credentials and data can be read on the way.

    paconn takes the first scheme of the list. A connector for an on-premises gateway may need http inside a
    company's own network and is not looked at.
    """
    for index, scheme in enumerate(as_list(connector.definition.get("schemes"))):
        if isinstance(scheme, str) and scheme.lower() == "http" and not _has_gateway(connector):
            message = "the scheme 'http' sends credentials in the clear; offer 'https' alone"
            yield Flaw(Pointer(("schemes", str(index))), message)


def _has_gateway(connector: Connector) -> bool:
    parameters = connector.every_connection_parameter.values()
    return any(as_object(parameter).get("type") == "gatewaySetting" for parameter in parameters)
