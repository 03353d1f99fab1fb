//! The leases that let only one process at a time follow the calls of a vendor.

use std::{convert::Infallible, time::Duration};

use switchboard_store::CallStore;
use tokio::time::sleep;
use tracing::debug;

/// The shortest duration of a lease.
const MIN_TIME: Duration = Duration::from_secs(3);

/// Returns the name of the lease for the calls of a vendor.
pub(super) fn name(vendor: &str) -> String {
    format!("calls/{vendor}")
}

/// Returns the duration of a lease: three intervals between looks, and at least 3 seconds.
pub(super) fn time(follow: Duration) -> Duration {
    (follow * 3).max(MIN_TIME)
}

/// Renews the lease of a vendor repeatedly until the future is dropped. If the lease is lost, the look continues: the
/// versions of the calls prevent two concurrent looks from overwriting each other's changes.
pub(super) async fn keep(store: &dyn CallStore, vendor: &str, holder: &str, follow: Duration) -> Infallible {
    let (name, time) = (name(vendor), time(follow));
    loop {
        sleep(time / 3).await;
        if let Err(failure) = store.renew(&name, holder, time).await {
            debug!(vendor, %failure, "failed to renew the lease for the calls of a vendor");
        }
    }
}
