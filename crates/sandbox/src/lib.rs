//! Vendor simulators over real sockets.
//!
//! A [`Sandbox`] is one listener that simulates every vendor that Switchboard supports, each below its own path. It is
//! strict: it refuses a request that the vendor's documented contract does not allow, with the vendor's own error
//! body. It stores what it receives, returns it with the vendor's oddities, and can be ordered to fail.
//!
//! This crate depends on no other crate of Switchboard, so it cannot share their errors: its only knowledge of the
//! vendors comes from the contract documents and their published reference pages.
//!
//! # Control routes
//!
//! Below `/_sandbox`, in JSON, for callers on the loopback interface only, without a key:
//!
//! | route | methods | what |
//! |---|---|---|
//! | `/_sandbox/requests?vendor=` | GET DELETE | the last [`journal`](SandboxOptions::journal) vendor requests with a body of at most 2 MiB, oldest first, without headers |
//! | `/_sandbox/faults` | GET POST DELETE | the pending faults |
//! | `/_sandbox/held?vendor=` | GET DELETE | the held requests: `[{vendor, operation, when, since}]`; DELETE releases them |
//! | `/_sandbox/{vendor}/records` | GET | the vendor's stored records: `{collection: {id: record}}` |
//! | `/_sandbox/{vendor}/records/{collection}/{id}` | GET PUT PATCH DELETE | one record; writing here is what a user of the vendor's console does; PATCH takes a merge patch (RFC 7396) |
//! | `/_sandbox/{vendor}/changes` | GET | the history of every record, deleted ones included; see below |
//! | `/_sandbox/{vendor}/options` | GET PUT | behaviours of the vendor; PUT sets all, absent ones to their default |
//! | `/_sandbox/reset` | POST | forget records, changes, options, faults and requests; held requests end without an answer |
//!
//! # Faults
//!
//! A fault is ordered as `{"vendor", "operation"?, "times"?: 1, "fault": {"kind": ..}}` and strikes the next `times`
//! requests that fit. `when` is `before` or `after` the vendor has carried the request out; if a caller hangs up, a
//! request that has not been carried out never is.
//!
//! | kind | what happens |
//! |---|---|
//! | `latency {ms, when?: after}` | the right answer, late |
//! | `hold {ms?: 60000, when?: before}` | the right answer, after the request is released or `ms` have passed, a minute at most |
//! | `status {status, retry_after?, body?, when?: before}` | another status |
//! | `reset {when?: before}` | the connection is closed without an answer |
//! | `truncate` | half of the right answer, then the connection is closed |
//! | `huge {bytes}` | a JSON string of that many bytes |
//! | `wrong_type` | a JSON string with the right status |
//! | `html {status?: 502, when?: before}` | a page as a proxy sends it |
//! | `redirect {location}` | 302 |
//! | `forget {fields}` | the request is carried out and answered as if it had come without these fields of its body, named by JSON pointers |
//! | `kill {pid, at}` | SIGKILL to another process; after it is gone, the connection is closed |
//!
//! `kill` serves tests of a vendor's client, if [`kills`](SandboxOptions::kills) allows it. `at` is the point at which
//! the process dies:
//!
//! | `at` | the vendor's records | the answer |
//! |---|---|---|
//! | `received` | as before; nothing in the request was checked | none |
//! | `before_apply` | as before; the request is authorised and as documented | none |
//! | `after_apply` | changed | none |
//! | `half_answer` | changed | the status, the headers and half of the body, flushed to the socket |
//! | `after_answer` | changed | all of it, flushed to the socket |
//!
//! A request without the key, or that is not as documented, reaches neither `before_apply` nor `after_apply`: such a
//! fault waits for the next request. Half of an answer without a body is half of `{}`.
//!
//! # Changes
//!
//! `/_sandbox/{vendor}/changes` answers `{collection: {creates, updates, deletes, forgotten, records: [{id, name,
//! planted, created, updates, deleted}]}}`. `creates`, `updates` and `deletes` count the vendor requests that were
//! carried out, and not the control routes. `records` holds the 100,000 records created last, in order of creation;
//! `forgotten` counts the earlier ones. `planted` records were made by a control route. `created` and `deleted` number
//! the vendor's changes in their order, from 1; `deleted` is null while the record exists.
//!
//! # Collections and options
//!
//! The module of each simulator lists its collections and its options, such as `src/qcall/mod.rs`.

mod autocalls;
mod connection;
mod contract;
mod control;
mod dispatch;
mod faults;
mod holds;
mod journal;
mod kill;
mod opencx;
mod options;
mod qcall;
mod records;
mod server;
mod simulator;
mod state;
mod vendor;
mod wire;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use simulator::Simulated;
use state::SandboxState;
pub use vendor::Vendor;

/// Every simulator: one line for each vendor interface, in the order of the documentation.
#[rustfmt::skip] // so that a new one is a line
pub const SIMULATORS: &[Simulated] = &[
    qcall::SIMULATOR,
    autocalls::SIMULATOR_2025,
    autocalls::SIMULATOR_2026,
    opencx::SIMULATOR,
];

/// The permissions and limits of a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxOptions {
    /// The number of vendor requests in the journal, the latest ones, with 64 MiB of bodies at most. With zero the
    /// journal is off, which saves time under load.
    pub journal: usize,
    /// True if faults may kill processes of this user. Every user of this machine can order faults.
    pub kills: bool,
}

impl Default for SandboxOptions {
    /// Returns a journal of 10,000 requests, and no permission to kill.
    fn default() -> Self {
        Self { journal: 10_000, kills: false }
    }
}

/// A running sandbox. Dropping it stops it and closes its connections.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox with the default options; port 0 takes a free one. Needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox cannot listen on the address.
    pub async fn start(listen: SocketAddr) -> io::Result<Self> {
        Self::start_with(listen, SandboxOptions::default()).await
    }

    /// Starts a sandbox as [`start`](Self::start) does, with other options.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox cannot listen on the address.
    pub async fn start_with(listen: SocketAddr, options: SandboxOptions) -> io::Result<Self> {
        let state = Arc::new(SandboxState::new(options).map_err(io::Error::other)?);
        let router = Router::new()
            .nest("/_sandbox", control::routes())
            .fallback(dispatch::vendor_request)
            .with_state(state);
        let listener = TcpListener::bind(listen).await?;
        Ok(Self { address: listener.local_addr()?, serving: tokio::spawn(server::serve(listener, router)) })
    }

    /// Returns the address on which the sandbox listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL to configure for a vendor, without a trailing slash.
    #[must_use]
    pub fn base_url(&self, vendor: Vendor) -> String {
        format!("http://{}{}", self.reachable(), vendor.base_path())
    }

    /// Returns the one key that the vendor's simulator accepts. No vendor has issued it, so it grants access to
    /// nothing else.
    #[must_use]
    pub fn api_key(vendor: Vendor) -> &'static str {
        vendor.api_key
    }

    /// Runs until the runtime shuts down; the sandbox does not stop by itself otherwise. Race this future against the
    /// signal that ends it. Dropping it stops the sandbox.
    pub async fn stopped(mut self) {
        // The result shows only whether the task was cancelled; either way the sandbox has stopped.
        let _ = (&mut self.serving).await;
    }

    /// Returns the loopback address of a sandbox that listens on every interface, and its own address otherwise.
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
