"""What Schemathesis has to know of Switchboard beyond its document."""

import functools
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

# Refusals that are about the meaning of a request, whatever is said in it.
MEANINGS = {
    "already_exists",
    "capability_loss",
    "cursor_invalid",
    "loss_not_accepted",
    "not_found",
    "precondition_failed",
    "state_conflict",
    "vendor_rejected",
    "vendor_unknown",
}

# Places whose values mean something that JSON Schema cannot say.
PLACES = {
    r"(/.*)?/timezone": "the names are those of the time zone database",
    r"/language|/additional_languages/\d+": "a language tag has a grammar (RFC 5646)",
    r"/vendor": "an update does not move a record",
    r"/remote_id": "only the vendor knows what it has, and only adopting needs to know",
    r"/ids/\d+": "only the gateway knows what ids its agents have",
    r"/plan_id": "only the gateway knows what it has planned",
    r"/carrier(/.*)?": "what a change needs depends on the stored carrier, and a secret stays out only where one is stored",
    r"/analysis/sentiment(/.*)?": "what a change needs depends on what is stored",
    r"from|to": "the vendors are those of the configuration",
}


@schemathesis.check
def refused_for_its_meaning_only(ctx, response, case):
    """A request that fits the document may be refused for what it means, never for its shape.

    It stands in for `positive_data_acceptance`, which knows statuses only: 422 is both.
    """
    if not fits(case) or response.status_code < 400:
        return
    problem = response.json()
    for error in problem.get("errors") or [problem]:
        place = next((error[at] for at in ("pointer", "parameter", "header") if at in error), None)
        if not is_about_meaning(error, place):
            raise AssertionError(f"{error['code']} at {place}: {error['detail']}")


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Lets requests that fit get past what made-up values never do: what the vendor has to have at an import, the
    agents and the plan of a migration, and in the coverage phase, where every request has the same few values, a key
    that is taken, a language that the vendor does not speak, a revision that has passed and a record that is gone. An
    idempotency key belongs to one request."""
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
        """The vendor's id of an agent that it has and the gateway does not."""
        made = self.make("agents", AGENT | {"vendor": vendor})
        if made:
            self.delete(f"{self.url}/v1/agents/{made['id']}", params={"on_vendor": "keep"})
        return made and made["placement"]["remote_id"]

    def planned(self):
        """The plan of moving an agent, which loses nothing."""
        agent = self.make("agents", AGENT)
        plan = self.post(f"{self.url}/v1/migrations/plan", json={"to": "autocalls", "ids": [agent["id"]]})
        return plan.json()["plan_id"]

    @functools.cache
    def standing(self, collection):
        """The id of a record that no other request takes away, of the operation that made it, or of a migration."""
        if collection == "operations":
            made = self.get(f"{self.url}/v1/operations", params={"resource_id": self.standing("agents")})
            return made.json()["data"][0]["id"]
        if collection == "migrations":
            return self.make("migrations", {"plan_id": self.planned()})["id"]
        return self.make(collection, AGENT if collection == "agents" else TRUNK)["id"]

    def __hash__(self):
        return hash(self.url)

    def __eq__(self, other):
        return self.url == other.url


def fits(case):
    """Whether the request was made to fit the document."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def is_about_meaning(error, place):
    if error["code"] in MEANINGS:
        return True
    if error["code"] == "field_required" and error["detail"].endswith("required by the vendor."):
        return True
    return place is not None and any(re.fullmatch(pattern, place) for pattern in PLACES)
