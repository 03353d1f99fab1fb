//! Dials whose calls are found without an id in the answer, although the vendor has other calls to the same numbers.

use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{DIAL, Dial, Dialled, UNLIMITED, check, dial_body, hasty};
use crate::{
    caller::CallerRequest,
    harness::Config,
    scale::Scale,
    site::{Site, eventually, text},
};

/// The number of dials in progress at the same time.
const CONCURRENT: usize = 8;
/// The ages of the console calls to some of the numbers, in milliseconds: an hour and a minute.
const AGES: [u32; 2] = [3_600_000, 60_000];

/// Finds calls at QCall after dials without an id in the answer. The vendor lists each call 20 s late, with a time in
/// an unknown zone. At full length, the trial places 200 calls, with console calls to 50 of the numbers.
pub async fn by_list(scale: Scale) {
    let options = json!({ "calls": {
        "dial_answers_id": false, "list_lag_ms": 20_000, "created_at": "local_without_offset",
    } });
    find(Vendor::QCALL, scale.choose((12, 6), (200, 50)), &options).await;
}

/// Finds calls at Autocalls after dials whose answers were lost. The vendor does not return the marker, and its times
/// are in an unknown zone. At full length, the trial places 100 calls, with console calls to 25 of the numbers.
pub async fn by_number(scale: Scale) {
    let options = json!({ "calls": { "echo_variables": false, "times": "plain" } });
    find(Vendor::AUTOCALLS_2026, scale.choose((12, 6), (100, 25)), &options).await;
}

/// Places a call to each of `count` numbers, after users of the vendor's console have called the first `shared` of
/// them. Checks that each call gets the id of its own call at the vendor.
async fn find(vendor: Vendor, (count, shared): (usize, usize), options: &Value) {
    let tables = "[writes]\nwait_s = 10\npoll_s = 0\n\
                  [calls]\nprefixes = [\"+1555\"]\nper_number_per_day = 3\nfollow_s = 1\nsweep_s = 2\nlost_after_s = 300\n";
    let vendors = format!("breaker_failures = 1000\n{UNLIMITED}");
    let config = Config { vendors, tables: tables.into(), ..hasty(String::new()) };
    let site = Site::start(config).await;
    site.harness.set_options(vendor, options).await;
    let body = dial_body(&site, vendor).await;
    let mut random = fastrand::Rng::with_seed(1);
    let numbers: Vec<_> = (0..count).map(|place| format!("+1555{:05}01", 30_000 + place)).collect();
    let agent = site.caller().read(format!("/v1/agents/{}", text(&body["agent_id"]))).await;
    let mut planted = Vec::new();
    for number in &numbers[..shared] {
        for age in AGES {
            let call =
                json!({ "agent_id": agent["placement"]["remote_id"], "number": number, "age_ms": age });
            let path = format!("/{vendor}/calls");
            let made = site.harness.vendors.control(Method::POST, &path, Some(&call)).await.expect(201);
            planted.push(text(&made["id"]));
        }
    }
    if vendor != Vendor::QCALL {
        // The vendor always returns an id, so the gateway lists no calls before a dial. It recognizes the console calls
        // only because an earlier look listed them. The first two looks may begin before the last console call.
        site.harness.forget_requests().await;
        eventually("the gateway has looked at the console calls", async || {
            let requests = site.harness.seen(vendor).await;
            let looks = requests.iter().filter(|request| request.operation == "listCalls").count();
            (looks >= 3).then_some(())
        })
        .await;
        let lost = json!({ "kind": "reset", "when": "after" });
        site.harness.order(vendor, DIAL, u32::try_from(count).unwrap(), &lost).await;
    }
    let caller = site.caller();
    let dials: Vec<_> = numbers.iter().map(|number| Dial::to(number, &body, &mut random)).collect();
    let placed = stream::iter(dials).map(|dial| async {
        let answer = caller.send_until_answered(&dial.ask).await;
        dial.answered(answer)
    });
    let dialled: Vec<Dialled> = placed.buffer_unordered(CONCURRENT).collect().await;
    let theirs = check::numbers(&site, vendor).await;
    for Dialled { number, answer, .. } in &dialled {
        let path = format!("/v1/calls/{}", text(&answer.body["id"]));
        let call = eventually("the call is found", async || {
            let call = caller.send_until_answered(&CallerRequest::get(path.clone())).await.expect(200);
            call["remote_id"].is_string().then_some(call)
        })
        .await;
        let remote_id = text(&call["remote_id"]);
        assert_eq!(theirs.get(&remote_id), Some(number), "{vendor}: another call is bound: {call}");
        assert!(!planted.contains(&remote_id), "{vendor}: a console call is bound: {call}");
        assert_eq!(call["match"], "inferred", "{vendor}: {call}");
    }
    eprintln!(
        "{vendor}: {} calls found without an id, beside {} console calls",
        dialled.len(),
        planted.len()
    );
}
