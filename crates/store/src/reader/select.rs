//! Which events of one segment are asked for.
//!
//! **Invariant:** what is found is in the order that was asked for and never more than
//! was asked for. The way that leads to the fewest rows is taken: an index, the words,
//! or the rollups, which tell where nothing of the kind is.

use super::filter::{Conditions, EventFilter, direction, rows};
use super::segment::Segment;
use super::words::Words;
use super::{search, spans};
use crate::segment::hash;
use crate::{StoreError, codes};
use ringfence_event::Verdict;
use rusqlite::types::Value;

/// Every number, and every moment.
pub(super) const ALL: (i64, i64) = (i64::MIN, i64::MAX);

/// Sessions whose events are looked up one by one when a prefix means several.
pub(super) const FEW_SESSIONS: usize = 64;

/// Rows that are looked at before the rollups are asked where to look.
const FIRST_LOOK: i64 = if cfg!(test) { 3 } else { 2000 };

/// An [`EventFilter`] in the numbers of the tables.
pub(super) struct Wanted {
    /// First and last number.
    pub(super) seqs: (i64, i64),
    /// First and last moment.
    pub(super) at: (i64, i64),
    pub(super) sort: Sort,
    pub(super) session: Option<String>,
    /// The sessions that begin so, or more than [`FEW_SESSIONS`].
    pub(super) sessions: Vec<String>,
    subject: Option<String>,
    project: Option<String>,
    words: Option<Words>,
    pub(super) newest_first: bool,
    pub(super) most: usize,
}

/// What the rollups tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sort {
    kind: Option<i64>,
    does: Option<i64>,
    agent: Option<i64>,
    source: Option<i64>,
    /// Set where what agents told afterwards is left out.
    at_once: Option<i64>,
    /// This one or a stricter one.
    verdict: Option<i64>,
}

impl Sort {
    pub(super) fn add_to(self, conditions: &mut Conditions) {
        conditions.add("kind = ?", self.kind);
        conditions.add("does = ?", self.does);
        conditions.add("agent = ?", self.agent);
        conditions.add("source = ?", self.source);
        conditions.add("source NOT IN (5, 6) AND ? > 0", self.at_once);
        conditions.add("verdict >= ?", self.verdict);
    }
}

impl Wanted {
    /// Reads a filter; `None` if nothing can fit it.
    pub(super) fn new(filter: &EventFilter) -> Result<Option<Wanted>, StoreError> {
        let code = |word: &Option<String>, code: fn(&str) -> Option<i64>| match word {
            None => Some(None),
            Some(word) => code(word).map(Some),
        };
        let kind = code(&filter.kind, codes::kind_of_name);
        let does = code(&filter.does, codes::does_of_name);
        let until = filter
            .until
            .map_or(Some(i64::MAX), |at| at.0.checked_sub(1));
        let after = filter
            .after_seq
            .map_or(Some(i64::MIN), |seq| seq.checked_add(1));
        let before = filter
            .before_seq
            .map_or(Some(i64::MAX), |seq| seq.checked_sub(1));
        let (Some(kind), Some(does), Some(until), Some(after), Some(before)) =
            (kind, does, until, after, before)
        else {
            return Ok(None);
        };
        let text = filter.text.as_deref().map(str::trim);
        let words = text.filter(|text| !text.is_empty()).map(Words::new);
        let verdict = filter.verdict.filter(|verdict| *verdict > Verdict::Allow);
        let wanted = Wanted {
            seqs: (after, before),
            at: (filter.since.map_or(i64::MIN, |at| at.0), until),
            sort: Sort {
                kind,
                does,
                agent: filter.agent.map(|agent| codes::agent(Some(agent))),
                source: filter.source.map(codes::source),
                at_once: filter.at_once.then_some(1),
                verdict: verdict.map(codes::verdict),
            },
            session: filter.session.clone(),
            sessions: Vec::new(),
            subject: filter.subject.clone(),
            project: (filter.project.as_deref()).map(|top| top.trim_end_matches('/').to_owned()),
            words: words.transpose()?,
            newest_first: filter.newest_first,
            most: rows(filter.limit),
        };
        let is_empty = |(first, last)| first > last;
        let no_word = wanted
            .words
            .as_ref()
            .is_some_and(|words| words.all.is_empty());
        let nothing = is_empty(wanted.seqs) || is_empty(wanted.at) || no_word || wanted.most == 0;
        Ok((!nothing).then_some(wanted))
    }

