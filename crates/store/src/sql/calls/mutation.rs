//! SQL for mutations of calls.

use std::time::Duration;

use switchboard_core::error::{Error, Kind, Result};

use super::{Dialect, Statement, caps, sealed, transcripts, values};
use crate::{CallMutation, CallProgress, CallRow, seal::Seal};

/// Returns the statements of a mutation, each with a flag. If the flag is true and the statement changes no row, the
/// mutation is refused.
pub(crate) fn statements(
    dialect: Dialect,
    mutation: &CallMutation,
    seal: &Seal,
) -> Result<Vec<(Statement, bool)>> {
    Ok(match mutation {
        CallMutation::Add { call, due, caps } => {
            let room =
                caps.map(|caps| [(caps::lock(dialect), false), (caps::room(dialect, call, &caps), true)]);
            room.into_iter().flatten().chain([(add(dialect, call, *due, seal)?, true)]).collect()
        }
        CallMutation::MarkSent { id, fence, hold } => vec![(mark_sent(dialect, id, *fence, *hold), true)],
        CallMutation::Update { call, due } => vec![(update(dialect, call, *due, seal)?, true)],
        CallMutation::Release { id, fence, due } => vec![(release(dialect, id, *fence, *due), true)],
        CallMutation::Drop { id, version, fence } => {
            vec![(remove(dialect, id, *version, *fence), true), (transcripts::remove(dialect, id), false)]
        }
        CallMutation::PutTranscript { call, transcript, keep } => {
            vec![(transcripts::put(dialect, call, transcript, *keep, seal)?, true)]
        }
        CallMutation::DropTranscript { call } => vec![(transcripts::remove(dialect, call), false)],
    })
}

fn add(dialect: Dialect, call: &CallRow, due: Option<Duration>, seal: &Seal) -> Result<Statement> {
    check_due(call, due)?;
    let add = Statement::new(
        dialect,
        "INSERT INTO calls (id, vendor, agent, remote_id, progress, status, direction, origin, external_ref, peer, \
         dialling, counted, document, personal, version, fence, created_at, updated_at, due_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, @now, @now, ",
        values![
            &call.id,
            &call.vendor,
            &call.agent,
            &call.remote_id,
            call.progress.as_str(),
            &call.status,
            &call.direction,
            &call.origin,
            &call.external_ref,
            call.peer.clone(),
            call.dialling,
            call.counted,
            &call.document,
            sealed(call, seal)?,
        ],
    );
    Ok(due_at(add, due).then(") ON CONFLICT DO NOTHING", []))
}

fn mark_sent(dialect: Dialect, id: &str, fence: u64, hold: Duration) -> Statement {
    Statement::new(
        dialect,
        "UPDATE calls SET progress = 'sent', sent_at = @now, due_at = @now + ?, updated_at = @now, \
         version = version + 1 WHERE id = ? AND fence = ? AND progress = 'intended'",
        values![hold, id, fence],
    )
}

fn update(dialect: Dialect, call: &CallRow, due: Option<Duration>, seal: &Seal) -> Result<Statement> {
    check_due(call, due)?;
    let update = Statement::new(
        dialect,
        "UPDATE calls SET agent = ?, remote_id = ?, progress = ?, status = ?, direction = ?, external_ref = ?, \
         peer = ?, dialling = ?, counted = ?, document = ?, personal = ?, version = version + 1, \
         updated_at = @now, due_at = ",
        values![
            &call.agent,
            &call.remote_id,
            call.progress.as_str(),
            &call.status,
            &call.direction,
            &call.external_ref,
            call.peer.clone(),
            call.dialling,
            call.counted,
            &call.document,
            sealed(call, seal)?,
        ],
    );
    let mut update = due_at(update, due)
        .then(" WHERE id = ? AND version = ? AND fence = ?", values![&call.id, call.version, call.fence]);
    // The statement itself checks for duplicates, because a violation of a unique index would abort the transaction.
    // The reason for the refusal could then not be queried.
    if call.external_ref.is_some() {
        update = update.then(
            " AND NOT EXISTS (SELECT 1 FROM calls AS other WHERE other.external_ref = ? AND other.id <> ?)",
            values![&call.external_ref, &call.id],
        );
    }
    if call.remote_id.is_some() {
        update = update.then(
            " AND NOT EXISTS (SELECT 1 FROM calls AS other \
             WHERE other.vendor = calls.vendor AND other.remote_id = ? AND other.id <> ?)",
            values![&call.remote_id, &call.id],
        );
    }
    if call.dialling && call.peer.is_some() {
        update = update.then(
            " AND NOT EXISTS (SELECT 1 FROM calls AS other \
             WHERE other.vendor = calls.vendor AND other.peer = ? AND other.dialling AND other.id <> ?)",
            values![call.peer.clone(), &call.id],
        );
    }
    Ok(update)
}

fn release(dialect: Dialect, id: &str, fence: u64, due: Option<Duration>) -> Statement {
    let release = Statement::new(dialect, "UPDATE calls SET updated_at = @now, due_at = ", []);
    due_at(release, due)
        .then(" WHERE id = ? AND fence = ? AND progress NOT IN ('intended', 'sent')", values![id, fence])
}

fn remove(dialect: Dialect, id: &str, version: u64, fence: u64) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM calls WHERE id = ? AND version = ? AND fence = ?",
        values![id, version, fence],
    )
}

/// Appends the due time: the current time plus `due`, or `NULL`.
fn due_at(statement: Statement, due: Option<Duration>) -> Statement {
    match due {
        Some(due) => statement.then("@now + ?", values![due]),
        None => statement.then("NULL", []),
    }
}

/// Returns an error if a call that is intended or sent would never be due. If the process that holds the call stopped,
/// no other process would find such a call.
fn check_due(call: &CallRow, due: Option<Duration>) -> Result<()> {
    match (call.progress, due) {
        (CallProgress::Intended | CallProgress::Sent, None) => {
            let detail = format!("The call {} is being dialled and needs a due time.", call.id);
            Err(Error::new(Kind::Internal, detail))
        }
        _ => Ok(()),
    }
}
