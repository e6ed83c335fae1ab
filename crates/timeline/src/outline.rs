//! A session from afar: of each event only its mark, so that a session of many events is cut into
//! pages without reading them.
//!
//! **Invariant:** a page holds whole calls, whenever their parts were told, and no event stands on
//! two pages. A page is found again by its [`Cursor`] when more events came meanwhile.

use crate::builder::Frame;
use crate::cost::Teller;
use crate::likeness;
use ringfence_event::{Source, Timestamp, Verdict};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Events of the kernel that are read for one call; the others are counted.
const MOST_DEEDS: u32 = 200;

/// What is known of an event without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its number in the record.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who told of it.
    pub source: Source,
    /// Its [`kind`](ringfence_event::Action::kind).
    pub kind: &'static str,
    /// A hash of its call's id.
    pub call: Option<i64>,
    /// What was answered.
    pub verdict: Verdict,
    /// Of a prompt of the main conversation: a hash of how it begins.
    pub prompt: Option<u64>,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The moment of its first event.
    pub at: i64,
    /// That event's number.
    pub seq: i64,
}

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Events.
    pub events: u64,
    /// Turns: prompts of the main conversation.
    pub turns: u64,
    /// Tool calls, each once.
    pub calls: u64,
    /// Events that were denied.
    pub denied: u64,
    /// Events by source.
    pub sources: BTreeMap<&'static str, u64>,
    /// Events of the kernel that no page shows, since their call has too many.
    pub left_out: u64,
}

/// Which events a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The events, in order of time.
    pub seqs: Vec<i64>,
    /// How it begins.
    pub frame: Frame,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

/// A session from afar.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// In the order in which pages show them.
    placed: Vec<Placed>,
    counts: Counts,
    usage_from: Option<Source>,
}

#[derive(Clone, Copy, Debug)]
struct Placed {
    mark: Mark,
    /// The first event of its call, or of the same prompt; its own number if it stands alone.
    anchor: Cursor,
    /// The turn that it is in.
    turn: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.at, self.seq)
    }
}

impl Cursor {
    /// Reads what a cursor is shown as.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (at, seq) = text.rsplit_once('-')?;
        Some(Cursor {
            at: at.parse().ok()?,
            seq: seq.parse().ok()?,
        })
    }
}

impl Mark {
    fn cursor(&self) -> Cursor {
        Cursor {
            at: self.at.0,
            seq: self.seq,
        }
    }

    fn is_deed(&self) -> bool {
        self.source == Source::Kernel
    }
}

