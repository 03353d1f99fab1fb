//! A process that is stopped after it has marked dials as sent and before it sends them. When it continues, another
//! process has taken the calls over.

use std::time::Duration;

use fastrand::Rng;
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{DIAL, Dial, UNLIMITED, check, dial_body, hasty, totals};
use crate::{
    caller::CallerRequest,
    harness::Config,
    scale::Scale,
    site::{Site, eventually},
};

const VENDOR: Vendor = Vendor::BLAND;
/// The number of dials in each round.
const DIALS: usize = 20;
/// The number of requests that are sent to the vendor concurrently. The other dials wait in the gateway, marked as
/// sent.
const CONCURRENT: usize = 2;

/// Stops the first of two processes while its dials wait for their turn, lets the second one place the same calls, and
/// then lets the first one continue. At full length, there are 5 rounds of 20 dials.
pub async fn before_the_dial(scale: Scale, url: String) {
    let vendors =
        format!("timeout_s = 3\nattempt_timeout_s = 3\nlate_s = 3\nconcurrency = {CONCURRENT}\n{UNLIMITED}");
    let site = Site::pair(Config { vendors, ..hasty(url) }).await;
    let body = dial_body(&site, VENDOR).await;
    let mut random = Rng::with_seed(scale.seed);
    let mut dialled = Vec::new();
    for round in 0..scale.choose(1, 5) {
        let number = |place: usize| format!("+1555{:05}01", 20_000 + round * DIALS + place);
        let dials: Vec<_> = (0..DIALS).map(|place| Dial::to(&number(place), &body, &mut random)).collect();
        let (first, second) = (site.caller_of(0), site.caller_of(1));
        // The requests of the round before have opened the circuit of the first process. A call closes it.
        let before = Dial::to(&format!("+1555{:05}01", 29_000 + round), &body, &mut random);
        let answer = first.send_until_answered(&before.ask).await;
        dialled.push(before.answered(answer));
        let hold = json!({ "kind": "hold", "ms": 60_000, "when": "before" });
        site.harness.order(VENDOR, DIAL, u32::try_from(CONCURRENT).unwrap(), &hold).await;
        let asked: FuturesUnordered<_> = dials.iter().map(|dial| first.ask(&dial.ask)).collect();
        let asked = asked.collect::<Vec<_>>();
        let taken_over = async {
            eventually("the vendor holds dials", async || {
                (site.harness.held().await == CONCURRENT).then_some(())
            })
            .await;
            tokio::time::sleep(Duration::from_millis(random.u64(0..200))).await;
            site.harness.gateway.signal("STOP");
            // The hold of the stopped process runs out.
            eventually("the calls are taken over", async || {
                let placing = second.list("/v1/calls?status=placing").await;
                placing.is_empty().then_some(())
            })
            .await;
            site.harness.clear_faults().await;
            site.harness.release_held().await;
            let mut answers = Vec::new();
            for dial in &dials {
                answers.push(second.send_until_answered(&dial.ask).await);
            }
            site.harness.gateway.signal("CONT");
            answers
        };
        let (_, answers) = tokio::join!(asked, taken_over);
        first.send_until_answered(&CallerRequest::get("/v1/calls?limit=1")).await.expect(200);
        dialled.extend(dials.into_iter().zip(answers).map(|(dial, answer)| dial.answered(answer)));
    }
    totals::note_stopped(dialled.len());
    check::holds(&site, VENDOR, &dialled).await;
}
