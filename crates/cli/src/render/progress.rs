//! How far something is: a bar on a terminal, a line now and then elsewhere.

use std::{
    io::{IsTerminal as _, Write, stderr},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

const STYLE: &str = "{msg} {wide_bar} {pos} of {len}, {eta} left";
/// How often a bar moves though nothing happens.
const TICK: Duration = Duration::from_millis(200);
/// Elsewhere than on a terminal, how many lines there are.
const LINES: usize = 10;
/// Fewer parts than this are soon done.
const FEW: usize = 20;

/// How far something is. Dropping it takes the bar away.
pub enum Progress {
    /// Nobody is told.
    Silent,
    /// On a terminal.
    Bar(ProgressBar),
    /// Elsewhere.
    Lines {
        /// What is done.
        doing: &'static str,
        /// How many parts there are.
        total: usize,
        /// How many of them are done.
        done: AtomicUsize,
    },
}

impl Progress {
    /// Of nothing that anybody is told of.
    pub fn silent() -> Self {
        Self::Silent
    }

    /// Of so many parts.
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

    /// One more part is done.
    pub fn step(&self) {
        match self {
            Self::Silent => {}
            Self::Bar(bar) => bar.inc(1),
            Self::Lines { done, .. } => self.reached(done.load(Ordering::Relaxed) + 1),
        }
    }

    /// So many parts are done.
    pub fn reached(&self, now: usize) {
        match self {
            Self::Silent => {}
            Self::Bar(bar) => bar.set_position(now as u64),
            Self::Lines { doing, total, done } => {
                let before = done.swap(now, Ordering::Relaxed);
                let tenth = |done: usize| done * LINES / total;
                if tenth(now) > tenth(before) {
                    // Where nobody reads it, nobody misses it.
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
