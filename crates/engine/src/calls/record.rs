//! A call with its state, and its stored form.

use std::fmt;

use jiff::Timestamp;
use switchboard_core::{
    call::{Call, CallMatch, CallParty, Suspicion, TrackedCall},
    error::Result,
    model::{PhoneNumber, id},
    rule::Report,
};
use switchboard_store::{CallPosition, CallProgress, CallRow, Document};

use super::{
    CallEnvelope, Following, PeerHash, Placing, RequestedDial,
    stored::{Personal, StoredCall, StoredPersonal, word},
};
use crate::records::{RecordedError, damaged, now};

/// A stored call with its state.
///
/// The row's columns `status`, `direction`, `origin`, `remote_id` and `peer` are derived from [`CallRecord::tracked`]
/// and are never set separately.
#[derive(Clone, PartialEq)]
pub struct CallRecord {
    /// The gateway's id.
    pub id: String,
    /// The configured vendor that runs the call.
    pub vendor: String,
    /// The vendor's adapter when the call was first stored.
    pub adapter: String,
    /// The gateway's id of the agent, or `None` if it is not known.
    pub agent: Option<String>,
    /// The known content of the call.
    pub tracked: TrackedCall,
    /// The members that the gateway stores and never sends to vendors.
    pub envelope: CallEnvelope,
    /// The request to dial. `None` for a call that the gateway did not place, and for an erased call.
    pub dial: Option<RequestedDial>,
    /// The translation report of the dial. `None` for a call that the gateway did not place, and for an erased call.
    pub report: Option<Report>,
    /// The data of the dial that is not personal data. `None` for a call that the gateway did not place.
    pub placing: Option<Placing>,
    /// The suspicion: the only candidate that a look found for this dial. A second look must confirm it.
    pub suspicion: Option<Suspicion>,
    /// The state of the looks at the call, and of its erasure.
    pub following: Following,
    /// The error that explains the end of the call, or its need for attention.
    pub error: Option<RecordedError>,
    /// The document of the answer to the request to dial. `None` until the request is answered, and for an erased call.
    /// The document is stored here because the store seals calls but does not seal stored answers.
    pub first_answer: Option<String>,
    /// The keyed hash of the phone number of an erased call, as long as the call counts towards the limit on calls to
    /// the number or is recognized at the vendor. The hash of any other call follows from the number.
    pub erased_peer: Option<Vec<u8>>,
    /// The progress of the gateway's work on the call.
    pub progress: CallProgress,
    /// True while no other dial to the same phone number may begin at the vendor.
    pub is_dialling: bool,
    /// True if the call counts towards the limits on dials.
    pub is_counted: bool,
    /// The version of the stored row. The store increments it with each update.
    pub version: u64,
    /// The fence of the latest hold.
    pub fence: u64,
    /// The end of the hold, or the time of the next look.
    pub due_at: Option<Timestamp>,
    /// The time at which the dial was marked as sent, by the store's clock.
    pub sent_at: Option<Timestamp>,
    /// The time at which the call was first stored, by the store's clock.
    pub created_at: Timestamp,
    /// The time of the latest change to the stored row, by the store's clock.
    pub updated_at: Timestamp,
}

impl CallRecord {
    /// Creates the record of a call that the gateway is about to place: intended, and neither stored nor sent.
    pub fn intended(
        vendor: impl Into<String>,
        agent: impl Into<String>,
        peer: PhoneNumber,
        from: CallParty,
        placing: Placing,
    ) -> Self {
        let tracked = TrackedCall::dialled(peer, from, now());
        let adapter = placing.adapter.clone();
        Self {
            agent: Some(agent.into()),
            placing: Some(placing),
            progress: CallProgress::Intended,
            is_dialling: true,
            is_counted: true,
            ..Self::new(vendor.into(), adapter, tracked)
        }
    }

    /// Creates the record of a call that the gateway discovered at the vendor. The record is not stored yet, and the
    /// caller adds the observation.
    pub fn discovered(
        vendor: impl Into<String>,
        adapter: impl Into<String>,
        remote_id: impl Into<String>,
    ) -> Self {
        Self::new(vendor.into(), adapter.into(), TrackedCall::discovered(remote_id))
    }

