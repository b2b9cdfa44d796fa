"""What a change to a connector does to the flows that use it: a pure comparison of two connectors."""

from connkit.diff.comparing import Comparison, compare
from connkit.diff.gaps import Gap
from connkit.diff.taxonomy import Action, Area, Change, ChangeClass, Direction, Part, all_classes

__all__ = [
    "Action",
    "Area",
    "Change",
    "ChangeClass",
    "Comparison",
    "Direction",
    "Gap",
    "Part",
    "all_classes",
    "compare",
]
