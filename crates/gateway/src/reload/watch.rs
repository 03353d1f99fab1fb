//! When the configuration is read anew.

use std::{future::pending, time::Duration};
use switchboard_config::ConfigFile;

use tokio::{signal::unix::Signal, time::sleep};
use tokio_util::sync::CancellationToken;

use super::Live;

/// Between two looks at a file that somebody says has changed.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Live {
    /// Reads the configuration anew whenever its file, last seen as `file`, has changed, and whenever it is `asked` to,
    /// until it is told to stop.
    ///
    /// A file counts once two looks in a row find it the same, so that one that is still being written is not taken. It
    /// is looked at instead of listened for: that works with links, renames and on every file system.
    pub async fn watch(&mut self, mut file: Option<ConfigFile>, mut asked: Signal, stop: CancellationToken) {
        let (mut last, mut wanted) = (file.clone(), false);
        loop {
            let rest = if wanted { POLL_INTERVAL } else { self.config.server.watch_config };
            tokio::select! {
                () = stop.cancelled() => return,
                Some(()) = asked.recv(), if !wanted => wanted = true,
                () = pass(rest) => {}
            }
            let look = self.read_if_changed().await;
            if look != last {
                last = look;
            } else if wanted || look != file {
                wanted = false;
                file.clone_from(&look);
                self.reload(look).await;
            }
        }
    }

    async fn read_if_changed(&self) -> Option<ConfigFile> {
        let origin = self.origin.clone();
        // A look that broke off saw nothing; the next one sees more.
        tokio::task::spawn_blocking(move || origin.look()).await.unwrap_or_default()
    }
}

/// Waits that long; forever where it is zero.
async fn pass(time: Duration) {
    if time.is_zero() {
        pending::<()>().await;
    }
    sleep(time).await;
}
