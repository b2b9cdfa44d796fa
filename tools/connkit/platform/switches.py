"""What nobody outside knows about the platform's services, each question with the answer the mock platform assumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connkit.core.switches import switch as _switch


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSwitches:
    """One field for each unknown."""

    certification_errors_status: Literal[200, 400] = _switch(
        200,
        "with which status is a definition answered that the certification rules find errors in?",
        "assumed: with 200 and the findings as text, because paconn prints whatever a 200 holds; a report names the "
        "error code SwaggerCertificationFailedWithErrors, which 400 answers with",
    )
    definition_errors_status: Literal[200, 400] = _switch(
        400,
        "with which status is a definition with errors answered before it is created or updated?",
        "assumed: with 400, which stops paconn; with 200 and the errors as text, it goes on",
    )
    missing_icon_keeps: bool = _switch(
        True,
        "does an update that names no icon keep the one there is?",
        "assumed: paconn leaves the icon out where it finds no file, and nobody has told that icons vanish by that",
    )
    empty_script_removes: bool = _switch(
        True,
        "does an update with an empty scriptDefinitionUrl remove the script?",
        "assumed: paconn sends the empty text where no script is named, and nothing else could mean removal",
    )
    update_merges: bool = _switch(
        False,
        "does an update keep the properties that it does not send?",
        "assumed: paconn sends all of them, so the update stands for the whole; the name stays in any case",
    )
    refuses_unknown_properties: bool = _switch(
        False,
        "is a property refused that the service does not know?",
        "assumed: of stackOwner alone it is known that it is refused",
    )
    fills_in_properties: bool = _switch(
        False,
        "does the service give back empty lists for properties that were not sent?",
        "assumed: it gives back what was sent",
    )


ASSUMED = (
    "It knows the token that it has made itself by its form and its expiry alone, for whatever process it was made; a "
    "real token is refused.",
    "The object ID in a path is that of the token.",
    "Every call names its environment in $filter, and a connector's body names the same one.",
    "A connector's icon and script are read from the storage when it is created or updated, and copied.",
    "An icon elsewhere on the web is not fetched; its address is kept. A script elsewhere is refused.",
    "A connector that was created without an icon has none; the real service may show one of its own.",
    "Creating a connector whose name is taken makes a second one.",
    "OAuth client secrets are taken and never given back.",
    "What is read is up to date at once, unless the fault 'stale' says otherwise.",
)
"""What no switch changes."""
