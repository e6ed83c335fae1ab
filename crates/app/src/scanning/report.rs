//! What a scan found and how much it looked at, shared by the threads that look.

use super::Finding;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Findings that one scan keeps; the rest is counted.
const MOST: usize = 100_000;

/// Problems that are told; the rest is counted.
const MOST_PROBLEMS: usize = 20;

/// What the threads write to.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) binary: AtomicU64,
    pub(crate) too_large: AtomicU64,
    pub(crate) unreadable: AtomicU64,
    pub(crate) allowed: AtomicU64,
    pub(crate) untold: AtomicU64,
    findings: Mutex<Vec<Finding>>,
    problems: Mutex<Vec<String>>,
}

/// How much was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) milliseconds: u64,
    pub(crate) binary: u64,
    pub(crate) too_large: u64,
    pub(crate) unreadable: u64,
    /// Silent because of a comment on the line.
    pub(crate) allowed: u64,
    /// Silent because of the baseline.
    pub(crate) known: u64,
    /// Beyond what one scan keeps.
    pub(crate) untold: u64,
}

impl Report {
    pub(crate) fn add(&self, found: Vec<Finding>) {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(findings.len());
        let left = found.len().saturating_sub(room);
        findings.extend(found.into_iter().take(room));
        count(&self.untold, left);
    }

    pub(crate) fn problem(&self, problem: String) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.len() < MOST_PROBLEMS {
            problems.push(problem);
        }
    }

    /// Ends the scan: findings by category and place, counts, problems.
    pub(crate) fn finish(self) -> (Vec<Finding>, Counts, Vec<String>) {
        let counts = Counts {
            files: self.files.into_inner(),
            bytes: self.bytes.into_inner(),
            binary: self.binary.into_inner(),
            too_large: self.too_large.into_inner(),
            unreadable: self.unreadable.into_inner(),
            allowed: self.allowed.into_inner(),
            untold: self.untold.into_inner(),
            ..Counts::default()
        };
        let mut findings = self
            .findings
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        findings.sort_by(|one, other| key(one).cmp(&key(other)));
        let mut problems = self
            .problems
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        problems.sort();
        (findings, counts, problems)
    }
}

fn key(finding: &Finding) -> (super::Category, &str, u64, u64, &str) {
    (
        finding.category,
        &finding.path,
        finding.line,
        finding.column,
        &finding.kind,
    )
}

/// Adds to a count.
pub(crate) fn count(to: &AtomicU64, number: usize) {
    to.fetch_add(u64::try_from(number).unwrap_or(u64::MAX), Ordering::Relaxed);
}
