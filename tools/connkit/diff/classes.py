"""Every class of change, in the order of the page."""

from __future__ import annotations

from functools import partial

from connkit.core import Authority, Severity
from connkit.diff.taxonomy import Action, Area, Direction, change_class

_LEARN = "https://learn.microsoft.com/connectors/custom-connectors"
VERSIONING = f"{_LEARN}/operational-versioning"
UPDATES = f"{_LEARN}/certification-updates"
DEPRECATION = f"{_LEARN}/deprecate-operation"
EXTENSIONS = f"{_LEARN}/openapi-extensions"
WEBHOOKS = f"{_LEARN}/create-webhook-trigger"
POLLING = f"{_LEARN}/create-polling-trigger"
POLICIES = f"{_LEARN}/policy-templates"
CONNECTION = f"{_LEARN}/connection-parameters"
SPECIFICATION = "https://spec.openapis.org/oas/v2.0"

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
ADDED, REMOVED, CHANGED, TIGHTENED, LOOSENED = Action
OFFICIAL, OBSERVED = Authority.OFFICIAL, Authority.OBSERVED

_operation = partial(change_class, area=Area.OPERATION, source=VERSIONING)
_input = partial(change_class, area=Area.PARAMETER, direction=Direction.INPUT, source=VERSIONING)
_output = partial(change_class, area=Area.RESPONSE, direction=Direction.OUTPUT, source=VERSIONING)
_trigger = partial(change_class, area=Area.TRIGGER, source=POLLING)
_service = partial(change_class, area=Area.SERVICE, source=UPDATES)
_connection = partial(change_class, area=Area.CONNECTION, source=CONNECTION)
_policy = partial(change_class, area=Area.POLICY, source=POLICIES)

_ONLY_INPUTS_ARE_SENT = "an output is read, so there is nothing to send in another way"
_ONLY_INPUTS_HAVE_DEFAULTS = "an output has no default"
_NO_FLOW_SEES_LIMITS = "a flow never meets the limits of an output"
_ANY_OUTPUT_CHANGE_IS_TOLD = "Microsoft reports any change of an output's type or format, wider or narrower"

# ---- operations

OPERATION_REMOVED = _operation(
    "OperationRemoved",
    ERROR,
    action=REMOVED,
    authority=OFFICIAL,
    says="operation '{operation}' is gone, so flows that use it stop working; keep it, deprecated{hint}",
    told="removed",
    opposite="OperationAdded",
)
OPERATION_ADDED = _operation(
    "OperationAdded",
    INFO,
    action=ADDED,
    authority=OFFICIAL,
    says="operation '{operation}' is new",
    told="new",
    opposite="OperationRemoved",
)
OPERATION_HIDDEN = _operation(
    "OperationHidden",
    ERROR,
    action=TIGHTENED,
    authority=OFFICIAL,
    says="operation '{operation}' is hidden now, so flows that use it cannot be edited; use 'advanced' or deprecate it",
    told="no longer offered",
    opposite="OperationShown",
)
OPERATION_SHOWN = _operation(
    "OperationShown",
    INFO,
    action=LOOSENED,
    says="operation '{operation}' is no longer hidden",
    told="now offered",
    opposite="OperationHidden",
)
OPERATION_DEPRECATED = _operation(
    "OperationDeprecated",
    INFO,
    action=TIGHTENED,
    authority=OFFICIAL,
    source=DEPRECATION,
    says="operation '{operation}' is deprecated: flows that use it keep working, and new ones are not offered it",
    told="deprecated; flows that use it keep working",
    opposite="OperationNoLongerDeprecated",
)
OPERATION_NO_LONGER_DEPRECATED = _operation(
    "OperationNoLongerDeprecated",
    INFO,
    action=LOOSENED,
    source=DEPRECATION,
    says="operation '{operation}' is no longer deprecated",
    told="no longer deprecated",
    opposite="OperationDeprecated",
)
PATH_TEMPLATE_CHANGED = _operation(
    "PathTemplateChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    says="the path of '{operation}' was '{was}' and is '{now}'; saved flows may go on calling the old one",
    told="calls another address",
    opposite="PathTemplateChanged",
)
METHOD_CHANGED = _operation(
    "MethodChanged",
    ERROR,
    action=CHANGED,
    authority=OBSERVED,
    says="the method of '{operation}' was {was} and is {now}; saved flows may go on calling with the old one",
    told="calls with another method",
    opposite="MethodChanged",
)
SUMMARY_CHANGED = _operation(
    "SummaryChanged",
    INFO,
    action=CHANGED,
    says="makers see '{operation}' as '{now}' now, and no longer as '{was}'; flows keep working",
    told="was called '{was}'",
    opposite="SummaryChanged",
)
PAGING_ADDED = _operation(
    "PagingAdded",
    WARNING,
    action=ADDED,
    source=EXTENSIONS,
    says="'{operation}' can follow further pages now, so flows with pagination switched on get more items",
    told="can return more than the first page",
    opposite="PagingRemoved",
)
PAGING_REMOVED = _operation(
    "PagingRemoved",
    WARNING,
    action=REMOVED,
    source=EXTENSIONS,
    says="'{operation}' no longer follows further pages, so flows get the first page only; keep x-ms-pageable",
    told="returns the first page only",
    opposite="PagingAdded",
)
PAGING_CHANGED = _operation(
    "PagingChanged",
    WARNING,
    action=CHANGED,
    source=EXTENSIONS,
    says="the next page of '{operation}' was found by '{was}' and is by '{now}'; flows may get the first page only",
    opposite="PagingChanged",
)

