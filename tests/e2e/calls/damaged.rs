//! Damaged calls in the store.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{ENDLESS, site};
use crate::{harness::Answer, statuses::broken::execute};

/// Another number whose simulated call lasts until a request ends it.
const OTHER_ENDLESS: &str = "+14155550207";

#[tokio::test]
async fn a_damaged_call_stops_neither_the_looks_nor_the_list() {
    let mut harness = site().await;
    let agent = harness.caller(Vendor::BLAND).await;
    let (damaged, whole) = (harness.call(&agent, ENDLESS).await, harness.call(&agent, OTHER_ENDLESS).await);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    for path in [&damaged, &whole] {
        harness.once(path, |call| call["status"] == "in_progress").await;
    }
    harness.gateway.stop();
    execute(&harness, "UPDATE calls SET personal = x'00' WHERE peer = (SELECT min(peer) FROM calls)").await;
    execute(&harness, "UPDATE meta SET value = x'00' WHERE name LIKE 'calls_listed/%'").await;
    harness.restart().await;

    let list = harness.get("/v1/calls").await.expect(200);
    let named = list["unreadable"][0].as_str().unwrap().to_owned();
    let (damaged, whole) = if named == id(&damaged) { (damaged, whole) } else { (whole, damaged) };
    assert_eq!(list["unreadable"], json!([id(&damaged)]));
    let shown: Vec<_> = list["data"].as_array().unwrap().iter().map(|call| call["id"].clone()).collect();
    assert_eq!(shown, [Value::from(id(&whole))]);

    let hang_up = harness.request(Method::POST, &format!("{whole}/hangup"));
    assert_eq!(Answer::to(hang_up).await.status, 202);
    harness.once(&whole, |call| call["status"] == "ended").await;
    let log = harness.gateway.log();
    let logged = |message: &str| log.lines().filter(|line| line.contains(message)).count();
    assert_eq!(logged("failed to read the time of the latest look at a vendor's list"), 1, "{log}");
    assert_eq!(logged("failed to read a stored call"), 1, "{log}");
}
