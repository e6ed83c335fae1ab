//! Time on the wall and on the processor, and what is made of it.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// When something began.
pub(crate) struct Times {
    wall: Instant,
    processor: Duration,
}

impl Times {
    pub(crate) fn start() -> Times {
        Times {
            wall: Instant::now(),
            processor: processor(),
        }
    }

    /// On the wall, and of all threads on the processor.
    pub(crate) fn passed(&self) -> (Duration, Duration) {
        (
            self.wall.elapsed(),
            processor().saturating_sub(self.processor),
        )
    }
}

fn processor() -> Duration {
    time_of(ClockId::ProcessCPUTime)
}

/// What this thread took of the processor so far: of a busy machine, only our share.
pub(crate) fn own_processor() -> Duration {
    time_of(ClockId::ThreadCPUTime)
}

fn time_of(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}

/// Milliseconds, with as many digits as can be trusted.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "shown with few digits")]
pub(crate) fn per_second(events: usize, time: Duration) -> String {
    format!("{:.1}k", events as f64 / time.as_secs_f64() / 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "shown with few digits")]
pub(crate) fn ratio(bytes: u64, events: usize) -> f64 {
    bytes as f64 / events as f64
}

/// The value below which so many of a hundred lie.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len().saturating_sub(1)) * percent / 100;
    times.get(place).copied().unwrap_or_default()
}
