//! Moves of agents between vendors under every kind of fault. Each agent is live at exactly one vendor at any
//! time, and returns unchanged.

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

/// Moves all agents by editing the route, and back by editing it again. No records are left at the vendor
/// that they leave.
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

/// Moves agents to a vendor and back while vendors keep standbys, to which the agents return.
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

/// Moves agents with two gateways. One of them is killed repeatedly, and its holds are taken over only after
/// they have expired.
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

/// Returns routing settings with which a changed route moves agents, whatever fields they lose.
fn by_itself(retire: &str) -> String {
    format!("on_change = \"migrate\"\naccept_loss = [\"\"]\nretire = \"{retire}\"")
}
