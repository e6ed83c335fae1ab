//! From text to a syntax tree: our own tokens, `brush-parser`'s grammar where a line needs one.
//!
//! **Invariant:** the grammar, which recurses and backtracks, only ever sees the shape: placeholders
//! for words, balanced brackets, and nesting no deeper than [`DEEPEST`]. What a word says is found by
//! its place in the text ([`Parsed::raw`]), so no word can slow the grammar down or upset it.

mod lexer;
mod plain;

use brush_parser::{ParserOptions, ast};

use crate::Problem;
use crate::scan::part;
pub(crate) use lexer::is_assignment;

/// Deepest nesting of compound commands that is followed in one text.
const DEEPEST: usize = 40;

/// Deepest nesting of `case`: the grammar reads an unfinished one twice per level.
const DEEPEST_CASE: usize = 4;

/// A text and its syntax tree.
pub(crate) struct Parsed<'a> {
    text: &'a str,
    /// The tree; the values of its words are placeholders.
    pub(crate) program: ast::Program,
    /// How many tokens that was.
    pub(crate) tokens: usize,
    /// The text goes on behind what the tree holds.
    pub(crate) cut: bool,
}

impl<'a> Parsed<'a> {
    /// Parses a whole text.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Problem> {
        let (tokens, whole) = lexer::tokens(text)?;
        let count = tokens.len();
        let program = match plain::program(tokens) {
            Ok(program) => program,
            Err(tokens) => brush_parser::parse_tokens(&tokens, &ParserOptions::default())
                .map_err(|_| Problem::Unparsable)?,
        };
        Ok(Self {
            text,
            program,
            tokens: count,
            cut: !whole,
        })
    }

    /// What was typed where this word stands.
    pub(crate) fn raw(&self, word: &ast::Word) -> &'a str {
        word.loc.as_ref().map_or("", |place| self.at(place))
    }

    /// The text of a span.
    pub(crate) fn at(&self, place: &brush_parser::SourceSpan) -> &'a str {
        part(self.text, place.start.index, place.end.index)
    }
}
