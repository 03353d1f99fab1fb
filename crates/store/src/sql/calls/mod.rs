//! SQL for calls.

mod caps;
mod claim;
mod leases;
mod list;
mod listed;
mod mutation;
#[cfg(test)]
mod plan_test;
mod store;
mod transcripts;

use std::time::Duration;

use secrecy::SecretString;
use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault::damaged, values};
use crate::{
    CallCount, CallPosition, CallProgress, CallRow, DiallingCall, ExpiredCall, FoundCall, seal::Seal,
};

pub(super) use caps::{read_usage, usage};
pub(super) use mutation::statements;

/// Selects the call with this id.
fn get(dialect: Dialect, id: &str) -> Statement {
    Statement::new(dialect, "SELECT * FROM calls WHERE id = ?", values![id])
}

/// Counts the calls that are not over, by vendor and progress.
fn count(dialect: Dialect) -> Statement {
    let count = "SELECT vendor, progress, COUNT(*) AS calls, COUNT(*) FILTER (WHERE remote_id IS NULL) AS unmatched \
                 FROM calls WHERE progress <> 'over' GROUP BY vendor, progress";
    Statement::new(dialect, count, [])
}

fn read_count(columns: &impl Columns) -> Result<CallCount> {
    let place = "a count of calls";
    let (vendor, progress) = (columns.text("vendor")?, progress(columns, place)?);
    let (calls, unmatched) = (columns.count("calls", place)?, columns.count("unmatched", place)?);
    Ok(CallCount { vendor, progress, calls, unmatched })
}

/// Reads a call of a list.
fn find(columns: &impl Columns, seal: &Seal) -> Result<FoundCall> {
    let position = CallPosition { created_us: columns.whole("created_at")?, id: columns.text("id")? };
    Ok(FoundCall { position, row: read(columns, seal) })
}

/// Selects the call that is dialling a peer at a vendor.
fn dialling(dialect: Dialect, vendor: &str, peer: &[u8]) -> Statement {
    Statement::new(
        dialect,
        "SELECT *, @now - coalesce(sent_at, created_at) AS since, due_at - @now AS due FROM calls \
         WHERE vendor = ? AND peer = ? AND dialling",
        values![vendor, peer],
    )
}

fn read_dialling(columns: &impl Columns, seal: &Seal) -> Result<DiallingCall> {
    let span = |micros: i64| Duration::from_micros(micros.try_into().unwrap_or(0));
    Ok(DiallingCall {
        since: span(columns.whole("since")?),
        due: columns.maybe_whole("due")?.map(span),
        call: read(columns, seal)?,
    })
}

fn read_expired(columns: &impl Columns) -> Result<ExpiredCall> {
    let id = columns.text("id")?;
    let place = place(&id);
    let (version, fence) = (columns.count("version", &place)?, columns.count("fence", &place)?);
    Ok(ExpiredCall { id, version, fence })
}

fn read(columns: &impl Columns, seal: &Seal) -> Result<CallRow> {
    let id = columns.text("id")?;
    let place = place(&id);
    let personal = columns.maybe_bytes("personal")?;
    Ok(CallRow {
        vendor: columns.text("vendor")?,
        agent: columns.maybe_text("agent")?,
        remote_id: columns.maybe_text("remote_id")?,
        progress: progress(columns, &place)?,
        status: columns.text("status")?,
        direction: columns.maybe_text("direction")?,
        origin: columns.text("origin")?,
        external_ref: columns.maybe_text("external_ref")?,
        peer: columns.maybe_bytes("peer")?,
        dialling: columns.flag("dialling")?,
        counted: columns.flag("counted")?,
        version: columns.count("version", &place)?,
        fence: columns.count("fence", &place)?,
        due_at: columns.maybe_time("due_at", &place)?,
        sent_at: columns.maybe_time("sent_at", &place)?,
        document: columns.document()?,
        personal: personal.map(|sealed| seal.open(&place, &sealed)).transpose()?,
        created_at: columns.time("created_at", &place)?,
        updated_at: columns.time("updated_at", &place)?,
        id,
    })
}

fn sealed(call: &CallRow, seal: &Seal) -> Result<Option<Vec<u8>>> {
    let close = |personal: &SecretString| seal.close(&place(&call.id), personal);
    call.personal.as_ref().map(close).transpose()
}

/// Returns the place for which the personal data of a call is sealed.
fn place(id: &str) -> String {
    format!("calls/{id}")
}

fn progress(columns: &impl Columns, place: &str) -> Result<CallProgress> {
    let progress = columns.text("progress")?;
    let known = CallProgress::ALL.into_iter().find(|known| known.as_str() == progress);
    known.ok_or_else(|| damaged("progress", place))
}
