"""One entry to every format."""

from __future__ import annotations

import importlib

from connkit.core import UserError
from connkit.report.values import Report

_MODULES = {
    "text": "text",
    "json": "machine",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "markdown": "markdown",
}
"""By format, the module that writes it and its function of the same name; only the one that is used is imported."""

FORMATS = tuple(_MODULES)


def render(report: Report, format: str = "text") -> str:
    """The report in one of `FORMATS`, ending with a line break; UserError for any other."""
    if format not in _MODULES:
        raise UserError(f"there is no format '{format}'; choose one of {', '.join(FORMATS)}")
    name = _MODULES[format]
    write = getattr(importlib.import_module(f"connkit.report.{name}"), name)
    written: str = write(report)
    return written
