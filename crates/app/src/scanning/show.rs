//! What a person sees of a scan: findings by category, advice, one line that sums up.

use super::{Category, Counts, Finding};
use crate::output::{BOLD, DIM, GREEN, YELLOW, count, table};
use std::collections::BTreeMap;

/// Letters of an excerpt on a line.
const EXCERPT: usize = 80;

/// The same finding in the same file stands here once.
type Group<'a> = (&'a str, &'a str, String);

/// Lays out the findings.
pub(crate) fn findings(findings: &[Finding]) -> String {
    let mut text = String::new();
    for category in Category::ALL {
        let here: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.category == category)
            .collect();
        if here.is_empty() {
            continue;
        }
        text.push_str(&format!(
            "{BOLD}{} ({}){BOLD:#}\n",
            category.title(),
            here.len()
        ));
        text.push_str(&table(&rows(&here)));
        text.push_str(&format!("{DIM}{}{DIM:#}\n\n", category.advice()));
    }
    text
}

fn rows(findings: &[&Finding]) -> Vec<Vec<String>> {
    let mut times: BTreeMap<Group<'_>, usize> = BTreeMap::new();
    for finding in findings {
        *times.entry(group(finding)).or_default() += 1;
    }
    let mut rows = Vec::new();
    for finding in findings {
        // The first of a group stands for all.
        let Some(number) = times.remove(&group(finding)) else {
            continue;
        };
        let mut shown: String = finding.shown.chars().take(EXCERPT).collect();
        if shown.len() < finding.shown.len() {
            shown.push('…');
        }
        if finding.category == Category::Injection {
            shown = format!("\"{shown}\"");
        }
        if finding.verified {
            shown.push_str(&format!(" {DIM}(checksum or structure holds){DIM:#}"));
        }
        if finding.expired {
            shown.push_str(&format!(" {DIM}(expired){DIM:#}"));
        }
        if let Some(origin) = finding.origin {
            shown.push_str(&format!(" {DIM}(read as: {origin}){DIM:#}"));
        }
        if number > 1 {
            shown.push_str(&format!(
                " {DIM}(and {} in this file){DIM:#}",
                count(further(number), "more time")
            ));
        }
        rows.push(vec![
            format!(
                "  {}{DIM}:{}:{}{DIM:#}",
                finding.path, finding.line, finding.column
            ),
            format!("{YELLOW}{}{YELLOW:#}", finding.kind),
            shown,
        ]);
        if let Some(opinion) = &finding.opinion {
            let sentence = format!("{DIM}{}{DIM:#}", opinion.sentence());
            rows.push(vec![String::new(), String::new(), sentence]);
        }
    }
    rows
}

fn group(finding: &Finding) -> Group<'_> {
    (
        &finding.path,
        &finding.kind,
        finding.fingerprint.to_string(),
    )
}

fn further(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX).saturating_sub(1)
}

/// `312 files, 4.1 MB in 0.2 s; 3 secrets, 1 injection; 12 binary files skipped`.
pub(crate) fn summary(findings: &[Finding], counts: &Counts) -> String {
    let mut parts = Vec::new();
    for category in Category::ALL {
        let number = findings
            .iter()
            .filter(|finding| finding.category == category)
            .count();
        if number > 0 {
            parts.push(count(further(number + 1), category.noun()));
        }
    }
    let found = if parts.is_empty() {
        format!("{GREEN}nothing found{GREEN:#}")
    } else {
        format!("{YELLOW}{}{YELLOW:#}", parts.join(", "))
    };
    let mut text = format!(
        "{}, {} in {}; {found}",
        count(counts.files, "file"),
        bytes(counts.bytes),
        seconds(counts.milliseconds)
    );
    for (number, name, what) in [
        (counts.binary, "binary file", "skipped"),
        (counts.too_large, "file", "too large"),
        (counts.unreadable, "file", "not readable"),
        (counts.known, "finding", "known from the baseline"),
        (counts.allowed, "finding", "allowed by a comment"),
        (counts.untold, "further finding", "not kept"),
    ] {
        if number > 0 {
            text.push_str(&format!("; {} {what}", count(number, name)));
        }
    }
    text.push('\n');
    text
}

/// `4.1 MB`, in powers of ten.
pub(super) fn bytes(number: u64) -> String {
    let (unit, name) = match number {
        ..1_000 => return format!("{number} bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = number / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

fn seconds(milliseconds: u64) -> String {
    let tenths = milliseconds.div_ceil(100);
    format!("{}.{} s", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        let table = [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (4_160_000, "4.1 MB"),
            (2_000_000_000, "2.0 GB"),
        ];
        for (number, wanted) in table {
            assert_eq!(bytes(number), wanted);
        }
        assert_eq!(
            (seconds(0), seconds(1), seconds(1250)),
            ("0.0 s".into(), "0.1 s".into(), "1.3 s".into())
        );
    }
}
