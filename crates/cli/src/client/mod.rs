//! A client of our own API, for the commands that talk to a running gateway.

mod ask;
mod connection;
mod error;
mod problem;

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use bytes::Bytes;
use http::{HeaderValue, Response, header::AUTHORIZATION};
use serde_json::Value;
use switchboard_transport::{Direct, Settings};
use url::Url;

pub use self::{ask::Ask, connection::Connection, error::ClientError, problem::Problem};

/// The limits of one attempt. The answer's time is more than the longest that a gateway lets callers wait for a vendor by
/// default, and a page of the largest agents is less than the largest answer.
const TIMEOUT: Duration = Duration::from_secs(90);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;

/// How often a request is repeated that can be, and the waits before that where the gateway names none.
const REPETITIONS: usize = 4;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait that the gateway may ask for; who is asked for more is told so instead.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// How many items a page of a list has.
const PAGE: &str = "200";

/// A gateway, and the key that it lets in. Clones share the connections.
#[derive(Clone)]
pub struct Client {
    direct: Direct,
    server: Url,
    key: Option<HeaderValue>,
}

/// What the gateway answered to a request that it carried out or accepted.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status, below 300.
    pub status: u16,
    /// The JSON document; null where there is none.
    pub body: Value,
    /// Whether this is the answer to an earlier request with the same key.
    pub replayed: bool,
}

impl Client {
    fn new(server: Url, key: Option<HeaderValue>, parallel: usize) -> anyhow::Result<Self> {
        let settings = Settings {
            attempt_timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            max_body: LARGEST_ANSWER,
            concurrency: parallel,
            ..Settings::default()
        };
        Ok(Self { direct: Direct::new(&settings)?, server, key })
    }

    /// Asks, and asks again where that can do no harm and may help.
    ///
    /// # Errors
    /// The gateway's problem document, or why there is no answer of a gateway.
    pub async fn send(&self, ask: &Ask) -> Result<Answer, ClientError> {
        let waits = ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(REPETITIONS)
            .with_jitter();
        let attempt = || self.attempt(ask);
        attempt
            .retry(waits.build())
            .when(|error| error.may_pass(ask))
            .adjust(|error, wait| {
                let wait = wait?.max(error.retry_after().unwrap_or_default());
                (wait <= LONGEST_RETRY_AFTER).then_some(wait)
            })
            .await
    }

    /// All items of a list, in its order. The question is that of the first page.
    ///
    /// # Errors
    /// Those of [`Client::send`].
    pub async fn list(&self, ask: Ask) -> Result<Vec<Value>, ClientError> {
        let ask = ask.query("limit", PAGE);
        let (mut items, mut next) = (Vec::new(), ask.clone());
        loop {
            let mut page = self.send(&next).await?.body;
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

    async fn attempt(&self, ask: &Ask) -> Result<Answer, ClientError> {
        let mut request = ask.request(&self.server)?;
        if let Some(key) = &self.key {
            request.headers_mut().insert(AUTHORIZATION, key.clone());
        }
        let answer =
            self.direct.send(request).await.map_err(|cause| ClientError::silence(&self.server, cause))?;
        read(&answer)
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

/// Whether this is the answer to an earlier request with the same key.
fn is_replayed(answer: &Response<Bytes>) -> bool {
    answer.headers().get("idempotent-replayed").is_some_and(|value| value == "true")
}
