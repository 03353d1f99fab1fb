//! Accepting connections: bounded in number, in silence and in the time they get when the process stops.

mod routes;

use std::{
    io,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::join_all;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use tracing::{debug, info, warn};

pub use routes::Routes;

/// The most bytes of a request's header, its request line included.
const MAX_HEADER: usize = 64 * 1024;
/// The most header fields of a request.
const MAX_HEADERS: usize = 100;
/// Connections of one listener at once; more wait in the system's queue.
const MAX_CONNECTIONS: usize = 8192;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
/// How often an HTTP/2 connection without traffic is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);
/// How long to wait when a connection cannot be accepted, usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long connections are waited for.
#[derive(Debug, Clone, Copy)]
pub struct ShutdownLimits {
    /// From the accepted connection to the end of its first request's header, and between the requests on it.
    pub header: Duration,
    /// For requests in flight, once the process is told to stop.
    pub shutdown: Duration,
}

/// Serves routes on each listener until `stop` is ready, then lets the requests in flight finish.
///
/// Nothing new is accepted from then on. What has not finished after the patience is dropped.
pub async fn serve(
    services: Vec<(TcpListener, Routes)>,
    limits: ShutdownLimits,
    stop: impl Future<Output = ()>,
) {
    let connections = Connections::new(limits);
    let accepting =
        join_all(services.into_iter().map(|(listener, routes)| connections.accept(listener, routes)));
    tokio::select! {
        _ = accepting => {}
        () = stop => {}
    }
    connections.finish().await;
}

/// Ready whenever the process is told to read its configuration anew: SIGHUP.
///
/// # Errors
/// If the signal cannot be listened to.
pub fn reload_signal() -> io::Result<tokio::signal::unix::Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup())
}

/// The connections of all listeners.
struct Connections {
    limits: ShutdownLimits,
    protocol: auto::Builder<TokioExecutor>,
    graceful: GracefulShutdown,
    tasks: TaskTracker,
    abandon: CancellationToken,
}

impl Connections {
    fn new(limits: ShutdownLimits) -> Self {
        let mut protocol = auto::Builder::new(TokioExecutor::new());
        let mut http1 = protocol.http1();
        http1.timer(TokioTimer::new()).header_read_timeout(limits.header);
        http1.max_buf_size(MAX_HEADER).max_headers(MAX_HEADERS);
        let mut http2 = protocol.http2();
        http2.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(limits.header);
        http2.max_header_list_size(MAX_HEADER as u32).max_concurrent_streams(MAX_STREAMS);
        Self {
            limits,
            protocol,
            graceful: GracefulShutdown::new(),
            tasks: TaskTracker::new(),
            abandon: CancellationToken::new(),
        }
    }

    async fn accept(&self, listener: TcpListener, routes: Routes) {
        let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        // The semaphore is never closed, so there is always a permit to come.
        while let Ok(permit) = room.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let connection = self.connection(stream, routes.clone());
                    self.tasks.spawn(async move {
                        connection.await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    warn!(%error, "a connection cannot be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// One connection to its end. hyper times headers only once it knows the protocol, which a silent or hesitant
    /// peer never tells; so the first request has a deadline of its own, counted from here.
    fn connection(&self, stream: TcpStream, routes: Routes) -> impl Future<Output = ()> + Send + use<> {
        let begun = Arc::new(Notify::new());
        let service = service_fn({
            let begun = begun.clone();
            move |request: hyper::Request<Incoming>| {
                begun.notify_one();
                routes.now().oneshot(request)
            }
        });
        // Answers are written whole; waiting to fill a packet would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "TCP_NODELAY cannot be set");
        }
        let connection = self.protocol.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = self.graceful.watch(connection);
        let (abandon, limits) = (self.abandon.clone(), self.limits.header);
        async move {
            let mut connection = pin!(connection);
            let silent = async {
                if timeout(limits, begun.notified()).await.is_ok() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                ended = &mut connection => {
                    if let Err(error) = ended {
                        debug!(error = error.as_ref(), "a connection ended badly");
                    }
                }
                () = silent => debug!("a connection was closed: its first request took too long"),
                () = abandon.cancelled() => {}
            }
        }
    }

    async fn finish(self) {
        info!("stopping: requests in flight may finish");
        let began = Instant::now();
        if timeout(self.limits.shutdown, self.graceful.shutdown()).await.is_err() {
            warn!(
                connections = self.tasks.len(),
                "requests were still in flight when the time to stop was over"
            );
        }
        self.abandon.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        info!(elapsed_ms = began.elapsed().as_millis() as u64, "stopped");
    }
}
