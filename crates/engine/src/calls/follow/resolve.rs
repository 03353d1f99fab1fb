//! The caller's decision about a call that the gateway cannot match by itself.

use serde::Deserialize;
use switchboard_core::{
    call::{CallMatch, CallObservation, CallOrigin},
    error::{Error, Kind, Result, Violation},
    vendor::is_addressable,
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::info;
use utoipa::ToSchema;

use super::{
    Follower,
    holder::{is_accepted, release_id, start_again},
    update::{Update, changing},
};
use crate::{
    calls::CallRecord,
    records::{Batch, now},
};

/// The caller's decision about a call, if the vendor's id of the call is not known or was only inferred. Exactly one
/// member is required.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallResolution {
    /// The vendor's id of the call.
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    pub remote_id: Option<String>,
    /// True if the vendor certainly did not place the call; false is refused. Refused if the vendor has accepted the call.
    #[serde(default)]
    #[schema(nullable = false)]
    pub not_placed: Option<bool>,
}

/// A validated decision.
enum Decision {
    Is(String),
    NotPlaced,
}

impl Follower {
    /// Applies the caller's decision to a call, and returns the call. If discovery has stored a record of the vendor's
    /// call, removes that record.
    ///
    /// # Errors
    /// `not_found` if there is no such call; `validation_failed` if the decision is not valid, if the vendor has no
    /// call with the given id, or if that call went to another phone number; `already_exists` if the given id is that
    /// of another call that the gateway placed; `state_conflict` if the vendor's id of the call is already certain, if
    /// the vendor has accepted a call that the caller decides was not placed, if the call is being dialled, if the call
    /// or the record of the vendor's call was erased, if the gateway did not place the call, if the vendor is no longer
    /// configured, or if another process changes the call meanwhile; the errors of reading the vendor's call.
    pub async fn resolve(&self, id: &str, resolution: &CallResolution) -> Result<CallRecord> {
        let decision = resolution.decision()?;
        let call = self.book.get(id).await?;
        check_open(&call)?;
        let mut batch = Batch::new();
        let is_accepted = is_accepted(&call);
        let mut update = Update::new(self, start_again(call)?, now());
        match decision {
            Decision::NotPlaced if is_accepted => {
                let detail = "The vendor has accepted the call, so it may have placed it. Name the vendor's call, or wait.";
                return Err(Error::new(Kind::StateConflict, detail));
            }
            Decision::NotPlaced => update.end_unplaced(),
            Decision::Is(remote_id) => {
                let seen = self.find_named(&update.call, &remote_id).await?;
                if let Some(other) = self.holder_of(&update.call, &remote_id).await? {
                    release_id(&mut batch, &other, self.book.peers())?;
                }
                update.bind(&remote_id, CallMatch::Resolved);
                seen.iter().for_each(|seen| update.fold(seen));
            }
        }
        let pause = update.progress();
        batch.change_call(Ok(CallMutation::DropTranscript { call: id.to_owned() }));
        if !update.commit_with(batch, pause).await? {
            return Err(changing());
        }
        info!(call = id, "a caller has resolved a call");
        self.handles.calls.wake.send();
        self.book.get(id).await
    }

    /// Reads the vendor's call that the caller named.
    ///
    /// # Errors
    /// `validation_failed` if the vendor has no such call, or if it went to another phone number; the errors of reading
    /// it.
    async fn find_named(&self, call: &CallRecord, remote_id: &str) -> Result<Vec<CallObservation>> {
        let (vendor, calls) = self.vendor_of(call)?;
        let seen = self.read_one(vendor, calls, call, remote_id).await?;
        if seen.is_empty() {
            let detail = format!("{} has no call {remote_id:?}.", vendor.name());
            return Err(refused(detail));
        }
        let (peer, others) = (call.call().peer, seen.iter().filter_map(|seen| seen.peer.as_ref()));
        if peer.is_some_and(|peer| others.into_iter().any(|other| *other != peer)) {
            return Err(refused(format!("The vendor's call {remote_id:?} went to another phone number.")));
        }
        Ok(seen)
    }

    /// Returns the other stored call that has the vendor's id, if the gateway did not place it.
    ///
    /// # Errors
    /// `already_exists` if the gateway placed the other call; `state_conflict` if the other call was erased.
    async fn holder_of(&self, call: &CallRecord, remote_id: &str) -> Result<Option<CallRecord>> {
        let rows = self.book.store().bound(&call.vendor, &[remote_id.to_owned()]).await?;
        let other = rows.into_iter().find(|found| found.position.id != call.id);
        let other = other.map(|found| CallRecord::from_row(found.row?)).transpose()?;
        match other {
            Some(other) if other.call().origin == CallOrigin::Api => {
                let detail = format!("The vendor's call {remote_id:?} is the call {}.", other.id);
                Err(Error::invalid(vec![Violation::at("/remote_id", Kind::AlreadyExists, detail)]))
            }
            Some(other) if other.tracked.is_erased() => {
                let detail =
                    format!("The vendor's call {remote_id:?} is the call {}, which was erased.", other.id);
                Err(Error::new(Kind::StateConflict, detail))
            }
            other => Ok(other),
        }
    }
}

impl CallResolution {
    fn decision(&self) -> Result<Decision> {
        match (&self.remote_id, self.not_placed) {
            (Some(remote_id), None) => {
                if !is_addressable(remote_id) {
                    let detail =
                        "The vendor's id must be a single segment of a path with at most 255 characters.";
                    return Err(refused(detail.to_owned()));
                }
                Ok(Decision::Is(remote_id.clone()))
            }
            (None, Some(true)) => Ok(Decision::NotPlaced),
            (None, Some(false)) => {
                let detail = "The value must be true; otherwise name the vendor's call with /remote_id.";
                Err(Error::invalid(vec![Violation::at("/not_placed", Kind::ValidationFailed, detail)]))
            }
            (Some(_), Some(_)) | (None, None) => {
                let detail = "Give either /remote_id or /not_placed.";
                Err(Error::invalid(vec![Violation::at("", Kind::ValidationFailed, detail)]))
            }
        }
    }
}

impl Update<'_> {
    /// Ends a call that the caller declares as not placed. The caller may be wrong. The call therefore still counts
    /// towards the limits of a minute and of a day, and blocks its number until `dial_gap` has passed since the dial.
    fn end_unplaced(&mut self) {
        self.call.tracked.end_unplaced();
        self.call.tracked.settle();
    }
}

/// Checks that the caller can resolve the call.
fn check_open(call: &CallRecord) -> Result<()> {
    let shown = call.call();
    let is_open = matches!(
        shown.matched,
        CallMatch::Pending | CallMatch::Ambiguous | CallMatch::None | CallMatch::Inferred
    );
    let conflict = |detail: &str| Err(Error::new(Kind::StateConflict, detail));
    if shown.erased_at.is_some() {
        conflict("The call was erased.")
    } else if call.progress < CallProgress::Live {
        conflict("The call is being dialled; try again when its status is unknown.")
    } else if !is_open {
        conflict("The vendor's id of the call is certain.")
    } else {
        Ok(())
    }
}

fn refused(detail: String) -> Error {
    Error::invalid(vec![Violation::at("/remote_id", Kind::ValidationFailed, detail)])
}
