//! The first commit of a dial (T1). If the limits permit the dial, it stores the call as intended, with the idempotency
//! key.

use std::time::Duration;

use serde_json::Value;
use switchboard_core::{
    call::{CallObservation, CallStatus},
    error::{Error, InputLocation, Kind, Outcome, Result, VendorFailure, Violation},
    model::{PhoneNumber, id},
    vendor::{AnswersId, CallWindow, Exchange, Placed},
};
use switchboard_store::CallMutation;

use super::{
    CallRecord, Dialer, Placing,
    guard::{Guard, GuardVerdict, refusal},
    metrics,
    prepare::PreparedDial,
};
use crate::{
    records::{Batch, now},
    request::RequestContext,
    vendors::Vendor,
    writes::replayed_answer,
};

/// The period before a dial for which the vendor's calls to the number are listed: 1 hour. Older calls need not be
/// listed, because their times show that they are not the call of the dial.
const LOOK_BACK: Duration = Duration::from_secs(3600);

/// A call that is stored as intended, and the exchange that dials it.
pub(super) struct BegunDial {
    pub record: CallRecord,
    pub exchange: Exchange<Placed>,
}

/// The reason why the first commit was refused.
enum Refused {
    /// The agent or another call has changed, so the dial must be prepared again.
    Changed,
    /// The dial is refused.
    Refused(Error),
}

impl Dialer {
    /// Checks that the configuration permits calls at all.
    pub(super) fn check_permitted(&self) -> Result<()> {
        match self.guards.settings().place {
            true => Ok(()),
            false => {
                let reason = "The configuration of the gateway permits no calls (calls.place).";
                self.refuse(&[GuardVerdict::refuse(Guard::Place, reason, None)])
            }
        }
    }

    /// Prepares a dial and stores it as intended. Returns `None` if the dial must be prepared again, because its agent
    /// or the dial that blocked the number has changed meanwhile.
    ///
    /// # Errors
    /// The errors of the preparation and of the guards; `overloaded` if the vendor's places for writes are taken;
    /// `already_exists` if another call has the `external_ref`; `vendor_unavailable` or `vendor_throttled` if the
    /// vendor might not return the id of the call and its calls to the number cannot be listed. After these errors,
    /// nothing is stored, and the idempotency key is free. Also `idempotency_in_progress` or `idempotency_key_reused`
    /// if another request has stored the key meanwhile, and the errors of the store.
    pub(super) async fn begin(
        &self,
        request: &mut RequestContext,
        document: &Value,
    ) -> Result<Option<BegunDial>> {
        let call = id::prefixed(super::ID_PREFIX);
        let mut prepared = self.prepare(document, &call, request.handling).await?;
        let mut verdicts = vec![prepared.readiness.clone()];
        verdicts.extend(self.guards.check(&prepared.peer));
        verdicts.extend(self.guards.check_transfers(&prepared.transfers));
        self.refuse(&verdicts)?;
        let unknown = || Error::new(Kind::Internal, "The vendor's id of the agent is not known.");
        let exchange = prepared.exchange.take().ok_or_else(unknown)?;
        let vendor = self.fleet.vendor(&prepared.vendor)?;
        // A dial that is prepared again gives this place back first.
        let place = self.writer.admit_to_vendor(vendor.name())?;
        let before = self.look_before(vendor, &prepared.peer).await?;
        let record = intended(&prepared, call, vendor, before, request);
        let caps = self.guards.caps(&vendor.configured().calls, vendor.calls()?.limits());
        let mut batch = Batch::new();
        batch.keep_permit(self.fleet.permit(vendor.name()).await?);
        batch.expect(&prepared.agent);
        // The key comes first. A repetition therefore fails at the key, and not as another dial to the same number.
        batch.remember(request.key.as_ref(), Some(&record.id), None);
        let due = Some(self.fleet.hold());
        let add = |call| CallMutation::Add { call, due, caps: Some(caps) };
        batch.change_call(record.to_row(self.book.peers()).map(add));
        match self.book.commit(batch).await {
            Ok(()) => {
                request.occupied.add(place);
                Ok(Some(BegunDial { record, exchange }))
            }
            Err(error) => match self.explain(error, &record, &prepared.peer, request).await? {
                Refused::Changed => Ok(None),
                Refused::Refused(error) => Err(error),
            },
        }
    }

    /// Fails if a guard refuses the call, and counts each refusal.
    fn refuse(&self, verdicts: &[GuardVerdict]) -> Result<()> {
        match refusal(verdicts) {
            None => Ok(()),
            Some(error) => {
                verdicts.iter().filter(|verdict| !verdict.permits).for_each(metrics::count_refusal);
                Err(error)
            }
        }
    }

