//! A sign of life for what takes longer than a second, on terminals only.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows that something is being done until it is dropped.
pub struct Progress {
    bar: ProgressBar,
    /// Closed when it is dropped.
    _done: Sender<()>,
}

impl Progress {
    /// Shows `what` from a second on.
    pub fn of(what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(what);
        let (done, is_done) = channel();
        let later = bar.clone();
        thread::spawn(move || {
            if is_done.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                // Draws nothing where standard error is no terminal.
                later.set_draw_target(ProgressDrawTarget::stderr());
                later.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { bar, _done: done }
    }

    /// Shows how many of so many parts are done: of so many `pairs`.
    pub fn count_to(&mut self, parts: usize, called: &str) {
        self.bar.set_length(u64::try_from(parts).unwrap_or(u64::MAX));
        if let Ok(style) =
            ProgressStyle::with_template(&format!("{{spinner}} {{msg}}: {{pos}} of {{len}} {called}"))
        {
            self.bar.set_style(style);
        }
    }

    /// One more part is done.
    pub fn advance(&self) {
        self.advance_by(1);
    }

    /// So many more parts are done.
    pub fn advance_by(&self, parts: usize) {
        self.bar.inc(u64::try_from(parts).unwrap_or(u64::MAX));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