# ---- inputs

REQUIRED_INPUT_ADDED = _input(
    "RequiredInputAdded",
    ERROR,
    action=TIGHTENED,
    authority=OFFICIAL,
    says="the required input '{field}' of '{operation}' is new, and existing flows do not send it; make it optional",
    told="needs the new input {field}",
    opposite="InputRemoved",
    counterpart="OutputAdded",
)
OPTIONAL_INPUT_ADDED = _input(
    "OptionalInputAdded",
    INFO,
    action=ADDED,
    authority=OFFICIAL,
    says="the optional input '{field}' of '{operation}' is new",
    told="has the new input {field}",
    opposite="InputRemoved",
    counterpart="OutputAdded",
)
INPUT_REMOVED = _input(
    "InputRemoved",
    ERROR,
    action=REMOVED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' is gone, but existing flows go on sending it; keep it{hint}",
    told="no longer has the input {field}",
    opposite=("OptionalInputAdded", "RequiredInputAdded"),
    counterpart="OutputRemoved",
)
INPUT_BECAME_REQUIRED = _input(
    "InputBecameRequired",
    ERROR,
    action=TIGHTENED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' is required now, so flows that leave it empty fail; keep it optional",
    told="needs the input {field}",
    opposite="InputBecameOptional",
    counterpart="OutputBecameRequired",
)
INPUT_BECAME_OPTIONAL = _input(
    "InputBecameOptional",
    INFO,
    action=LOOSENED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' is no longer required",
    told="no longer needs the input {field}",
    opposite="InputBecameRequired",
    counterpart="OutputBecameOptional",
)
PARAMETER_LOCATION_CHANGED = _input(
    "ParameterLocationChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' was in the {was} and is in the {now}; "
    "existing flows go on sending it in the old place",
    told="sends the input {field} in another place",
    opposite="ParameterLocationChanged",
    no_counterpart=_ONLY_INPUTS_ARE_SENT,
)
INPUT_TYPE_CHANGED = _input(
    "InputTypeChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' was {was} and is {now}; existing flows go on sending the old type",
    told="takes {now} as the input {field}, no longer {was}",
    opposite="InputTypeChanged",
    counterpart="OutputTypeChanged",
)
INPUT_TYPE_NARROWED = _input(
    "InputTypeNarrowed",
    ERROR,
    action=TIGHTENED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' took {was} and takes only {now}; "
    "existing flows may send what is refused now",
    told="takes only {now} as the input {field}",
    opposite="InputTypeWidened",
    counterpart="OutputTypeAdded",
)
INPUT_TYPE_WIDENED = _input(
    "InputTypeWidened",
    INFO,
    action=LOOSENED,
    says="the input '{field}' of '{operation}' took {was} and takes {now}",
    told="takes {now} as the input {field}",
    opposite="InputTypeNarrowed",
    counterpart="OutputTypeRemoved",
)
INPUT_FORMAT_CHANGED = _input(
    "InputFormatChanged",
    WARNING,
    action=CHANGED,
    says="the format of the input '{field}' of '{operation}' was {was} and is {now}; "
    "existing flows may send the old one",
    told="takes another form of the input {field}",
    opposite="InputFormatChanged",
    counterpart="OutputFormatChanged",
)
INPUT_FORMAT_NARROWED = _input(
    "InputFormatNarrowed",
    WARNING,
    action=TIGHTENED,
    says="the format of the input '{field}' of '{operation}' was {was} and is only {now}; "
    "existing flows may send what does not fit",
    told="takes less as the input {field}",
    opposite="InputFormatWidened",
    no_counterpart=_ANY_OUTPUT_CHANGE_IS_TOLD,
)
INPUT_FORMAT_WIDENED = _input(
    "InputFormatWidened",
    INFO,
    action=LOOSENED,
    says="the format of the input '{field}' of '{operation}' was {was} and is {now}, which takes more",
    opposite="InputFormatNarrowed",
    no_counterpart=_ANY_OUTPUT_CHANGE_IS_TOLD,
)
INPUT_ENUM_VALUE_REMOVED = _input(
    "InputEnumValueRemoved",
    ERROR,
    action=TIGHTENED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' no longer takes {was}; existing flows may send it; keep the value",
    told="no longer takes {was} as the input {field}",
    opposite="InputEnumValueAdded",
    counterpart="OutputEnumValueRemoved",
)
INPUT_ENUM_VALUE_ADDED = _input(
    "InputEnumValueAdded",
    INFO,
    action=LOOSENED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' takes {now} as well",
    told="takes {now} as the input {field}",
    opposite="InputEnumValueRemoved",
    counterpart="OutputEnumValueAdded",
)
INPUT_ENUM_ADDED = _input(
    "InputEnumAdded",
    ERROR,
    action=TIGHTENED,
    authority=OFFICIAL,
    says="the input '{field}' of '{operation}' took any value and takes only {now}; "
    "existing flows may send another; offer the values by x-ms-dynamic-values instead",
    told="takes only {now} as the input {field}",
    opposite="InputEnumRemoved",
    counterpart="OutputEnumAdded",
)
INPUT_ENUM_REMOVED = _input(
    "InputEnumRemoved",
    INFO,
    action=LOOSENED,
    says="the input '{field}' of '{operation}' took only {was} and takes any value",
    told="takes any value as the input {field}",
    opposite="InputEnumAdded",
    counterpart="OutputEnumRemoved",
)
INPUT_LIMIT_TIGHTENED = _input(
    "InputLimitTightened",
    WARNING,
    action=TIGHTENED,
    source=SPECIFICATION,
    says="the limit {now} of the input '{field}' of '{operation}' was {was}; "
    "existing flows may send what is refused now",
    told="takes less as the input {field}",
    opposite="InputLimitLoosened",
    no_counterpart=_NO_FLOW_SEES_LIMITS,
)
INPUT_LIMIT_LOOSENED = _input(
    "InputLimitLoosened",
    INFO,
    action=LOOSENED,
    source=SPECIFICATION,
    says="the limit {now} of the input '{field}' of '{operation}' was {was}",
    told="takes more as the input {field}",
    opposite="InputLimitTightened",
    no_counterpart=_NO_FLOW_SEES_LIMITS,
)
INPUT_LIMIT_CHANGED = _input(
    "InputLimitChanged",
    WARNING,
    action=CHANGED,
    source=SPECIFICATION,
    says="the limit {now} of the input '{field}' of '{operation}' was {was}; "
    "existing flows may send what is refused now",
    told="takes something else as the input {field}",
    opposite="InputLimitChanged",
    no_counterpart=_NO_FLOW_SEES_LIMITS,
)
INPUT_BECAME_NULLABLE = _input(
    "InputBecameNullable",
    INFO,
    action=LOOSENED,
    says="the input '{field}' of '{operation}' may be null now",
    opposite="InputNoLongerNullable",
    counterpart="OutputBecameNullable",
)
INPUT_NO_LONGER_NULLABLE = _input(
    "InputNoLongerNullable",
    WARNING,
    action=TIGHTENED,
    says="the input '{field}' of '{operation}' may no longer be null; existing flows may send null",
    told="no longer takes null as the input {field}",
    opposite="InputBecameNullable",
    counterpart="OutputNoLongerNullable",
)
INPUT_HIDDEN = _input(
    "InputHidden",
    WARNING,
    action=TIGHTENED,
    source=EXTENSIONS,
    says="the input '{field}' of '{operation}' is hidden now: what existing flows hold in it can no longer be edited",
    told="no longer shows the input {field}",
    opposite="InputShown",
    counterpart="OutputHidden",
)
INPUT_SHOWN = _input(
    "InputShown",
    INFO,
    action=LOOSENED,
    source=EXTENSIONS,
    says="the input '{field}' of '{operation}' is no longer hidden",
    told="shows the input {field}",
    opposite="InputHidden",
    counterpart="OutputShown",
)
INPUT_DEFAULT_CHANGED = _input(
    "InputDefaultChanged",
    WARNING,
    action=CHANGED,
    says="the default of the input '{field}' of '{operation}' was {was} and is {now}; "
    "flows that leave it to the default may act otherwise",
    told="takes {now} as the input {field} where it is left empty, no longer {was}",
    opposite="InputDefaultChanged",
    no_counterpart=_ONLY_INPUTS_HAVE_DEFAULTS,
)
INPUT_DEFAULT_REMOVED = _input(
    "InputDefaultRemoved",
    WARNING,
    action=REMOVED,
    says="the input '{field}' of '{operation}' no longer has its default {was}; flows that leave it empty send nothing",
    told="has no value for the input {field} where it is left empty",
    opposite="InputDefaultAdded",
    no_counterpart=_ONLY_INPUTS_HAVE_DEFAULTS,
)
INPUT_DEFAULT_ADDED = _input(
    "InputDefaultAdded",
    INFO,
    action=ADDED,
    says="the input '{field}' of '{operation}' has the default {now} now",
    told="suggests {now} as the input {field}",
    opposite="InputDefaultRemoved",
    no_counterpart=_ONLY_INPUTS_HAVE_DEFAULTS,
)
INPUT_WIRE_FORM_CHANGED = _input(
    "InputWireFormChanged",
    WARNING,
    action=CHANGED,
    source=SPECIFICATION,
    says="the {what} of the input '{field}' of '{operation}' was {was} and is {now}; "
    "the service gets the values of existing flows in another form",
    opposite="InputWireFormChanged",
    no_counterpart=_ONLY_INPUTS_ARE_SENT,
)
INPUT_MEDIA_TYPE_REMOVED = _input(
    "InputMediaTypeRemoved",
    WARNING,
    action=REMOVED,
    source=SPECIFICATION,
    says="'{operation}' no longer takes a body as {was}; existing flows may send it so",
    opposite="InputMediaTypeAdded",
    counterpart="OutputMediaTypeRemoved",
)
INPUT_MEDIA_TYPE_ADDED = _input(
    "InputMediaTypeAdded",
    INFO,
    action=ADDED,
    source=SPECIFICATION,
    says="'{operation}' takes a body as {now} as well",
    opposite="InputMediaTypeRemoved",
    counterpart="OutputMediaTypeAdded",
)
INPUT_CHOICES_CHANGED = _input(
    "InputChoicesChanged",
    WARNING,
    action=CHANGED,
    source=EXTENSIONS,
    says="{what} of the input '{field}' of '{operation}' comes from elsewhere now; "
    "what existing flows have chosen may no longer be offered",
    told="offers other choices for the input {field}",
    opposite="InputChoicesChanged",
    counterpart="OutputShapeSourceChanged",
)
INPUT_CHOICES_REMOVED = _input(
    "InputChoicesRemoved",
    WARNING,
    action=REMOVED,
    source=EXTENSIONS,
    says="the input '{field}' of '{operation}' no longer has {what}; makers of existing flows see raw values",
    told="offers no choices for the input {field}",
    opposite="InputChoicesAdded",
    counterpart="OutputShapeSourceRemoved",
)
INPUT_CHOICES_ADDED = _input(
    "InputChoicesAdded",
    INFO,
    action=ADDED,
    source=EXTENSIONS,
    says="the input '{field}' of '{operation}' has {what} now",
    told="offers choices for the input {field}",
    opposite="InputChoicesRemoved",
    counterpart="OutputShapeSourceAdded",
)

