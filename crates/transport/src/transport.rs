//! The transport of one configured vendor. One deadline applies to all requests of an exchange. In a list, each request
//! has a deadline of its own.

use std::{sync::Arc, time::Duration};

use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    vendor::{Account, AllowedHost, Exchange, Request, status_meaning},
};
use tokio::time::Instant;
use tracing::Instrument;

use crate::{
    Health, Settings,
    client::{LibraryRetries, Opener, Pipeline, client, opener, pipeline},
    destination::{is_signed, without_credential},
    effect,
    protection::Protection,
    reads::Reads,
    secrets::Secrets,
    spans,
};

/// Maximum duration of reading a list, as a multiple of `total_timeout`.
const MAX_LIST_TIMEOUTS: u32 = 20;

/// Default of [`Error::retry_after`] in retryable errors, used if the vendor requested no wait.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A client for the exchanges with one configured vendor. Clones are cheap and share connections and limits.
#[derive(Clone)]
pub struct Transport {
    pub(crate) account: Arc<dyn Account>,
    /// The hosts for granted URLs that the operator allows in addition to those of the account.
    added_hosts: Arc<[AllowedHost]>,
    pub(crate) name: Arc<str>,
    pub(crate) settings: Settings,
    pub(crate) pipeline: Pipeline,
    /// The stack for [effects](Request::effect). Its client repeats nothing.
    pub(crate) effects: Pipeline,
    pub(crate) opener: Opener,
    pub(crate) protection: Arc<Protection>,
}

impl Transport {
    /// Creates the transport for an account with the configured name `name`.
    ///
    /// # Errors
    /// `internal` if the account's base URL is not an absolute HTTP or HTTPS URL, the settings' rate is not valid, or
    /// TLS cannot be set up.
    pub fn new(account: Arc<dyn Account>, name: &str, settings: Settings) -> Result<Self> {
        if !matches!(account.base_url().scheme(), "http" | "https") {
            let detail = format!("The base URL of the vendor {name} is not an HTTP or HTTPS URL.");
            return Err(Error::new(Kind::Internal, detail));
        }
        let name: Arc<str> = name.into();
        let protection = Arc::new(Protection::new(name.clone(), settings)?);
        let reader = client(&settings, LibraryRetries::Unprocessed)?;
        let opener = opener(reader.clone(), &settings, protection.slots());
        let effects = pipeline(client(&settings, LibraryRetries::Never)?, &settings, protection.slots());
        let pipeline = pipeline(reader, &settings, protection.slots());
        let added_hosts = Arc::default();
        Ok(Self { account, added_hosts, name, settings, pipeline, effects, opener, protection })
    }

    /// Also allows these hosts for granted URLs.
    pub fn allowing(self, hosts: &[AllowedHost]) -> Self {
        Self { added_hosts: hosts.into(), ..self }
    }

    /// Returns the vendor's health, derived from the results of earlier requests. Sends no request.
    pub fn health(&self) -> Health {
        self.protection.health()
    }

    /// Returns the time until a request may be sent to the vendor, or `None` if it may be sent immediately. While a
    /// probe is running, the time is an estimate.
    ///
    /// A caller that can wait should wait for this time, because a request that is started earlier fails or waits.
    pub fn ready_in(&self) -> Option<Duration> {
        self.protection.ready_in()
    }

