"""What each policy template takes, and when it runs. How it acts is the emulator's business.

Sources: https://learn.microsoft.com/connectors/custom-connectors/policy-templates and, for the names of parameters,
https://github.com/microsoft/PowerPlatformConnectors/blob/dev/schemas/paconn-apiProperties.schema.json
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

POLLING = "pollingtrigger"
ORIGINAL_METHOD = "@Request.OriginalHTTPMethod"
NEXT_LINK = "x-ms-triggerConfig-nextLink"  # in triggerConfig, names a property of the page and no query parameter


class Section(enum.StrEnum):
    """When a policy runs; ANY_ANSWER is for templates that look at each answer, whatever its status."""

    REQUEST = "Request"
    RESPONSE = "Response"
    FAILURE = "Failure"
    ANY_ANSWER = "any answer"


class Language(enum.StrEnum):
    """How a parameter is read."""

    PLAIN = "plain text"
    CHOICE = "one of some values"
    TEXT = "text with lookups"  # connkit.semantics.policy_text
    ADDRESS = "text with lookups and path parameters in braces"
    PATH = "path into a body"
    STEPS = "path below another"
    VALUE = "value of a body"
    STATE = "query parameters with what they become"  # connkit.semantics.expressions
    STATE_PATH = "path into a page"


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """The parameters of a template, each with its language, and where it may run, the section of most uses first.

    `needs` have to be there and say something, `needs_text` may be empty. Of an `undocumented` template nobody has
    published the parameters. The first of some `choices` is what counts without the parameter.
    """

    name: str
    sections: tuple[Section, ...]
    parameters: Mapping[str, Language]
    needs: tuple[str, ...] = ()
    needs_text: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    undocumented: bool = False

    @property
    def named_sections(self) -> tuple[str, ...]:
        """Those that a policy may name."""
        return tuple(section.value for section in self.sections if section is not Section.ANY_ANSWER)


_REQUEST = (Section.REQUEST,)
_BOTH = (Section.REQUEST, Section.RESPONSE)
_EXISTS = {"existsAction": ("override", "skip", "append")}
_METHODS = (ORIGINAL_METHOD, "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
_FIELD = {"name": Language.PLAIN, "value": Language.TEXT, "existsAction": Language.CHOICE}
_PARENT, _SUB, _NEW = "propertyParentPath", "propertySubPath", "newPropertyPath"
_MOVED = {_PARENT: Language.PATH, _SUB: Language.STEPS, _NEW: Language.PATH}
_KEY = "keyWithinCollectionPath"

_FORMS = (
    TemplateForm(
        "convertarraytoobject",
        _BOTH,
        {**_MOVED, _KEY: Language.STEPS, "retainKey": Language.CHOICE},
        needs=(_PARENT, _KEY, _NEW),
        choices={"retainKey": ("true", "false")},
    ),
    TemplateForm(
        "convertobjecttoarray",
        _BOTH,
        {**_MOVED, "keyName": Language.PLAIN, "valueName": Language.PLAIN},
        needs=(_PARENT, _NEW),
    ),
    TemplateForm("dynamichosturl", _REQUEST, {"urlTemplate": Language.TEXT}, needs=("urlTemplate",)),
    TemplateForm("dynamicsubdomain", _REQUEST, {"urlTemplate": Language.TEXT}, needs=("urlTemplate",)),
    TemplateForm("encodepropertyvalue", _BOTH, _MOVED, needs=(_PARENT, _NEW)),
    TemplateForm("moveproperties", _BOTH, {}, undocumented=True),
    TemplateForm(
        POLLING,
        (),
        {"triggerConfig": Language.STATE, "triggerDataPath": Language.STATE_PATH},
        needs=("triggerConfig", "triggerDataPath"),
    ),
    TemplateForm(
        "routerequesttoendpoint",
        _REQUEST,
        {"newPath": Language.ADDRESS, "httpMethod": Language.CHOICE},
        needs=("newPath",),
        choices={"httpMethod": _METHODS},
    ),
    TemplateForm(
        "setconnectionstatustounauthenticated",
        (Section.ANY_ANSWER, Section.RESPONSE, Section.FAILURE),
        {"statusCode": Language.PLAIN},
        needs=("statusCode",),
    ),
    TemplateForm(
        "setheader",
        (Section.REQUEST, Section.RESPONSE, Section.FAILURE),
        _FIELD,
        needs=("name",),
        needs_text=("value",),
        choices=_EXISTS,
    ),
    TemplateForm(
        "setproperty",
        _BOTH,
        {
            "newPropertyParentPathTemplate": Language.PATH,
            "newPropertySubPathTemplate": Language.STEPS,
            "propertyValuePathTemplate": Language.VALUE,
        },
        needs=("newPropertyParentPathTemplate", "newPropertySubPathTemplate"),
        needs_text=("propertyValuePathTemplate",),
    ),
    TemplateForm("setqueryparameter", _REQUEST, _FIELD, needs=("name",), needs_text=("value",), choices=_EXISTS),
    TemplateForm(
        "setvaluefromurl",
        _BOTH,
        {
            "parameterTemplate": Language.TEXT,
            "parameterValueUrl": Language.ADDRESS,
            "parameterValuePathTemplate": Language.PATH,
            "httpMethod": Language.CHOICE,
        },
        needs=("parameterTemplate", "parameterValueUrl", "parameterValuePathTemplate"),
        choices={"httpMethod": ("GET", "POST", "PUT")},
    ),
    TemplateForm(
        "stringreplace",
        _BOTH,
        {**_MOVED, "sourceString": Language.PLAIN, "replacementString": Language.PLAIN},
        needs=(_PARENT, "sourceString", _NEW),
        needs_text=("replacementString",),
    ),
    TemplateForm(
        "stringtoarray",
        _BOTH,
        {**_MOVED, "delimiterList": Language.PLAIN, "childPropertyName": Language.PLAIN},
        needs=(_PARENT, "delimiterList", "childPropertyName", _NEW),
    ),
    TemplateForm(
        "updatenextlink",
        (Section.RESPONSE,),
        {"nextLinkPropertyName": Language.PLAIN, "nextLinkParentPropertyPath": Language.PATH},
        needs=("nextLinkPropertyName",),
    ),
)

TEMPLATES: Mapping[str, TemplateForm] = {form.name: form for form in _FORMS}
"""Every template by its id in lower case."""
