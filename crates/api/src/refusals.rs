//! Refusals in the log: once per kind and minute, however many there are.
//!
//! **Invariant:** a line says what kind of request was refused and how many, and
//! nothing of the request itself: a wrong credential is often a right one elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_mins(1);

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Asked for by another name than ours: DNS rebinding, or a misguided client.
    Host,
    /// Sent by another site's page.
    Origin,
    /// No credential, or a wrong one.
    Credentials,
    /// A one-time code that is wrong, old or used.
    Code,
    /// Changes what a person decides, with a script's token.
    Person,
    /// Changes something without the dashboard's header.
    Forgery,
    /// A body that is too large.
    TooLarge,
    /// Headers, a body or the reading of an answer took too long.
    Slow,
    /// Too many connections.
    Connections,
    /// Too many streams.
    Streams,
}

impl Kind {
    const ALL: [Kind; 10] = [
        Kind::Host,
        Kind::Origin,
        Kind::Credentials,
        Kind::Code,
        Kind::Person,
        Kind::Forgery,
        Kind::TooLarge,
        Kind::Slow,
        Kind::Connections,
        Kind::Streams,
    ];

    fn words(self) -> &'static str {
        match self {
            Kind::Host => "a request by another host name",
            Kind::Origin => "a request from another site",
            Kind::Credentials => "a request without a valid credential",
            Kind::Code => "a sign-in with a wrong, old or used code",
            Kind::Person => "a change by a script, which only a person may make",
            Kind::Forgery => "a change without the dashboard's own header or origin",
            Kind::TooLarge => "a body that is too large",
            Kind::Slow => "a client that is too slow",
            Kind::Connections => "a connection, because there are too many",
            Kind::Streams => "a stream, because there are too many",
        }
    }
}

/// One kind's last line, and how many were refused silently since.
#[derive(Clone, Copy, Default)]
struct Told {
    last: Option<Instant>,
    silent: u64,
}

#[derive(Default)]
pub(crate) struct Refusals {
    told: Mutex<[Told; Kind::ALL.len()]>,
}

impl Refusals {
    /// Counts a refusal; returns the line for the log if it is time for one.
    pub(crate) fn note(&self, kind: Kind, now: Instant) -> Option<String> {
        let place = Kind::ALL.iter().position(|known| *known == kind)?;
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = all.get_mut(place)?;
        let waits = told
            .last
            .is_some_and(|last| now.saturating_duration_since(last) < PERIOD);
        if waits {
            told.silent += 1;
            return None;
        }
        let silent = std::mem::take(&mut told.silent);
        told.last = Some(now);
        let more = match silent {
            0 => String::new(),
            silent => format!(" ({silent} more since the last line)"),
        };
        Some(format!("dashboard: refused {}{more}", kind.words()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_once_a_minute() {
        let refusals = Refusals::default();
        let start = Instant::now();
        let at = |kind, seconds| refusals.note(kind, start + Duration::from_secs(seconds));
        let line = "dashboard: refused a request by another host name";
        assert_eq!(at(Kind::Host, 0).as_deref(), Some(line));
        assert_eq!(at(Kind::Host, 1), None);
        assert_eq!(at(Kind::Host, 59), None);
        assert!(at(Kind::Origin, 59).is_some());
        assert_eq!(
            at(Kind::Host, 60),
            Some(format!("{line} (2 more since the last line)"))
        );
        assert_eq!(at(Kind::Host, 61), None);
    }

    #[test]
    fn every_kind_has_its_place() {
        let refusals = Refusals::default();
        let now = Instant::now();
        assert!(
            Kind::ALL
                .iter()
                .all(|kind| refusals.note(*kind, now).is_some())
        );
    }
}
