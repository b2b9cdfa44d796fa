"""The README."""

from __future__ import annotations

from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.markdown import Page, Section, read_page
from connkit.lint.publishers import is_independent, scope_of_companions
from connkit.lint.registry import Flaw, Part, Scope, rule
from connkit.load.positions import Region
from connkit.model import Connector

TEMPLATE = "https://github.com/microsoft/PowerPlatformConnectors/tree/dev/templates"
_NEEDS = (Part.README,)
_BOTH = (Part.README, Part.DEFINITION)
_ORDER = (
    "Publisher",
    "Prerequisites",
    "Supported Operations",
    "Obtaining Credentials",
    "Getting Started",
    "Known Issues and Limitations",
    "Frequently Asked Questions",
    "Deployment Instructions",
)
_OPTIONAL = ("Getting Started", "Frequently Asked Questions")
_TEMPLATE_TITLES = ("title", "publisher: publisher's name", "operation 1", "operation 2", "question 1", "question 2")
_TEMPLATE_STARTS = ("required. ", "optional. ", "description of operation ", "answer to question ")
_FILLERS = ("TODO", "TBD", "FIXME", "lorem ipsum", "Lorem ipsum")
_EVERY_ADDRESS = ("0.0.0.0/0", "::/0")
_ALTERNATIVES = ("azureconnectors", "service tag", "address ranges", "ip ranges")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=TEMPLATE,
    mend="Write a README.md after the template.",
    needs=_NEEDS,
    scaffold="files",
    bad="described: true",
    good="readme: '# Contact book'",
)
def readme_missing(connector: Connector) -> Iterator[Flaw]:
    """The folder has no README.md, or an empty one.

    It is what makers and admins read before they use a connector, and Microsoft publishes it. Only a folder that a
    connkit.yaml describes is meant to be complete.
    """
    if connector.companions.described and connector.companions.readme is None:
        yield Flaw(Pointer(), "there is no 'README.md', or it is empty", part=Part.README)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=TEMPLATE,
    mend="Add the section, with the template's heading.",
    needs=_NEEDS,
    scaffold="files",
    bad="{described: true, readme: '# Contact book'}",
    good="""
        described: true
        readme: |
          # Contact book
          Contacts.
          ## Publisher: Contoso
          ## Prerequisites
          A licence.
          ## Supported Operations
          ### List items
          All of them.
          ## Known Issues and Limitations
          None.
          ## Deployment Instructions
          Run paconn.
    """,
)
def readme_section_missing(connector: Connector) -> Iterator[Flaw]:
    """The README lacks a section that Microsoft's template requires.

    Obtaining Credentials is asked for only where a connection takes some, and Deployment Instructions not of
    independent publishers, told by their brand colour. Holds for what is submitted to Microsoft and for a folder
    with a connkit.yaml.
    """
    page = _page(connector)
    if page is None:
        return
    there = {_template_title(section) for section in page.sections}
    for title in _ORDER:
        if title not in there and title not in _OPTIONAL and _is_asked_for(title, connector):
            heading = "## Publisher: NAME" if title == "Publisher" else f"## {title}"
            yield _of_template(connector, (1, 1, 1, 1), f"there is no section '{heading}'")


def _is_asked_for(title: str, connector: Connector) -> bool:
    if title == "Deployment Instructions":
        return not is_independent(connector)
    asks = connector.connection_parameters or connector.has_connection_parameter_sets
    return title != "Obtaining Credentials" or bool(asks or connector.security_definitions)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    source=TEMPLATE,
    mend="Move the section to where the template has it.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        described: true
        readme: |
          # Contact book
          ## Supported Operations
          ## Prerequisites
    """,
    good="""
        described: true
        readme: |
          # Contact book
          ## Prerequisites
          ## Supported Operations
    """,
)
def readme_sections_out_of_order(connector: Connector) -> Iterator[Flaw]:
    """The README's sections stand in another order than in Microsoft's template.

    Sections of one's own may stand anywhere. Holds for what is submitted to Microsoft and for a folder with a
    connkit.yaml.
    """
    page = _page(connector)
    furthest = ""
    for section in page.sections if page else ():
        title = _template_title(section)
        if title and furthest and _ORDER.index(title) < _ORDER.index(furthest):
            message = f"the section '{title}' stands after '{furthest}', but before it in the template"
            yield _of_template(connector, section.region, message)
        elif title:
            furthest = title


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=TEMPLATE,
    mend="Write the section, or remove its heading.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        readme: |
          # Contact book
          Contacts.
          ## Prerequisites
          ## Known Issues and Limitations
          None.
    """,
    good="""
        readme: |
          # Contact book
          ## Prerequisites
          A licence.
    """,
)
def readme_section_empty(connector: Connector) -> Iterator[Flaw]:
    """A heading of the README has nothing below it.

    The publisher's heading carries its name and needs no more.
    """
    page = _page(connector)
    for section in page.sections if page else ():
        if _template_title(section) != "Publisher" and not any(line.strip() for line in section.body):
            message = f"nothing stands below the heading '{section.title}'"
            yield Flaw(Pointer(), message, part=Part.README, region=section.region)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=TEMPLATE,
    mend="Describe the operation under Supported Operations.",
    needs=_BOTH,
    scaffold="files",
    bad="{described: true, readme: '# Contact book'}",
    good="{described: true, readme: The operation List items lists items.}",
)
def readme_omits_operation(connector: Connector) -> Iterator[Flaw]:
    """The README does not name an operation that makers see.

    Its summary or its operationId has to stand somewhere in the text, in any letter case; what is internal or
    deprecated need not. Holds for what is submitted to Microsoft and for a folder with a connkit.yaml.
    """
    readme = connector.companions.readme
    if readme is None:
        return
    page = read_page(readme.text)
    text = readme.text.lower()
    region = next((part.region for part in page.sections if part.key == "supported operations"), (1, 1, 1, 1))
    for operation in connector.operations:
        names = [name for name in (operation.summary.strip(), operation.operation_id) if name]
        if names and not (operation.internal or operation.deprecated or any(name.lower() in text for name in names)):
            yield _of_template(connector, region, f"the operation '{names[0]}' is not described", operation.pointer)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=TEMPLATE,
    mend="Correct the link, or add the file.",
    needs=_NEEDS,
    scaffold="files",
    bad="{readme: 'See [the list](operations.md).', holds: []}",
    good="{readme: 'See [the list](operations.md).', holds: [operations.md]}",
)
def readme_link_broken(connector: Connector) -> Iterator[Flaw]:
    """A relative link of the README leads to no file.

    Addresses with a scheme, anchors and paths from the root of a site are not looked at, nor what is shown as code.
    """
    page = _page(connector)
    for link in page.links if page else ():
        path = _relative_path(link.target)
        if path and not connector.companions.holds(path):
            yield Flaw(Pointer(), f"the link '{link.target}' leads to no file", part=Part.README, region=link.region)


