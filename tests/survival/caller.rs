//! A client of the API that repeats its requests until they are answered.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::harness::{Answer, KEY};

/// The interval at which a trial polls.
pub const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// The longest pause between two attempts of the client.
const LONGEST_PAUSE: Duration = Duration::from_millis(320);
/// The longest time that any step may take without an operator.
pub const TIMEOUT: Duration = Duration::from_secs(90);

/// A request that may be sent many times.
#[derive(Debug, Clone)]
pub struct CallerRequest {
    pub method: Method,
    pub path: String,
    pub body: Value,
    headers: Vec<(&'static str, String)>,
}

impl CallerRequest {
    pub fn new(method: Method, path: impl Into<String>, body: Value) -> Self {
        Self { method, path: path.into(), body, headers: Vec::new() }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, Value::Null)
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds an `Idempotency-Key`.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.header("idempotency-key", key)
    }

    /// Makes the request conditional on this revision.
    pub fn of_revision(self, revision: u64) -> Self {
        self.header("if-match", format!("\"{revision}\""))
    }
}

/// The address of each gateway; `None` while it is down.
#[derive(Clone, Default)]
pub struct Addresses(Arc<Mutex<Vec<Option<String>>>>);

impl Addresses {
    pub fn set(&self, gateway: usize, url: Option<String>) {
        let mut urls = self.0.lock().unwrap();
        let missing = (gateway + 1).saturating_sub(urls.len());
        urls.extend(std::iter::repeat_n(None, missing));
        urls[gateway] = url;
    }

    fn up(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().flatten().cloned().collect()
    }
}

/// A client of the API. It sends each request to any gateway that is up.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    addresses: Addresses,
    turn: Arc<AtomicUsize>,
}

impl Caller {
    pub fn new(client: Client, addresses: Addresses) -> Self {
        Self { client, addresses, turn: Arc::default() }
    }

    /// Sends a request; `None` if the answer is missing or incomplete.
    pub async fn ask(&self, ask: &CallerRequest) -> Option<Answer> {
        let up = self.addresses.up();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let url = up.get(turn % up.len().max(1))?;
        Answer::try_to(self.request(url, ask)).await.ok()
    }

    fn request(&self, url: &str, ask: &CallerRequest) -> RequestBuilder {
        let mut request =
            self.client.request(ask.method.clone(), format!("{url}{}", ask.path)).bearer_auth(KEY);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if ask.body.is_null() { request } else { request.json(&ask.body) }
    }

    /// Repeats a request until it has a final answer.
    pub async fn send_until_answered(&self, ask: &CallerRequest) -> Answer {
        let (begun, mut pause) = (Instant::now(), POLL_INTERVAL);
        loop {
            let answer = self.ask(ask).await;
            if let Some(answer) = answer.as_ref().filter(|answer| !is_transient(answer)) {
                return answer.clone();
            }
            let last = answer.map(|answer| answer.text);
            assert!(begun.elapsed() < TIMEOUT, "{ask:?} is never answered for good; last: {last:?}");
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Reads the document at a path.
    #[track_caller]
    pub fn read(&self, path: impl Into<String>) -> impl Future<Output = Value> {
        let ask = CallerRequest::get(path);
        async move { self.send_until_answered(&ask).await.expect(200) }
    }

    /// Returns all records of a list. The path must have a query.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.read(format!("{path}&limit=200{cursor}")).await;
            all.extend(page["data"].as_array().expect("a list").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }
}

/// Returns whether the same request may be answered differently later.
pub fn is_transient(answer: &Answer) -> bool {
    answer.status >= 400 && (answer.body["retryable"] == true || answer.header("retry-after").is_some())
}