# ---- outputs

OUTPUT_REMOVED = _output(
    "OutputRemoved",
    ERROR,
    action=REMOVED,
    authority=OFFICIAL,
    says="the output '{field}' of '{operation}' is gone; flows that use it get nothing; keep it{hint}",
    told="no longer returns {field}",
    opposite="OutputAdded",
    counterpart="InputRemoved",
)
OUTPUT_ADDED = _output(
    "OutputAdded",
    INFO,
    action=ADDED,
    authority=OFFICIAL,
    says="the output '{field}' of '{operation}' is new",
    told="returns {field} as well",
    opposite="OutputRemoved",
    counterpart=("OptionalInputAdded", "RequiredInputAdded"),
)
OUTPUT_TYPE_CHANGED = _output(
    "OutputTypeChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    says="the output '{field}' of '{operation}' was {was} and is {now}; flows that use it expect the old type",
    told="returns {field} as {now}, no longer as {was}",
    opposite="OutputTypeChanged",
    counterpart="InputTypeChanged",
)
OUTPUT_TYPE_REMOVED = _output(
    "OutputTypeRemoved",
    WARNING,
    action=LOOSENED,
    says="the output '{field}' of '{operation}' was {was} and has no type now; the designer no longer knows what it is",
    opposite="OutputTypeAdded",
    counterpart="InputTypeWidened",
)
OUTPUT_TYPE_ADDED = _output(
    "OutputTypeAdded",
    INFO,
    action=TIGHTENED,
    says="the output '{field}' of '{operation}' had no type and is {now}",
    opposite="OutputTypeRemoved",
    counterpart="InputTypeNarrowed",
)
OUTPUT_FORMAT_CHANGED = _output(
    "OutputFormatChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    says="the format of the output '{field}' of '{operation}' was {was} and is {now}; "
    "flows that use it expect the old one",
    told="returns {field} in another form",
    opposite="OutputFormatChanged",
    counterpart="InputFormatChanged",
)
OUTPUT_BECAME_OPTIONAL = _output(
    "OutputBecameOptional",
    WARNING,
    action=LOOSENED,
    says="the output '{field}' of '{operation}' may be missing now; flows that rely on it may fail",
    told="may leave out {field}",
    opposite="OutputBecameRequired",
    counterpart="InputBecameOptional",
)
OUTPUT_BECAME_REQUIRED = _output(
    "OutputBecameRequired",
    INFO,
    action=TIGHTENED,
    says="the output '{field}' of '{operation}' is always there now",
    opposite="OutputBecameOptional",
    counterpart="InputBecameRequired",
)
OUTPUT_BECAME_NULLABLE = _output(
    "OutputBecameNullable",
    WARNING,
    action=LOOSENED,
    says="the output '{field}' of '{operation}' may be null now; flows that calculate with it may fail",
    told="may return {field} empty",
    opposite="OutputNoLongerNullable",
    counterpart="InputBecameNullable",
)
OUTPUT_NO_LONGER_NULLABLE = _output(
    "OutputNoLongerNullable",
    INFO,
    action=TIGHTENED,
    says="the output '{field}' of '{operation}' is never null now",
    opposite="OutputBecameNullable",
    counterpart="InputNoLongerNullable",
)
OUTPUT_ENUM_VALUE_ADDED = _output(
    "OutputEnumValueAdded",
    WARNING,
    action=LOOSENED,
    says="the output '{field}' of '{operation}' may be {now} now; flows that branch on it do not know it",
    told="may return {now} as {field}",
    opposite="OutputEnumValueRemoved",
    counterpart="InputEnumValueAdded",
)
OUTPUT_ENUM_VALUE_REMOVED = _output(
    "OutputEnumValueRemoved",
    INFO,
    action=TIGHTENED,
    says="the output '{field}' of '{operation}' is never {was} now",
    opposite="OutputEnumValueAdded",
    counterpart="InputEnumValueRemoved",
)
OUTPUT_ENUM_REMOVED = _output(
    "OutputEnumRemoved",
    WARNING,
    action=LOOSENED,
    says="the output '{field}' of '{operation}' was one of {was} and may be anything; "
    "flows that branch on it do not know other values",
    told="may return any value as {field}",
    opposite="OutputEnumAdded",
    counterpart="InputEnumRemoved",
)
OUTPUT_ENUM_ADDED = _output(
    "OutputEnumAdded",
    INFO,
    action=TIGHTENED,
    says="the output '{field}' of '{operation}' is one of {now}",
    opposite="OutputEnumRemoved",
    counterpart="InputEnumAdded",
)
OUTPUT_HIDDEN = _output(
    "OutputHidden",
    WARNING,
    action=TIGHTENED,
    source=EXTENSIONS,
    says="the output '{field}' of '{operation}' is hidden now; flows that use it go on, but it is no longer offered",
    told="no longer offers {field}",
    opposite="OutputShown",
    counterpart="InputHidden",
)
OUTPUT_SHOWN = _output(
    "OutputShown",
    INFO,
    action=LOOSENED,
    source=EXTENSIONS,
    says="the output '{field}' of '{operation}' is no longer hidden",
    told="offers {field}",
    opposite="OutputHidden",
    counterpart="InputShown",
)
OUTPUT_MEDIA_TYPE_REMOVED = _output(
    "OutputMediaTypeRemoved",
    WARNING,
    action=REMOVED,
    source=SPECIFICATION,
    says="'{operation}' no longer answers as {was}; flows that read it so may fail",
    opposite="OutputMediaTypeAdded",
    counterpart="InputMediaTypeRemoved",
)
OUTPUT_MEDIA_TYPE_ADDED = _output(
    "OutputMediaTypeAdded",
    INFO,
    action=ADDED,
    source=SPECIFICATION,
    says="'{operation}' may answer as {now} as well",
    opposite="OutputMediaTypeRemoved",
    counterpart="InputMediaTypeAdded",
)
OUTPUT_SHAPE_SOURCE_CHANGED = _output(
    "OutputShapeSourceChanged",
    WARNING,
    action=CHANGED,
    source=EXTENSIONS,
    says="{what} of the output '{field}' of '{operation}' comes from elsewhere now; "
    "fields that existing flows use may no longer be there",
    told="may return other fields in {field}",
    opposite="OutputShapeSourceChanged",
    counterpart="InputChoicesChanged",
)
OUTPUT_SHAPE_SOURCE_REMOVED = _output(
    "OutputShapeSourceRemoved",
    WARNING,
    action=REMOVED,
    source=EXTENSIONS,
    says="the output '{field}' of '{operation}' no longer has {what}; the fields that it brought are no longer offered",
    told="no longer offers the fields of {field}",
    opposite="OutputShapeSourceAdded",
    counterpart="InputChoicesRemoved",
)
OUTPUT_SHAPE_SOURCE_ADDED = _output(
    "OutputShapeSourceAdded",
    INFO,
    action=ADDED,
    source=EXTENSIONS,
    says="the output '{field}' of '{operation}' has {what} now",
    told="offers the fields of {field}",
    opposite="OutputShapeSourceRemoved",
    counterpart="InputChoicesAdded",
)
SUCCESS_CODE_CHANGED = _output(
    "SuccessCodeChanged",
    WARNING,
    action=CHANGED,
    says="the answer of '{operation}' that makers see was {was} and is {now}; flows that look at the status may differ",
    opposite="SuccessCodeChanged",
    no_counterpart="an input has no status",
)
RESPONSE_REMOVED = _output(
    "ResponseRemoved",
    INFO,
    action=REMOVED,
    source=SPECIFICATION,
    says="the answer {was} of '{operation}' is no longer described",
    opposite="ResponseAdded",
    no_counterpart="an input has no answers",
)
RESPONSE_ADDED = _output(
    "ResponseAdded",
    INFO,
    action=ADDED,
    source=SPECIFICATION,
    says="the answer {now} of '{operation}' is described now",
    opposite="ResponseRemoved",
    no_counterpart="an input has no answers",
)

