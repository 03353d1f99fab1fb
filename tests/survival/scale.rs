//! The scale of the trials, and their seed.

use std::env;

/// The environment variable with the seed of all randomness.
const SEED: &str = "SURVIVAL_SEED";
/// The environment variable that selects the full scale if it is set.
const LONG: &str = "SURVIVAL_LONG";

/// The scale of the trials, and their seed.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub seed: u64,
    long: bool,
}

impl Scale {
    /// Reads the scale and the seed from the environment. By default, the scale is small and the seed is
    /// fixed.
    pub fn from_environment() -> Self {
        let seed = env::var(SEED).ok();
        let seed =
            seed.map(|seed| seed.parse().unwrap_or_else(|_| panic!("{SEED} is a number, not {seed:?}")));
        Self { seed: seed.unwrap_or(1), long: env::var_os(LONG).is_some() }
    }

    /// Returns the value for a short run or the value for a long run.
    pub fn choose<T>(self, short: T, long: T) -> T {
        if self.long { long } else { short }
    }

    /// Returns the command that repeats one trial exactly.
    pub fn again(self, trial: &str) -> String {
        let long = if self.long { format!(" {LONG}=1") } else { String::new() };
        format!(
            "{SEED}={}{long} .ci/with-postgres cargo test -p switchboard-e2e --test survival -- --exact {trial}",
            self.seed
        )
    }
}
