//! Many live calls at one vendor: the requests of a look, and the time until an end is seen.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use super::{UNLIMITED, dial_body, hasty};
use crate::{
    caller::{CallerRequest, POLL_INTERVAL},
    harness::Config,
    scale::Scale,
    site::{Site, eventually, text},
};

/// The interval between two looks.
const FOLLOW: Duration = Duration::from_secs(5);
/// The number of intervals for which the requests are counted.
const COUNTED: u32 = 4;
/// The maximum number of requests for lists in each interval, unless more pages are needed.
const MOST_LISTS: usize = 12;
/// The maximum number of other requests in each interval.
const MOST_OTHERS: usize = 28;
/// The operations that list calls.
const LISTS: [&str; 3] = ["listCalls", "listConversations", "listSessions"];
/// The number of calls that end while the others go on.
const ENDED: usize = 20;

/// Follows live calls of one vendor, 1,000 of them at full length.
pub async fn many_at(vendor: Vendor, scale: Scale) {
    let count: usize = scale.choose(50, 1_000);
    let tables = format!(
        "[writes]\npoll_s = 0\n[calls]\nprefixes = [\"+1555\"]\nfollow_s = {0}\nsweep_s = {0}\n",
        FOLLOW.as_secs()
    );
    let config = Config { vendors: UNLIMITED.into(), tables, ..hasty(String::new()) };
    let site = Site::start(config).await;
    let body = dial_body(&site, vendor).await;
    let caller = site.caller();
    let agent = caller.read(format!("/v1/agents/{}", text(&body["agent_id"]))).await;
    // Calls without a time are stored only if the first look did not list them. The second look begins after the first
    // has ended.
    eventually("the gateway has looked at the vendor", async || {
        let requests = site.harness.seen(vendor).await;
        let looks = requests.iter().filter(|request| LISTS.contains(&request.operation.as_str())).count();
        (looks >= 2).then_some(())
    })
    .await;
    let control = &site.harness.vendors;
    let mut ids = Vec::new();
    for place in 0..count {
        let number = format!("+1555{:05}07", 40_000 + place);
        let call = json!({ "agent_id": agent["placement"]["remote_id"], "number": number });
        let made = control.control(Method::POST, &format!("/{vendor}/calls"), Some(&call)).await.expect(201);
        ids.push(text(&made["id"]));
    }
    let live = "/v1/calls?status=in_progress";
    eventually("all calls are followed", async || (caller.list(live).await.len() == count).then_some(()))
        .await;
    // The first looks also read the details that the rows of lists omit.
    sleep(FOLLOW * 2).await;
    site.harness.forget_requests().await;
    sleep(FOLLOW * COUNTED).await;
    let mut requests: BTreeMap<String, usize> = BTreeMap::new();
    for request in site.harness.seen(vendor).await {
        *requests.entry(request.operation).or_default() += 1;
    }
    let is_list = |operation: &str| LISTS.contains(&operation);
    let sum = |lists: bool| -> usize {
        requests.iter().filter(|(operation, _)| is_list(operation) == lists).map(|(_, count)| count).sum()
    };
    // A look that began before the first counted interval may send some of its requests in that interval.
    let looks = COUNTED as usize + 1;
    let pages = count.div_ceil(page_size(vendor)) + 1;
    let (lists, others) = (sum(true), sum(false));
    assert!(lists <= MOST_LISTS.max(pages) * looks, "{vendor}: {requests:?}");
    assert!(others <= MOST_OTHERS * looks, "{vendor}: {requests:?}");
    for id in &ids[..ENDED] {
        control
            .control(Method::POST, &format!("/{vendor}/calls/{id}/end"), Some(&json!({})))
            .await
            .expect(204);
    }
    let begun = Instant::now();
    loop {
        let page = caller.send_until_answered(&CallerRequest::get("/v1/calls?status=ended&limit=200")).await;
        if page.expect(200)["data"].as_array().map_or(0, Vec::len) == ENDED {
            break;
        }
        assert!(begun.elapsed() <= FOLLOW * 3, "{vendor}: the ends are not seen within {:?}", FOLLOW * 3);
        sleep(POLL_INTERVAL).await;
    }
    eprintln!(
        "{vendor}: {count} live calls, in {COUNTED} intervals of {FOLLOW:?} {lists} requests for lists and {others} others; {ENDED} ends \
         seen after {:?}: {requests:?}",
        begun.elapsed()
    );
}

/// Returns the number of calls that one request of a list returns.
fn page_size(vendor: Vendor) -> usize {
    match vendor {
        Vendor::OPENCX => 20,
        Vendor::VAPI => 49,
        Vendor::RETELL => 200,
        Vendor::BLAND => 1_000,
        _ => 100,
    }
}