/// Returns the hash by which the beginning of a prompt is known again.
pub fn prompt_mark(text: &str) -> u64 {
    let text = text.trim();
    let begin = text.floor_char_boundary(60);
    // FNV-1a: only compared with the prompts of the same ten seconds.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes().take(begin) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

/// The turn that is going on, while the outline is drawn.
#[derive(Default)]
struct Current {
    number: u64,
    prompt: Option<u64>,
    anchor: Option<Cursor>,
    sources: Vec<Source>,
}

impl Outline {
    /// Draws a session.
    pub fn of(mut marks: Vec<Mark>) -> Outline {
        marks.sort_unstable_by_key(Mark::cursor);
        let mut outline = Outline::default();
        let mut current = Current::default();
        let mut calls: HashMap<i64, (Cursor, u64, u32)> = HashMap::new();
        for mark in marks {
            outline.count(&mark);
            let mut anchor = mark.cursor();
            if let Some(prompt) = mark.prompt {
                anchor = current.prompt(&mark, prompt);
            }
            let mut turn = current.number;
            if let Some(call) = mark.call {
                let known = calls.entry(call).or_insert_with(|| {
                    outline.counts.calls += 1;
                    (anchor, turn, 0)
                });
                (anchor, turn) = (known.0, known.1);
                if mark.is_deed() {
                    known.2 += 1;
                    if known.2 > MOST_DEEDS {
                        outline.counts.left_out += 1;
                        continue;
                    }
                }
            } else if mark.kind == "tool_call" {
                outline.counts.calls += 1;
            }
            outline.placed.push(Placed { mark, anchor, turn });
        }
        outline.counts.turns = current.number;
        (outline.placed).sort_by_key(|placed| (placed.anchor, placed.mark.cursor()));
        outline
    }

    fn count(&mut self, mark: &Mark) {
        self.counts.events += 1;
        *self.counts.sources.entry(mark.source.name()).or_default() += 1;
        self.counts.denied += u64::from(mark.verdict == Verdict::Deny);
        if mark.kind == "usage" {
            self.usage_from = Some(Teller::better(self.usage_from, mark.source));
        }
    }

    /// Returns how many there are.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Returns which source counts what was used.
    pub fn usage_from(&self) -> Option<Source> {
        self.usage_from
    }

    /// Returns the number in the record of the events of a kind, in order of time.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = i64> {
        let found = self.placed.iter();
        found
            .filter(move |placed| placed.mark.kind == kind)
            .map(|placed| placed.mark.seq)
    }

    /// Returns where the page with an event begins, if pages are cut after so many events.
    pub fn cursor_of(&self, seq: i64) -> Option<Cursor> {
        let found = self.placed.iter().find(|placed| placed.mark.seq == seq);
        found.map(|placed| placed.anchor)
    }

    /// Returns the number in the record of the prompt that begins a turn.
    pub fn prompt_of(&self, turn: u64) -> Option<i64> {
        let first = self.placed.partition_point(|placed| placed.turn < turn);
        let found = self.placed.get(first..)?.iter();
        let mut own = found.take_while(|placed| placed.turn == turn);
        let prompt = own.find(|placed| placed.mark.prompt.is_some());
        prompt.map(|placed| placed.mark.seq)
    }

    /// Returns the number in the record of the first event of a call.
    pub fn call(&self, hash: i64) -> Option<i64> {
        let found = (self.placed.iter()).find(|placed| placed.mark.call == Some(hash));
        found.map(|placed| placed.mark.seq)
    }

    /// Returns where a turn begins.
    pub fn cursor_of_turn(&self, turn: u64) -> Option<Cursor> {
        let first = self.placed.partition_point(|placed| placed.turn < turn);
        let found = self.placed.get(first)?;
        (found.turn == turn).then_some(found.anchor)
    }

    /// Returns the page that begins here, or at the beginning, with about so many events.
    pub fn page(&self, from: Option<Cursor>, size: usize) -> Page {
        let begin = from.map_or(0, |from| {
            self.placed.partition_point(|placed| placed.anchor < from)
        });
        let end = self.end(begin, size.max(1));
        let shown = self.placed.get(begin..end).unwrap_or_default();
        let before = begin.checked_sub(1).and_then(|last| self.placed.get(last));
        Page {
            seqs: shown.iter().map(|placed| placed.mark.seq).collect(),
            frame: Frame {
                usage_from: self.usage_from,
                turn: before.map_or(0, |placed| placed.turn),
                is_first: before.is_none(),
                ..Frame::default()
            },
            next: self.placed.get(end).map(|placed| placed.anchor),
        }
    }

    /// Returns up to so many events of these kinds before a page, in order of time: what its calls
    /// may go back to.
    pub fn before(&self, from: Option<Cursor>, kinds: &[&str], most: usize) -> Vec<i64> {
        let Some(from) = from else {
            return Vec::new();
        };
        let begin = self.placed.partition_point(|placed| placed.anchor < from);
        let earlier = self.placed.get(..begin).unwrap_or_default().iter().rev();
        let mut seqs: Vec<i64> = earlier
            .filter(|placed| kinds.contains(&placed.mark.kind))
            .map(|placed| placed.mark.seq)
            .take(most)
            .collect();
        seqs.reverse();
        seqs
    }

    /// A page ends where a turn or a call begins; a long stretch without any is cut where it is.
    fn end(&self, begin: usize, size: usize) -> usize {
        let mut last = None;
        for (place, placed) in self.placed.iter().enumerate().skip(begin + 1) {
            let own = placed.anchor == placed.mark.cursor();
            let count = place - begin;
            if own && last != Some(placed.anchor) {
                let good = placed.mark.prompt.is_some() || placed.mark.kind == "tool_call";
                if count >= size && (good || count >= size.saturating_mul(2)) {
                    return place;
                }
            }
            last = Some(placed.anchor);
        }
        self.placed.len()
    }
}

impl Current {
    /// Takes a prompt; returns the first event that told of it.
    fn prompt(&mut self, mark: &Mark, prompt: u64) -> Cursor {
        if let Some(anchor) = self.anchor
            && self.prompt == Some(prompt)
            && mark.at.0.saturating_sub(anchor.at) <= likeness::NEAR
            && !self.sources.contains(&mark.source)
        {
            self.sources.push(mark.source);
            return anchor;
        }
        self.number += 1;
        self.prompt = Some(prompt);
        self.anchor = Some(mark.cursor());
        self.sources = vec![mark.source];
        mark.cursor()
    }
}

#[cfg(test)]
mod tests;
