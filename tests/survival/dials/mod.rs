//! Calls are dialled at most once for each idempotency key, whatever fails and whoever is killed. The ledger of the
//! simulator counts the dials.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use crate::{
    caller::{CallerRequest, POLL_INTERVAL, TIMEOUT, is_transient},
    harness::{Answer, Config},
    scale::Scale,
    site::{Site, text},
    vendor_bodies,
};

/// The vendor's operation that places a call.
const DIAL: &str = "placeCall";
/// The points at which a gateway is killed, relative to the dial.
const POINTS: [&str; 5] = ["received", "before_apply", "after_apply", "half_answer", "after_answer"];
/// The last two digits of the called numbers: the calls of these stories end by themselves within 6 seconds.
const STORIES: [&str; 7] = ["01", "02", "03", "04", "05", "06", "10"];
/// The longest time until every call has reached its end.
const SETTLING: Duration = Duration::from_secs(90);

/// A request to dial with its answer.
struct Dialled {
    key: String,
    number: String,
    answer: Answer,
}

/// Places calls at one vendor, one process, with faults and kills.
pub async fn at(vendor: Vendor, scale: Scale) {
    let site = Site::start(hasty(String::new())).await;
    place_many(site, &[vendor], scale.choose(14, 290), scale).await;
}

/// Places calls at several vendors with two processes on one store.
pub async fn over_two_replicas(scale: Scale, url: String) {
    let site = Site::pair(hasty(url)).await;
    let short = [Vendor::AUTOCALLS_2026, Vendor::QCALL];
    let vendors = scale.choose(&short[..], &Vendor::ALL[..]);
    place_many(site, vendors, scale.choose(6, 40), scale).await;
}

/// Returns a configuration without long waits, so that most races can happen.
fn hasty(store: String) -> Config {
    Config {
        vendors: "timeout_s = 1\nattempt_timeout_s = 1\nlate_s = 2\nbreaker_open_s = 0.1\nbreaker_longest_s = 0.4\n\
                  max_live = 10000\nper_minute = 100000\nper_day = 1000000\n"
            .into(),
        tables: "[writes]\nwait_s = 5\npoll_s = 0\n\
                 [calls]\nprefixes = [\"+1555\"]\nper_number_per_day = 3\ndial_gap_s = 1\nfollow_s = 0.5\nsweep_s = 2\n\
                 lost_after_s = 15\n"
            .into(),
        store,
        log: "info".into(),
        ..Config::default()
    }
}

async fn place_many(mut site: Site, vendors: &[Vendor], count: usize, scale: Scale) {
    let mut random = Rng::with_seed(scale.seed);
    for vendor in vendors {
        let body = dial_body(&site, *vendor).await;
        let mut dialled = Vec::new();
        for number in 0..count {
            let number = format!("+1555{:05}{}", 10_000 + number, STORIES[random.usize(..STORIES.len())]);
            disturb(&site, *vendor, &mut random).await;
            dialled.push(place(&mut site, &body, number, &mut random).await);
            // An order that the dial did not reach must not strike the next request.
            site.harness.clear_faults().await;
        }
        site.harness.vendors.control(Method::DELETE, "/held", None).await.expect(204);
        check(&site, *vendor, &dialled).await;
    }
}

/// Creates an agent and returns the body of a dial without the number.
async fn dial_body(site: &Site, vendor: Vendor) -> Value {
    let caller = site.caller();
    let agent = vendor_bodies::agent(vendor, "Dialler", "Call once.");
    let agent = crate::harness::with(agent, json!({ "direction": "outbound" }));
    let create = CallerRequest::new(Method::POST, "/v1/agents", agent).key(format!("agent-{vendor}"));
    let made = caller.send_until_answered(&create).await;
    assert!(matches!(made.status, 201 | 202), "{vendor}: {}", made.text);
    let mut body = json!({ "agent_id": made.body["id"] });
    if let Some(number) = required_number(site, vendor).await {
        body["from"] = json!({ "phone_number_id": number });
    }
    body
}

/// Returns the id of a phone number of the vendor's catalogue if the vendor needs one to call from.
async fn required_number(site: &Site, vendor: Vendor) -> Option<String> {
    if ![Vendor::ELEVENLABS, Vendor::VAPI, Vendor::RETELL].contains(&vendor) {
        return None;
    }
    let numbers = site.caller().read(format!("/v1/vendors/{vendor}/phone-numbers")).await;
    // The first number of Vapi is not active yet.
    let place = usize::from(vendor == Vendor::VAPI);
    Some(text(&numbers["data"][place]["id"]))
}

