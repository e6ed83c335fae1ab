//! How a list is cut into pages.

use crate::failure::Failure;

/// What a page holds if no limit is given.
const DEFAULT_LIMIT: usize = 100;

/// The most that a page holds.
pub(crate) const MAX_LIMIT: usize = 500;

/// Returns how many items were asked for.
pub(crate) fn limit(asked: Option<usize>) -> Result<usize, Failure> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(Failure::bad_request(format!(
            "`limit` is a number from 1 to {MAX_LIMIT}"
        ))),
    }
}

/// Whether a directory is another one or lies below it.
pub(crate) fn is_below(directory: Option<&str>, top: &str) -> bool {
    let top = top.trim_end_matches('/');
    let rest = directory.and_then(|directory| directory.strip_prefix(top));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Cuts what was read, one more than the limit, to a page; returns what to ask for next.
pub(crate) fn cut<T, N>(items: &mut Vec<T>, limit: usize, name: impl Fn(&T) -> N) -> Option<N> {
    if items.len() <= limit {
        return None;
    }
    items.truncate(limit);
    items.last().map(name)
}