    fn new(vendor: String, adapter: String, tracked: TrackedCall) -> Self {
        let now = now();
        Self {
            id: id::prefixed(super::ID_PREFIX),
            vendor,
            adapter,
            agent: None,
            tracked,
            envelope: CallEnvelope::default(),
            dial: None,
            report: None,
            placing: None,
            suspicion: None,
            following: Following::default(),
            error: None,
            first_answer: None,
            erased_peer: None,
            progress: CallProgress::Live,
            is_dialling: false,
            is_counted: false,
            version: 1,
            fence: 1,
            due_at: None,
            sent_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Returns the call as callers see it.
    pub fn call(&self) -> Call {
        self.tracked.shown()
    }

    /// Returns true if several calls of the vendor may be this call, so a caller must decide.
    pub fn is_ambiguous(&self) -> bool {
        self.call().matched == CallMatch::Ambiguous
    }

    /// Returns the position of the call in lists.
    pub fn position(&self) -> CallPosition {
        CallPosition { created_us: self.created_at.as_microsecond(), id: self.id.clone() }
    }

    /// Returns the time at which the call began. For a call that the gateway placed, this is the time of the dial. For
    /// any other call, it is the vendor's time of the call or the time at which the gateway first stored the call,
    /// whichever is earlier.
    pub fn begun_at(&self) -> Timestamp {
        match self.placing {
            Some(_) => self.sent_at.unwrap_or(self.created_at),
            None => self.call().placed_at.map_or(self.created_at, |placed| placed.min(self.created_at)),
        }
    }

    /// Removes the personal data: the data that [`TrackedCall::erase`] removes, the request to dial with its report and
    /// answer, the error, and the caller's own data.
    pub fn erase(&mut self, at: Timestamp) {
        self.tracked.erase(at);
        self.envelope = CallEnvelope::default();
        self.dial = None;
        self.report = None;
        self.error = None;
        self.first_answer = None;
    }

    /// Converts the call to its stored form.
    ///
    /// # Errors
    /// `internal` if the call cannot be serialised.
    pub fn to_row(&self, peers: &PeerHash) -> Result<CallRow> {
        let call = self.call();
        let stored = StoredCall {
            adapter: self.adapter.clone(),
            placing: self.placing.clone(),
            suspicion: self.suspicion.clone(),
            following: self.following.clone(),
        };
        let personal = StoredPersonal {
            tracked: &self.tracked,
            envelope: &self.envelope,
            dial: self.dial.as_ref(),
            report: self.report.as_ref(),
            error: self.error.as_ref(),
            first_answer: self.first_answer.as_deref(),
        };
        Ok(CallRow {
            id: self.id.clone(),
            vendor: self.vendor.clone(),
            agent: self.agent.clone(),
            remote_id: call.remote_id,
            progress: self.progress,
            status: word(&call.status)?,
            direction: call.direction.as_ref().map(word).transpose()?,
            origin: word(&call.origin)?,
            external_ref: self.envelope.external_ref.clone(),
            peer: call.peer.as_ref().map(|peer| peers.hash(peer)).or_else(|| self.erased_peer.clone()),
            dialling: self.is_dialling,
            counted: self.is_counted,
            version: self.version,
            fence: self.fence,
            due_at: self.due_at,
            sent_at: self.sent_at,
            document: Document::new(&stored)?,
            personal: Some(personal.seal()?),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// Reads a stored call.
    ///
    /// # Errors
    /// `internal` if the stored row cannot be read.
    pub fn from_row(row: CallRow) -> Result<Self> {
        let damaged = |why: &str| damaged("call", &row.id, why);
        let stored: StoredCall = row.document.read().map_err(|error| damaged(&error.to_string()))?;
        let personal = row.personal.as_ref().ok_or_else(|| damaged("its content is missing"))?;
        let personal = Personal::read(personal).map_err(damaged)?;
        let is_erased = personal.tracked.is_erased();
        Ok(Self {
            id: row.id,
            vendor: row.vendor,
            adapter: stored.adapter,
            agent: row.agent,
            tracked: personal.tracked,
            envelope: personal.envelope,
            dial: personal.dial,
            report: personal.report,
            placing: stored.placing,
            suspicion: stored.suspicion,
            following: stored.following,
            error: personal.error,
            first_answer: personal.first_answer,
            erased_peer: row.peer.filter(|_| is_erased),
            progress: row.progress,
            is_dialling: row.dialling,
            is_counted: row.counted,
            version: row.version,
            fence: row.fence,
            due_at: row.due_at,
            sent_at: row.sent_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// `Debug` shows no personal data.
impl fmt::Debug for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallRecord")
            .field("id", &self.id)
            .field("vendor", &self.vendor)
            .field("agent", &self.agent)
            .field("remote_id", &self.tracked.remote_id())
            .field("progress", &self.progress)
            .field("version", &self.version)
            .field("fence", &self.fence)
            .finish_non_exhaustive()
    }
}
