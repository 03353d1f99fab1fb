//! The transport of one configured vendor: whole conversations under one deadline.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Account, Error, Exchange, Kind, Method, Result};
use tokio::time::Instant;
use tracing::{Instrument, field, info_span};

use crate::{
    Settings,
    client::{Pipeline, pipeline},
    delivery::unsettled,
    secrets::Secrets,
    telling::conclude,
};

/// When to come back to a vendor that did not say when.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Runs the conversations with one configured vendor. Clones are cheap and share connections and limits.
#[derive(Clone)]
pub struct Transport {
    pub(crate) account: Arc<dyn Account>,
    pub(crate) name: Arc<str>,
    pub(crate) settings: Settings,
    pub(crate) pipeline: Pipeline,
}

impl Transport {
    /// The transport of an account that the configuration calls `name`.
    ///
    /// # Errors
    /// `internal` where the account's base URL is not an absolute http(s) URL, or TLS cannot be set up.
    pub fn new(account: Arc<dyn Account>, name: &str, settings: Settings) -> Result<Self> {
        if !matches!(account.base_url().scheme(), "http" | "https") {
            let detail = format!("The base URL of the vendor {name} is not an http or https URL.");
            return Err(Error::new(Kind::Internal, detail));
        }
        Ok(Self { account, name: name.into(), settings, pipeline: pipeline(&settings)? })
    }

    /// Runs a conversation to its end, within [`Settings::total_timeout`].
    ///
    /// All the time in here is the vendor's and that of waiting for it: whoever tells how long the vendor took
    /// measures around this call.
    ///
    /// # Errors
    /// What the account's `admit` or the exchange's reader made of an answer; and where there was no answer:
    /// * `vendor_unavailable`: not sent, or a read whose connection broke;
    /// * `vendor_timeout`: a read that was not answered in time;
    /// * `vendor_protocol_error`: a redirect of any request, or a read answered too large or not in HTTP;
    /// * `vendor_outcome_unknown`: a write that was sent and whose answer is lost or a failure of the vendor's own, or
    ///   a conversation that failed after it wrote;
    /// * `parameter_invalid`: an id that cannot be one segment of a path; nothing was sent.
    ///
    /// The outcome in [`Error::vendor`] holds for the whole conversation: `not_sent`, `rejected` and `throttled`
    /// promise that nothing changed at the vendor. No error contains a secret of the request.
    pub async fn run<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        self.run_within(exchange, Instant::now() + self.settings.total_timeout).await
    }

    /// Runs a conversation to its end, but not beyond the deadline.
    ///
    /// # Errors
    /// Those of [`Transport::run`].
    pub async fn run_within<T: Send + 'static>(&self, exchange: Exchange<T>, deadline: Instant) -> Result<T> {
        let span = info_span!(
            "vendor conversation",
            vendor = %self.name,
            operation = exchange.first().map(|request| request.operation),
            outcome = field::Empty,
            elapsed_ms = field::Empty,
        );
        let begun = Instant::now();
        let result = self.converse(exchange, deadline).instrument(span.clone()).await;
        conclude(&span, begun, &result);
        result
    }

    async fn converse<T>(&self, mut exchange: Exchange<T>, deadline: Instant) -> Result<T> {
        let mut written = false;
        loop {
            let (mut request, read) = match exchange {
                Exchange::Done(value) => return Ok(value),
                Exchange::Send(request, read) => (request, read),
            };
            self.account.sign(&mut request);
            let step = self.deliver(&request, deadline).await.and_then(read);
            exchange = step.map_err(|error| {
                let error = if written { unsettled(error) } else { error };
                Secrets::of(&request).scrub(self.complete(error))
            })?;
            written |= request.method != Method::Get;
        }
    }

    /// Adds what every error of this vendor has.
    fn complete(&self, mut error: Error) -> Error {
        if matches!(error.kind, Kind::VendorUnavailable | Kind::VendorThrottled) {
            error.retry_after.get_or_insert(RETRY_AFTER);
        }
        error.named(&self.name)
    }
}
