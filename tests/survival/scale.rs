//! How much is tried, and from which seed.

use std::env;

/// The seed that everything random begins with.
const SEED: &str = "SURVIVAL_SEED";
/// Set where there is time for all of it.
const LONG: &str = "SURVIVAL_LONG";

/// How much is tried, and from which seed.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub seed: u64,
    long: bool,
}

impl Scale {
    /// As the environment says; small, and always from the same seed, where it does not.
    pub fn from_environment() -> Self {
        let seed = env::var(SEED).ok();
        let seed =
            seed.map(|seed| seed.parse().unwrap_or_else(|_| panic!("{SEED} is a number, not {seed:?}")));
        Self { seed: seed.unwrap_or(1), long: env::var_os(LONG).is_some() }
    }

    /// How many in a run that everybody waits for, and in one with time.
    pub fn choose<T>(self, short: T, long: T) -> T {
        if self.long { long } else { short }
    }

    /// How to run one trial again as it was.
    pub fn again(self, trial: &str) -> String {
        let long = if self.long { format!(" {LONG}=1") } else { String::new() };
        format!(
            "{SEED}={}{long} .ci/with-postgres cargo test -p switchboard-e2e --test survival -- --exact {trial}",
            self.seed
        )
    }
}
