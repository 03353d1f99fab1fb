//! Effects: requests that cannot be undone, such as dials. An effect is not repeated once a byte of it may have been
//! sent.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::{Reply, Request},
};
use tokio::time::{Instant, timeout_at};

/// Runs a future until the deadline. Returns `None` if the deadline passes first.
///
/// A process can be stopped at any point and continue much later. Therefore, the clock is read before each poll, and a
/// future that has not begun by the deadline never begins.
pub(crate) async fn until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let in_time = poll_fn(move |context| match Instant::now() >= deadline {
        true => Poll::Ready(None),
        false => future.as_mut().poll(context).map(Some),
    });
    timeout_at(deadline, in_time).await.ok().flatten()
}

/// Corrects the account's judgement of an answer to an effect. After a 408, a 425 or a 5xx, the vendor may have carried
/// out the request, regardless of the headers and of the account's judgement.
pub(crate) fn judge(request: &Request, status: u16, result: Result<Reply>) -> Result<Reply> {
    if !request.is_effect {
        return result;
    }
    let is_open = matches!(status, 408 | 425 | 500..);
    match result {
        Ok(_) if is_open => {
            let failure = VendorFailure::new(Outcome::Ambiguous).status(status);
            Err(ambiguous(Error::vendor(Kind::VendorUnavailable, failure)))
        }
        Err(error) if is_open => Err(ambiguous(error)),
        result => result.map_err(|error| unless_refused(request, error)),
    }
}

/// Marks the error of an answer to an effect as ambiguous, unless the vendor refused or throttled the request. Returns
/// the error of any other request unchanged.
pub(crate) fn unless_refused(request: &Request, error: Error) -> Error {
    let outcome = error.vendor.as_ref().map(|failure| failure.outcome);
    match outcome {
        _ if !request.is_effect => error,
        Some(Outcome::Rejected | Outcome::Throttled) => error,
        _ => ambiguous(error),
    }
}

fn ambiguous(mut error: Error) -> Error {
    let failure = error.vendor.get_or_insert_with(|| Box::new(VendorFailure::new(Outcome::Ambiguous)));
    failure.outcome = Outcome::Ambiguous;
    error.retry_after = None;
    match error.kind {
        // The error describes the answer that could not be read.
        Kind::VendorProtocolError => error,
        _ => {
            error.kind = Kind::VendorOutcomeUnknown;
            error.with_detail("The vendor may or may not have carried out the request.")
        }
    }
}
