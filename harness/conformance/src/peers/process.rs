//! A running program whose output can be waited for.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::PeerError;

/// A running program; it is killed when the value is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: Arc<Output>,
}

impl Process {
    /// Starts `command`, called `name` in errors, without standard input.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(name: &str, mut command: Command) -> Result<Self, PeerError> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(PeerError::environment(format!("start {name}")))?;
        let output = Arc::new(Output::default());
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as _),
            child.stderr.take().map(|stream| Box::new(stream) as _),
        ];
        for stream in streams.into_iter().flatten() {
            output.lines().open += 1;
            let output = Arc::clone(&output);
            thread::spawn(move || output.collect(stream));
        }
        Ok(Self { name: name.to_owned(), child, output })
    }

    /// Waits until a line contains `wanted`, and returns the first such line. Lines that are there already count.
    ///
    /// # Errors
    /// No such line came within `limit`, or the program ended before.
    pub fn wait_for(&self, wanted: &str, limit: Duration) -> Result<String, PeerError> {
        let deadline = Instant::now() + limit;
        let mut lines = self.output.lines();
        loop {
            if let Some(line) = lines.all.iter().find(|line| line.contains(wanted)) {
                return Ok(line.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || lines.open == 0 {
                return Err(PeerError::Silent {
                    process: self.name.clone(),
                    wanted: wanted.to_owned(),
                    limit: (lines.open > 0).then_some(limit),
                    log: lines.all.join("\n"),
                });
            }
            lines = self.output.changed.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What the program has printed so far, both streams together.
    #[must_use]
    pub fn log(&self) -> String {
        self.output.lines().all.join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug, Default)]
struct Output {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Lines {
    all: Vec<String>,
    /// How many of the program's streams are still open.
    open: usize,
}

impl Output {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn collect(&self, stream: impl Read) {
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { break };
            self.lines().all.push(String::from_utf8_lossy(&line).into_owned());
            self.changed.notify_all();
        }
        self.lines().open -= 1;
        self.changed.notify_all();
    }
}
