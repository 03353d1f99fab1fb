//! Calls: the request to dial, the fold of observations, and the search for the vendor's call.

mod cost;
mod dial;
mod fold;
mod given_up;
mod matching;
mod overrides;
mod transcript;

use jiff::Timestamp;

/// Returns the time that is this many seconds after the beginning of the tests' calls.
fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}
