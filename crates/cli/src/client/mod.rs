//! A client of the gateway's API, for the commands that use a running gateway.

mod ask;
mod connection;
mod download;
mod error;
mod problem;

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use bytes::Bytes;
use http::{Request, Response, header::AUTHORIZATION};
use serde_json::Value;
use switchboard_transport::{Direct, Settings};
use url::Url;

use self::connection::Credential;

pub use self::{
    ask::Ask,
    connection::{Connection, Parallel},
    download::Download,
    error::ClientError,
    problem::Problem,
};

/// The time limit of one attempt. It exceeds the default of `writes.longest_wait_s`, which is 60 seconds.
const TIMEOUT: Duration = Duration::from_secs(90);
/// The time limit for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum size of an answer, in bytes. It exceeds the size of a page with the largest agents.
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;
/// The maximum number of concurrent requests that a command may send.
const MAX_CONCURRENCY: u16 = 256;

/// The maximum number of retries of a request.
const REPETITIONS: usize = 4;
/// The shortest wait before the first retry. Each wait is extended by a random share of up to its own length. A longer
/// `Retry-After` takes precedence.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait before a retry, without the random share. A longer `Retry-After` takes precedence.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// The longest `Retry-After` that the client obeys. If the gateway requests a longer wait, the client returns the gateway's
/// problem without a retry.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// The number of items on a page of a list.
const PAGE: &str = "200";

/// A client of one gateway. Clones share the connections.
#[derive(Clone)]
pub struct Client {
    direct: Direct,
    server: Url,
    credential: Credential,
}

/// The gateway's answer to a request that it executed or accepted.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status, below 300.
    pub status: u16,
    /// The JSON document of the answer, or null if the answer has no body.
    pub body: Value,
    /// True if this is the stored answer to an earlier request with the same idempotency key.
    pub replayed: bool,
}

impl Client {
    fn new(server: Url, credential: Credential) -> anyhow::Result<Self> {
        let settings = Settings {
            attempt_timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            max_body: LARGEST_ANSWER,
            concurrency: MAX_CONCURRENCY.into(),
            ..Settings::default()
        };
        Ok(Self { direct: Direct::new(&settings)?, server, credential })
    }

    /// Sends a request. After a failure, repeats the request up to four times if that is safe and may succeed. Does not
    /// repeat it if the gateway requests a wait of more than 30 seconds.
    ///
    /// # Errors
    /// The gateway's problem document, or the reason why there is no usable answer.
    pub async fn send(&self, ask: &Ask) -> Result<Answer, ClientError> {
        let waits = ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(REPETITIONS)
            .with_jitter();
        let attempt = || self.attempt(ask);
        attempt
            .retry(waits.build())
            .when(|error| error.may_repeat(ask))
            .adjust(|error, wait| {
                let wait = wait?.max(error.retry_after().unwrap_or_default());
                (wait <= LONGEST_RETRY_AFTER).then_some(wait)
            })
            .await
    }

    /// Reads all items of a list, in the list's order. `ask` is the request for the first page.
    ///
    /// # Errors
    /// The errors of [`Client::send`]. Also fails if an answer is not a list, or if the gateway cannot read some of the
    /// stored items.
    pub async fn list(&self, ask: Ask) -> Result<Vec<Value>, ClientError> {
        let ask = ask.query("limit", PAGE);
        let (mut items, mut next) = (Vec::new(), ask.clone());
        loop {
            let mut page = self.send(&next).await?.body;
            // Without this error, the items that the gateway cannot read would appear not to exist.
            if let Some(Value::Array(ids)) = page.get("unreadable") {
                return Err(ClientError::damaged(ids));
            }
            let Some(Value::Array(data)) = page.get_mut("data").map(Value::take) else {
                return Err(ClientError::unreadable("a list"));
            };
            items.extend(data);
            match page.get("next_cursor") {
                Some(Value::String(cursor)) => next = ask.clone().query("cursor", cursor),
                _ => return Ok(items),
            }
        }
    }

    /// Reads all items of a list that always has one page.
    ///
    /// # Errors
    /// The errors of [`Client::send`]. Also fails if the answer is not a list.
    pub async fn page(&self, ask: &Ask) -> Result<Vec<Value>, ClientError> {
        match self.send(ask).await?.body.get_mut("data").map(Value::take) {
            Some(Value::Array(data)) => Ok(data),
            _ => Err(ClientError::unreadable("a list")),
        }
    }

    async fn attempt(&self, ask: &Ask) -> Result<Answer, ClientError> {
        let request = self.signed(ask)?;
        let answer =
            self.direct.send(request).await.map_err(|cause| ClientError::no_answer(&self.server, cause))?;
        read(&answer).map_err(|error| error.with_key_advice(&self.credential.advice))
    }

    /// Builds the request with the API key.
    fn signed(&self, ask: &Ask) -> Result<Request<Bytes>, ClientError> {
        let mut request = ask.request(&self.server)?;
        if let Some(key) = &self.credential.header {
            request.headers_mut().insert(AUTHORIZATION, key.clone());
        }
        Ok(request)
    }
}

fn read(answer: &Response<Bytes>) -> Result<Answer, ClientError> {
    let status = answer.status();
    if !status.is_success() {
        return Err(ClientError::refusal(answer));
    }
    let body = match answer.body().as_ref() {
        [] => Value::Null,
        bytes => serde_json::from_slice(bytes).map_err(|_| ClientError::unreadable("JSON"))?,
    };
    Ok(Answer { status: status.as_u16(), body, replayed: is_replayed(answer) })
}

/// Returns true if this is the stored answer to an earlier request with the same idempotency key.
fn is_replayed(answer: &Response<Bytes>) -> bool {
    answer.headers().get("idempotent-replayed").is_some_and(|value| value == "true")
}