def _relative_path(target: str) -> str:
    """The path of a link to a file, '' for any other link."""
    from urllib.parse import unquote

    path = target.partition("#")[0].partition("?")[0]
    if path.startswith(("/", "\\", "{", "$")) or ":" in path.partition("/")[0]:
        return ""
    return unquote(path)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    source=TEMPLATE,
    mend="Write what the template asks for in its place, or remove it.",
    needs=_NEEDS,
    scaffold="files",
    bad="""
        readme: |
          # Title
          Required. One paragraph on the service.
    """,
    good="""
        readme: |
          # Contact book
          Contacts of a company.
    """,
)
def readme_placeholder(connector: Connector) -> Iterator[Flaw]:
    """The README still holds words of the template, or a note to fill something in.

    Such are the headings `Title` and `Operation 1`, lines that begin with `Required.` or `Optional.`, and TODO, TBD,
    FIXME and lorem ipsum.
    """
    page = _page(connector)
    for number, line in enumerate(page.prose if page else (), 1):
        left = _left_over(line)
        if left:
            column = line.index(left) + 1
            region = (number, column, number, column + len(left))
            yield Flaw(
                Pointer(), f"'{left}' is a placeholder; write what belongs here", part=Part.README, region=region
            )


def _left_over(line: str) -> str:
    if line.startswith("#"):
        title = line.strip("# \t")
        return title if title.lower().replace("’", "'") in _TEMPLATE_TITLES else _filler(line)
    stripped = line.strip()
    if stripped.lower().startswith(_TEMPLATE_STARTS):
        return stripped.partition(". ")[0] + "." if ". " in stripped else stripped
    return _filler(line)


def _filler(line: str) -> str:
    return next((word for word in _FILLERS if word in line and _stands_alone(word, line)), "")


def _stands_alone(word: str, line: str) -> bool:
    at = line.index(word)
    around = line[at - 1 : at] + line[at + len(word) : at + len(word) + 1]
    return not any(character.isalnum() or character == "_" for character in around)


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source="https://learn.microsoft.com/connectors/common/outbound-ip-addresses",
    mend="Name the address ranges of the service tag AzureConnectors, and what opening it risks.",
    needs=_NEEDS,
    scaffold="files",
    bad="readme: Enter 0.0.0.0/0 as the addresses that may use the key.",
    good="readme: Enter the address ranges of the service tag AzureConnectors rather than 0.0.0.0/0.",
)
def readme_opens_key_to_every_address(connector: Connector) -> Iterator[Flaw]:
    """The README has the key opened to every address, and names no alternative.

    Then whoever learns the key can use it from anywhere. Calls of a connector come from address ranges that
    Microsoft publishes by region, as the service tag `AzureConnectors`; a README that names them may name
    0.0.0.0/0 too.
    """
    readme = connector.companions.readme
    text = readme.text if readme else ""
    if not any(opened in text for opened in _EVERY_ADDRESS) or any(name in text.lower() for name in _ALTERNATIVES):
        return
    for number, line in enumerate(text.split("\n"), 1):
        opened = next((opened for opened in _EVERY_ADDRESS if opened in line), "")
        if opened:
            column = line.index(opened) + 1
            message = f"'{opened}' opens the key to every address; name the address ranges of 'AzureConnectors'"
            region = (number, column, number, column + len(opened))
            yield Flaw(Pointer(), message, part=Part.README, region=region)
            return


def _page(connector: Connector) -> Page | None:
    readme = connector.companions.readme
    return read_page(readme.text) if readme is not None else None


def _template_title(section: Section) -> str:
    """The template's name of the section, '' for one of the author's own."""
    return next((title for title in _ORDER if section.key == title.lower() or _publishes(section, title)), "")


def _publishes(section: Section, title: str) -> bool:
    return title == "Publisher" and section.key.startswith("publisher:")


def _of_template(connector: Connector, region: Region, message: str, elsewhere: Pointer | None = None) -> Flaw:
    places = (elsewhere,) if elsewhere else ()
    scope = scope_of_companions(connector)
    return Flaw(Pointer(), message, part=Part.README, region=region, scope=scope, elsewhere=places)
