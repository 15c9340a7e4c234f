//! Progress of long work on standard error: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// One piece of long work.
pub struct Progress {
    what: &'static str,
    total: u64,
    bar: Option<ProgressBar>,
    begun: Instant,
    said: Instant,
}

impl Progress {
    /// Begins to tell of work on so many things.
    pub fn begin(what: &'static str, total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| bar(what, total));
        let now = Instant::now();
        Self { what, total, bar, begun: now, said: now }
    }

    /// So many are done.
    pub fn at(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        } else if self.said.elapsed() >= EVERY {
            self.said = Instant::now();
            eprintln!("{}: {done} of {}", self.what, self.total);
        }
    }

    /// All are done.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        eprintln!("{}: {} in {:.1} s", self.what, self.total, self.begun.elapsed().as_secs_f64());
    }
}

fn bar(what: &'static str, total: u64) -> ProgressBar {
    let shape = "{prefix} {wide_bar} {human_pos}/{human_len}  {per_sec}  {eta} left";
    let style = ProgressStyle::with_template(shape).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_prefix(what)
}
