//! The operations on calls.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{
    broken::execute,
    case::{Case, Payload, done, problem},
    contract::Contract,
    fixture::Fixture,
    operations::OF_A_CALL,
};
use crate::{
    bodies::{agent, with},
    harness::{Config, Harness},
    settling::{PATIENT, SOON},
};

const BLAND: Vendor = Vendor::BLAND;
const KEY: &str = "idempotency-key";
/// Settings under which German numbers may be called, and transcripts are always read from the vendor.
const CALLS: &str =
    "[calls]\ncountries = [\"DE\"]\nper_number_per_day = 100\nfollow_s = 0.2\nkeep_transcripts_days = 0\n";
/// A number whose simulated call the agent ends, one whose call is endless, and one of another country.
const ENDED: &str = "+4930123401";
const ENDLESS: &str = "+4930123407";
const ABROAD: &str = "+15550100177";

/// The requests about an ended call that read from the vendor.
const READS: [&str; 3] = ["getCallTranscript", "getCallRecording", "syncCall"];
/// The faults of a vendor, each with the answer.
const FAULTS: [((u16, &str), u16); 4] = [
    ((422, "vendor_rejected"), 400),
    ((502, "vendor_auth_failed"), 401),
    ((503, "vendor_throttled"), 429),
    ((503, "vendor_unavailable"), 503),
];

pub fn cases() -> Vec<Case> {
    [right(), conflicts(), dials(), struck(), late(), broken(), vec![unlistable()], storeless()].concat()
}

/// Lists the requests about an ended call that are carried out, in an order that one call can go through.
fn right() -> Vec<Case> {
    let read = [
        "planCall",
        "listCalls",
        "getCall",
        "getCallTranscript",
        "getCallRecording",
        "syncCall",
        "hangUpCall",
    ];
    let mut cases: Vec<_> = read.map(|operation| done(operation, 200)).into();
    cases.push(with_key(done("placeCall", 201), "right"));
    cases.push(done("eraseCall", 200));
    cases
}

// The cases about calls that are live, lost, or at a vendor that cannot be reached.
fn linked() -> Case {
    done("getCallRecording", 307)
}
fn hung_up() -> Case {
    done("hangUpCall", 202)
}
fn lost() -> Case {
    with_key(done("placeCall", 202), "lost")
}
fn resolved() -> Case {
    done("resolveCall", 200)
}
fn pending() -> Case {
    done("eraseCall", 202)
}

/// Lists the requests whose answer depends on the state of the call. For the reads, the vendor of the call is no longer
/// configured.
fn conflicts() -> Vec<Case> {
    let mut cases: Vec<_> =
        READS.into_iter().map(|operation| problem(operation, (409, "state_conflict"), |ask| ask)).collect();
    cases.extend([
        linked(),
        hung_up(),
        lost(),
        resolved(),
        pending(),
        problem("resolveCall", (409, "state_conflict"), |ask| ask),
        problem("eraseCall", (409, "state_conflict"), |ask| ask),
        problem("hangUpCall", (409, "state_conflict"), |ask| ask),
    ]);
    cases.extend(stranded());
    cases
}

/// Lists the requests to dial by an agent whose vendor is no longer configured.
fn stranded() -> [Case; 2] {
    ["planCall", "placeCall"]
        .map(|operation| with_key(problem(operation, (409, "state_conflict"), |ask| ask), "stranded"))
}

/// Lists the requests to dial that are refused.
fn dials() -> Vec<Case> {
    let dial = |answer, key, patch: Value| with_key(problem("placeCall", answer, |ask| ask.but(patch)), key);
    vec![
        problem("placeCall", (400, "idempotency_key_required"), |ask| ask.without(KEY)),
        problem("placeCall", (400, "idempotency_key_invalid"), |ask| ask.header(KEY, "two words")),
        dial((422, "idempotency_key_reused"), "right", json!({ "allow_stale": true })),
        dial((422, "validation_failed"), "a", json!({ "to": 7 })),
        dial((422, "destination_not_allowed"), "b", json!({ "to": { "phone_number": ABROAD } })),
        dial((409, "already_exists"), "c", json!({ "external_ref": "taken" })),
        forbidden(),
        limited(),
        unready(),
        busy(),
        problem("planCall", (422, "validation_failed"), |ask| ask.but(json!({ "to": 7 }))),
        problem("planCall", (409, "already_exists"), |ask| ask.but(json!({ "external_ref": "taken" }))),
    ]
}

