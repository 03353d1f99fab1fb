//! Vendor simulators over real sockets.
//!
//! A [`Sandbox`] is one listener that simulates every vendor that Switchboard supports, each below its own path. The
//! sandbox is strict: if the vendor's documented contract does not allow a request, the sandbox refuses the request
//! with the vendor's own error body. It drops unknown members without an error only if the vendor does so. The sandbox
//! stores the records that it receives, returns them with the vendor's peculiarities, and can be ordered to fail.
//!
//! This crate depends on no other crate of Switchboard, so it cannot share the errors of those crates. It is
//! written only from the contract documents and the vendors' published reference pages.
//!
//! # Control routes
//!
//! The control routes are below `/_sandbox`. They use JSON, need no key, and accept only callers on the
//! loopback interface.
//!
//! | route | methods | meaning |
//! |---|---|---|
//! | `/_sandbox/requests?vendor=` | GET DELETE | the last [`journal`](SandboxOptions::journal) vendor requests, oldest first, without headers; `has_key` states whether a request had the vendor's key; requests with a body over 2 MiB are not recorded; DELETE clears the journal |
//! | `/_sandbox/faults` | GET POST DELETE | the pending faults; POST orders a fault; DELETE clears all faults |
//! | `/_sandbox/held?vendor=` | GET DELETE | the held requests: `[{vendor, operation, when, since}]`; DELETE releases them |
//! | `/_sandbox/late` | POST | ends the delays of the late requests: the vendors carry them out now |
//! | `/_sandbox/{vendor}/records` | GET | the vendor's stored records: `{collection: {id: record}}` |
//! | `/_sandbox/{vendor}/records/{collection}/{id}` | GET PUT PATCH DELETE | one record; a write here simulates a user of the vendor's console; PATCH accepts a merge patch (RFC 7396) |
//! | `/_sandbox/{vendor}/changes` | GET | the history of every record, deleted ones included; see below |
//! | `/_sandbox/{vendor}/options` | GET PUT | the vendor's options; PUT sets all of them, and resets omitted ones to their defaults |
//! | `/_sandbox/{vendor}/calls` | GET POST | the vendor's calls and their stages; POST creates a call that no request has placed; see below |
//! | `/_sandbox/{vendor}/calls/{id}/end` | POST | ends a live call on behalf of a party: `{"by": "customer"}`, or `agent`; `customer` by default |
//! | `/_sandbox/{vendor}/clock` | GET POST | the vendor's clock: `{now, pace}`; POST `{"advance_ms"?, "pace"?}` sets it |
//! | `/_sandbox/{vendor}/dials` | GET | the ledger of the calls that vendor requests have placed: `{forgotten, dials: [{call_id, number, at, body}]}`, with the last 100,000 dials, oldest first, and at most 64 MiB of bodies |
//! | `/_sandbox/reset` | POST | deletes records, changes, calls, faults and journal entries, and resets the options and the clocks; held and late requests end without an answer |
//!
//! # Faults
//!
//! A fault is ordered as `{"vendor", "operation"?, "times"?: 1, "fault": {"kind": ..}}` and strikes the next
//! `times` matching requests. With `when`, the fault strikes `before` or `after` the vendor carries out the
//! request. If the caller hangs up before the request is carried out, the request is never carried out, except
//! with `late`.
//!
//! | kind | effect |
//! |---|---|
//! | `latency {ms, when?: after}` | the correct answer is delayed |
//! | `hold {ms?: 60000, when?: before}` | the request waits until it is released or `ms` have passed, at most one minute; the answer is correct |
//! | `late {ms}` | the request is carried out after `ms`, at most ten minutes, even if the caller has hung up; then it is answered |
//! | `status {status, retry_after?, body?, when?: before}` | the answer has this status |
//! | `reset {when?: before}` | the connection is closed without an answer |
//! | `truncate` | the connection is closed after half of the correct answer |
//! | `huge {bytes}` | the body is a JSON string of that many bytes |
//! | `wrong_type` | the body is a JSON string; the status is correct |
//! | `html {status?: 502, when?: before}` | the answer is an HTML page, like the error page of a proxy |
//! | `redirect {location}` | the answer is a 302; the request is not carried out |
//! | `forget {fields}` | the request is carried out and answered as if its body did not have these fields, which are named by JSON pointers |
//! | `kill {pid, at}` | another process is killed with SIGKILL; after it has ended, the connection is closed |
//!
//! `kill` is for tests of a vendor's client. It needs the permission [`kills`](SandboxOptions::kills). `at`
//! is the point at which the process is killed:
//!
//! | `at` | the vendor's records | the answer |
//! |---|---|---|
//! | `received` | unchanged; the request may lack the key or violate the contract | none |
//! | `before_apply` | unchanged; the request is authenticated and satisfies the contract | none |
//! | `after_apply` | changed | none |
//! | `half_answer` | changed | the status, the headers and half of the body, flushed to the socket |
//! | `after_answer` | changed | the whole answer, flushed to the socket |
//!
//! A request that lacks the key or violates the contract reaches neither `before_apply` nor `after_apply`. A
//! fault that is ordered for one of these points waits for the next matching request. If the correct answer has
//! no body, `half_answer` sends half of `{}`.
//!
//! # Changes
//!
//! `/_sandbox/{vendor}/changes` returns `{collection: {creates, updates, deletes, forgotten, records: [{id,
//! name, planted, created, updates, deleted}]}}`. `creates`, `updates` and `deletes` count the writes of vendor
//! requests to records; writes through control routes do not count. A request that also writes another record, such as
//! the agents that use a deleted tool, counts at each record that it writes. `records` has the last 100,000 records in
//! order of creation, and `forgotten` is the number of earlier records. `planted` is true if a control route
//! created the record. `created` and `deleted` are positions in the sequence of all changes at the vendor,
//! counted from 1. `deleted` is null while the record exists.
//!
//! # Calls
//!
//! The last two digits of the called number select the story of a call. Times are in seconds after the call was placed.
//!
//! | digits | story | rings | is answered | ends |
//! |---|---|---|---|---|
//! | `01`, and all others | `agent_ends` | 1 | 2 | 6: the agent ends the call |
//! | `02` | `customer_ends` | 1 | 2 | 6: the customer ends the call |
//! | `03` | `no_answer` | 1 | – | 5 |
//! | `04` | `busy` | – | – | 1.5 |
//! | `05` | `fails` | – | – | 1.5: the carrier cannot connect the call |
//! | `06` | `voicemail` | 1 | 2, by a voicemail system | 6 |
//! | `07` | `endless` | 1 | 2 | never, unless a request ends the call |
//! | `08` | `refused` | – | – | the vendor refuses to place the call |
//! | `09` | `late_results` | 1 | 2 | 6: the agent ends the call |
//! | `10` | `transferred` | 1 | 2 | 6: the agent transfers the call |
//!
//! Transcript, recording, analysis and cost are available 1 s after the end of the call; for `09`, 60 s after it. The
//! stages follow the vendor's clock, which starts with the real time. `advance_ms` moves the clock forward by at most
//! 366 days. `pace` is the number of seconds that the clock advances in one real second: 0 to 10,000, and 1 by default;
//! 0 stops the clock.
//!
//! POST `/_sandbox/{vendor}/calls` creates an inbound call, or a call that a user placed in the vendor's console:
//! `{"agent_id", "number", "direction"?: "outbound", "our_number"?, "story"?, "age_ms"?: 0}`. `agent_id` and
//! `our_number` have the form of the vendor's requests, and are not checked. `age_ms` is the time since the call was
//! placed. `{"copy_of": ID}` creates a copy of a call, with a new id and the current time. The answer is `{id}`.
//!
//! The links to recordings, which need no key, lead to `/_recordings/{vendor}/{id}.wav` on the sandbox's listener.
//!
//! # Collections and options
//!
//! The module of each simulator, such as `src/qcall/mod.rs`, lists its collections and its options.

