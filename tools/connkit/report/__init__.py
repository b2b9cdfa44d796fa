"""Findings as text for people and for machines."""

from connkit.report.render import FORMATS, render
from connkit.report.values import NAMES, Note, Report, fingerprint, many

__all__ = ["FORMATS", "NAMES", "Note", "Report", "fingerprint", "many", "render"]
