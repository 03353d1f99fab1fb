//! The lists of calls.

use serde::{Deserialize, Serialize};

use super::{CallState, Calls, SimulatedCall};

/// The order of a list of calls: by the time at which they were placed, or by the time of their last change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    #[default]
    Newest,
    Oldest,
    /// The calls that changed last come first.
    Updated,
}

impl Calls {
    /// Returns the calls that were placed at least `lag_ms` milliseconds ago.
    pub(crate) fn listed(&self, lag_ms: u64, order: Order) -> Vec<(&SimulatedCall, CallState)> {
        let latest = self.now().saturating_sub(i64::try_from(lag_ms).unwrap_or(i64::MAX));
        let mut calls: Vec<_> = self.iter().filter(|(call, _)| call.placed_at <= latest).collect();
        // The sort is stable, so calls of the same millisecond stay in the order of their creation.
        calls.sort_by_key(|(call, state)| match order {
            Order::Newest | Order::Oldest => call.placed_at,
            Order::Updated => call.placed_at.max(state.changed_at),
        });
        if order != Order::Oldest {
            calls.reverse();
        }
        calls
    }
}

/// Returns the page of at most `size` rows that follows the first `start` rows, and the total number of rows.
pub(crate) fn page<T>(rows: impl IntoIterator<Item = T>, start: usize, size: usize) -> (Vec<T>, usize) {
    let mut total = 0;
    let mut page = Vec::new();
    for row in rows {
        if total >= start && page.len() < size {
            page.push(row);
        }
        total += 1;
    }
    (page, total)
}

/// Returns true for a phone number in E.164 format: a plus sign and 7 to 15 digits, the first of which is not 0.
pub(crate) fn is_e164(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else { return false };
    (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}
