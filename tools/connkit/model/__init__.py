"""Read-only views of a connector; whatever has the wrong shape is left out, nothing raises."""

from connkit.model.companions import BinaryFile, Companions, TextFile
from connkit.model.connector import Connector
from connkit.model.nodes import METHODS, NOTIFICATION, Kind, Node, Nodes
from connkit.model.operation import Operation, Response
from connkit.model.parameter import Parameter
from connkit.model.policy import Policy
from connkit.model.schema import Field, Resolver

__all__ = [
    "METHODS",
    "NOTIFICATION",
    "BinaryFile",
    "Companions",
    "Connector",
    "Field",
    "Kind",
    "Node",
    "Nodes",
    "Operation",
    "Parameter",
    "Policy",
    "Resolver",
    "Response",
    "TextFile",
]