mod autocalls;
mod bland;
mod calls;
mod connection;
mod contract;
mod control;
mod dispatch;
mod elevenlabs;
mod faults;
mod holds;
mod journal;
mod kill;
mod opencx;
mod options;
mod qcall;
mod records;
mod retell;
mod server;
mod simulator;
mod state;
mod vapi;
mod vendor;
mod wire;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use simulator::Simulated;
use state::SandboxState;
pub use vendor::Vendor;

/// Every simulator, one line for each vendor interface, in the order of the documentation.
#[rustfmt::skip] // keeps each simulator on its own line
pub const SIMULATORS: &[Simulated] = &[
    qcall::SIMULATOR,
    autocalls::SIMULATOR_2025,
    autocalls::SIMULATOR_2026,
    opencx::SIMULATOR,
    elevenlabs::SIMULATOR,
    bland::SIMULATOR,
    vapi::SIMULATOR,
    retell::SIMULATOR,
];

/// The permissions and limits of a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxOptions {
    /// The maximum number of vendor requests in the journal; 10,000 by default. The journal keeps the latest
    /// requests, with at most 64 MiB of request bodies. 0 switches the journal off, which saves time under
    /// load.
    pub journal: usize,
    /// True if faults may kill processes of the user that runs the sandbox; false by default. Any user of this
    /// machine can order faults.
    pub kills: bool,
}

impl Default for SandboxOptions {
    /// Returns options with a journal of 10,000 requests and without the permission to kill.
    fn default() -> Self {
        Self { journal: 10_000, kills: false }
    }
}

/// A running sandbox. Dropping this value stops the sandbox and closes its connections.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox with the default options. Port 0 selects a free port. Must be called in a Tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// Fails if a contract document cannot be used, or if the sandbox cannot listen on the address.
    pub async fn start(listen: SocketAddr) -> io::Result<Self> {
        Self::start_with(listen, SandboxOptions::default()).await
    }

    /// Starts a sandbox as [`start`](Self::start) does, with other options.
    ///
    /// # Errors
    ///
    /// Fails if a contract document cannot be used, or if the sandbox cannot listen on the address.
    pub async fn start_with(listen: SocketAddr, options: SandboxOptions) -> io::Result<Self> {
        let state = Arc::new(SandboxState::new(options).map_err(io::Error::other)?);
        let router = Router::new()
            .nest("/_sandbox", control::routes())
            .route("/_recordings/{vendor}/{file}", get(calls::download))
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
        format!("http://{}{}", reachable(self.address), vendor.base_path())
    }

    /// Returns the only key that the vendor's simulator accepts. No vendor has issued the key, so it grants
    /// access to nothing else.
    #[must_use]
    pub fn api_key(vendor: Vendor) -> &'static str {
        vendor.api_key
    }

    /// Waits until the sandbox stops, which happens only when the runtime shuts down. Dropping the future stops
    /// the sandbox, so a caller can race the future against its own stop signal.
    pub async fn stopped(mut self) {
        // The result only shows how the task ended. In every case, the sandbox has stopped.
        let _ = (&mut self.serving).await;
    }
}

/// Returns the address to connect to on this machine: the loopback address if a server listens on every interface.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
