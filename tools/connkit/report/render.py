"""One entry to every format; a format is imported only when it is asked for."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable

from connkit.core import UserError
from connkit.report.values import Report, as_json

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


def render(report: Report, format: str = "text") -> str:
    """The report in one of `FORMATS`, ending with a line break; UserError for any other."""
    if format not in FORMATS:
        raise UserError(f"there is no format '{format}'; choose one of {', '.join(FORMATS)}")
    if format == "json":
        return json.dumps(as_json(report), indent=2) + "\n"
    written: Callable[[Report], str] = getattr(importlib.import_module(f"connkit.report.{format}"), format)
    return written(report)
