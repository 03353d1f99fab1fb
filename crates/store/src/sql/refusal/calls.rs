//! Refusals of mutations of calls.

use switchboard_core::error::{Error, Kind, Violation};

use super::{
    super::{Columns as _, Failure, Session, Statement, calls, engine::refuse, values},
    stale,
};
use crate::{CallCap, CallCaps, CallMutation, CallRow, CapUsage};

pub(super) async fn explain<S: Session>(
    session: &mut S,
    mutation: &CallMutation,
) -> Result<Option<Failure>, Failure> {
    match mutation {
        CallMutation::Add { call, caps, .. } => add(session, call, caps.as_ref()).await,
        CallMutation::Update { call, .. } => match missed(session, &call.id, call.version, call.fence).await?
        {
            None => taken(session, call).await,
            missed => Ok(missed),
        },
        CallMutation::MarkSent { id, .. } => {
            let detail =
                format!("Another process holds the call {id}, or the call is no longer to be dialled.");
            Ok(Some(refuse(Kind::StateConflict, detail)))
        }
        CallMutation::Release { id, .. } => {
            let detail = format!("Another process holds the call {id}, or the call is being dialled.");
            Ok(Some(refuse(Kind::StateConflict, detail)))
        }
        CallMutation::Drop { id, version, fence } => missed(session, id, *version, *fence).await,
        CallMutation::PutTranscript { call, .. } => Ok(Some(unknown(call))),
        CallMutation::DropTranscript { .. } => Ok(None),
    }
}

async fn add<S: Session>(
    session: &mut S,
    call: &CallRow,
    caps: Option<&CallCaps>,
) -> Result<Option<Failure>, Failure> {
    if let Some(taken) = taken(session, call).await? {
        return Ok(Some(taken));
    }
    let same = Statement::new(S::DIALECT, "SELECT version FROM calls WHERE id = ?", values![&call.id]);
    if super::version(session, same, &call.id).await?.is_some() {
        let detail = format!("Another call has the id {}.", call.id);
        return Ok(Some(Error::invalid(vec![Violation::at("/id", Kind::AlreadyExists, detail)]).into()));
    }
    match caps {
        Some(caps) => reached(session, call, caps).await,
        None => Ok(None),
    }
}

/// Returns a refusal if the call does not exist, or has another version or fence, and `None` otherwise.
async fn missed<S: Session>(
    session: &mut S,
    id: &str,
    version: u64,
    fence: u64,
) -> Result<Option<Failure>, Failure> {
    let select = Statement::new(S::DIALECT, "SELECT version, fence FROM calls WHERE id = ?", values![id]);
    let found = session.rows(select).await?;
    let Some(found) = found.first() else { return Ok(Some(unknown(id))) };
    if let Some(stale) = stale(id, found.count("version", id)?, version) {
        return Ok(Some(stale));
    }
    let detail = format!("Another process has claimed the call {id} since.");
    Ok((found.count("fence", id)? != fence).then(|| refuse(Kind::StateConflict, detail)))
}

/// Returns a refusal if another call already has a value that must be unique to this call. The refusal has one
/// violation for each such value.
async fn taken<S: Session>(session: &mut S, call: &CallRow) -> Result<Option<Failure>, Failure> {
    let CallRow { id, vendor, .. } = call;
    let peer = call.peer.clone().filter(|_| call.dialling);
    let select = Statement::new(
        S::DIALECT,
        "SELECT (SELECT id FROM calls WHERE external_ref = ? AND id <> ?) AS external_ref, \
         (SELECT id FROM calls WHERE vendor = ? AND remote_id = ? AND id <> ?) AS remote_id, \
         (SELECT id FROM calls WHERE vendor = ? AND peer = ? AND dialling AND id <> ?) AS dialling",
        values![&call.external_ref, id, vendor, &call.remote_id, id, vendor, peer, id],
    );
    let mut violations = Vec::new();
    for found in session.rows(select).await? {
        if let Some(other) = found.maybe_text("external_ref")? {
            let detail = format!("The call {other} already has this external reference.");
            violations.push(Violation::at("/external_ref", Kind::AlreadyExists, detail));
        }
        if let Some(other) = found.maybe_text("remote_id")? {
            let detail = format!("The call {other} already has this id at the vendor {vendor}.");
            violations.push(Violation::at("/remote_id", Kind::AlreadyExists, detail));
        }
        if let Some(other) = found.maybe_text("dialling")? {
            let detail = format!("The call {other} is already dialling this number at the vendor {vendor}.");
            violations.push(Violation::at("/to/phone_number", Kind::StateConflict, detail));
        }
    }
    Ok((!violations.is_empty()).then(|| Error::invalid(violations).into()))
}

/// Returns a refusal if one more call would exceed a cap. The refusal has one violation for each such cap.
async fn reached<S: Session>(
    session: &mut S,
    call: &CallRow,
    caps: &CallCaps,
) -> Result<Option<Failure>, Failure> {
    let (mut violations, mut waits) = (Vec::new(), Vec::new());
    for (cap, limit, select) in calls::usage(S::DIALECT, &call.vendor, call.peer.as_deref(), caps) {
        for found in session.rows(select).await? {
            let used = calls::read_usage(cap, limit, &found)?;
            if used.is_reached() {
                waits.extend(used.wait);
                let pointer = format!("/{}", cap.as_str());
                violations.push(Violation::at(pointer, Kind::StateConflict, exceeded(&used, call)));
            }
        }
    }
    let refusal = (!violations.is_empty()).then(|| Error::invalid(violations));
    Ok(refusal.map(|refusal| match waits.into_iter().max() {
        Some(wait) => refusal.retry_after(wait).into(),
        None => refusal.into(),
    }))
}

fn exceeded(used: &CapUsage, CallRow { vendor, .. }: &CallRow) -> String {
    let CapUsage { cap, limit, calls, .. } = used;
    let counted = match cap {
        CallCap::MaxLive => format!("live calls of the vendor {vendor}"),
        CallCap::PerMinute => format!("calls of the vendor {vendor} in the last 60 seconds"),
        CallCap::PerDay => format!("calls of the vendor {vendor} in the last 24 hours"),
        CallCap::PerNumberPerDay => "calls to the number in the last 24 hours".to_owned(),
    };
    format!("The limit `{}` is {limit}, and there are {calls} {counted}.", cap.as_str())
}

fn unknown(id: &str) -> Failure {
    refuse(Kind::NotFound, format!("There is no call {id}."))
}
