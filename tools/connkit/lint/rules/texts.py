"""Texts that makers read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connkit.core import Authority, Pointer, Severity
from connkit.lint.registry import Flaw, Scope, rule
from connkit.model import Connector, Kind, Node, Operation
from connkit.model.nodes import NOTIFICATION
from connkit.model.schema import is_internal
from connkit.model.shape import as_object, as_text

STRINGS = "https://learn.microsoft.com/connectors/custom-connectors/connector-string-guidance"
CODING = "https://learn.microsoft.com/connectors/custom-connectors/coding-standards"
_NAMED_ABOVE = (Kind.OPERATION, Kind.PARAMETER, Kind.SCHEMA, Kind.HEADER)
_LONGEST_NAME = 100
_FILLERS = {"string", "todo", "tbd", "fixme", "xxx", "xyz", "lorem ipsum", "n/a", "placeholder"}
_LONGEST_FILLER = 14
_NOTES = ("TODO", "FIXME", "TBD", "Lorem ipsum", "lorem ipsum")
_MISSPELT = {
    "adress": "address",
    "enviroment": "environment",
    "existance": "existence",
    "identifer": "identifier",
    "infomation": "information",
    "lenght": "length",
    "occured": "occurred",
    "occurence": "occurrence",
    "paramter": "parameter",
    "recieve": "receive",
    "recieved": "received",
    "recipent": "recipient",
    "refered": "referred",
    "reponse": "response",
    "responsable": "responsible",
    "retreive": "retrieve",
    "seperate": "separate",
    "seperated": "separated",
    "succesful": "successful",
    "sucessful": "successful",
    "transfered": "transferred",
}
_CHOICES = ("direction", "sortdirection", "sortorder", "orderdirection", "sortdir")
_LISTED = (
    "one of:",
    "one of the following",
    "allowed values",
    "accepted values",
    "possible values",
    "valid values",
    "supported values",
    "options are",
    "options:",
)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=CODING,
    mend="Say what the name does not: what it holds, where it comes from, or an example.",
    scaffold="parameters",
    bad="[{name: user_id, in: query, type: string, x-ms-summary: User, description: User ID}]",
    good="[{name: user_id, in: query, type: string, x-ms-summary: User, description: Who owns the item.}]",
)
def text_repeats_name(connector: Connector) -> Iterator[Flaw]:
    """A description says no more than the name or the title that stands above it.

    Letter case, blanks and punctuation make no difference.
    """
    for node in connector.nodes.having("description", *_NAMED_ABOVE):
        description = node.value["description"]
        if isinstance(description, str) and len(description) <= _LONGEST_NAME:
            repeated = next((name for name in _names(node) if _same(name, description)), None)
            if repeated is not None:
                yield Flaw(node.pointer / "description", f"the description '{description}' only repeats '{repeated}'")


def _same(name: str, text: str) -> bool:
    if len(text) > 2 * len(name) + 8:
        return False
    first, other = name[:1], text[:1]
    differ = first.isalnum() and other.isalnum() and first.lower() != other.lower()
    return not differ and bool(bare := _bare(text)) and _bare(name) == bare


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _names(node: Node) -> Iterator[str]:
    """What stands above the description: ids, names, summaries and titles."""
    if _is_property(node) or node.kind is Kind.HEADER:
        yield node.name
    keys = ("operationId", "summary") if node.kind is Kind.OPERATION else ("name", "x-ms-summary", "title")
    for key in keys:
        value = node.value.get(key)
        if isinstance(value, str) and value:
            yield value


def _is_property(node: Node) -> bool:
    return node.kind is Kind.SCHEMA and node.steps[0] == "properties"


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=STRINGS,
    mend="Remove the blanks.",
    scaffold="parameters",
    bad="[{name: a, in: query, type: string, x-ms-summary: 'Alpha ', description: The first.}]",
    good="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: The first.}]",
)
def text_has_stray_blanks(connector: Connector) -> Iterator[Flaw]:
    """A text begins or ends with a blank, or has several in a row.

    Dialogs show them as gaps, and a title that ends with one is another title to whoever looks for it. Texts of
    several lines may have indents.
    """
    for node, key, text in connector.nodes.texts:
        if text and (text[0].isspace() or text[-1].isspace()):
            side = "begins" if text[0].isspace() else "ends"
            yield Flaw(node.pointer / key, f"the text '{_short(text)}' {side} with a blank")
        elif "  " in text and "\n" not in text:
            yield Flaw(node.pointer / key, f"the text '{_short(text)}' has two blanks in a row")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else plain[:57] + "..."


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=STRINGS,
    mend="Write plain sentences.",
    scaffold="parameters",
    bad="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: 'The <b>first</b> one.'}]",
    good="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: The first one.}]",
)
def text_has_markup(connector: Connector) -> Iterator[Flaw]:
    """A text has HTML tags or Markdown, which makers see as they are written.

    Told are tags such as `<br>`, links, bold type and code in backquotes.
    """
    markup = _markup()
    if not any(sign in connector.nodes.prose for sign in ("<", "](", "**", "`")):
        return
    for node, key, text in connector.nodes.texts:
        found = markup.search(text) if "<" in text or "](" in text or "**" in text or "`" in text else None
        if found:
            yield Flaw(node.pointer / key, f"makers see '{_short(found[0])}' as it is written here")


def _markup() -> re.Pattern[str]:
    tags = "a|b|br|code|div|em|h[1-6]|hr|i|img|li|ol|p|pre|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul"
    return re.compile(
        rf"</?(?:{tags})(?:\s[^<>]*)?/?>|\[[^\[\]\n]+\]\([^\s()]+\)|\*\*[^\s*][^*\n]*\*\*|`[^`\n]+`", re.IGNORECASE
    )


@rule(
    severity=Severity.WARNING,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=STRINGS,
    mend="Write the text.",
    scaffold="parameters",
    bad="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: TODO}]",
    good="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: The first one.}]",
)
def text_is_placeholder(connector: Connector) -> Iterator[Flaw]:
    """A text is a placeholder that somebody meant to replace: TODO, TBD, FIXME, lorem ipsum, or 'string'."""
    notes = [word for word in _NOTES if word in connector.nodes.prose]
    for node, key, text in connector.nodes.texts:
        if len(text) <= _LONGEST_FILLER and text.strip(" .").lower() in _FILLERS:
            found = text.strip()
        else:
            found = next((word for word in notes if word in text and re.search(rf"\b{word}\b", text)), "")
        if found and not _is_own_name(node, text):
            yield Flaw(node.pointer / key, f"'{found}' is a placeholder; write what makers need to know")


def _is_own_name(node: Node, text: str) -> bool:
    """Whether the thing itself is called so, as the property 'string' with the title 'String'."""
    name = as_text(node.value.get("name")) or node.name
    return _bare(name) == _bare(text) or "TODO" in name.upper()


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=STRINGS,
    mend="Correct the word.",
    scaffold="parameters",
    bad="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: When it occured.}]",
    good="[{name: a, in: query, type: string, x-ms-summary: Alpha, description: When it occurred.}]",
)
def text_misspelt(connector: Connector) -> Iterator[Flaw]:
    """A text that makers read has a word that is certainly misspelt.

    A short list of words that are nothing else in any English; names of fields are the service's own and no texts.
    """
    prose = connector.nodes.prose.lower()
    words = {word for word in _MISSPELT if word in prose}
    for node, key, text in connector.nodes.texts if words else ():
        lower = text.lower()
        for word in sorted(word for word in words if word in lower):
            found = re.search(rf"(?<![A-Za-z_]){word}(?![A-Za-z_])", text, re.IGNORECASE)
            if found:
                yield Flaw(node.pointer / key, f"'{found[0]}' is misspelt; write '{_MISSPELT[word]}'")


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=STRINGS,
    mend="Add x-ms-summary with a title in plain words.",
    scaffold="schema",
    bad="{type: object, properties: {created_at: {type: string}}}",
    good="{type: object, properties: {created_at: {type: string, x-ms-summary: Created At}}}",
)
def field_shown_raw(connector: Connector) -> Iterator[Flaw]:
    """A field has no title, so makers see its technical name.

    Told of properties whose name is no plain word: with an underscore, or words run together as in createdAt.
    What is internal, and what only refers to another schema, is not looked at.
    """
    for node in connector.nodes.of(Kind.SCHEMA):
        if node.steps[0] == "properties" and not _is_titled(node) and _is_token(node.name) and not _is_hidden(node):
            yield Flaw(node.pointer, f"makers see '{node.name}' as it is; add x-ms-summary with a title")


def _is_titled(node: Node) -> bool:
    value = node.value
    return bool(value.get("x-ms-summary") or value.get("title") or "$ref" in value)


def _is_token(name: str) -> bool:
    return "_" in name.strip("_") or (not name.isupper() and name[1:].lower() != name[1:] and name.isidentifier())


def _is_hidden(node: Node) -> bool:
    above: Node | None = node
    while above is not None and above.kind in (Kind.SCHEMA, Kind.PARAMETER):
        if is_internal(above.value):
            return True
        above = above.above
    return False


@rule(
    severity=Severity.INFO,
    scope=Scope.CERTIFICATION,
    source=STRINGS,
    mend="Write the title in Title Case.",
    scaffold="parameters",
    bad="[{name: user, in: query, type: string, x-ms-summary: user name, description: Who owns the item.}]",
    good="[{name: user, in: query, type: string, x-ms-summary: User Name, description: Who owns the item.}]",
)
def summary_begins_lower_case(connector: Connector) -> Iterator[Flaw]:
    """A field's title or an operation's summary begins with a small letter.

    Microsoft asks for Title Case in fields and for a capital letter in front of operations. Words such as iPhone,
    which have a capital further on, are let pass.
    """
    for key in ("x-ms-summary", "summary"):
        for node in connector.nodes.having(key, Kind.OPERATION, Kind.PARAMETER, Kind.SCHEMA):
            text = node.value[key]
            first = text.partition(" ")[0] if isinstance(text, str) else ""
            if first[:1].islower() and first.isalpha() and first.islower() and not is_internal(node.value):
                right = _short(text[:1].upper() + text[1:])
                yield Flaw(node.pointer / key, f"'{_short(text)}' begins with a small letter; write '{right}'")


@rule(
    severity=Severity.INFO,
    scope=Scope.CERTIFICATION,
    source=STRINGS,
    mend="Write the description as a sentence with a full stop.",
    bad="{operationId: ListItems, summary: List items, description: Lists every item, responses: {}}",
    good="{operationId: ListItems, summary: List items, description: Lists every item., responses: {}}",
)
def description_not_sentence(connector: Connector) -> Iterator[Flaw]:
    """An operation's description does not end as a sentence does.

    Reviewers ask for full sentences with punctuation; a third of what is published has none, so it is a remark.
    """
    for operation in connector.operations:
        text = operation.description.rstrip()
        if text and not operation.internal and text.rstrip("\"')]")[-1:] not in (".", "!", "?", "…"):
            message = f"the description '{_short(text)}' ends without a full stop"
            yield Flaw(operation.pointer / "description", message)


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=STRINGS,
    mend="Correct the event's name, or say in plain words when the trigger fires.",
    scaffold="connector",
    bad="""
        definition:
          paths:
            /hooks:
              post:
                operationId: CallerAdded
                summary: CallerCreated webhook
                x-ms-trigger: single
                responses: {'200': {description: Done}}
    """,
    good="""
        definition:
          paths:
            /hooks:
              post:
                operationId: CallerAdded
                summary: When a caller is added
                x-ms-trigger: single
                responses: {'200': {description: Done}}
    """,
)
def trigger_text_names_another_event(connector: Connector) -> Iterator[Flaw]:
    """A trigger's text names an event that is much like its own and does not exist.

    Mostly the event was renamed, or the text was copied. Looked at are words run together as in CallStarted, in
    summary and description of the trigger and in the description of what its notification holds.
    """
    known = {operation.operation_id for operation in connector.operations}
    for operation in connector.operations:
        if operation.trigger is not None and operation.operation_id:
            for pointer, text in _trigger_texts(operation):
                for word in re.findall(r"\b(?:[A-Z][a-z0-9]+){2,}\b", text):
                    if word not in known and _is_like(word, operation.operation_id):
                        message = f"'{word}' is no event; this trigger is called '{operation.operation_id}'"
                        yield Flaw(pointer, message)


def _trigger_texts(operation: Operation) -> Iterator[tuple[Pointer, str]]:
    yield operation.pointer / "summary", operation.summary
    yield operation.pointer / "description", operation.description
    content = as_object(operation.path_item.get(NOTIFICATION))
    yield operation.pointer.parent / NOTIFICATION / "description", as_text(content.get("description"))


def _is_like(word: str, name: str) -> bool:
    if word in name:
        return False
    import difflib

    return difflib.SequenceMatcher(None, word, name).ratio() >= 0.6


@rule(
    severity=Severity.INFO,
    scope=Scope.EVERY,
    authority=Authority.OWN,
    source=CODING,
    mend="Add an enum with the values, and x-ms-enum-values with their titles; of a published input that breaks flows.",
    scaffold="parameters",
    bad="[{name: order, in: query, type: string, x-ms-summary: Order, description: 'One of: asc, desc.'}]",
    good="[{name: order, in: query, type: string, enum: [asc, desc], x-ms-summary: Order, description: The order.}]",
)
def choice_as_free_text(connector: Connector) -> Iterator[Flaw]:
    """A maker has to type a value where only a few are right.

    Told where a text parameter is called direction or sort order, or where its description lists what it may be.
    With an `enum` makers choose from a list; dynamic values serve as well.
    """
    for node in connector.nodes.of(Kind.PARAMETER):
        raw = node.value
        if raw.get("type") == "string" and not is_internal(raw) and not _has_list(raw):
            description = as_text(raw.get("description")).lower()
            name = as_text(raw.get("name"))
            if _bare(name) in _CHOICES or any(phrase in description for phrase in _LISTED):
                yield Flaw(node.pointer, f"'{name}' is one of a few values, but free text; add an enum")


def _has_list(raw: dict[str, object]) -> bool:
    return any(
        key in raw for key in ("enum", "x-ms-dynamic-values", "x-ms-dynamic-list", "x-ms-dynamic-tree", "format")
    )
