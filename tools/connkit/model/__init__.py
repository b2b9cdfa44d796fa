"""Read-only views of a connector; whatever has the wrong shape is left out, nothing raises."""

from connkit.model.connector import Connector
from connkit.model.operation import Operation, Response
from connkit.model.parameter import Parameter
from connkit.model.policy import Policy
from connkit.model.schema import Field, Resolver

__all__ = ["Connector", "Field", "Operation", "Parameter", "Policy", "Resolver", "Response"]