    /// All conditions but the one that an index has seen to.
    pub(super) fn conditions(&self, seqs: (i64, i64), lead: Option<Index>) -> Conditions {
        let mut all = Conditions::default();
        all.between("seq BETWEEN ? AND ?", seqs);
        if self.at != ALL {
            all.between("at BETWEEN ? AND ?", self.at);
        }
        self.sort.add_to(&mut all);
        if lead != Some(Index::Session) {
            all.begins(
                "(SELECT val >= ? AND val < ? FROM str WHERE id = event.session)",
                self.session.as_deref(),
            );
        }
        all.add(
            "(SELECT val = ? OR substr(val, 1, length(?) + 1) = ? || '/'
                FROM str WHERE id = event.cwd)",
            self.project.clone(),
        );
        if lead != Some(Index::Subject) {
            all.add(
                "(SELECT val = ? FROM str WHERE id = event.subject)",
                self.subject.clone(),
            );
        }
        all
    }

    /// Whether nothing is asked for but numbers and words.
    pub(super) fn is_only_words(&self) -> bool {
        let any = self.at == ALL && self.sort == Sort::default();
        any && self.session.is_none() && self.subject.is_none() && self.project.is_none()
    }

    /// Between which numbers of the segment the wanted moments lie.
    fn window(&self, segment: &Segment) -> Result<Option<(i64, i64)>, StoreError> {
        if self.at == ALL {
            return Ok(Some(self.seqs));
        }
        let found = spans::around(segment, self.at)?.map(|(first, last)| {
            let first = self.seqs.0.max(first);
            (first, self.seqs.1.min(last))
        });
        Ok(found.filter(|(first, last)| first <= last))
    }
}

/// What stands in for reading all rows of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Index {
    Session,
    Subject,
    Verdict,
}

impl Index {
    /// The rows with one value, and where they are found. The second part of a condition
    /// tells the driver that the index holds all such rows.
    fn rows(self) -> (&'static str, &'static str) {
        match self {
            Index::Session => ("NOT INDEXED", "session = ?"),
            Index::Subject => ("INDEXED BY event_subject", "subject = ? AND subject > 0"),
            Index::Verdict => ("INDEXED BY event_verdict", "verdict = ? AND verdict > 0"),
        }
    }
}

/// An index, and what is looked up in it.
struct Lead {
    index: Index,
    ids: Vec<i64>,
}

/// Returns the numbers of the events that are asked for, at most so many.
pub(super) fn seqs(
    segment: &Segment,
    wanted: &Wanted,
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let Some(window) = wanted.window(segment)? else {
        return Ok(Vec::new());
    };
    let lead = lead(segment, wanted)?;
    match (&wanted.words, lead) {
        (None, None) => scan(segment, wanted, window, most),
        (None, Some(lead)) => by_index(segment, wanted, window, &lead, most),
        (Some(words), None) => {
            if !spans::any(segment, wanted)? {
                return Ok(Vec::new());
            }
            search::seqs(segment, wanted, words, window, None, most)
        }
        (Some(words), Some(lead)) => {
            let mut fit = by_index(segment, wanted, window, &lead, usize::MAX)?;
            fit.sort_unstable();
            let (Some(first), Some(last)) = (fit.first(), fit.last()) else {
                return Ok(Vec::new());
            };
            search::seqs(segment, wanted, words, (*first, *last), Some(&fit), most)
        }
    }
}

fn lead(segment: &Segment, wanted: &Wanted) -> Result<Option<Lead>, StoreError> {
    if wanted.session.is_some() && wanted.sessions.len() <= FEW_SESSIONS {
        let ids = ids(segment, &wanted.sessions)?;
        let index = Index::Session;
        return Ok(Some(Lead { index, ids }));
    }
    if let Some(subject) = &wanted.subject {
        let ids = ids(segment, std::slice::from_ref(subject))?;
        let index = Index::Subject;
        return Ok(Some(Lead { index, ids }));
    }
    Ok(wanted.sort.verdict.map(|mildest| Lead {
        index: Index::Verdict,
        ids: (mildest..=codes::verdict(Verdict::Deny)).collect(),
    }))
}

/// The numbers of texts, as far as the segment has them.
fn ids(segment: &Segment, texts: &[String]) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT id FROM str WHERE hash = ? AND val = ?";
    let mut ids = Vec::new();
    for text in texts {
        let values = vec![hash(text).into(), text.clone().into()];
        ids.extend(segment.number(sql, values)?);
    }
    Ok(ids)
}

