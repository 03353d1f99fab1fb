//! The metrics of the configuration.

use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Gauge},
};

static LOADED: LazyLock<Gauge<f64>> = LazyLock::new(|| {
    global::meter("switchboard")
        .f64_gauge("switchboard.config_loaded_timestamp")
        .with_unit("s")
        .with_description(
            "Time at which the active configuration was loaded, in seconds since 1970-01-01T00:00:00Z.",
        )
        .build()
});

static RELOADS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter("switchboard")
        .u64_counter("switchboard.config_reloads")
        .with_description("Attempts to replace the configuration, by outcome.")
        .build()
});

/// Records that a configuration became active. Also adds 0 to the counter for both outcomes of a reload, so that both
/// series exist from the start.
pub fn record_start() {
    record_loaded();
    RELOADS.add(0, &[KeyValue::new("outcome", "replaced")]);
    RELOADS.add(0, &[KeyValue::new("outcome", "refused")]);
}

/// Counts a replaced configuration.
pub fn count_replaced() {
    record_loaded();
    RELOADS.add(1, &[KeyValue::new("outcome", "replaced")]);
}

/// Counts a refused configuration.
pub fn count_refused() {
    RELOADS.add(1, &[KeyValue::new("outcome", "refused")]);
}

fn record_loaded() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    LOADED.record(now.as_secs_f64(), &[]);
}
