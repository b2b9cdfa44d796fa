"""One entry to every format."""

from __future__ import annotations

import json
from collections.abc import Callable

from connkit.core import UserError
from connkit.report.github import github
from connkit.report.junit import junit
from connkit.report.markdown import markdown
from connkit.report.sarif import sarif
from connkit.report.text import text
from connkit.report.values import Report, as_json


def _json(report: Report) -> str:
    return json.dumps(as_json(report), indent=2) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text,
    "json": _json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "markdown": markdown,
}


def render(report: Report, format: str = "text") -> str:
    """The report in one of `FORMATS`, ending with a line break; UserError for any other."""
    if format not in FORMATS:
        raise UserError(f"there is no format '{format}'; choose one of {', '.join(FORMATS)}")
    return FORMATS[format](report)
