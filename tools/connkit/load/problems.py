"""What can be wrong with a file before anybody looks at what it says."""

from __future__ import annotations

from connkit.core import Authority, Finding, Pointer, Severity, Span

RFC = "https://www.rfc-editor.org/rfc/rfc8259"
YAML = "https://yaml.org/spec/1.1/"
ROOT = Pointer()

PROBLEMS: dict[str, tuple[str, str]] = {
    "DocumentNotJson": ("The file is not JSON.", RFC),
    "DocumentNotYaml": ("The file is not YAML, or uses a part of YAML that connkit does not read.", YAML),
    "DocumentNotUtf8": ("The file is not encoded in UTF-8.", f"{RFC}#section-8.1"),
    "DocumentHasByteOrderMark": (
        "The file begins with a byte order mark, which JSON forbids and some readers refuse.",
        f"{RFC}#section-8.1",
    ),
    "DocumentEmpty": ("The file is empty.", RFC),
    "DocumentIsFolder": ("A folder stands where a file is expected.", RFC),
    "DocumentNestedTooDeeply": ("Values are nested deeper than any connector needs.", f"{RFC}#section-9"),
    "DuplicateKey": (
        "An object names a key twice; all but the last value are lost without notice.",
        f"{RFC}#section-4",
    ),
    "DocumentNotObject": ("The outermost value of a connector's file is no object.", RFC),
    "DefinitionMissing": (
        "A connector's folder has no definition.",
        "https://learn.microsoft.com/connectors/custom-connectors/define-openapi-definition",
    ),
    "NumberTooLong": ("A whole number has more digits than can be read.", f"{RFC}#section-6"),
}
"""Each problem's sentence and its authority, by rule name."""


def problem(
    rule: str, message: str, span: Span, pointer: Pointer = ROOT, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        file=span.file,
        pointer=pointer,
        span=span,
        authority=Authority.OFFICIAL,
        doc=PROBLEMS[rule][1],
    )


def no_definition(name: str, shown: str) -> Finding:
    """That a connector lacks its definition, called `name`; `shown` is the place that is told."""
    return problem("DefinitionMissing", f"the connector has no '{name}'", Span(shown))


def no_object(shown: str) -> Finding:
    """That the file of that name holds something else than an object."""
    message = "the outermost value must be an object, written in braces"
    return problem("DocumentNotObject", message, Span(shown))
