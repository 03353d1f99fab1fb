//! The signals that end a process.

use std::io;

/// Ready when the process is told to stop: SIGTERM, or SIGINT (Ctrl-C).
///
/// # Errors
/// If the signals cannot be listened to.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
