"""Facts about Switchboard that Schemathesis cannot find in the OpenAPI document."""

import functools
import random
import re
import uuid

import requests
import schemathesis

AGENT = {
    "name": "Reception",
    "direction": "inbound",
    "language": "de",
    "timezone": "Europe/Berlin",
    "prompt": {"instructions": "You answer the phone."},
    "greeting": {"message": "Hello"},
    "voice": {"id": "warm-female"},
    "model": {"name": "fast"},
}
TRUNK = {
    "name": "Berlin line",
    "phone_number": "+4930901820",
    "carrier": {"type": "telnyx", "connection_id": "1"},
}

CALLER = {
    "vendor": "bland",
    "name": "Reminder",
    "direction": "outbound",
    "language": "en",
    "prompt": {"instructions": "Remind the called person."},
    "voice": {"id": "warm-female"},
}

# Codes of refusals that concern the meaning of a request, in whatever field.
MEANINGS = {
    "agent_not_ready",
    "already_exists",
    "call_in_progress",
    "call_limit_reached",
    "capability_loss",
    "cursor_invalid",
    "destination_not_allowed",
    "in_use",
    "loss_not_accepted",
    "not_found",
    "precondition_failed",
    "state_conflict",
    "vendor_rejected",
    "vendor_unknown",
}

# Pointers and parameters whose values have a meaning that JSON Schema cannot express.
PLACES = {
    r"(/.*)?/timezone": "the names are those of the time zone database",
    r"(/filter/|/)?language|/additional_languages/\d+": "a language tag has a grammar (RFC 5646)",
    r"/name|/to/(first|last)_name|/external_ref|/labels/[^/]*": "names have no control characters, and none that change the direction of text",
    r"(/operations/\d+/(create|patch))?(/metadata(/.*)?|/extensions/qcall/.*|/tools/.*)": "free-form JSON has no whole numbers beyond 64 bits",
    r"/vendor": "an update does not move a record",
    r"/remote_id": "only the vendor knows what it has",
    r"/ids/\d+": "only the gateway knows what ids its agents have",
    r"/operations/\d+/id": "a batch has one operation for each record",
    r"/operations/\d+/if_revision": "a revision is a whole number of 64 bits, without a fraction",
    r"q": "a search text has a letter or digit of any script",
    r"/plan_id": "only the gateway knows what it has planned",
    r"/accept_loss/\d+": "the fields of an agent and all that is below them make too long a pattern",
    r"/carrier(/.*)?": "what a change needs depends on the stored carrier, and a secret stays out only where one is stored",
    r"/analysis/sentiment(/.*)?": "what a change needs depends on what is stored",
    r"/analysis/extraction/\d+/choices": "only data points of the type string have choices",
    r"from|to|vendor": "the vendors are those of the configuration, and a phone number has a plus sign",
    r"/model/endpoint": "an endpoint and the name of a model exclude each other",
    r"/agent_id": "only the gateway knows its agents, and which of them place calls",
    r"(/operations/\d+/(create|patch))?/handovers/\d+/agent_id": "only the gateway knows its agents",
    r"/trunk_id": "only the gateway knows its trunks; a trunk and a phone number exclude each other",
    r"/from/phone_number_id": "only the vendor knows its phone numbers",
    r"/variables": "the names and values of all variables together have a maximum size",
    r"/overrides/.*": "the vendor decides which values it accepts",
}


@schemathesis.deserializer("audio/*", "application/octet-stream")
def read_recording(ctx, response):
    """Returns a recording as a string with one character for each byte."""
    return response.content.decode("latin-1")


