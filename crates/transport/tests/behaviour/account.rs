//! An account at a scripted vendor, with helpers for requests to it.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::{Account, AllowedHost, Body, Exchange, Method, Reply, Request},
};
use switchboard_transport::{Settings, Transport};
use url::Url;

/// The credential that signs every request.
pub const TOKEN: &str = "tok-5ecret-0f-the-account";

struct Acme {
    base_url: Url,
    hosts: Vec<AllowedHost>,
}

impl Account for Acme {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn allowed_hosts(&self) -> &[AllowedHost] {
        &self.hosts
    }

    fn sign(&self, request: &mut Request) {
        request.headers.push(("Authorization", SecretString::from(format!("Bearer {TOKEN}"))));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        let (kind, outcome) = match reply.status {
            200..300 | 418 => return Ok(reply),
            401 | 403 => (Kind::VendorAuthFailed, Outcome::Rejected),
            402 => (Kind::VendorQuotaExhausted, Outcome::Rejected),
            429 => (Kind::VendorThrottled, Outcome::Throttled),
            500.. => (Kind::VendorUnavailable, Outcome::Ambiguous),
            _ => (Kind::VendorRejected, Outcome::Rejected),
        };
        let failure = VendorFailure::new(outcome).status(reply.status);
        let message = match reply.body {
            Body::Json(body) => body["message"].as_str().unwrap_or_default().to_owned(),
            Body::Other(text) => text,
            Body::Empty | Body::Bytes(_) => String::new(),
        };
        Err(match message.as_str() {
            "this number" => Error::vendor(kind, failure.single()).retry_after(Duration::from_secs(10)),
            _ => Error::vendor(kind, failure.message(message)),
        })
    }
}

/// Creates a transport to this address, with a time limit of 20 s.
pub fn transport(url: &str) -> Transport {
    transport_with(url, Settings { total_timeout: Duration::from_secs(20), ..Settings::default() })
}

/// Creates a transport to this address with these settings.
pub fn transport_with(url: &str, settings: Settings) -> Transport {
    Transport::new(account(url), "acme", settings).expect("a transport")
}

/// Creates a transport to this address whose account also allows these hosts, with a single attempt.
pub fn transport_allowing(url: &str, hosts: impl Into<Vec<AllowedHost>>) -> Transport {
    let account = Acme { base_url: Url::parse(url).expect("a URL"), hosts: hosts.into() };
    Transport::new(Arc::new(account), "acme", once()).expect("a transport")
}

/// Creates the account at this address.
pub fn account(url: &str) -> Arc<dyn Account> {
    Arc::new(Acme { base_url: Url::parse(url).expect("a URL"), hosts: Vec::new() })
}

/// Returns settings with a single attempt.
pub fn once() -> Settings {
    Settings { attempts: 1, ..Settings::default() }
}

/// Returns a request of this method for an agent, with a body if the method has one.
pub fn request(method: Method) -> Request {
    let request = Request::new("touch agent", method, ["agents", "7"]);
    match method {
        Method::Get | Method::Delete => request,
        Method::Post | Method::Put | Method::Patch => request.json(json!({ "name": "Ada" })),
    }
}

/// Returns the exchange for one request with this method. Its result is the status.
pub fn exchange(method: Method) -> Exchange<u16> {
    Exchange::send(request(method), |reply| Ok(reply.status))
}

/// Returns the exchange of a request whose response is a JSON document.
pub fn document(request: Request) -> Exchange<Value> {
    Exchange::send(request, |reply| reply.document("a document"))
}

/// Returns the kind and the outcome of the error with which an exchange ended.
pub fn verdict<T: std::fmt::Debug>(result: &Result<T>) -> (Kind, Outcome) {
    let error = result.as_ref().expect_err("a failure");
    (error.kind, outcome(error))
}

/// Advances all timers by this time. Sockets need no advance, because the tests wait for their events.
pub async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Returns the outcome in an error: its meaning for the vendor's state.
pub fn outcome(error: &Error) -> Outcome {
    error.vendor.as_ref().expect("a vendor's failure").outcome
}

/// Returns every string that an error can display, including those of its causes.
pub fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}