fn forbidden() -> Case {
    with_key(problem("placeCall", (403, "forbidden"), |ask| ask), "forbidden")
}
fn limited() -> Case {
    with_key(problem("placeCall", (429, "call_limit_reached"), |ask| ask), "limited")
}
fn unready() -> Case {
    with_key(problem("placeCall", (409, "agent_not_ready"), |ask| ask), "unready")
}
fn busy() -> Case {
    let other = |ask: super::case::Ask| ask.but(json!({ "to": { "phone_number": ENDLESS } }));
    with_key(problem("placeCall", (409, "call_in_progress"), other), "busy")
}

/// Lists the requests that a vendor refuses or does not understand.
fn struck() -> Vec<Case> {
    let of_calls = READS.into_iter().chain(["hangUpCall", "resolveCall", "planCall", "placeCall"]);
    let each = |(answer, status): ((u16, &'static str), u16)| {
        let key: &'static str = match status {
            400 => "struck-400",
            401 => "struck-401",
            429 => "struck-429",
            _ => "struck-503",
        };
        of_calls.clone().map(move |operation| with_key(problem(operation, answer, named), key))
    };
    // A hang-up that the vendor does not confirm has an unknown outcome.
    let is_unclear = |case: &Case| case.operation == "hangUpCall" && case.code == Some("vendor_unavailable");
    FAULTS.into_iter().flat_map(each).filter(|case| !is_unclear(case)).collect()
}

/// Lists the requests to which a vendor does not reply in time.
fn late() -> Vec<Case> {
    let of_calls = READS.into_iter().chain(["hangUpCall", "resolveCall", "planCall", "placeCall"]);
    let late = |operation: &'static str| {
        // The vendor may have ended the call.
        let code = if operation == "hangUpCall" { "vendor_outcome_unknown" } else { "vendor_timeout" };
        with_key(problem(operation, (504, code), named), "late")
    };
    of_calls.map(late).collect()
}

/// Lists the requests about a call or an agent that cannot be read.
fn broken() -> Vec<Case> {
    let of_calls = OF_A_CALL.into_iter().chain(["planCall", "placeCall"]);
    of_calls.map(|operation| with_key(problem(operation, (500, "internal"), |ask| ask), "broken")).collect()
}

/// Returns the list that cannot name a damaged call, because the id is damaged too.
fn unlistable() -> Case {
    problem("listCalls", (500, "internal"), |ask| ask)
}

/// Lists the requests without a store.
fn storeless() -> Vec<Case> {
    let of_calls = OF_A_CALL.into_iter().chain(["listCalls", "planCall", "placeCall"]);
    of_calls
        .map(|operation| with_key(problem(operation, (503, "storage_unavailable"), |ask| ask), "storeless"))
        .collect()
}

/// Names a call of the vendor in a resolution, so that the gateway must read it.
fn named(ask: super::case::Ask) -> super::case::Ask {
    match &ask.payload {
        Payload::Text(text) if text.contains("not_placed") => ask.json(&json!({ "remote_id": "call-1" })),
        _ => ask,
    }
}

/// Sets the idempotency key of a request to dial.
fn with_key(case: Case, key: &'static str) -> Case {
    match case.operation {
        "placeCall" => Case { ask: case.ask.header(KEY, key), ..case },
        _ => case,
    }
}

/// A gateway, and the calls of its agents.
struct Site {
    harness: Harness,
    contract: Contract,
    standing: Fixture,
}

impl Site {
    /// Starts a gateway with an agent that places calls at a vendor.
    async fn start(vendor: Vendor, more: &str) -> Self {
        let vendors = format!("{PATIENT}{SOON}attempts = 1\n");
        let tables = format!("{CALLS}{more}");
        let harness = Harness::with(Config { vendors, tables, ..Config::default() }).await;
        let clock = format!("/{vendor}/clock");
        harness.vendors.control(Method::POST, &clock, Some(&json!({ "pace": 20 }))).await.expect(200);
        let mut caller = with(agent(vendor), json!({ "direction": "outbound" }));
        if vendor != BLAND {
            let numbers = harness.get(&format!("/v1/vendors/{vendor}/phone-numbers")).await.expect(200);
            caller["phone_number_id"] = numbers["data"][0]["id"].clone();
        }
        if vendor == BLAND {
            caller["call"] = json!({ "record": true });
        }
        let agent = harness.create("/v1/agents", &caller).await.id;
        let standing = Fixture { agent, ..Fixture::nowhere() };
        Self { harness, contract: Contract::default(), standing }
    }

