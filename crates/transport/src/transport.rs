//! The transport of one configured vendor: whole exchanges under one deadline.

use std::{sync::Arc, time::Duration};

use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::{Account, Exchange, Method},
};
use tokio::time::Instant;
use tracing::{Instrument, field, info_span};

use crate::{
    Health, Settings,
    client::{Pipeline, pipeline},
    delivery::unsettled,
    protection::Protection,
    secrets::Secrets,
    spans::record_result,
};

/// Time to wait if the vendor did not say how long.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A client for the exchanges with one configured vendor. Clones are cheap and share connections and limits.
#[derive(Clone)]
pub struct Transport {
    pub(crate) account: Arc<dyn Account>,
    pub(crate) name: Arc<str>,
    pub(crate) settings: Settings,
    pub(crate) pipeline: Pipeline,
    pub(crate) protection: Arc<Protection>,
}

impl Transport {
    /// Creates the transport of an account that the configuration calls `name`.
    ///
    /// # Errors
    /// `internal` if the account's base URL is not an absolute HTTP or HTTPS URL, the settings' rate is not above 0, or TLS
    /// cannot be set up.
    pub fn new(account: Arc<dyn Account>, name: &str, settings: Settings) -> Result<Self> {
        if !matches!(account.base_url().scheme(), "http" | "https") {
            let detail = format!("The base URL of the vendor {name} is not an HTTP or HTTPS URL.");
            return Err(Error::new(Kind::Internal, detail));
        }
        let name: Arc<str> = name.into();
        let protection = Arc::new(Protection::new(name.clone(), settings)?);
        let pipeline = pipeline(&settings, protection.slots())?;
        Ok(Self { account, name, settings, pipeline, protection })
    }

    /// Returns the vendor's health, from the results of earlier requests. Sends none.
    pub fn health(&self) -> Health {
        self.protection.health()
    }

    /// Returns the time until a request would be let through to the vendor; `None` if it would be immediately.
    ///
    /// A caller that can wait should: until then a request only fails, or waits here.
    pub fn ready_in(&self) -> Option<Duration> {
        self.protection.ready_in()
    }

    /// Runs an exchange to its end, within [`Settings::total_timeout`].
    ///
    /// All time in this call is spent on the vendor or on waiting for it: to measure the vendor's time, measure this call.
    ///
    /// # Errors
    /// Errors of the account's `admit` and of the exchange's reader for a response. Without a response:
    /// * `vendor_unavailable`: not sent, for example because the circuit is open; or a read whose connection broke;
    /// * `vendor_auth_failed` and `vendor_throttled` with the outcome `not_sent`: the vendor refused the credential or
    ///   requested a pause earlier, and gets no requests for the time in [`Error::retry_after`];
    /// * `vendor_timeout`: a read without a response in time;
    /// * `vendor_protocol_error`: a redirect of any request, or a read with a response too large or not in HTTP;
    /// * `vendor_outcome_unknown`: a write that was sent and whose response is lost or a fault of the vendor's own, or an
    ///   exchange that failed after a write;
    /// * `parameter_invalid`: an id that cannot be one segment of a path; nothing was sent.
    ///
    /// The outcome in [`Error::vendor`] holds for the whole exchange: `not_sent`, `rejected` and `throttled` guarantee that
    /// nothing changed at the vendor. No error contains a secret of the request.
    pub async fn run<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        self.run_within(exchange, Instant::now() + self.settings.total_timeout).await
    }

    /// Runs an exchange to its end, but not beyond the deadline.
    ///
    /// # Errors
    /// The errors of [`Transport::run`].
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
        record_result(&span, begun, &result);
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
                Secrets::from_request(&request).scrub(self.complete(error))
            })?;
            written |= request.method != Method::Get;
        }
    }

    /// Adds the vendor's name, and a wait if a retryable error has none.
    fn complete(&self, mut error: Error) -> Error {
        if matches!(error.kind, Kind::VendorUnavailable | Kind::VendorThrottled) {
            error.retry_after.get_or_insert(RETRY_AFTER);
        }
        error.with_vendor_name(&self.name)
    }
}
