//! Agents move between vendors while everything goes wrong: each of them is live at exactly one vendor at any time, and who
//! comes back is as it was.

mod agents;
mod arrival;
mod fault_injection;
mod load;
mod ordered;
mod prober;
mod registry;
mod round_trips;
mod writers;

use switchboard_sandbox::Vendor;

use crate::{scale::Scale, site::Site};
use agents::at_home;
use round_trips::RoundTrips;

pub use ordered::orders;

/// Editing the route moves all agents there, and editing it again moves them back. They leave nothing behind.
pub async fn there_and_back(scale: Scale) {
    let site = Site::start(at_home(&by_itself("delete"), String::new())).await;
    let ways = RoundTrips {
        agents: scale.choose(60, 300),
        to: Vendor::AUTOCALLS_2026,
        keeps: false,
        rounds: scale.choose(1, 2),
        kills: scale.choose(8, 30),
        longest_ms: 1500,
    };
    ways.run(site, scale).await;
}

/// The same where vendors keep what agents leave, which is what they come back to.
pub async fn kept_aside(scale: Scale) {
    let site = Site::start(at_home(&by_itself("keep"), String::new())).await;
    let ways = RoundTrips {
        agents: 40,
        to: Vendor::AUTOCALLS_2025,
        keeps: true,
        rounds: scale.choose(2, 4),
        kills: scale.choose(5, 20),
        longest_ms: 800,
    };
    ways.run(site, scale).await;
}

/// The same at two gateways, of which one dies again and again. What it held is taken up only when its lease is over.
pub async fn over_two_replicas(scale: Scale, url: String) {
    let site = Site::pair(at_home(&by_itself("delete"), url)).await;
    let ways = RoundTrips {
        agents: 40,
        to: Vendor::AUTOCALLS_2026,
        keeps: false,
        rounds: scale.choose(1, 2),
        kills: scale.choose(4, 15),
        longest_ms: 2000,
    };
    ways.run(site, scale).await;
}

/// Routes whose change moves agents, whatever they lose.
fn by_itself(retire: &str) -> String {
    format!("on_change = \"migrate\"\naccept_loss = [\"\"]\nretire = \"{retire}\"")
}
