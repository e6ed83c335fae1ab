//! How commands speak to people and to programs: colours, tables, JSON, exit codes.

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use jiff::tz::TimeZone;
use ringfence_event::{Severity, Timestamp, Verdict};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Version of the JSON that commands print; raised when a field changes its meaning or goes.
pub(crate) const SCHEMA: u32 = 1;

/// Exit codes, all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Failed,
    Usage,
    /// `ringfence check`: the command would be denied.
    WouldDeny,
    /// `ringfence scan` found something.
    Found,
    /// `ringfence scan` could not look: for it 1 means that something was found.
    CouldNotLook,
    /// `ringfence exec`: what the program inside ended with.
    Passed(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::WouldDeny => 3,
            Exit::Found => 1,
            Exit::CouldNotLook => 2,
            Exit::Passed(code) => code,
        })
    }
}

/// Tells an error: `error: …`, its causes, and a hint.
pub(crate) fn report(error: &anyhow::Error) -> Exit {
    // `ringfence events | head` closes the pipe: that is no failure.
    let broken = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe);
    if broken {
        return Exit::Done;
    }
    let mut text = String::new();
    let mut hints = Vec::new();
    for (depth, cause) in error.chain().enumerate() {
        let message = cause.to_string();
        let (said, hint) = message.split_once("\nhint: ").unwrap_or((&message, ""));
        if !hint.is_empty() {
            hints.push(hint.to_owned());
        }
        if depth == 0 {
            let _infallible = writeln!(text, "{RED}error:{RED:#} {said}");
        } else {
            let _infallible = writeln!(text, "  Caused by: {said}");
        }
    }
    for hint in hints {
        let _infallible = writeln!(text, "hint: {hint}");
    }
    anstream::stderr()
        .write_all(text.as_bytes())
        .unwrap_or_default();
    Exit::Failed
}

const RED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// The colour of a verdict; the word always stands beside it.
pub(crate) fn verdict(verdict: Verdict) -> String {
    let style = match verdict {
        Verdict::Allow => DIM,
        Verdict::Alert | Verdict::Ask => YELLOW,
        Verdict::Deny => RED,
    };
    format!("{style}{}{style:#}", verdict.name())
}

/// The colour of a severity; the word always stands beside it.
pub(crate) fn severity(severity: Severity) -> String {
    let style = match severity {
        Severity::Informational | Severity::Low => DIM,
        Severity::Medium => YELLOW,
        Severity::High | Severity::Critical => RED,
    };
    format!("{style}{}{style:#}", severity.name())
}

/// Prints text; colours only where a person looks (`NO_COLOR` and pipes are respected).
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Prints one JSON document with the schema's version in front.
pub(crate) fn print_json(name: &str, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(&Document { name, value })?;
    text.push('\n');
    print(&text)
}

/// The schema's version, then the value under its name.
struct Document<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<T: Serialize> Serialize for Document<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry(self.name, self.value)?;
        map.end()
    }
}

/// Prints one JSON document in one line, for `--follow`.
pub(crate) fn print_json_line(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    print(&text)
}

/// Lays rows out in columns; the last column is as long as it is.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| width(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                let wanted = widths.get(column).copied().unwrap_or(0) + 2;
                text.extend(std::iter::repeat_n(' ', wanted.saturating_sub(width(cell))));
            }
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    text
}

/// Letters of a cell that are seen: escape sequences of our own colours are not.
fn width(cell: &str) -> usize {
    anstream::adapter::strip_str(cell)
        .to_string()
        .chars()
        .count()
}

/// A time of day for today, else the date too, in the user's time zone.
pub(crate) fn clock(at: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::system();
    let local = |time: Timestamp| {
        jiff::Timestamp::from_microsecond(time.0)
            .map(|moment| moment.to_zoned(zone.clone()))
            .ok()
    };
    match (local(at), local(now)) {
        (Some(moment), Some(today)) if moment.date() == today.date() => {
            moment.strftime("%H:%M:%S").to_string()
        }
        (Some(moment), _) => moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        (None, _) => at.to_string(),
    }
}

/// `3 min ago`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.0.saturating_sub(at.0) / 1_000_000;
    match seconds {
        ..2 => "just now".to_owned(),
        2..120 => format!("{seconds} s ago"),
        120..7200 => format!("{} min ago", seconds / 60),
        7200..172_800 => format!("{} h ago", seconds / 3600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// `1 event`, `2 events`.
pub(crate) fn count(number: u64, name: &str) -> String {
    match number {
        1 => format!("1 {name}"),
        _ => format!("{number} {name}s"),
    }
}

/// Reads `30m`, `6h`, `7d`, in microseconds.
fn span(text: &str) -> Option<i64> {
    let seconds = match text.chars().last()? {
        's' => 1_i64,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?.parse::<u32>().ok()?;
    i64::from(number).checked_mul(seconds * 1_000_000)
}

/// Reads `30m`, `6h`, `7d` or an RFC 3339 time.
pub(crate) fn since(text: &str, now: Timestamp) -> Result<Timestamp> {
    if let Some(span) = span(text) {
        return Ok(Timestamp(now.0.saturating_sub(span)));
    }
    Timestamp::parse(text).ok_or_else(|| {
        anyhow::anyhow!("`{text}` is no time\nhint: use 30m, 6h, 7d or 2026-11-21T08:00:00Z")
    })
}

/// Reads `30m`, `6h`, `7d`: so long from now.
pub(crate) fn after(text: &str, now: Timestamp) -> Result<Timestamp> {
    let span = span(text).filter(|span| *span > 0);
    let span = span.ok_or_else(|| {
        anyhow::anyhow!("`{text}` is no span of time\nhint: use 30m, 6h, 7d or 4w")
    })?;
    Ok(Timestamp(now.0.saturating_add(span)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_times_are_read() {
        let now = Timestamp(1_000_000_000_000_000);
        assert_eq!(since("30m", now).unwrap(), Timestamp(now.0 - 1_800_000_000));
        assert_eq!(
            since("1970-01-01T00:00:01Z", now).unwrap(),
            Timestamp(1_000_000)
        );
        for wrong in ["", "m", "-3h", "soon", "99999999999999999d", "3µ"] {
            assert!(since(wrong, now).is_err(), "{wrong}");
            assert!(after(wrong, now).is_err(), "{wrong}");
        }
        assert_eq!(after("30m", now).unwrap(), Timestamp(now.0 + 1_800_000_000));
        assert!(after("0d", now).is_err());
    }

    #[test]
    fn columns_line_up_with_and_without_colour() {
        let rows = [
            vec![verdict(Verdict::Deny), "a".to_owned()],
            vec!["allowed".to_owned(), "b".to_owned()],
        ];
        let plain = anstream::adapter::strip_str(&table(&rows)).to_string();
        assert_eq!(plain, "deny     a\nallowed  b\n");
    }

    #[test]
    fn ages_are_readable() {
        let now = Timestamp(1_000_000_000_000);
        let table = [
            (0, "just now"),
            (5, "5 s ago"),
            (600, "10 min ago"),
            (7300, "2 h ago"),
            (200_000, "2 days ago"),
        ];
        for (seconds, wanted) in table {
            assert_eq!(ago(Timestamp(now.0 - seconds * 1_000_000), now), wanted);
        }
    }
}
