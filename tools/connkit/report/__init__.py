"""Findings as text for people and for machines."""

from connkit.report.render import FORMATS, render
from connkit.report.values import Note, Report, fingerprint, json_schema

__all__ = ["FORMATS", "Note", "Report", "fingerprint", "json_schema", "render"]