# ---- triggers

TRIGGER_KIND_CHANGED = _trigger(
    "TriggerKindChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    source=VERSIONING,
    says="'{operation}' was {was} and is {now}; flows that use it stop working",
    told="is {now} now, no longer {was}",
    opposite="TriggerKindChanged",
)
TRIGGER_BATCH_CHANGED = _trigger(
    "TriggerBatchChanged",
    ERROR,
    action=CHANGED,
    authority=OBSERVED,
    source=EXTENSIONS,
    says="the trigger '{operation}' was '{was}' and is '{now}'; "
    "existing flows go on splitting, or not splitting, what it gives into runs",
    told="starts flows in another way",
    opposite="TriggerBatchChanged",
)
NOTIFICATION_URL_MOVED = _trigger(
    "NotificationUrlMoved",
    ERROR,
    action=CHANGED,
    authority=OBSERVED,
    source=WEBHOOKS,
    says="the notification URL of '{operation}' was in '{was}' and is in '{now}'; "
    "existing flows register with it in the old place",
    told="registers in another way",
    opposite="NotificationUrlMoved",
)
POLLING_STATE_PARAMETER_CHANGED = _trigger(
    "PollingStateParameterChanged",
    WARNING,
    action=CHANGED,
    says="the trigger '{operation}' kept its state in {was} and keeps it in {now}; "
    "running flows hold the old one and may miss or repeat items",
    told="may miss or repeat items once",
    opposite="PollingStateParameterChanged",
)
POLLING_STATE_EXPRESSION_CHANGED = _trigger(
    "PollingStateExpressionChanged",
    WARNING,
    action=CHANGED,
    says="the trigger '{operation}' read {what} by {was} and now by {now}; running flows may miss or repeat items",
    told="may miss or repeat items once",
    opposite="PollingStateExpressionChanged",
)