    /// Runs an exchange to its end, within [`Settings::total_timeout`].
    ///
    /// This method spends time only on the vendor, including waits for the vendor's limits. Its duration is therefore
    /// the vendor's share of a request's time.
    ///
    /// # Errors
    /// The errors that the account's `admit` and the exchange's reader return for a response, and:
    /// * `vendor_unavailable`: the request was not sent, for example because the circuit is open, or the connection
    ///   broke during a read;
    /// * `vendor_auth_failed` and `vendor_throttled` with the outcome `not_sent`: the vendor refused the credential or
    ///   requested a pause earlier, and no requests are sent for the time in [`Error::retry_after`];
    /// * `vendor_timeout`: a read got no response in time;
    /// * `vendor_protocol_error`: the vendor redirected a request, the response to a read is too large or not
    ///   HTTP, or a granted URL leads to a host that is not allowed;
    /// * `vendor_outcome_unknown`: a write was sent, and its response was lost or reports an error of the vendor's own,
    ///   or the exchange failed after an earlier write;
    /// * `parameter_invalid`: an id cannot be a single segment of a path; the request was not sent;
    /// * `internal`: a header or media type is not valid in HTTP; the request was not sent.
    ///
    /// The outcome in [`Error::vendor`] applies to the whole exchange: `not_sent`, `rejected` and `throttled` mean that
    /// nothing changed at the vendor. The exception is a repeated deletion with the outcome `rejected`: an earlier
    /// attempt may have deleted the object. No error contains a secret of the request.
    pub async fn run<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        self.run_within(exchange, Instant::now() + self.settings.total_timeout).await
    }

    /// Runs an exchange like [`Transport::run`]. If `reads` has a recent answer to a read of the exchange, uses that
    /// answer and sends no request. Adds the answers to the other reads to `reads`.
    ///
    /// # Errors
    /// The errors of [`Transport::run`].
    pub async fn run_after<T: Send + 'static>(&self, reads: &Reads, exchange: Exchange<T>) -> Result<T> {
        let deadline = Instant::now() + self.settings.total_timeout;
        self.run_until(exchange, || deadline, Some(reads)).await
    }

    /// Runs an exchange until it ends or the deadline passes. The deadline replaces [`Settings::total_timeout`].
    ///
    /// # Errors
    /// The errors of [`Transport::run`].
    pub async fn run_within<T: Send + 'static>(&self, exchange: Exchange<T>, deadline: Instant) -> Result<T> {
        self.run_until(exchange, || deadline, None).await
    }

    /// Reads a list to its end. [`Settings::total_timeout`] applies to each request, so that a list of many pages can
    /// be read. Reading the whole list takes at most 20 times `total_timeout`.
    ///
    /// # Errors
    /// The errors of [`Transport::run`].
    pub async fn run_list<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        let each = self.settings.total_timeout;
        let end = Instant::now() + each * MAX_LIST_TIMEOUTS;
        self.run_until(exchange, || end.min(Instant::now() + each), None).await
    }

    async fn run_until<T: Send + 'static>(
        &self,
        exchange: Exchange<T>,
        deadline: impl Fn() -> Instant,
        reads: Option<&Reads>,
    ) -> Result<T> {
        let span = spans::exchange(&self.name, exchange.first().map(|request| request.operation));
        let begun = Instant::now();
        // The futures of callers contain this future, through several layers. The box keeps those futures small.
        let result = Box::pin(self.converse(exchange, deadline, reads)).instrument(span.clone()).await;
        spans::record_result(&span, begun, &result);
        result
    }

    async fn converse<T>(
        &self,
        mut exchange: Exchange<T>,
        deadline: impl Fn() -> Instant,
        reads: Option<&Reads>,
    ) -> Result<T> {
        let mut written = false;
        loop {
            let (mut request, read) = match exchange {
                Exchange::Done(value) => return Ok(value),
                Exchange::Send(request, read) => (request, read),
            };
            if let Some(reply) = reads.and_then(|reads| reads.answer(&request)) {
                exchange = read(reply).map_err(|error| self.unsettled_if(written, &request, error))?;
                continue;
            }
            let (sent, mut is_refused) = (Instant::now(), false);
            let step = match self.authorize(&mut request) {
                Ok(signed) => {
                    let answer = self.deliver(&request, deadline()).await;
                    answer.map_err(|error| if signed { error } else { without_credential(error) }).and_then(
                        |reply| {
                            if let Some(reads) = reads {
                                reads.keep(&request, sent, &reply);
                            }
                            is_refused = status_meaning(reply.status, false).1 != Outcome::Ambiguous;
                            read(reply).map_err(|error| effect::unless_refused(&request, error))
                        },
                    )
                }
                Err(refusal) => Err(refusal),
            };
            exchange = step.map_err(|error| self.unsettled_if(written, &request, error))?;
            // The adapter may continue after a refusal, for example with another draft.
            written |= !(request.is_read || request.is_preparation || is_refused);
        }
    }

    /// Completes the error of a request. If the exchange has sent a write before, the outcome of the exchange is not
    /// known.
    fn unsettled_if(&self, written: bool, request: &Request, error: Error) -> Error {
        let error = if written { error.unsettled() } else { error };
        Secrets::from_request(request).scrub(self.complete(error))
    }

    /// Signs the request with the account's credential. A request with a granted URL is signed only if the allowed host
    /// of the URL receives the credential. Returns true if the request was signed.
    ///
    /// # Errors
    /// `vendor_protocol_error` if neither the account nor the operator allows the host of a granted URL.
    pub(crate) fn authorize(&self, request: &mut Request) -> Result<bool> {
        let signed = is_signed(&*self.account, &self.added_hosts, request)?;
        if signed {
            self.account.sign(request);
        }
        Ok(signed)
    }

    /// Adds the vendor's name to an error. If the error is `vendor_unavailable` or `vendor_throttled` and has
    /// no wait, adds a wait of 5 seconds.
    pub(crate) fn complete(&self, mut error: Error) -> Error {
        if matches!(error.kind, Kind::VendorUnavailable | Kind::VendorThrottled) {
            error.retry_after.get_or_insert(RETRY_AFTER);
        }
        error.with_vendor_name(&self.name)
    }
}
