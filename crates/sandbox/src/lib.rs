//! Vendor simulators over real sockets.
//!
//! A [`Sandbox`] is one listener on which every vendor that Switchboard speaks to is played, each below its own
//! path. It is strict: a request that the vendor's documented contract does not allow is refused in the vendor's
//! own words. It keeps what it is sent, answers it back with the vendor's oddities, and can be told to fail.
//!
//! This crate depends on no other crate of Switchboard, so it cannot share their mistakes: it knows the vendors from
//! the contract documents and from their published reference pages alone.
//!
//! # Control routes
//!
//! Below `/_sandbox`, in JSON, for callers on the loopback interface only, without a key:
//!
//! | route | methods | what |
//! |---|---|---|
//! | `/_sandbox/requests?vendor=` | GET DELETE | the last 10,000 vendor requests with a body of at most 2 MiB, oldest first, without headers |
//! | `/_sandbox/faults` | GET POST DELETE | what is to go wrong next |
//! | `/_sandbox/{vendor}/records` | GET | what the vendor has stored: `{collection: {id: record}}` |
//! | `/_sandbox/{vendor}/records/{collection}/{id}` | GET PUT DELETE | one record; writing here is what a user of the vendor's console does |
//! | `/_sandbox/{vendor}/options` | GET PUT | behaviours of the vendor; PUT sets all, absent ones to their default |
//! | `/_sandbox/reset` | POST | forget records, options, faults and requests |
//!
//! A fault is ordered as `{"vendor", "operation"?, "times"?: 1, "fault": {"kind": ..}}` and strikes the next
//! `times` requests that fit. Its kinds: `latency {ms, when?}`, `status {status, retry_after?, body?, when?}`,
//! `reset {when?}`, `truncate`, `huge {bytes}`, `wrong_type`, `html {status?, when?}`, `redirect {location}`.
//! `when` is `before` or `after` the vendor has carried the request out.
//!
//! # What can be planted and switched
//!
//! | vendor | collections | options, the default first |
//! |---|---|---|
//! | `qcall` | `assistants`, `dialers`, `campaigns` | `envelope`: wrapped, bare, nested; `nested_under`: rows, data, list, items, result; `create_answers_id`: hash_id, bare, none; `failures_as_200`: true; `reads_as_array`: false; `default_page_size`: 20; `largest_page_size`: 100 |
//! | `autocalls-2025`, `autocalls-2026` | `assistants`, under the names of 2026 | `default_page_size`: 10 |
//! | `opencx` | `phone_numbers`, with the configuration that the vendor never answers | `page_size`: 20 |
//!
//! A QCall dialer that a record in `campaigns` names as `dialer_id` is in use and cannot be deleted.

mod autocalls;
mod contract;
mod control;
mod dispatch;
mod faults;
mod journal;
mod opencx;
mod options;
mod qcall;
mod records;
mod server;
mod simulator;
mod vendor;
mod wire;
mod world;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use vendor::Vendor;
use world::World;

/// A running sandbox. Dropping it stops it and closes its connections.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox; port 0 takes a free one. Needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start(listen: SocketAddr) -> io::Result<Self> {
        let world = Arc::new(World::new().map_err(io::Error::other)?);
        let router = Router::new()
            .nest("/_sandbox", control::routes())
            .fallback(dispatch::vendor_request)
            .with_state(world);
        let listener = TcpListener::bind(listen).await?;
        Ok(Self { address: listener.local_addr()?, serving: tokio::spawn(server::serve(listener, router)) })
    }

    /// Where the sandbox listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL to configure for a vendor, without a slash at its end.
    #[must_use]
    pub fn base_url(&self, vendor: Vendor) -> String {
        format!("http://{}{}", self.reachable(), vendor.base_path())
    }

    /// The one key that the simulator of the vendor accepts. It opens nothing else: no vendor has given it out.
    #[must_use]
    pub fn api_key(vendor: Vendor) -> &'static str {
        vendor.api_key()
    }

    /// Runs until the sandbox stops by itself, which it does not unless its runtime shuts down: race this against
    /// the signal that is to end it. Dropping the future stops the sandbox.
    pub async fn stopped(mut self) {
        // The outcome says only whether the task was cancelled; either way the sandbox has stopped.
        let _ = (&mut self.serving).await;
    }

    /// A sandbox that listens on every interface is reached over the loopback one.
    fn reachable(&self) -> SocketAddr {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        SocketAddr::new(ip, self.address.port())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
