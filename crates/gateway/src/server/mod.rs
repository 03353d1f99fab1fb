//! The server. It accepts connections, and limits their number, their idle time and their remaining time after a stop
//! signal.

mod activity;
mod connection;
mod descriptors;
mod room;
mod routes;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::join_all;
use hyper_util::{rt::TokioExecutor, server::conn::auto};
use switchboard_api::edge::peer::Network;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, info, warn};

pub use descriptors::Capacity;
pub use routes::Routes;

use activity::Activity;
use connection::Stop;
use room::Room;

/// Pause after a failure to accept a connection if no connection could be evicted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Pause after a failure to accept a connection if connections were evicted. They close during the pause.
const RELIEF_PAUSE: Duration = Duration::from_millis(1);
/// Time to write the answers to callers that were still waiting at the end of the grace period.
const ANSWER_TIME: Duration = Duration::from_secs(1);

/// A listener with its routes and limits.
pub struct Service {
    /// The listener.
    pub listener: TcpListener,
    /// The routes that it serves.
    pub routes: Routes,
    /// Maximum number of its connections.
    pub max_connections: usize,
    /// Maximum number of its connections from one IPv4 address or one IPv6 /64 network.
    pub max_per_address: usize,
}

/// Time limits of connections.
#[derive(Debug, Clone)]
pub struct TimeLimits {
    /// Maximum time for the complete header of a request to arrive on a new or idle connection. Also the maximum time
    /// for a peer to take each piece of an answer.
    pub header: Duration,
    /// Maximum time for requests in flight to finish after the server has stopped accepting connections.
    pub shutdown: Duration,
    /// Signal to the handlers that `shutdown` has elapsed and that they must answer now.
    pub time_is_up: CancellationToken,
}

/// Serves the routes on each listener until `stop` completes. Then accepts no further connections and waits for the
/// requests in flight. After the time limit `limits.shutdown`, asks the handlers to answer immediately, and drops the
/// requests that still remain a second later.
pub async fn serve(services: Vec<Service>, limits: TimeLimits, stop: impl Future<Output = ()>) {
    let (connections, services) = Connections::new(limits, services);
    let accepting = join_all(
        services.into_iter().map(|(listener, routes, room)| connections.accept(listener, routes, room)),
    );
    tokio::select! {
        _ = accepting => {}
        () = stop => {}
    }
    connections.finish().await;
}

/// Listens for SIGHUP, the signal to reload the configuration.
///
/// # Errors
/// Fails if the signal cannot be handled.
pub fn reload_signal() -> io::Result<tokio::signal::unix::Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup())
}

/// The connections of all listeners.
struct Connections {
    limits: TimeLimits,
    protocol: auto::Builder<TokioExecutor>,
    rooms: Vec<Arc<Room>>,
    stop: Stop,
    tasks: TaskTracker,
}

impl Connections {
    fn new(limits: TimeLimits, services: Vec<Service>) -> (Self, Vec<(TcpListener, Routes, Arc<Room>)>) {
        let services: Vec<_> = services
            .into_iter()
            .map(|service| {
                let room = Arc::new(Room::new(service.max_connections, service.max_per_address));
                (service.listener, service.routes, room)
            })
            .collect();
        let connections = Self {
            protocol: connection::protocol(limits.header),
            limits,
            rooms: services.iter().map(|(_, _, room)| room.clone()).collect(),
            stop: Stop::default(),
            tasks: TaskTracker::new(),
        };
        (connections, services)
    }

    async fn accept(&self, listener: TcpListener, routes: Routes, room: Arc<Room>) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let activity = Arc::new(Activity::new(self.limits.header));
                    let network = Network::from(peer.ip());
                    match room.enter(network, activity.clone()) {
                        Some(slot) => self.spawn(stream, routes.clone(), network, (activity, slot)),
                        None => debug!("closed a new connection, because all connections are in use"),
                    }
                }
                Err(error) => self.relieve(&error).await,
            }
        }
    }

    fn spawn(&self, stream: TcpStream, routes: Routes, network: Network, place: (Arc<Activity>, room::Slot)) {
        let (protocol, stop) = (self.protocol.clone(), self.stop.clone());
        self.tasks.spawn(connection::serve(stream, routes, protocol, network, place, stop));
    }

    /// Makes room after a connection could not be accepted, usually because file descriptors are exhausted.
    async fn relieve(&self, error: &io::Error) {
        let relieved = self.rooms.iter().fold(false, |relieved, room| room.relieve() | relieved);
        warn!(%error, relieved, "failed to accept a connection");
        sleep(if relieved { RELIEF_PAUSE } else { ACCEPT_PAUSE }).await;
    }

    async fn finish(self) {
        info!("stopping; waiting for requests in flight");
        let began = Instant::now();
        self.stop.gracefully.cancel();
        self.tasks.close();
        if timeout(self.limits.shutdown, self.tasks.wait()).await.is_err() {
            self.limits.time_is_up.cancel();
            if timeout(ANSWER_TIME, self.tasks.wait()).await.is_err() {
                warn!(
                    connections = self.tasks.len(),
                    "dropped the requests that were still in flight at the end of the grace period"
                );
            }
        }
        self.stop.immediately.cancel();
        self.tasks.wait().await;
        info!(elapsed_ms = began.elapsed().as_millis() as u64, "stopped");
    }
}
