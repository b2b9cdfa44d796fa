"""Waivers that are of no use any more."""

from __future__ import annotations

from collections.abc import Container, Iterator

from connkit.core import Authority, Finding, Pointer, Severity, Span, shown_path
from connkit.workflows.project import CONFIG_FILE, Project, Waiver


def unused_waivers(project: Project, unused: Container[Waiver]) -> Iterator[Finding]:
    """A finding in connkit.yaml for each of the project's waivers that is among them."""
    file = shown_path(project.root, CONFIG_FILE)
    for index, waiver in enumerate(project.waivers):
        if waiver in unused:
            message = f"nothing at '{waiver.place}' trips {waiver.rule} any more; remove the waiver"
            place, span = Pointer() / "waivers" / index, Span(file)
            yield Finding("UnusedWaiver", Severity.WARNING, message, file, place, span=span, authority=Authority.OWN)