/// Orders a fault or a kill for the next dial; most dials are disturbed.
async fn disturb(site: &Site, vendor: Vendor, random: &mut Rng) {
    let when = if random.bool() { "before" } else { "after" };
    let fault = match random.u8(0..12) {
        0 => return,
        1..=3 => return site.order_kill(vendor, DIAL, POINTS[random.usize(..POINTS.len())]).await,
        4 => json!({ "kind": "reset", "when": when }),
        5 => json!({ "kind": "truncate" }),
        6 => json!({ "kind": "hold", "ms": 1500, "when": when }),
        7 => json!({ "kind": "late", "ms": 1200 }),
        8 => json!({ "kind": "latency", "ms": random.u64(100..1500), "when": when }),
        // A vendor that throttles has not placed the call. Otherwise, no caller could handle throttling.
        9 => json!({ "kind": "status", "status": 429, "when": "before" }),
        _ => {
            let statuses = [500, 502, 503, 408, 504];
            json!({ "kind": "status", "status": statuses[random.usize(..statuses.len())], "when": when })
        }
    };
    site.harness.order(vendor, DIAL, 1, &fault).await;
}

/// Sends a request to dial, sometimes twice at once, and repeats it with its key until it has a final answer.
async fn place(site: &mut Site, body: &Value, number: String, random: &mut Rng) -> Dialled {
    let key = format!("dial-{number}-{:x}", random.u32(..));
    let body = crate::harness::with(body.clone(), json!({ "to": { "phone_number": number } }));
    let ask = CallerRequest::new(Method::POST, "/v1/calls", body).key(&key);
    let caller = site.caller();
    let begun = Instant::now();
    loop {
        let answers = match random.bool() {
            true => {
                let (one, other) = tokio::join!(caller.ask(&ask), caller.ask(&ask));
                [Some(one), Some(other)]
            }
            false => [Some(caller.ask(&ask).await), None],
        };
        let answers: Vec<_> = answers.into_iter().flatten().collect();
        if site.has_died() {
            site.survive().await;
        }
        let answers: Vec<_> = answers.into_iter().flatten().collect();
        if let Some(answer) = answers.iter().find(|answer| !is_transient(answer)) {
            return Dialled { key, number, answer: answer.clone() };
        }
        let last = answers.first().map(|answer| &answer.text);
        assert!(begun.elapsed() < TIMEOUT, "{ask:?} is never answered for good; last: {last:?}");
        sleep(POLL_INTERVAL).await;
    }
}

/// Checks the ledger of the vendor, and that every acknowledged call is readable and ends.
async fn check(site: &Site, vendor: Vendor, dialled: &[Dialled]) {
    let begun = Instant::now();
    let caller = site.caller();
    let mut calls = Vec::new();
    for Dialled { key, number, answer } in dialled {
        assert!(matches!(answer.status, 201 | 202), "{vendor} {key}: {} {}", answer.status, answer.text);
        let path = format!("/v1/calls/{}", text(&answer.body["id"]));
        loop {
            let call = caller.read(path.clone()).await;
            assert_eq!(call["to"]["phone_number"], **number, "{vendor}: {call}");
            if call["status"] == "ended" {
                calls.push((number, call));
                break;
            }
            assert!(begun.elapsed() < SETTLING, "{vendor}: not ended within {SETTLING:?}: {call}");
            sleep(POLL_INTERVAL).await;
        }
    }
    let ledger =
        site.harness.vendors.control(Method::GET, &format!("/{vendor}/dials"), None).await.expect(200);
    let mut dials: BTreeMap<String, usize> = BTreeMap::new();
    for dial in ledger["dials"].as_array().expect("the dials") {
        *dials.entry(text(&dial["number"])).or_default() += 1;
    }
    let theirs =
        site.harness.vendors.control(Method::GET, &format!("/{vendor}/calls"), None).await.expect(200);
    let numbers: BTreeMap<_, _> = theirs.as_array().expect("the calls").iter().map(of_number).collect();
    for (number, call) in &calls {
        let count = dials.remove(*number).unwrap_or_default();
        assert!(count <= 1, "{vendor}: {count} dials to {number}: {call}");
        let is_indeterminate =
            call["ended_reason"] == "indeterminate" || call["ended_reason"] == "not_placed";
        assert!(count == 1 || is_indeterminate, "{vendor}: nobody dialled {number}: {call}");
        if let Some(bound) = call["remote_id"].as_str().and_then(|id| numbers.get(id)) {
            assert_eq!(bound, *number, "{vendor}: another call is bound: {call}");
        }
    }
    assert!(dials.is_empty(), "{vendor}: dialled without a request: {dials:?}");
    let lost = calls.iter().filter(|(_, call)| call["ended_reason"] == "indeterminate").count();
    eprintln!("{vendor}: {} calls, {lost} of them with an indeterminate end", calls.len());
}

fn of_number(call: &Value) -> (String, String) {
    (text(&call["id"]), text(&call["number"]))
}