# ---- the service

HOST_CHANGED = _service(
    "HostChanged",
    WARNING,
    action=CHANGED,
    says="the host was '{was}' and is '{now}'; every flow calls the new one, which must know what the old one knew",
    told="calls the service at another address",
    opposite="HostChanged",
)
BASE_PATH_CHANGED = _service(
    "BasePathChanged",
    WARNING,
    action=CHANGED,
    says="the base path was '{was}' and is '{now}'; every flow calls the new one, which must do what the old one did",
    told="calls the service at another address",
    opposite="BasePathChanged",
)
SCHEME_REMOVED = _service(
    "SchemeRemoved",
    WARNING,
    action=REMOVED,
    says="the service is no longer offered over {was}",
    opposite="SchemeAdded",
)
SCHEME_ADDED = _service(
    "SchemeAdded",
    INFO,
    action=ADDED,
    says="the service is offered over {now} as well",
    opposite="SchemeRemoved",
)
SECURITY_CHANGED = _service(
    "SecurityChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    says="the way to sign in was {was} and is {now}; existing connections hold the old credentials; "
    "offer both as sets of connection parameters",
    told="needs a new connection",
    opposite="SecurityChanged",
)
SECURITY_ADDED = _service(
    "SecurityAdded",
    ERROR,
    action=ADDED,
    authority=OFFICIAL,
    says="the service asks for {now}, but existing connections were made without",
    told="needs a new connection",
    opposite="SecurityRemoved",
)
SECURITY_REMOVED = _service(
    "SecurityRemoved",
    WARNING,
    action=REMOVED,
    says="the service no longer asks for {was}; calls go out without what existing connections hold",
    told="no longer signs in",
    opposite="SecurityAdded",
)
SECURITY_ALTERNATIVE_REMOVED = _service(
    "SecurityAlternativeRemoved",
    ERROR,
    action=REMOVED,
    authority=OFFICIAL,
    says="one can no longer sign in by {was}; existing connections that do stop working; keep it",
    told="may need a new connection",
    opposite="SecurityAlternativeAdded",
)
SECURITY_ALTERNATIVE_ADDED = _service(
    "SecurityAlternativeAdded",
    INFO,
    action=ADDED,
    says="one can sign in by {now} as well",
    opposite="SecurityAlternativeRemoved",
)
SECURITY_SCOPE_ADDED = _service(
    "SecurityScopeAdded",
    WARNING,
    action=ADDED,
    says="the scope '{now}' is new; existing connections were not granted it and may have to sign in again",
    told="may ask to sign in again",
    opposite="SecurityScopeRemoved",
)
SECURITY_SCOPE_REMOVED = _service(
    "SecurityScopeRemoved",
    INFO,
    action=REMOVED,
    says="the scope '{was}' is no longer asked for",
    opposite="SecurityScopeAdded",
)
OPERATION_SECURITY_CHANGED = _service(
    "OperationSecurityChanged",
    WARNING,
    action=CHANGED,
    says="{operation} asked for {was} and asks for {now}; calls of existing connections may be refused",
    opposite="OperationSecurityChanged",
)

