//! An import's progress on standard error: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use enclave::snapshot::{Progress, Step};
use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// The way of one import. Several threads may tell how far they are.
pub struct Bar {
    bar: Option<ProgressBar>,
    clock: Mutex<Clock>,
}

struct Clock {
    begun: Instant,
    said: Instant,
    /// The step that is running, since when, and its rows then.
    step: Option<(Step, Instant, u64)>,
}

impl Bar {
    pub fn begin() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let shape = "{percent:>3} % {wide_bar} {msg}  {eta} left";
            let style = ProgressStyle::with_template(shape);
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let now = Instant::now();
        Self { bar, clock: Mutex::new(Clock { begun: now, said: now, step: None }) }
    }

    /// Tells how far it is.
    pub fn at(&self, progress: &Progress<'_>) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let line = || format!("{} {}", words(progress.step), progress.table);
        let rate = clock.rows_per_second(progress);
        if let Some(bar) = &self.bar {
            bar.set_length(progress.total);
            bar.set_position(progress.done);
            bar.set_message(format!("{}  {rate} rows/s", line()));
        } else if clock.said.elapsed() >= EVERY {
            clock.said = Instant::now();
            let share = progress.done as f64 / progress.total.max(1) as f64;
            let spent = clock.begun.elapsed().as_secs_f64();
            let left = spent / share.max(0.001) * (1.0 - share);
            eprintln!("{:.0} %  {}  {rate} rows/s  about {left:.0} s left", share * 100.0, line());
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Clock {
    /// The rate since the running step began; it comes back with each table.
    fn rows_per_second(&mut self, progress: &Progress<'_>) -> u64 {
        let (begun, before) = match self.step {
            Some((step, begun, before)) if step == progress.step => (begun, before),
            _ => {
                self.step = Some((progress.step, Instant::now(), progress.rows));
                return 0;
            }
        };
        (progress.rows.saturating_sub(before) as f64 / begun.elapsed().as_secs_f64().max(0.001)) as u64
    }
}

fn words(step: Step) -> &'static str {
    match step {
        Step::Survey => "reading 読取",
        Step::Spread => "dividing 分割",
        Step::Write => "writing 書込",
    }
}
