//! The times of the looks at a call.

use std::time::Duration;

/// The time from storing the outcome of a dial, or from the recovery of an interrupted dial, to the first look at the
/// call.
pub const FIRST_LOOK: Duration = Duration::from_secs(2);

/// The pause between two looks at a call that was given up, and the pause before the next look if the vendor's adapter
/// does not support calls.
pub const LONG_PAUSE: Duration = Duration::from_secs(600);

/// The time for which the gateway still recognizes a call that it has given up.
pub const RECOGNIZED_FOR: Duration = Duration::from_secs(24 * 3600);

/// The assumed maximum duration of a call, if neither the dial nor the agent sets one.
pub const DEFAULT_MAX_DURATION: Duration = Duration::from_secs(24 * 3600);

/// The margin that is added to the maximum duration of a call. A live call that the vendor no longer has is given up
/// only after this total time.
pub const DURATION_MARGIN: Duration = Duration::from_secs(600);

/// The age from which a live call is looked at less often.
pub const LONG_CALL: Duration = Duration::from_secs(30 * 60);

/// The shortest pause between two looks at a long call.
const LONG_CALL_PAUSE: Duration = Duration::from_secs(30);

/// The times of the looks at a call that has ended, counted from the look that found the end: 5 s, 30 s, 2 min, 10 min
/// and 1 h.
const SETTLING: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
    Duration::from_secs(3600),
];

/// Returns the pause before the next look at a live call of this age. `follow` is the configured interval.
pub fn live_pause(age: Duration, follow: Duration) -> Duration {
    if age < LONG_CALL { follow } else { follow.max(LONG_CALL_PAUSE) }
}

/// Returns the pause before the next look at a call that has ended. `looks` is the number of looks since the end.
/// Returns `None` after the last look.
pub fn settling_pause(looks: u32) -> Option<Duration> {
    let next = usize::try_from(looks).ok()?;
    let previous = next.checked_sub(1).and_then(|last| SETTLING.get(last)).copied().unwrap_or_default();
    SETTLING.get(next).map(|at| at.saturating_sub(previous))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_looks_after_the_end_follow_the_schedule() {
        let pauses: Vec<_> = (0..).map_while(settling_pause).map(|pause| pause.as_secs()).collect();
        assert_eq!(pauses, [5, 25, 90, 480, 3000]);
        assert_eq!(pauses.iter().sum::<u64>(), 3600);
    }

    #[test]
    fn a_long_call_is_looked_at_every_30_seconds() {
        let follow = Duration::from_secs(5);
        assert_eq!(live_pause(Duration::from_secs(1799), follow), follow);
        assert_eq!(live_pause(LONG_CALL, follow), Duration::from_secs(30));
        assert_eq!(live_pause(LONG_CALL, Duration::from_secs(60)), Duration::from_secs(60));
    }
}
