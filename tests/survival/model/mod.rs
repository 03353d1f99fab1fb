//! Random writes, faults and kills, checked against a small model of the API's guarantees.
//!
//! Acknowledged state is never lost or reverted, no agent exists twice at a vendor, and revisions only grow.
//! After the vendor has recovered, every write either reaches it or is reported as needing an operator.

mod action;
mod agent;
mod play;

use std::time::Duration;

use proptest::{
    collection::vec,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};
use switchboard_sandbox::Vendor;
use tokio::{runtime::Handle, task::spawn_blocking};

use self::play::Tally;
use crate::scale::Scale;

/// The maximum number of steps in one story.
const STEPS: usize = 12;
/// The longest time that is spent on shortening a failing story.
const SHRINKING: Duration = Duration::from_secs(120);

/// Plays random stories.
pub async fn holds(vendor: Vendor, scale: Scale) {
    // The seed differs by vendor, so that each vendor has different stories.
    let number = Vendor::ALL.iter().take_while(|other| **other != vendor).count() as u64;
    let config = Config {
        cases: scale.choose(8, 150),
        rng_seed: RngSeed::Fixed(scale.seed.wrapping_add(number)),
        failure_persistence: None,
        max_shrink_iters: 100,
        max_shrink_time: u32::try_from(SHRINKING.as_millis()).unwrap_or(u32::MAX),
        ..Config::default()
    };
    let stories = move || {
        let tally = Tally::default();
        let played = TestRunner::new(config).run(&vec(action::step(), 3..=STEPS), |steps| {
            Handle::current().block_on(play::play(vendor, &steps, &tally)).map_err(TestCaseError::fail)
        });
        eprintln!("{vendor}: {tally:?}");
        played
    };
    if let Err(failure) = spawn_blocking(stories).await.unwrap() {
        panic!("{vendor}: {failure}");
    }
}
