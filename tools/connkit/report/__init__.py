"""Findings as text for people and for machines."""

from connkit.report.render import FORMATS, render
from connkit.report.values import Note, Report, fingerprint

__all__ = ["FORMATS", "Note", "Report", "fingerprint", "render"]