    /// Lists the vendor's ids of the recent calls to a number, including calls whose number the vendor's list omits.
    /// Lists nothing if the vendor always returns the id of a call that it places.
    async fn look_before(&self, vendor: &Vendor, peer: &PhoneNumber) -> Result<Vec<String>> {
        let calls = vendor.calls()?;
        if calls.answers_id() == AnswersId::Always {
            return Ok(Vec::new());
        }
        let now = now();
        let since = now.checked_sub(LOOK_BACK).unwrap_or(now);
        let Some(exchange) = calls.recent(&CallWindow::since(since, now).with_peer(peer.clone())) else {
            return Ok(Vec::new());
        };
        let not_dialled = |error: Option<Error>| {
            let detail = format!(
                "{} might not return the id of a call, so the gateway lists the recent calls to the number first, and this \
                 failed. Nothing was dialled.",
                vendor.name()
            );
            let mut error = error.unwrap_or_else(|| {
                Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::NotSent))
            });
            let wait = error.retry_after.unwrap_or(crate::records::RETRY_AFTER);
            // After any of these failures, the key is free, and the same request may be sent again.
            error.kind = match error.kind {
                Kind::VendorThrottled => Kind::VendorThrottled,
                _ => Kind::VendorUnavailable,
            };
            error.with_detail(detail).retry_after(wait)
        };
        let seen = vendor.run_for_calls(exchange).await.map_err(|error| not_dialled(Some(error)))?;
        if !seen.is_complete {
            return Err(not_dialled(None));
        }
        let may_go_on = |row: &CallObservation| {
            row.peer.as_ref().is_none_or(|seen| seen == peer) && row.status != Some(CallStatus::Ended)
        };
        if seen.unidentified.iter().any(may_go_on) {
            let detail = format!(
                "{} lists a call to the number without an id, so a new call could be taken for that one. Nothing was dialled.",
                vendor.name()
            );
            return Err(not_dialled(None).with_detail(detail));
        }
        let to_peer = seen.rows.into_iter().filter(|row| row.peer.as_ref().is_none_or(|seen| seen == peer));
        Ok(to_peer.map(|row| row.remote_id).collect())
    }

    /// Explains why the first commit was refused. If the reason was another dial that no longer blocks the number,
    /// releases the number, so that the refused dial can be prepared again.
    ///
    /// # Errors
    /// `idempotency_in_progress` or `idempotency_key_reused` if another request has stored the key; the error of the
    /// commit, unchanged, if it is not a refusal.
    async fn explain(
        &self,
        error: Error,
        record: &CallRecord,
        peer: &PhoneNumber,
        request: &RequestContext,
    ) -> Result<Refused> {
        match error.kind {
            // `replayed_answer` returns the error for a key that belongs to another request.
            Kind::IdempotencyInProgress => {
                replayed_answer(&self.repository, request).await?;
                return Err(error.retry_after(Duration::from_secs(1)));
            }
            Kind::PreconditionFailed | Kind::NotFound => return Ok(Refused::Changed),
            _ if error.violations.is_empty() => return Err(error),
            _ => {}
        }
        let mut verdicts = Vec::new();
        let mut others: Vec<Violation> = Vec::new();
        for violation in &error.violations {
            let InputLocation::Pointer(pointer) = &violation.location else { continue };
            let name = pointer.trim_start_matches('/');
            match Guard::ALL.into_iter().find(|guard| guard.name() == name) {
                Some(guard) => {
                    verdicts.push(GuardVerdict::refuse(guard, &violation.detail, error.retry_after));
                }
                None if pointer == "/to/phone_number" => {
                    let Some(other) = self.find_dialling(&record.vendor, peer).await? else {
                        return Ok(Refused::Changed);
                    };
                    match self.dialling_verdict(&other) {
                        Some(verdict) => verdicts.push(verdict),
                        None => {
                            self.release_number(other).await?;
                            return Ok(Refused::Changed);
                        }
                    }
                }
                None => others.push(violation.clone()),
            }
        }
        match others.is_empty() {
            true => Ok(match self.refuse(&verdicts) {
                Ok(()) => Refused::Changed,
                Err(refused) => Refused::Refused(refused),
            }),
            false => Ok(Refused::Refused(Error::invalid(others))),
        }
    }
}

fn intended(
    prepared: &PreparedDial,
    call: String,
    vendor: &Vendor,
    before: Vec<String>,
    request: &RequestContext,
) -> CallRecord {
    let agent = &prepared.agent;
    let placing = Placing {
        adapter: vendor.adapter().descriptor().adapter.to_owned(),
        agent_remote_id: agent.placement.remote_id.clone(),
        agent_name: agent.body.desired.record.name.clone(),
        before,
        max_duration_s: prepared.max_duration_s,
        preference_applied: request.preference_applied.clone(),
        is_accepted: false,
    };
    let mut record = CallRecord::intended(
        vendor.name(),
        agent.id.clone(),
        prepared.peer.clone(),
        prepared.from.clone(),
        placing,
    );
    record.id = call;
    record.envelope = prepared.envelope.clone();
    record.dial = Some(prepared.requested.clone());
    record.report = Some(prepared.report.clone());
    record
}
