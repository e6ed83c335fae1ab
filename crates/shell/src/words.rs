//! What passes between the stages: a word as far as it is known, and what flows through a pipe.
//!
//! **Invariant:** `unresolved` is set whenever a part of the text stands as it was typed, so that
//! nobody takes a `$(…)` or `$X` for the text it would become.

use std::rc::Rc;

use crate::Word;

/// Longest text that one word or variable may grow to.
pub(crate) const LONGEST_WORD: usize = 64 * 1024;

/// A word after expansion.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) text: String,
    /// It holds the output of a command.
    pub(crate) computed: bool,
    /// It holds a glob, or something that is known only by guess.
    pub(crate) open: bool,
    /// A part of it stands as typed, because only running it would tell.
    pub(crate) unresolved: bool,
    /// The invocations whose output it holds.
    pub(crate) from: Vec<usize>,
    /// What the program reads when it opens this word: `<( … )`.
    pub(crate) feed: Option<Box<Stream>>,
    /// The invocations that read what the program writes into this word: `>( … )`.
    pub(crate) sinks: Vec<usize>,
}

impl Field {
    /// A word that is known to the last letter.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A word that stands as typed.
    pub(crate) fn typed(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            open: true,
            unresolved: true,
            ..Self::default()
        }
    }

    /// Takes over what is known of another word that becomes a part of this one.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.computed |= other.computed;
        self.open |= other.open;
        self.unresolved |= other.unresolved;
        for index in &other.from {
            if !self.from.contains(index) {
                self.from.push(*index);
            }
        }
    }

    /// The same word with another text.
    pub(crate) fn with_text(&self, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..self.clone()
        }
    }

    /// The public form.
    pub(crate) fn word(&self) -> Word {
        Word {
            text: self.text.clone(),
            computed: self.computed,
            open: self.open,
        }
    }
}

/// What a command writes to its standard output, or reads from its standard input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    /// The invocations that write it.
    pub(crate) from: Vec<usize>,
    /// Its text, when the command line tells.
    pub(crate) text: Option<Rc<str>>,
    /// Parts of the text stand as typed, because only running it would tell.
    pub(crate) unresolved: bool,
    /// A path like those it prints, when it lists files (`find`).
    pub(crate) listed: Option<String>,
    /// The steps that the text came through (`echo`, `base64 -d`).
    pub(crate) steps: Vec<&'static str>,
}

impl Stream {
    /// The output of something that prints nothing.
    pub(crate) fn silent() -> Self {
        Self {
            text: Some(Rc::from("")),
            ..Self::default()
        }
    }

    /// A text that stands in the command line.
    pub(crate) fn given(field: &Field, step: &'static str) -> Self {
        Self {
            from: field.from.clone(),
            text: Some(Rc::from(field.text.as_str())),
            unresolved: field.unresolved,
            steps: vec![step],
            listed: None,
        }
    }

    /// Appends the output of the command that runs next.
    pub(crate) fn append(&mut self, next: Self) {
        for index in next.from {
            if self.from.last().is_none_or(|last| *last < index) || !self.from.contains(&index) {
                self.from.push(index);
            }
        }
        self.unresolved |= next.unresolved;
        self.text = match (self.text.take(), next.text) {
            (Some(text), Some(more)) if text.is_empty() => Some(more),
            (Some(text), Some(more)) if more.is_empty() => Some(text),
            (Some(text), Some(more)) if text.len() + more.len() <= LONGEST_WORD => {
                Some(Rc::from(format!("{text}{more}")))
            }
            _ => None,
        };
        if self.steps.is_empty() {
            self.steps = next.steps;
        }
    }
}
