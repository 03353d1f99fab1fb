//! The progress of a task, shown as a bar on a terminal and as occasional lines on other streams.

use std::{
    io::{IsTerminal as _, Write, stderr},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

const STYLE: &str = "{msg} {wide_bar} {pos} of {len}, {eta} left";
/// The interval at which the bar is redrawn.
const TICK: Duration = Duration::from_millis(200);
/// The maximum number of progress lines of a task if standard error is not a terminal.
const LINES: usize = 10;
/// The number of steps below which a task prints no lines, because it ends soon.
const FEW: usize = 20;

/// The progress of a task. Dropping the value removes the bar.
pub enum Progress {
    /// No output.
    Silent,
    /// A bar on a terminal.
    Bar(ProgressBar),
    /// Lines on a stream that is not a terminal.
    Lines {
        /// The description of the task.
        doing: &'static str,
        /// The number of steps.
        total: usize,
        /// The number of completed steps.
        done: AtomicUsize,
    },
}

impl Progress {
    /// Creates a progress display that prints nothing.
    pub fn silent() -> Self {
        Self::Silent
    }

    /// Creates the progress of a task with `total` steps: a bar on a terminal, and lines on any other stream. On such a
    /// stream, a task of fewer than 20 steps prints nothing.
    pub fn new(doing: &'static str, total: usize) -> Self {
        if !stderr().is_terminal() {
            return if total < FEW { Self::Silent } else { Self::Lines { doing, total, done: 0.into() } };
        }
        let bar = ProgressBar::new(total as u64).with_message(doing);
        if let Ok(style) = ProgressStyle::with_template(STYLE) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self::Bar(bar)
    }

    /// Counts one more step as completed.
    pub fn step(&self) {
        match self {
            Self::Silent => {}
            Self::Bar(bar) => bar.inc(1),
            Self::Lines { done, .. } => self.reached(done.load(Ordering::Relaxed) + 1),
        }
    }

    /// Sets the number of completed steps.
    pub fn reached(&self, now: usize) {
        match self {
            Self::Silent => {}
            Self::Bar(bar) => bar.set_position(now as u64),
            Self::Lines { doing, total, done } => {
                let before = done.swap(now, Ordering::Relaxed);
                let tenth = |done: usize| done * LINES / total;
                if tenth(now) > tenth(before) {
                    // Ignore a failure: if standard error is closed, the line has no reader.
                    let _ = writeln!(stderr(), "{doing}: {now} of {total}");
                }
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
