//! The metrics of the process itself, as Linux reports them in `/proc`. On other systems, they are absent.

use std::{fs, time::Duration};

use opentelemetry::metrics::Meter;

/// The number of ticks per second. Linux reports processor time and start times in ticks. The number is the same on
/// every platform that Rust supports.
const TICKS_PER_S: f64 = 100.0;

/// Registers the metrics. Their values are read when the metrics are collected, except for the start time.
pub fn register(meter: &Meter) {
    let _ = meter
        .f64_observable_counter("process.cpu")
        .with_unit("s")
        .with_description("Processor time of the process, user and system.")
        .with_callback(|observer| {
            if let Some(time) = processor_time() {
                observer.observe(time.as_secs_f64(), &[]);
            }
        })
        .build();
    let _ = meter
        .u64_observable_gauge("process.resident_memory")
        .with_unit("By")
        .with_description("Resident memory of the process.")
        .with_callback(|observer| {
            if let Some(bytes) = resident_memory() {
                observer.observe(bytes, &[]);
            }
        })
        .build();
    let _ = meter
        .u64_observable_gauge("process.open_fds")
        .with_description("Open file descriptors of the process.")
        .with_callback(|observer| {
            if let Ok(descriptors) = fs::read_dir("/proc/self/fd") {
                // One of the descriptors is open only for this listing.
                observer.observe(descriptors.count().saturating_sub(1) as u64, &[]);
            }
        })
        .build();
    if let Some(started) = start_time() {
        let _ = meter
            .f64_observable_gauge("process.start_time")
            .with_unit("s")
            .with_description("Start of the process, in seconds since 1970-01-01T00:00:00Z.")
            .with_callback(move |observer| observer.observe(started, &[]))
            .build();
    }
}

fn processor_time() -> Option<Duration> {
    let ticks = stat_field(14)? + stat_field(15)?;
    Some(Duration::from_secs_f64(ticks as f64 / TICKS_PER_S))
}

fn resident_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// Computes the start time of the process from the boot time of the system.
fn start_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let booted: f64 = stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(booted + stat_field(22)? as f64 / TICKS_PER_S)
}

/// Reads a field of `/proc/self/stat`, numbered from 1 as in proc(5). The second field, the program's name, may contain
/// spaces, so only later fields can be read. Returns `None` if the field cannot be read, as on systems other than
/// Linux.
fn stat_field(number: usize) -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(number - 3)?.parse().ok()
}
