"""The icon."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.png import NotPng, Png, read_png
from connkit.lint.publishers import is_independent, scope_of_companions
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.model import Connector

CERTIFICATION = "https://learn.microsoft.com/connectors/custom-connectors/certification-submission"
_NEEDS = (Part.ICON,)
_BOTH = (Part.ICON, Part.PROPERTIES)
_SMALLEST, _LARGEST = 100, 230
_MOST_BYTES = 1024 * 1024
_REFUSED = {"#ffffff": "white", "#007ee5": "the colour that connectors without a brand have"}
_GREEN = """
        icon: !!binary |
          iVBORw0KGgoAAAANSUhEUgAAAOYAAADmAQMAAAD7pGv4AAAAA1BMVEUxqz2XSJtOAAAAHklEQVR42u3BAQ0AAADC
          oPdPbQ43oAAAAAAAAODbABr0AAG+XGZdAAAAAElFTkSuQmCC
        properties: {iconBrandColor: '#31ab3d'}
"""


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=CERTIFICATION,
    mend="Add an icon.png of 230 by 230 pixels.",
    needs=_NEEDS,
    scaffold="files",
    bad="described: true",
    good=_GREEN,
)
def icon_missing(connector: Connector) -> Iterator[Flaw]:
    """The folder has no icon.png.

    The connector then carries a plain letter in every list of connectors. Only a folder that a connkit.yaml
    describes is meant to be complete. Independent publishers, told by their brand colour, send no icon.
    """
    beside = connector.companions
    if beside.described and beside.icon is None and not is_independent(connector):
        yield _flaw("there is no 'icon.png', a picture of 230 by 230 pixels")


@rule(
    severity=Severity.WARNING,
    scope=Scope.INDEPENDENT,
    source=CERTIFICATION,
    mend="Remove icon.png from what is submitted.",
    needs=_NEEDS,
    scaffold="files",
    bad=_GREEN,
    good="properties: {iconBrandColor: '#da3b01'}",
)
def icon_of_independent_publisher(connector: Connector) -> Iterator[Flaw]:
    """An independent publisher sends an icon.

    Microsoft puts one picture of its own on all connectors of independent publishers.
    """
    if connector.companions.icon is not None:
        yield _flaw("independent publishers send no icon; remove it")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=CERTIFICATION,
    mend="Save the picture as PNG again.",
    needs=_NEEDS,
    scaffold="files",
    bad="icon: !!binary /9j/4AAQSkZJRg==",
    good=_GREEN,
)
def icon_not_png(connector: Connector) -> Iterator[Flaw]:
    """The icon is no PNG picture, or a damaged one.

    It is sent under its name, so what a browser makes of another format is chance.
    """
    icon = connector.companions.icon
    if icon is not None:
        try:
            read_png(icon.data)
        except NotPng as error:
            yield _flaw(f"the icon is no PNG picture: {error}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source="https://learn.microsoft.com/connectors/custom-connectors/define-blank",
    mend="Save the picture smaller, or with fewer colours.",
    needs=_NEEDS,
    scaffold="files",
    bad="{icon: !!binary AAAA, sizes: {icon.png: 1048576}}",
    good=_GREEN,
)
def icon_file_too_large(connector: Connector) -> Iterator[Flaw]:
    """The icon's file has 1 MB or more, which the platform does not take."""
    icon = connector.companions.icon
    if icon is not None:
        size = connector.companions.sizes.get(icon.shown, len(icon.data))
        if size >= _MOST_BYTES:
            yield _flaw(f"the icon has {size} bytes, but must have fewer than {_MOST_BYTES}")


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=CERTIFICATION,
    mend="Draw the icon as a square of 230 by 230 pixels.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        described: true
        icon: !!binary |
          iVBORw0KGgoAAAANSUhEUgAAAGMAAABjAQMAAAC19SzWAAAAA1BMVEUxqz2XSJtOAAAAFElEQVR42mNgGAWjYBSM
          glFAWwAABWoAAVQabXsAAAAASUVORK5CYII=
    """,
    good=_GREEN,
)
def icon_size_not_recommended(connector: Connector) -> Iterator[Flaw]:
    """The icon is no square, or has fewer than 100 or more than 230 pixels on a side.

    Reviewers ask for 230 by 230. Holds for what is submitted to Microsoft and for a folder with a connkit.yaml.
    """
    png = _png(connector)
    if png and not (png.width == png.height and _SMALLEST <= png.width <= _LARGEST):
        message = f"the icon has {png.width} by {png.height} pixels, but should be a square of 230 by 230"
        yield _flaw(message, scope_of_companions(connector))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=CERTIFICATION,
    mend="Save the picture on a background of the brand's colour, without transparency.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        described: true
        icon: !!binary |
          iVBORw0KGgoAAAANSUhEUgAAAOYAAADmAQMAAAD7pGv4AAAAA1BMVEUxqz2XSJtOAAAAAXRSTlMAQObYZgAAAB5J
          REFUeNrtwQENAAAAwqD3T20ON6AAAAAAAADg2wAa9AABvlxmXQAAAABJRU5ErkJggg==
    """,
    good=_GREEN,
)
def icon_not_opaque(connector: Connector) -> Iterator[Flaw]:
    """The icon lets what is behind it shine through.

    A background that is not opaque looks different in every theme, and reviewers refuse it. A picture with an
    alpha channel all of whose pixels are opaque passes; a colour table or a key colour that is not opaque does not,
    used or unused. Holds for what is submitted to Microsoft and for a folder with a connkit.yaml.
    """
    png = _png(connector)
    if png and png.opaque is False:
        yield _flaw("the icon is partly transparent, but should be opaque", scope_of_companions(connector))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=CERTIFICATION,
    mend="Draw the icon on the brand's colour, or change iconBrandColor in apiProperties.json.",
    needs=_BOTH,
    scaffold="files",
    bad="""
        described: true
        icon: !!binary |
          iVBORw0KGgoAAAANSUhEUgAAAOYAAADmAQMAAAD7pGv4AAAAA1BMVEUxqz2XSJtOAAAAHklEQVR42u3BAQ0AAADC
          oPdPbQ43oAAAAAAAAODbABr0AAG+XGZdAAAAAElFTkSuQmCC
        properties: {iconBrandColor: '#fd941b'}
    """,
    good=_GREEN,
)
def icon_background_not_brand_color(connector: Connector) -> Iterator[Flaw]:
    """The icon's background differs from `iconBrandColor`.

    The platform paints that colour around the icon, so that the icon shows as a patch. The background is the colour
    that most of the upper and left edge has. Holds for what is submitted to Microsoft and for a folder with a
    connkit.yaml.
    """
    background, brand = _background(connector), connector.brand_color
    if background and brand and background != brand:
        message = f"the icon's background is {background}, but iconBrandColor is '{brand}'; make them the same"
        yield _flaw(message, scope_of_companions(connector))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=CERTIFICATION,
    mend="Draw the icon on the brand's own colour.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        described: true
        icon: !!binary |
          iVBORw0KGgoAAAANSUhEUgAAAOYAAADmAQMAAAD7pGv4AAAAA1BMVEX///+nxBvIAAAAHklEQVR42u3BAQ0AAADC
          oPdPbQ43oAAAAAAAAODbABr0AAG+XGZdAAAAAElFTkSuQmCC
    """,
    good=_GREEN,
)
def icon_background_refused(connector: Connector) -> Iterator[Flaw]:
    """The icon's background is white or #007ee5, which reviewers refuse.

    White vanishes on a page, and the blue is what a connector without a brand has. Holds for what is submitted to
    Microsoft and for a folder with a connkit.yaml.
    """
    background = _background(connector)
    if background in _REFUSED:
        message = f"the icon's background is {background}, {_REFUSED[background]}, which reviewers refuse"
        yield _flaw(message, scope_of_companions(connector))


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=CERTIFICATION,
    mend="Fill the whole square up to its corners.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        described: true
        icon: !!binary |
          iVBORw0KGgoAAAANSUhEUgAAAOYAAADmAQMAAAD7pGv4AAAABlBMVEUxqz3///9vScUuAAAAHklEQVR42u3BAQkA
          AAACoKY3vR2BmgYAAAAAAACuDZU3AIH5PBstAAAAAElFTkSuQmCC
    """,
    good=_GREEN,
)
def icon_has_rounded_corners(connector: Connector) -> Iterator[Flaw]:
    """A corner of the icon has another colour than its background.

    The platform rounds the corners by itself, so rounded ones leave specks. The lower right corner is not looked
    at. Holds for what is submitted to Microsoft and for a folder with a connkit.yaml.
    """
    png, background = _png(connector), _background(connector)
    corners = png.corners if png else []
    other = next((color for color in corners if color and color != background), "")
    if other:
        message = f"a corner of the icon is {other}, but its background is {background}; fill the square"
        yield _flaw(message, scope_of_companions(connector))


def _png(connector: Connector) -> Png | None:
    icon = connector.companions.icon
    try:
        return read_png(icon.data) if icon is not None else None
    except NotPng:
        return None


def _background(connector: Connector) -> str:
    """The colour that most of the edge has, '' where none can be told."""
    png = _png(connector)
    seen = [color for color in png.edge if color] if png else []
    return max(sorted(set(seen)), key=seen.count) if seen else ""


def _flaw(message: str, scope: Scope = Scope.EVERY) -> Flaw:
    return Flaw(Pointer(), message, part=Part.ICON, scope=scope)