# ---- connections

REQUIRED_CONNECTION_PARAMETER_ADDED = _connection(
    "RequiredConnectionParameterAdded",
    ERROR,
    action=TIGHTENED,
    authority=OBSERVED,
    says="the required connection parameter '{field}' is new, and existing connections have no value for it; "
    'make it optional with "constraints": {{"required": "false"}}',
    told="needs a new connection, with {field}",
    opposite="ConnectionParameterRemoved",
)
OPTIONAL_CONNECTION_PARAMETER_ADDED = _connection(
    "OptionalConnectionParameterAdded",
    INFO,
    action=ADDED,
    says="the optional connection parameter '{field}' is new",
    told="has the new setting {field} in the connection",
    opposite="ConnectionParameterRemoved",
)
CONNECTION_PARAMETER_REMOVED = _connection(
    "ConnectionParameterRemoved",
    WARNING,
    action=REMOVED,
    says="the connection parameter '{field}' is gone; what existing connections hold in it is lost; keep it{hint}",
    told="no longer has the setting {field} in the connection",
    opposite=("OptionalConnectionParameterAdded", "RequiredConnectionParameterAdded"),
)
CONNECTION_PARAMETER_TYPE_CHANGED = _connection(
    "ConnectionParameterTypeChanged",
    ERROR,
    action=CHANGED,
    authority=OBSERVED,
    says="the connection parameter '{field}' was {was} and is {now}; existing connections hold the old type",
    told="needs a new connection",
    opposite="ConnectionParameterTypeChanged",
)
CONNECTION_PARAMETER_BECAME_REQUIRED = _connection(
    "ConnectionParameterBecameRequired",
    ERROR,
    action=TIGHTENED,
    authority=OBSERVED,
    says="the connection parameter '{field}' is required now, and existing connections may have no value for it",
    told="needs {field} in the connection",
    opposite="ConnectionParameterBecameOptional",
)
CONNECTION_PARAMETER_BECAME_OPTIONAL = _connection(
    "ConnectionParameterBecameOptional",
    INFO,
    action=LOOSENED,
    says="the connection parameter '{field}' is no longer required",
    told="no longer needs {field} in the connection",
    opposite="ConnectionParameterBecameRequired",
)
CONNECTION_VALUE_REMOVED = _connection(
    "ConnectionValueRemoved",
    WARNING,
    action=TIGHTENED,
    says="the connection parameter '{field}' no longer takes {was}; existing connections may hold it",
    told="no longer offers {was} as {field} in the connection",
    opposite="ConnectionValueAdded",
)
CONNECTION_VALUE_ADDED = _connection(
    "ConnectionValueAdded",
    INFO,
    action=LOOSENED,
    says="the connection parameter '{field}' takes {now} as well",
    told="offers {now} as {field} in the connection",
    opposite="ConnectionValueRemoved",
)
CONNECTION_SET_REMOVED = _connection(
    "ConnectionSetRemoved",
    ERROR,
    action=REMOVED,
    authority=OBSERVED,
    says="the set of connection parameters '{field}' is gone; connections made with it stop working; keep it",
    told="no longer signs in by {field}",
    opposite="ConnectionSetAdded",
)
CONNECTION_SET_ADDED = _connection(
    "ConnectionSetAdded",
    INFO,
    action=ADDED,
    says="the set of connection parameters '{field}' is new",
    told="can sign in by {field}",
    opposite="ConnectionSetRemoved",
)
IDENTITY_PROVIDER_CHANGED = _connection(
    "IdentityProviderChanged",
    ERROR,
    action=CHANGED,
    authority=OFFICIAL,
    source=UPDATES,
    says="the identity provider of '{field}' was {was} and is {now}; existing connections hold tokens of the old one",
    told="needs a new connection",
    opposite="IdentityProviderChanged",
)
OAUTH_SETTINGS_CHANGED = _connection(
    "OAuthSettingsChanged",
    WARNING,
    action=CHANGED,
    says="the OAuth setting {what} of '{field}' changed; people with existing connections may have to sign in again",
    told="may ask to sign in again",
    opposite="OAuthSettingsChanged",
)

