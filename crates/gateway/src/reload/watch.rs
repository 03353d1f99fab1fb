//! The watcher, which triggers reloads of the configuration.

use std::{future::pending, time::Duration};
use switchboard_config::ConfigFile;

use tokio::{signal::unix::Signal, time::sleep};
use tokio_util::sync::CancellationToken;

use super::Live;

/// Interval between checks of the file after a reload signal.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Live {
    /// Reloads the configuration whenever its file changes or a signal arrives on `asked`. `file` is the file from
    /// which the active configuration was read. Returns when the token `stop` is triggered.
    ///
    /// A reload waits until two checks in a row find the same content, so that a half-written file is not applied.
    /// Polling works with links, renames and every file system, unlike file system events.
    pub async fn watch(&mut self, mut file: Option<ConfigFile>, mut asked: Signal, stop: CancellationToken) {
        let (mut last, mut wanted) = (file.clone(), false);
        loop {
            let pause = if wanted { POLL_INTERVAL } else { self.config.server.watch_config };
            tokio::select! {
                () = stop.cancelled() => return,
                Some(()) = asked.recv(), if !wanted => wanted = true,
                () = wait(pause) => {}
            }
            let found = self.current_file().await;
            if found != last {
                last = found;
            } else if wanted || found != file {
                wanted = false;
                file.clone_from(&found);
                self.reload(found).await;
            }
        }
    }

    async fn current_file(&self) -> Option<ConfigFile> {
        let origin = self.origin.clone();
        // If the task fails, the next check reads the file again.
        tokio::task::spawn_blocking(move || origin.current_file()).await.unwrap_or_default()
    }
}

/// Waits for `time`, or forever if it is zero.
async fn wait(time: Duration) {
    if time.is_zero() {
        pending::<()>().await;
    }
    sleep(time).await;
}