    async fn run(&self, case: &Case) {
        case.run(&self.harness, &self.contract, &self.standing).await;
    }

    /// Places a call, and waits until it has the status. All cases are about this call from now on.
    async fn call(&mut self, number: &str, status: &str) {
        let body = json!({ "agent_id": self.standing.agent, "to": { "phone_number": number } });
        let request =
            self.harness.request(Method::POST, "/v1/calls").header(KEY, format!("{number}-{status}"));
        let call = crate::harness::Answer::to(request.json(&body)).await;
        assert!(matches!(call.status, 201 | 202), "{}", call.text);
        self.standing.call = call.body["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/calls/{}", self.standing.call);
        let is_complete = |call: &Value| status != "ended" || call["recording"]["state"] == "available";
        self.harness.once(&path, |call| call["status"] == status && is_complete(call)).await;
    }

    /// Makes every request to a vendor fail until [`Self::clear`].
    async fn fail(&self, vendor: Vendor, fault: &Value) {
        let order = json!({ "vendor": vendor, "times": 1000, "fault": fault });
        self.harness.vendors.control(Method::POST, "/faults", Some(&order)).await.expect(201);
    }

    async fn clear(&self) {
        self.harness.clear_faults().await;
    }
}

fn status(status: u16) -> Value {
    json!({ "kind": "status", "status": status, "body": { "message": "No." } })
}

#[tokio::test]
async fn right_requests_about_calls_are_answered_as_documented() {
    let mut site = Site::start(BLAND, "").await;
    site.call(ENDED, "ended").await;
    for case in right() {
        site.run(&case).await;
    }
    let mut site = Site::start(Vendor::RETELL, "").await;
    site.call(ENDED, "ended").await;
    site.run(&linked()).await;
    site.fail(Vendor::RETELL, &status(503)).await;
    site.run(&pending()).await;
    site.clear().await;
}

#[tokio::test]
async fn conflicting_requests_about_calls_are_answered_as_documented() {
    let mut site = Site::start(BLAND, "").await;
    site.call(ENDED, "ended").await;
    let ended = site.standing.call.clone();
    site.run(&problem("resolveCall", (409, "state_conflict"), |ask| ask)).await;
    site.call(ENDLESS, "in_progress").await;
    site.run(&problem("eraseCall", (409, "state_conflict"), |ask| ask)).await;
    site.run(&hung_up()).await;
    site.harness.order(BLAND, "placeCall", 1, &json!({ "kind": "reset" })).await;
    site.run(&lost()).await;
    let list = site.harness.get("/v1/calls?limit=1").await.expect(200);
    site.standing.call = list["data"][0]["id"].as_str().unwrap().to_owned();
    site.run(&problem("hangUpCall", (409, "state_conflict"), |ask| ask)).await;
    site.run(&resolved()).await;
    site.standing.call = ended;
    let file = site.harness.dir().join("switchboard.toml");
    let toml = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, toml.replace("[vendors.bland]", "[vendors.bland-us]")).unwrap();
    site.harness.restart().await;
    for operation in READS {
        site.run(&problem(operation, (409, "state_conflict"), |ask| ask)).await;
    }
    for case in stranded() {
        site.run(&case).await;
    }
}

#[tokio::test]
async fn refused_dials_are_answered_as_documented() {
    let mut site = Site::start(BLAND, "").await;
    site.run(&with_key(done("placeCall", 201), "right")).await;
    let taken = json!({ "agent_id": site.standing.agent, "to": { "phone_number": "+4930123411" }, "external_ref": "taken" });
    let request = site.harness.request(Method::POST, "/v1/calls").header(KEY, "taken").json(&taken);
    crate::harness::Answer::to(request).await.expect(201);
    let alone = ["forbidden", "call_limit_reached", "agent_not_ready", "call_in_progress"];
    for case in dials().into_iter().filter(|case| !alone.contains(&case.code.unwrap())) {
        site.run(&case).await;
    }
    site.harness.order(BLAND, "placeCall", 1, &json!({ "kind": "reset" })).await;
    site.call(ENDLESS, "unknown").await;
    site.run(&busy()).await;
    site.fail(BLAND, &status(503)).await;
    let path = format!("/v1/agents/{}", site.standing.agent);
    site.harness.patch(&path, &json!({ "name": "Changed" })).await.expect(202);
    site.run(&unready()).await;
    Site::start(BLAND, "place = false\n").await.run(&forbidden()).await;
    let site = Site::start(BLAND, "per_minute = 1\n").await;
    site.run(&with_key(done("placeCall", 201), "first")).await;
    site.run(&limited()).await;
}