# ---- policies and the script

POLICY_ADDED = _policy(
    "PolicyAdded",
    WARNING,
    action=ADDED,
    says="the policy '{now}' works on {operation} now; existing flows may send or get something else",
    opposite="PolicyRemoved",
)
POLICY_REMOVED = _policy(
    "PolicyRemoved",
    WARNING,
    action=REMOVED,
    says="the policy '{was}' no longer works on {operation}; existing flows may send or get something else",
    opposite="PolicyAdded",
)
POLICY_CHANGED = _policy(
    "PolicyChanged",
    WARNING,
    action=CHANGED,
    says="the policy '{now}' works otherwise on {operation}: {what} changed; "
    "existing flows may send or get something else",
    opposite="PolicyChanged",
)
POLICY_ORDER_CHANGED = _policy(
    "PolicyOrderChanged",
    WARNING,
    action=CHANGED,
    says="the policies of {operation} stand in another order; existing flows may send or get something else",
    opposite="PolicyOrderChanged",
)
SCRIPT_OPERATION_ADDED = _policy(
    "ScriptOperationAdded",
    WARNING,
    action=ADDED,
    source=f"{_LEARN}/write-code",
    says="the script handles '{operation}' now; what it does with the calls of existing flows cannot be compared",
    opposite="ScriptOperationRemoved",
)
SCRIPT_OPERATION_REMOVED = _policy(
    "ScriptOperationRemoved",
    WARNING,
    action=REMOVED,
    source=f"{_LEARN}/write-code",
    says="the script no longer handles '{operation}'; existing flows may get something else",
    opposite="ScriptOperationAdded",
)
SCRIPT_CHANGED = _policy(
    "ScriptChanged",
    WARNING,
    action=CHANGED,
    source=f"{_LEARN}/write-code",
    says="script.csx {what}; what it does with the calls of existing flows cannot be compared",
    opposite="ScriptChanged",
)
