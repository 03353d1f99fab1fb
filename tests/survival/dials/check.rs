//! The check of the calls that were placed at a vendor.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::Value;
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use super::{Dialled, totals};
use crate::{
    caller::POLL_INTERVAL,
    site::{Site, text},
};

/// The longest time until every call has reached its end.
const SETTLING: Duration = Duration::from_secs(90);

/// Checks the ledger of the vendor, and that every acknowledged call is readable and ends.
pub async fn holds(site: &Site, vendor: Vendor, dialled: &[Dialled]) {
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
    let mut dials = dials(site, vendor).await;
    let numbers = numbers(site, vendor).await;
    let mut most = 0;
    for (number, call) in &calls {
        let count = dials.remove(*number).unwrap_or_default();
        most = most.max(count);
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
    totals::note_checked(calls.len(), most, lost);
    eprintln!("{vendor}: {} calls, {lost} of them with an indeterminate end", calls.len());
}

/// Returns the number of dials to each phone number, by the ledger of the vendor.
async fn dials(site: &Site, vendor: Vendor) -> BTreeMap<String, usize> {
    let ledger =
        site.harness.vendors.control(Method::GET, &format!("/{vendor}/dials"), None).await.expect(200);
    let mut dials = BTreeMap::new();
    for dial in ledger["dials"].as_array().expect("the dials") {
        *dials.entry(text(&dial["number"])).or_default() += 1;
    }
    dials
}

/// Returns the phone numbers of the vendor's calls, by the vendor's id.
pub async fn numbers(site: &Site, vendor: Vendor) -> BTreeMap<String, String> {
    let calls =
        site.harness.vendors.control(Method::GET, &format!("/{vendor}/calls"), None).await.expect(200);
    let of_number = |call: &Value| (text(&call["id"]), text(&call["number"]));
    calls.as_array().expect("the calls").iter().map(of_number).collect()
}
