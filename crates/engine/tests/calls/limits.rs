//! The limits on calls are exact.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_core::error::Kind;
use tokio::time::sleep;

use crate::{
    process::{Process, Site, WAIT, body},
    server::Treatment,
};

fn to(agent: &str, number: usize) -> Value {
    let mut body = body(agent);
    body["to"]["phone_number"] = json!(format!("+1555010{number:04}"));
    body
}

/// Places this number of calls concurrently, each to another number. Returns the number of placed calls.
async fn place_at_once(process: &Process, agent: &str, calls: usize) -> usize {
    let requests: Vec<_> = (0..calls)
        .map(|number| {
            let (process, body) = (process.clone(), to(agent, number));
            tokio::spawn(async move { process.place(&body, &format!("key-{number}"), WAIT).await })
        })
        .collect();
    let mut placed = 0;
    for request in requests {
        match request.await.unwrap() {
            Ok(_) => placed += 1,
            Err(error) => assert_eq!(error.kind, Kind::CallLimitReached, "{error:?}"),
        }
    }
    placed
}

#[tokio::test(flavor = "multi_thread")]
async fn each_limit_of_a_vendor_is_exact() {
    for (limit, has_wait) in [("max_live", false), ("per_minute", true), ("per_day", true)] {
        let site = Site::start().await;
        let settings = format!(
            "[calls]\nprefixes = [\"+1555\"]\nmax_live = 1000\nper_minute = 1000\nper_day = 1000\n{limit} = 5\n"
        );
        // TOML refuses a repeated key, so the line that sets this limit to 1000 is removed.
        let settings = settings.replacen(&format!("{limit} = 1000\n"), "", 1);
        let process = site.process(&settings).await;
        let agent = process.agent(json!({})).await;
        assert_eq!(place_at_once(&process, &agent, 64).await, 5, "{limit}");
        assert_eq!(site.asked(), 5, "{limit}");
        let refused = process.place(&to(&agent, 99), "key-99", WAIT).await.unwrap_err();
        assert!(refused.detail.contains(limit), "{refused}");
        assert_eq!(refused.retry_after.is_some(), has_wait, "{refused:?}");
    }
}

#[tokio::test]
async fn the_limits_of_a_vendor_replace_the_general_ones() {
    let site = Site::start().await;
    let process = site.limited("max_live = 1\n", "[calls]\nprefixes = [\"+1555\"]\nmax_live = 0\n").await;
    let agent = process.agent(json!({})).await;
    assert_eq!(place_at_once(&process, &agent, 8).await, 1);
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_number_is_called_only_so_often() {
    let site = Site::start().await;
    let process = site.process("[calls]\nprefixes = [\"+1555\"]\nper_number_per_day = 2\n").await;
    let agent = process.agent(json!({})).await;
    for key in ["key-1", "key-2"] {
        process.call(&agent, key).await.unwrap();
    }
    let refused = process.call(&agent, "key-3").await.unwrap_err();
    assert_eq!(refused.kind, Kind::CallLimitReached);
    assert!(refused.detail.contains("per_number_per_day"), "{refused}");
    process.place(&to(&agent, 7), "key-4", WAIT).await.unwrap();
    assert_eq!(site.asked(), 3);
}

#[tokio::test]
async fn a_dial_that_was_not_made_gives_its_place_back() {
    let site = Site::start().await;
    let process = site.process("[calls]\nprefixes = [\"+1555\"]\nper_day = 3\n").await;
    let agent = process.agent(json!({})).await;
    let faults = [
        Treatment::Answer(422, "", "{}"),
        Treatment::Answer(429, "", "{}"),
        Treatment::Answer(401, "", "{}"),
    ];
    site.vendor.treat(faults);
    for number in 0..3 {
        process.place(&to(&agent, number), &format!("fault-{number}"), WAIT).await.unwrap_err();
    }
    for number in 0..3 {
        process.place(&to(&agent, number), &format!("key-{number}"), WAIT).await.unwrap();
    }
    let refused = process.place(&to(&agent, 4), "key-4", WAIT).await.unwrap_err();
    assert_eq!(refused.kind, Kind::CallLimitReached);
    assert_eq!(site.dials(), 3);
}

#[tokio::test]
async fn a_dial_that_is_prepared_again_takes_one_place() {
    let site = Site::with("toy-blind").await;
    let settings = "max_in_progress = 1\n[calls]\nprefixes = [\"+1555\"]\ndial_gap_s = 1\n";
    let process = site.process(settings).await;
    let agent = process.agent(json!({})).await;
    process.call(&agent, "key-1").await.unwrap();
    // After the gap, the second dial releases the number and is prepared again.
    loop {
        match process.call(&agent, "key-2").await {
            Err(refused) if refused.kind == Kind::CallInProgress => sleep(Duration::from_millis(20)).await,
            result => break drop(result.unwrap()),
        }
    }
    assert_eq!(site.dials(), 2);
}