@schemathesis.check
def refused_for_its_meaning_only(ctx, response, case):
    """Checks that a request that fits the document is refused only for its meaning, never for its form.

    It replaces `positive_data_acceptance`, which checks only the status: 422 is used in both cases.
    """
    if not fits(case) or response.status_code < 400:
        return
    problem = response.json()
    for error in problem.get("errors") or [problem]:
        place = next((error[at] for at in ("pointer", "parameter", "header") if at in error), None)
        if not is_about_meaning(error, place) and not is_about_imported(case, error):
            raise AssertionError(f"{error['code']} at {place}: {error['detail']}")


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Replaces generated values that the gateway would always refuse, in requests that fit the document.

    An import needs an agent that exists at the vendor, and a migration needs existing agents and an existing plan. The
    coverage phase sends the same few values in every request, so it also needs a free external reference, a supported
    language, the current revision and an existing record. Every request needs its own idempotency key.
    """
    if not fits(case):
        return
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    body = case.body if isinstance(case.body, dict) else {}
    api = Api(case.operation.base_url, (case.headers or {}).get("Authorization", ""))
    match case.operation.label:
        case "POST /v1/agents/import":
            body["remote_id"] = api.detached(body["vendor"]) or body["remote_id"]
        case "POST /v1/migrations/plan" if body.get("ids"):
            body["ids"] = [api.standing("agents")]
        case "POST /v1/migrations":
            body["plan_id"] = api.planned()
        case "POST /v1/calls" | "POST /v1/calls/plan":
            body["agent_id"] = api.caller()
            # The call that other requests read is placed first, before the generated calls reach the limit per minute.
            api.called()
            # Bland calls a number only once in 10 seconds.
            if isinstance(body.get("to"), dict):
                body["to"]["phone_number"] = f"+4930{random.randrange(10**5, 10**6)}01"
    if case.meta.phase.name.value != "coverage":
        return
    if body.get("external_ref"):
        body["external_ref"] = str(uuid.uuid4())
    if body.get("language"):
        body["language"] = "de"
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"
    if case.method != "DELETE" and "id" in case.path_parameters:
        case.path_parameters["id"] = api.standing(case.path.split("/")[2])
    if "revision" in (case.path_parameters or {}):
        case.path_parameters["revision"] = 1


class Api(requests.Session):
    def __init__(self, url, authorization):
        super().__init__()
        self.url = url
        self.headers["Authorization"] = authorization

    def make(self, collection, record):
        made = self.post(f"{self.url}/v1/{collection}", json=record)
        return made.json() if made.status_code in (201, 202) else None

    def detached(self, vendor):
        """Returns the vendor's id of an agent that exists at the vendor but not in the gateway."""
        made = self.make("agents", AGENT | {"vendor": vendor})
        if made:
            self.delete(f"{self.url}/v1/agents/{made['id']}", params={"on_vendor": "keep"})
        return made and made["placement"]["remote_id"]

    def planned(self):
        """Returns the id of a plan that moves an agent without a loss."""
        agent = self.make("agents", AGENT)
        plan = self.post(f"{self.url}/v1/migrations/plan", json={"to": "autocalls", "ids": [agent["id"]]})
        return plan.json()["plan_id"]

    @functools.cache
    def caller(self):
        """Returns the id of an agent that places calls."""
        return self.make("agents", CALLER)["id"]

    @functools.cache
    def called(self):
        """Returns the id of a call."""
        dial = {"agent_id": self.caller(), "to": {"phone_number": "+4930123401"}}
        made = self.post(f"{self.url}/v1/calls", json=dial, headers={"Idempotency-Key": str(uuid.uuid4())})
        return made.json()["id"]

    @functools.cache
    def standing(self, collection):
        """Returns the id of a record that no other request deletes, of the operation that created it, or of a migration."""
        if collection == "operations":
            made = self.get(f"{self.url}/v1/operations", params={"resource_id": self.standing("agents")})
            return made.json()["data"][0]["id"]
        if collection == "calls":
            return self.called()
        if collection == "migrations":
            return self.make("migrations", {"plan_id": self.planned()})["id"]
        return self.make(collection, AGENT if collection == "agents" else TRUNK)["id"]

    def __hash__(self):
        return hash(self.url)

    def __eq__(self, other):
        return self.url == other.url


def fits(case):
    """Returns whether the request was generated to fit the document."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def is_about_imported(case, error):
    """Returns whether an import lacks a field that the vendor's record lacks, too."""
    return case.operation.label == "POST /v1/agents/import" and " does not return a value " in error["detail"]


def is_about_meaning(error, place):
    if error["code"] in MEANINGS:
        return True
    if error["code"] == "field_required" and " is required by " in error["detail"]:
        return True
    return place is not None and any(re.fullmatch(pattern, place) for pattern in PLACES)
