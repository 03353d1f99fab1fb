//! The delivery of one request of an exchange, with its retries.

use backon::Retryable;
use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::{Reply, Request},
};
use tokio::time::{Instant, timeout_at};
use tower::Service;
use tracing::{Instrument, Span, debug};

use crate::{
    Transport,
    destination::concerns_api,
    effect,
    failure::Failure,
    gate::Permit,
    metrics::record_attempt,
    retry::{LONGEST_RETRY_AFTER, may_repeat, wait, waits},
    secrets::Secrets,
    spans,
    trace::{describe_request, describe_status, traceparent},
    wire::Wire,
};

impl Transport {
    /// Sends a request. Repeats it while a repetition is safe and may succeed, and while the deadline, the number of
    /// attempts, the circuit and the retry budget permit it. If it remains unknown whether the vendor has carried out a
    /// write, the error states so.
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
            .when(|error| may_repeat(error, request))
            .adjust(|error, backoff| {
                wait(error, backoff, deadline).filter(|wait| self.protection.may_repeat_after(*wait))
            })
            .notify(|error, wait| {
                unsure |= !request.is_read && outcome(error) == Some(Outcome::Ambiguous);
                let (code, wait_s) = (error.kind, wait.as_secs_f64());
                debug!(operation = request.operation, %code, wait_s, "retrying a vendor request");
            })
            .await;
        result.map_err(|error| match outcome(&error) {
            // The last attempt changed nothing, but an earlier attempt may have changed something.
            Some(Outcome::NotSent | Outcome::Throttled) if unsure => error.unsettled(),
            // The vendor may have carried out the write completely, partly or not at all.
            Some(Outcome::Ambiguous) if !request.is_read => error.unsettled(),
            _ => error,
        })
    }

    async fn attempt(&self, request: &Request, wire: Wire, number: u32, deadline: Instant) -> Result<Reply> {
        let span = spans::attempt(&self.name, request, number);
        let begun = Instant::now();
        let result = self.send(request, wire, number, deadline).instrument(span.clone()).await;
        spans::record_result(&span, begun, &result);
        record_attempt(&self.name, request.method, begun, &result, |reply| reply.status);
        result
    }

    /// Adds the current span to a request, if the settings say so and the request goes to the vendor's API.
    pub(crate) fn traced(&self, request: &Request, wire: Wire) -> Wire {
        let propagates = self.settings.propagate_trace && concerns_api(request);
        if propagates { wire.with_trace(traceparent()) } else { wire }
    }

    /// Waits until the attempt may be sent, then sends it and records the result in the circuit. Sends nothing if the
    /// deadline passes first, or if the circuit refuses the attempt.
    async fn send(&self, request: &Request, wire: Wire, number: u32, deadline: Instant) -> Result<Reply> {
        let error = |failure: Failure| failure.into_error(request.is_read);
        if deadline <= Instant::now() {
            return Err(error(Failure::DeadlinePassed));
        }
        let mut pipeline = if request.is_effect { self.effects.clone() } else { self.pipeline.clone() };
        let pass = self.protection.acquire(&mut pipeline, number, deadline).await.map_err(error)?;
        describe_request(request.method.as_str(), wire.url());
        let wire = self.traced(request, wire);
        let begun = Instant::now();
        let call = pipeline.call(wire);
        let answered = match request.is_effect {
            true => effect::until(deadline, call).await,
            false => timeout_at(deadline, call).await.ok(),
        };
        let Some(answered) = answered else {
            let result = Err(error(Failure::TimedOut));
            // If the deadline left the vendor too little time, the timeout does not count as the vendor's failure.
            if begun.elapsed() >= self.settings.silence_threshold() {
                settle(pass, request, &result);
            }
            return result;
        };
        let result = answered.map_err(error).and_then(|reply| {
            record_status(reply.status);
            self.admit(request, reply)
        });
        // Remove the secrets now, because the vendor's health shows the error to other callers.
        let result = result.map_err(|error| Secrets::from_request(request).scrub(error));
        settle(pass, request, &result);
        result
    }

    pub(crate) fn admit(&self, request: &Request, reply: Reply) -> Result<Reply> {
        let (status, retry_after) = (reply.status, reply.retry_after);
        if (300..400).contains(&status) {
            let failure = VendorFailure::new(Outcome::Ambiguous).status(status);
            return Err(Error::vendor(Kind::VendorProtocolError, failure)
                .with_detail("The vendor answered with a redirect. The gateway does not follow redirects."));
        }
        let result = self.account.admit(reply).map_err(|mut error| {
            error.retry_after = error.retry_after.or(retry_after).map(|wait| wait.min(LONGEST_RETRY_AFTER));
            error
        });
        effect::judge(request, status, result)
    }
}

/// Records the status of the response in the span of the attempt.
pub(crate) fn record_status(status: u16) {
    Span::current().record("status", status);
    describe_status(status);
}

/// Records the result of an attempt in the circuit. If the result does not concern the vendor's API, drops the permit
/// without a result.
pub(crate) fn settle<T>(pass: Permit<'_>, request: &Request, result: &Result<T>) {
    if concerns_api(request) {
        pass.settle(result);
    }
}

fn outcome(error: &Error) -> Option<Outcome> {
    error.vendor.as_ref().map(|failure| failure.outcome)
}
