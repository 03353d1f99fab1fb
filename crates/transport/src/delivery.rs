//! Delivery: one request of an exchange, sent and retried as often as is safe.

use backon::Retryable;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::{Method, Reply, Request},
};
use tokio::time::{Instant, timeout_at};
use tower::Service;
use tracing::{Instrument, Span, debug, field, info_span};

use crate::{
    Transport,
    failure::Failure,
    retry::{LONGEST_RETRY_AFTER, may_repeat, wait, waits},
    secrets::Secrets,
    spans::record_result,
    wire::Wire,
};

impl Transport {
    /// Sends a signed request until the vendor admits it, or until a retry would be unsafe or too late.
    pub(crate) async fn deliver(&self, request: &Request, deadline: Instant) -> Result<Reply> {
        let wire = Wire::compose(self.account.base_url(), request)?;
        let mut number = 0;
        let mut unsure = false;
        let attempt = || {
            number += 1;
            self.attempt(request, wire.clone(), number, deadline)
        };
        let result = attempt
            .retry(waits(self.settings.attempts))
            .when(|error| may_repeat(error, request.idempotent))
            .adjust(|error, backoff| {
                wait(error, backoff, deadline).filter(|wait| self.protection.may_repeat_after(*wait))
            })
            .notify(|error, wait| {
                unsure |= request.method != Method::Get && outcome(error) == Some(Outcome::Ambiguous);
                debug!(operation = request.operation, kind = ?error.kind, ?wait, "retrying a vendor request");
            })
            .await;
        result.map_err(|error| match outcome(&error) {
            // This attempt changed nothing, but an earlier one may have.
            Some(Outcome::NotSent | Outcome::Throttled) if unsure => unsettled(error),
            // The vendor failed at an unknown point of its work.
            Some(Outcome::Ambiguous) if request.method != Method::Get => unsettled(error),
            _ => error,
        })
    }

    async fn attempt(&self, request: &Request, wire: Wire, number: u32, deadline: Instant) -> Result<Reply> {
        let span = info_span!(
            "vendor attempt",
            vendor = %self.name,
            operation = request.operation,
            method = request.method.as_str(),
            attempt = number,
            status = field::Empty,
            outcome = field::Empty,
            elapsed_ms = field::Empty,
        );
        let begun = Instant::now();
        let result = self.send(request, wire, number, deadline).instrument(span.clone()).await;
        record_result(&span, begun, &result);
        result
    }

    /// Waits for its turn, then sends. A deadline that passes before the request is sent leaves the vendor unaffected.
    async fn send(&self, request: &Request, wire: Wire, number: u32, deadline: Instant) -> Result<Reply> {
        let error = |failure: Failure| failure.into_error(request.method);
        if deadline <= Instant::now() {
            return Err(error(Failure::DeadlinePassed));
        }
        let mut pipeline = self.pipeline.clone();
        let pass = self.protection.acquire(&mut pipeline, number, deadline).await.map_err(error)?;
        let begun = Instant::now();
        let Ok(answered) = timeout_at(deadline, pipeline.call(wire)).await else {
            let result = Err(error(Failure::TimedOut));
            // A timeout that only the caller's short deadline caused is no failure of the vendor.
            if begun.elapsed() >= self.settings.silence_threshold() {
                pass.settle(&result);
            }
            return result;
        };
        let result = answered.map_err(error).and_then(|reply| {
            Span::current().record("status", reply.status);
            self.admit(reply)
        });
        // The vendor's health publishes the error to other callers.
        let result = result.map_err(|error| Secrets::from_request(request).scrub(error));
        pass.settle(&result);
        result
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        let (status, retry_after) = (reply.status, reply.retry_after);
        if (300..400).contains(&status) {
            let failure = VendorFailure::new(Outcome::Ambiguous).status(status);
            return Err(Error::vendor(Kind::VendorProtocolError, failure)
                .with_detail("The vendor answered with a redirect. The gateway does not follow redirects."));
        }
        self.account.admit(reply).map_err(|mut error| {
            error.retry_after = error.retry_after.or(retry_after).map(|wait| wait.min(LONGEST_RETRY_AFTER));
            error
        })
    }
}

/// Marks an error as ambiguous: the failed request changed nothing, but an earlier one of the exchange did or may have.
pub(crate) fn unsettled(mut error: Error) -> Error {
    let failure = error.vendor.get_or_insert_with(|| Box::new(VendorFailure::new(Outcome::Ambiguous)));
    failure.outcome = Outcome::Ambiguous;
    match error.kind {
        Kind::VendorUnavailable | Kind::VendorThrottled | Kind::VendorTimeout | Kind::ParameterInvalid => {
            error.kind = Kind::VendorOutcomeUnknown;
            error.retry_after = None;
            error.with_detail("The vendor may have carried out part of the request before it failed.")
        }
        _ => error,
    }
}

fn outcome(error: &Error) -> Option<Outcome> {
    error.vendor.as_ref().map(|failure| failure.outcome)
}