/// Checks each failure with a gateway of its own, because a gateway also follows calls and meets the failure meanwhile.
#[tokio::test]
async fn failures_of_vendors_about_calls_are_answered_as_documented() {
    for ((_, code), answer) in FAULTS {
        let (dials, others): (Vec<_>, Vec<_>) = struck()
            .into_iter()
            .filter(|case| case.code == Some(code))
            .partition(|case| matches!(case.operation, "planCall" | "placeCall"));
        let mut site = Site::start(BLAND, "").await;
        site.call(ENDED, "ended").await;
        let ended = site.standing.call.clone();
        site.call(ENDLESS, "in_progress").await;
        let live = site.standing.call.clone();
        site.harness.order(BLAND, "placeCall", 1, &json!({ "kind": "reset" })).await;
        site.call("+4930123417", "unknown").await;
        let unknown = site.standing.call.clone();
        site.fail(BLAND, &status(answer)).await;
        for case in &others {
            site.standing.call = match case.operation {
                "hangUpCall" => live.clone(),
                "resolveCall" => unknown.clone(),
                _ => ended.clone(),
            };
            site.run(case).await;
        }
        // The plan of a dial reads the phone numbers of this vendor, which must not be cached.
        let mut site = Site::start(Vendor::ELEVENLABS, "").await;
        site.harness.restart().await;
        site.fail(Vendor::ELEVENLABS, &status(answer)).await;
        for case in &dials {
            site.run(case).await;
        }
    }
}

#[tokio::test]
async fn vendors_that_do_not_reply_about_calls_are_answered_as_documented() {
    let slow = json!({ "kind": "latency", "ms": 600_000, "when": "before" });
    let mut site = Site::start(BLAND, "").await;
    site.call(ENDED, "ended").await;
    let ended = site.standing.call.clone();
    site.call(ENDLESS, "in_progress").await;
    let live = site.standing.call.clone();
    site.harness.order(BLAND, "placeCall", 1, &json!({ "kind": "reset" })).await;
    site.call("+4930123417", "unknown").await;
    let unknown = site.standing.call.clone();
    site.fail(BLAND, &slow).await;
    let cases = late();
    let standings = cases.iter().map(|case| {
        let call = match case.operation {
            "hangUpCall" => &live,
            "resolveCall" => &unknown,
            _ => &ended,
        };
        Fixture { call: call.clone(), agent: site.standing.agent.clone(), ..Fixture::nowhere() }
    });
    let standings: Vec<_> = standings.collect();
    let here =
        cases.iter().zip(&standings).filter(|(case, _)| !matches!(case.operation, "planCall" | "placeCall"));
    join_all(here.map(|(case, standing)| case.run(&site.harness, &site.contract, standing))).await;
    let mut site = Site::start(Vendor::ELEVENLABS, "").await;
    site.harness.restart().await;
    site.fail(Vendor::ELEVENLABS, &slow).await;
    for case in cases.iter().filter(|case| matches!(case.operation, "planCall" | "placeCall")) {
        site.run(case).await;
    }
}

#[tokio::test]
async fn damaged_calls_are_answered_as_documented() {
    let mut site = Site::start(BLAND, "").await;
    site.call(ENDED, "ended").await;
    execute(&site.harness, "UPDATE calls SET document = '{', vendor = CAST(x'ff' AS TEXT)").await;
    execute(&site.harness, "UPDATE resources SET document = '{', remote_id = CAST(x'ff' || id AS TEXT)")
        .await;
    // Restart the gateway, because its cache contains the agent that was read before the damage.
    site.harness.restart().await;
    for case in broken() {
        site.run(&case).await;
    }
    execute(&site.harness, "UPDATE calls SET id = CAST(x'ff' AS TEXT)").await;
    site.run(&unlistable()).await;
    for table in ["DROP TABLE calls", "DROP TABLE resources"] {
        execute(&site.harness, table).await;
    }
    for case in storeless() {
        site.run(&case).await;
    }
}
