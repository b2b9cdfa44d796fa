"""What an action or a trigger gives to the flow, as the designer sees it."""

from __future__ import annotations

from typing import Any

from connkit.model import Connector, Operation
from connkit.model.schema import whole_schema
from connkit.model.shape import as_object
from connkit.runtime.outgoing import polling_policy
from connkit.semantics.paths import UnsupportedExpression, parse_path


def output_schema(connector: Connector, operation: Operation, status: int = 200) -> dict[str, Any]:
    """The schema of an answer's body, {} where nothing is declared for the status; that of 200 holds for 201 too."""
    declared = {answer.code: answer.schema for answer in operation.responses}
    codes = [str(status), "200"] if status == 201 else [str(status)]
    found = next((declared[code] for code in codes if declared.get(code)), declared.get("default", {}))
    return connector.resolve(found)


def run_schema(connector: Connector, operation: Operation) -> dict[str, Any]:
    """The schema of what one run of a polling trigger is given: a whole answer, or an item of its array."""
    answer = operation.success_response
    schema = _resolved(connector, answer.schema if answer else {})
    if operation.trigger != "batch":
        return schema
    return _resolved(connector, _array(connector, operation, schema).get("items"))


def _array(connector: Connector, operation: Operation, schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") == "array":
        return schema
    policy = polling_policy(connector, operation.operation_id)
    if policy is not None:
        for name in _names(str(policy.get("triggerDataPath"))):
            schema = _resolved(connector, as_object(schema.get("properties")).get(name))
        return schema
    properties = as_object(schema.get("properties")).values()
    arrays = (_resolved(connector, each) for each in properties)
    return next((each for each in arrays if each.get("type") == "array"), {})


def _names(template: str) -> list[str]:
    try:
        return [str(step.key) for step in parse_path(template.removeprefix("@"), ("triggerBody",)).steps]
    except UnsupportedExpression:
        return []


def _resolved(connector: Connector, schema: Any) -> dict[str, Any]:
    return whole_schema(connector.resolve(schema), connector.resolve)
