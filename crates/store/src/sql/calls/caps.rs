//! SQL for the caps on dials.
//!
//! A commit that adds a call within caps first locks one row of `meta`, and counts afterwards. Each statement on
//! PostgreSQL sees what was committed before it began, so the count includes every call that an earlier holder of the
//! lock added. On SQLite, the only writer needs no lock. All vendors share the row, because the cap per number counts
//! the calls of all vendors.

use std::time::Duration;

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, values};
use crate::{CallCap, CallCaps, CallRow, CapUsage};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Locks the row until the end of the commit.
pub(super) fn lock(dialect: Dialect) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO meta (name, value) VALUES ('call_caps', ?) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values![b"".as_slice()],
    )
}

/// Writes the locked row if one more call is within the caps.
pub(super) fn room(dialect: Dialect, call: &CallRow, caps: &CallCaps) -> Statement {
    let room = Statement::new(dialect, "UPDATE meta SET value = value WHERE name = 'call_caps'", []);
    let counts = counts(&call.vendor, call.peer.as_deref(), caps);
    counts.into_iter().fold(room, |room, count| {
        count.select(room.then(" AND (SELECT COUNT(*)", [])).then(") < ?", values![count.limit])
    })
}

/// Returns a statement for each cap. The statement selects the number of calls that count, and the time in microseconds
/// until fewer than `limit` calls count: the time until the oldest of the newest `limit` calls no longer counts.
pub(crate) fn usage(
    dialect: Dialect,
    vendor: &str,
    peer: Option<&[u8]>,
    caps: &CallCaps,
) -> Vec<(CallCap, u32, Statement)> {
    let usage = |count: Count<'_>| {
        let select = Statement::new(dialect, "SELECT (SELECT COUNT(*)", []);
        let select = count.select(select).then(") AS calls, ", []);
        let select = match count.window {
            Some(window) => count
                .select(select.then("(SELECT created_at + ? - @now", values![window]))
                .then(" ORDER BY created_at DESC LIMIT 1 OFFSET ?)", values![count.limit.saturating_sub(1)]),
            None => select.then("NULL", []),
        };
        let select = match dialect {
            Dialect::Sqlite => select,
            // Without the cast, the server treats `NULL` as a string.
            Dialect::Postgres => select.then("::bigint", []),
        };
        (count.cap, count.limit, select.then(" AS wait", []))
    };
    counts(vendor, peer, caps).into_iter().map(usage).collect()
}

pub(crate) fn read_usage(cap: CallCap, limit: u32, columns: &impl Columns) -> Result<CapUsage> {
    let calls = columns.count("calls", "a count of calls")?;
    let wait = columns.maybe_whole("wait")?.map(|wait| Duration::from_micros(wait.try_into().unwrap_or(0)));
    let wait = match calls < limit.into() {
        true => Some(Duration::ZERO),
        false => wait.filter(|_| limit > 0),
    };
    Ok(CapUsage { cap, limit, calls, wait })
}

/// The selection of the calls that count against one cap.
struct Count<'c> {
    cap: CallCap,
    limit: u32,
    /// The time during which a call counts. `None` if it counts until it ends.
    window: Option<Duration>,
    by: By<'c>,
}

enum By<'c> {
    Vendor(&'c str),
    Peer(&'c [u8]),
}

impl Count<'_> {
    /// Appends the source and the conditions of the selection.
    fn select(&self, statement: Statement) -> Statement {
        let select = statement.then(" FROM calls WHERE counted", []);
        let select = match self.by {
            By::Vendor(vendor) => select.then(" AND vendor = ?", values![vendor]),
            By::Peer(peer) => select.then(" AND peer = ?", values![peer]),
        };
        match self.window {
            Some(window) => select.then(" AND created_at > @now - ?", values![window]),
            // The first condition makes SQLite use the index of the calls that are not over.
            None => select.then(" AND progress <> 'over' AND progress <> 'settling'", []),
        }
    }
}

fn counts<'c>(vendor: &'c str, peer: Option<&'c [u8]>, caps: &CallCaps) -> Vec<Count<'c>> {
    let CallCaps { max_live, per_minute, per_day, per_number_per_day } = *caps;
    let at_vendor = |cap, limit, window| Count { cap, limit, window, by: By::Vendor(vendor) };
    let mut counts = vec![
        at_vendor(CallCap::MaxLive, max_live, None),
        at_vendor(CallCap::PerMinute, per_minute, Some(MINUTE)),
        at_vendor(CallCap::PerDay, per_day, Some(DAY)),
    ];
    counts.extend(peer.map(|peer| Count {
        cap: CallCap::PerNumberPerDay,
        limit: per_number_per_day,
        window: Some(DAY),
        by: By::Peer(peer),
    }));
    counts
}
