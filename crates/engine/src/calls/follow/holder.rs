//! The stored call that has a vendor's id, if the id belongs to another call.

use switchboard_core::{
    call::{CallMatch, CallOrigin, CallParty, CallStatus, TrackedCall},
    error::{Error, Kind, Result},
};
use switchboard_store::{CallMutation, CallProgress};

use super::FIRST_LOOK;
use crate::{
    calls::{CallRecord, PeerHash},
    records::Batch,
};

/// Returns true if a call yields the vendor's id to a call that certainly has it: the gateway did not place the former
/// call, or only inferred its id. An erased call keeps the id, because a record of the same call would contain the
/// erased data again.
pub fn yields_id(holder: &CallRecord) -> bool {
    let call = holder.call();
    !holder.tracked.is_erased() && (call.origin == CallOrigin::Vendor || call.matched == CallMatch::Inferred)
}

/// Adds the mutations to a batch by which a call yields the vendor's id. Removes a call that the gateway did not place,
/// and resets any other call to its state after the dial.
///
/// # Errors
/// The errors of [`start_again`].
pub fn release_id(batch: &mut Batch, holder: &CallRecord, peers: &PeerHash) -> Result<()> {
    if holder.call().origin == CallOrigin::Vendor {
        let CallRecord { id, version, fence, .. } = holder.clone();
        batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
        return Ok(());
    }
    let mut again = start_again(holder.clone())?;
    again.progress = CallProgress::Live;
    batch.change_call(Ok(CallMutation::DropTranscript { call: again.id.clone() }));
    let row = again.to_row(peers);
    batch.change_call(row.map(|call| CallMutation::Update { call, due: Some(FIRST_LOOK) }));
    Ok(())
}

/// Resets a call to its state after the dial. This drops any content that came from another call of the vendor.
///
/// # Errors
/// `state_conflict` if the gateway did not place the call, or if the call was erased.
pub fn start_again(mut call: CallRecord) -> Result<CallRecord> {
    let (shown, is_accepted) = (call.call(), is_accepted(&call));
    let (Some(peer), Some(placed_at), Some(_)) = (shown.peer, shown.placed_at, &call.placing) else {
        return Err(Error::new(Kind::StateConflict, "Only a call that the gateway placed can be resolved."));
    };
    let CallParty { phone_number_id, trunk_id, .. } = shown.from;
    let from = CallParty { phone_number: None, phone_number_id, trunk_id };
    call.tracked = TrackedCall::dialled(peer, from, placed_at);
    match is_accepted {
        true => drop(call.tracked.accept(None)),
        false => call.tracked.lose_answer(),
    }
    call.following = Default::default();
    call.suspicion = None;
    call.error = None;
    Ok(call)
}

/// Returns true if the vendor has accepted the dial of a call. The status of an inferred call does not show this, because
/// it may come from another call.
pub fn is_accepted(call: &CallRecord) -> bool {
    let is_noted = call.placing.as_ref().is_some_and(|placing| placing.is_accepted);
    let is_inferred = call.call().matched == CallMatch::Inferred;
    is_noted || !is_inferred && call.tracked.observed_status() >= CallStatus::Queued
}
