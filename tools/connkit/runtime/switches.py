"""What Microsoft does not document about the platform, each with the emulator's answer."""

from __future__ import annotations

from dataclasses import dataclass

from connkit.core.switches import switch as _switch


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorSwitches:
    """How the emulator acts where no page of Microsoft says how the platform does."""

    first_poll_sends_default: bool = _switch(
        True,
        "Does the first poll send the default of the state parameter?",
        "inferred from parameters that are required, internal and have a default",
    )
    empty_first_page_keeps_default: bool = _switch(
        True,
        "Is an empty first page answered with 202 and the default kept as state?",
        "assumed: the state expression cannot be evaluated on an empty page",
    )
    policy_strips_trigger: bool = _switch(
        True,
        "Does the pollingtrigger policy remove the leading /trigger of a path?",
        "inferred: all 39 published uses have such a path, and their services have not",
    )
    null_list_is_empty: bool = _switch(
        True,
        "Is null at triggerDataPath an empty list? Otherwise the poll fails",
        "unknown",
    )
    retry_after_hastens_after_runs: bool = _switch(
        True,
        "Does a Retry-After below the recurrence count where the poll started runs (200)? After 202 it does not",
        "https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers says so in a table, of "
        "triggers without a policy",
    )
    policy_passes_retry_after: bool = _switch(
        True,
        "Does the pollingtrigger policy pass the service's Retry-After on? Otherwise the recurrence alone counts",
        "unknown",
    )
    retry_after_lengthens_pause: bool = _switch(
        True,
        "Is a call tried again no earlier than Retry-After asks? Otherwise the pauses of the retry rule alone count",
        "unknown",
    )
    throttle_slides: bool = _switch(
        True,
        "Do the calls of the last 60 seconds count against the limit? Otherwise a minute begins with its first call",
        "unknown: documented is only the number of calls in a minute",
    )
    optional_defaults_sent: bool = _switch(
        False,
        "Is the default of an optional input sent when nobody fills it in?",
        "rule InternalPropertyWithDefaultOptional of the validator: there is no guarantee for internal ones",
    )
    edit_removes_first: bool = _switch(
        True,
        "When a trigger is edited, is the old webhook removed before the new one is registered? Otherwise the old one "
        "stays where the new one is refused",
        "unknown: documented is only that both happen",
    )
    renewal_removes_old: bool = _switch(
        True,
        "When credentials are renewed, is the old webhook removed, with the new ones? Otherwise it is left behind",
        "unknown: documented is only that the webhook is registered again",
    )
    credentials_to_foreign_location: bool = _switch(
        False,
        "Does a request to a Location on another host carry the connection's credentials?",
        "unknown; https://github.com/microsoft/PowerPlatformConnectors/issues/3678 reports them missing",
    )
    failed_policy_stops: bool = _switch(
        True,
        "Does a policy that fails end the call, so that nothing is sent or no later policy runs?",
        "assumed: an expression that fails, fails a run",
    )
    absent_property_fails: bool = _switch(
        True,
        "Does a policy fail where a path names a property that the body lacks? Otherwise it does nothing",
        "https://learn.microsoft.com/training/modules/policy-templates-custom-connectors/2-expressions-runtime "
        "says so of null on the way",
    )
    missing_value_is_empty: bool = _switch(
        False,
        "Is a header, query or connection parameter that is not there, and has no default, empty text? "
        "Otherwise the policy fails",
        "unknown; documented examples give an empty default for it",
    )
    missing_parents_are_made: bool = _switch(
        True,
        "Does a policy make the objects that are missing on the way to a property it sets?",
        "unknown",
    )
    no_section_is_request: bool = _switch(
        True,
        "Does a policy that names no section, but could work in several, run on the request?",
        "unknown; otherwise it runs on the answer",
    )
    response_section_covers_refusals: bool = _switch(
        False,
        "Does section Response run for an answer of 400 and above too? Otherwise only section Failure does",
        "inferred: section Failure is documented to run when the call fails",
    )
    append_adds_a_value: bool = _switch(
        True,
        "Does existsAction append add a second value: after a comma in a header, as a second pair in a query? "
        "Otherwise it lengthens the text",
        "unknown",
    )
    query_names_are_encoded: bool = _switch(
        True,
        "Is the name in setqueryparameter percent-decoded, so that %24top is $top?",
        "inferred from a published connector of Microsoft's own",
    )
    host_url_replaces_base_path: bool = _switch(
        True,
        "Does dynamichosturl replace the base path too?",
        "inferred: most published templates repeat the base path",
    )
    credentials_to_dynamic_host: bool = _switch(
        True,
        "Do the connection's credentials go to the host that dynamichosturl names?",
        "inferred: that host takes the place of the connector's, and most such connectors send a key",
    )
    dynamicsubdomain_sets_host: bool = _switch(
        True,
        "Does dynamicsubdomain do what dynamichosturl does? Otherwise it is not supported",
        "inferred from its one published use",
    )
    new_path_follows_base_path: bool = _switch(
        True,
        "Does the newPath of routerequesttoendpoint come after the base path? Otherwise after the host",
        "inferred: published paths leave the base path out",
    )
    route_keeps_query: bool = _switch(
        True,
        "Does routerequesttoendpoint keep the query, where newPath does not name the same parameter?",
        "inferred: operations are routed whose query parameters the service needs",
    )
    inserted_values_are_encoded: bool = _switch(
        False,
        "Is a value that an expression puts into a path percent-encoded? Otherwise only what no URL may hold is",
        "unknown",
    )
    side_call_carries_body: bool = _switch(
        False,
        "Does the call that setvaluefromurl makes carry the operation's body?",
        "unknown",
    )
    credentials_to_foreign_side_call: bool = _switch(
        False,
        "Does a call that setvaluefromurl makes to another host carry the headers of the operation?",
        "unknown; documented are addresses on the same host only",
    )
    each_delimiter_character_splits: bool = _switch(
        True,
        "Is each character of delimiterList a delimiter? Otherwise the whole text is one",
        "inferred from the parameter's name",
    )
    empty_parts_are_dropped: bool = _switch(
        True,
        "Does stringtoarray leave out what is empty between two delimiters?",
        "unknown",
    )
    quotes_around_a_value_are_dropped: bool = _switch(
        True,
        "Do single quotes around a whole value of setproperty only mark it as text?",
        "inferred: documented is that text stands in single quotes",
    )
    truth_values_in_lower_case: bool = _switch(
        True,
        "Are true and false written in lower case in a path, a query, a header or a form?",
        "unknown; in expressions they are capitalised",
    )
    accept_from_produces: bool = _switch(
        False,
        "Does a request without an input called Accept name what the operation produces?",
        "unknown",
    )
    form_types_encode_bodies: bool = _switch(
        False,
        "Is a body with properties sent as a form where the operation consumes forms and no JSON? Otherwise as JSON",
        "unknown",
    )
    dynamic_list_wins: bool = _switch(
        True,
        "Where an input has both, is x-ms-dynamic-list followed and not x-ms-dynamic-values? "
        "The same holds of x-ms-dynamic-properties and x-ms-dynamic-schema",
        "inferred: the newer one is required in addition where the older is ambiguous; "
        "https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions",
    )
    dynamic_call_waits_for_optional: bool = _switch(
        False,
        "Does a dynamic call wait for an input that it refers to, where the operation it calls does not require it?",
        "unknown",
    )
    untitled_choice_shows_value: bool = _switch(
        False,
        "Is a choice without its title shown by its value? Otherwise there are no choices",
        "unknown; a wrong path to the title would go unnoticed",
    )
    direct_next_page_has_credentials: bool = _switch(
        True,
        "Does the request for a next page carry credentials and pass policies without the policy updatenextlink?",
        "unknown; the policy is there to lead the link through the gateway, which adds both",
    )
    next_page_repeats_headers: bool = _switch(
        True,
        "Does the request for a next page carry the operation's headers too, beside the credentials?",
        "unknown",
    )
    relative_next_link_followed: bool = _switch(
        False,
        "Is a next link that is no absolute address followed, from the address of the page that names it?",
        "unknown",
    )
    policies_on_location: bool = _switch(
        False,
        "Do policies act on a request to a Location that the service named, those of the operation at that address?",
        "unknown; the removal of a webhook is documented to carry no additional header",
    )