/// Looks up each of a few values, and puts what is found in order.
fn by_index(
    segment: &Segment,
    wanted: &Wanted,
    window: (i64, i64),
    lead: &Lead,
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let mut found = Vec::new();
    for id in &lead.ids {
        let windows = match lead.index {
            Index::Session => stretches(segment, wanted, window, *id)?,
            Index::Subject | Index::Verdict => vec![window],
        };
        let enough = found.len().saturating_add(most);
        for window in windows {
            let left = enough - found.len();
            if left == 0 {
                break;
            }
            found.extend(with_value(
                segment,
                wanted,
                window,
                (lead.index, *id),
                left,
            )?);
        }
    }
    if lead.ids.len() > 1 {
        found.sort_unstable();
        if wanted.newest_first {
            found.reverse();
        }
        found.truncate(most);
    }
    Ok(found)
}

/// The rows that have one value, in order, at most so many.
fn with_value(
    segment: &Segment,
    wanted: &Wanted,
    window: Span,
    (index, id): (Index, i64),
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let conditions = wanted.conditions(window, Some(index));
    let (way, condition) = index.rows();
    let sql = format!(
        "SELECT seq FROM event {way}{} AND {condition} ORDER BY seq {} LIMIT ?",
        conditions.clause(),
        direction(wanted.newest_first),
    );
    let mut values = conditions.values;
    values.extend([id.into(), limit(most)]);
    segment.numbers(&sql, values)
}

/// Where the events of a session lie, in order and as far as they are in the window.
fn stretches(
    segment: &Segment,
    wanted: &Wanted,
    (first, last): Span,
    session: i64,
) -> Result<Vec<Span>, StoreError> {
    let sql = format!(
        "SELECT first, last FROM stretch WHERE session = ? AND last >= ? AND first <= ?
         ORDER BY first {}",
        direction(wanted.newest_first)
    );
    let found = segment.pairs(&sql, vec![session.into(), first.into(), last.into()])?;
    let inside = |(from, to): Span| (from.max(first), to.min(last));
    Ok(found.into_iter().map(inside).collect())
}

/// All stretches of a session, in order.
pub(super) fn stretches_of(segment: &Segment, session: i64) -> Result<Vec<Span>, StoreError> {
    let sql = "SELECT first, last FROM stretch WHERE session = ? ORDER BY first";
    segment.pairs(sql, vec![session.into()])
}

/// Looks at row after row; where only some sorts are asked for, at those minutes in
/// which there are any.
fn scan(
    segment: &Segment,
    wanted: &Wanted,
    window: (i64, i64),
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    if wanted.sort == Sort::default() {
        return rows_between(segment, wanted, window, most);
    }
    let Some((first_look, rest)) = split(segment, wanted, window)? else {
        return Ok(Vec::new());
    };
    let mut found = rows_between(segment, wanted, first_look, most)?;
    if found.len() < most && rest.0 <= rest.1 {
        spans::each(segment, wanted, rest, |span| {
            found.extend(rows_between(segment, wanted, span, most - found.len())?);
            Ok(found.len() >= most)
        })?;
    }
    Ok(found)
}

/// From the first number to the last.
type Span = (i64, i64);

/// The rows to look at first, and the others; `None` if there are none.
fn split(
    segment: &Segment,
    wanted: &Wanted,
    (first, last): (i64, i64),
) -> Result<Option<(Span, Span)>, StoreError> {
    let ends = segment.pairs(
        "SELECT first, last FROM
            (SELECT (SELECT min(seq) FROM event) AS first, (SELECT max(seq) FROM event) AS last)
         WHERE first NOT NULL",
        Vec::new(),
    )?;
    let Some((begin, end)) = ends.first() else {
        return Ok(None);
    };
    let (first, last) = (first.max(*begin), last.min(*end));
    if first > last {
        return Ok(None);
    }
    Ok(Some(if wanted.newest_first {
        let split = first.max(last.saturating_sub(FIRST_LOOK));
        ((split, last), (first, split.saturating_sub(1)))
    } else {
        let split = last.min(first.saturating_add(FIRST_LOOK));
        ((first, split), (split.saturating_add(1), last))
    }))
}

fn rows_between(
    segment: &Segment,
    wanted: &Wanted,
    window: (i64, i64),
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let conditions = wanted.conditions(window, None);
    let sql = format!(
        "SELECT seq FROM event NOT INDEXED{} ORDER BY seq {} LIMIT ?",
        conditions.clause(),
        direction(wanted.newest_first),
    );
    let mut values = conditions.values;
    values.push(limit(most));
    segment.numbers(&sql, values)
}

fn limit(most: usize) -> Value {
    i64::try_from(most).unwrap_or(i64::MAX).into()
}
