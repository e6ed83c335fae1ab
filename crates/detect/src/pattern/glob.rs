//! Texts with Sigma's wildcards `*` and `?`.
//!
//! **Invariant:** matching takes time linear in the text for one pattern: nothing is tried twice.

use super::Place;

/// Texts between `*`, each made of characters and of `None` for `?`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Glob {
    pieces: Vec<Vec<Option<char>>>,
}

impl Glob {
    /// Reads `*`, `?` and `\` as Sigma does: a backslash only matters before one of the three.
    pub(super) fn read(value: &str) -> Glob {
        let mut pieces = Vec::new();
        let mut piece = Vec::new();
        let mut characters = value.chars().peekable();
        while let Some(character) = characters.next() {
            let escaped = character == '\\' && matches!(characters.peek(), Some('*' | '?' | '\\'));
            match character {
                '\\' if escaped => piece.push(characters.next()),
                '*' => {
                    pieces.push(std::mem::take(&mut piece));
                }
                '?' => piece.push(None),
                other => piece.push(Some(other)),
            }
        }
        pieces.push(piece);
        Glob { pieces }
    }

    /// The text, if there is no wildcard in it.
    pub(super) fn literal(&self) -> Option<String> {
        match self.pieces.as_slice() {
            [only] => only.iter().copied().collect(),
            _ => None,
        }
    }

    /// The longest text without wildcards that must stand somewhere in what matches.
    pub(super) fn longest_text(&self) -> String {
        let runs = self
            .pieces
            .iter()
            .flat_map(|piece| piece.split(Option::is_none));
        let texts = runs.map(|run| run.iter().copied().flatten().collect::<String>());
        texts.max_by_key(String::len).unwrap_or_default()
    }

    /// Puts a `*` where the place leaves an end open.
    pub(super) fn open_ends(&mut self, place: Place) {
        if matches!(place, Place::Anywhere | Place::End) {
            self.pieces.insert(0, Vec::new());
        }
        if matches!(place, Place::Anywhere | Place::Start) {
            self.pieces.push(Vec::new());
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.pieces.split_first() else {
            return text.is_empty();
        };
        let Some(mut rest) = after_piece(first, text) else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return rest.is_empty();
        };
        for piece in middle {
            let Some(after) = after_first(piece, rest) else {
                return false;
            };
            rest = after;
        }
        ends_with_piece(last, rest)
    }
}

/// What follows the piece, if the text begins with it.
fn after_piece<'t>(piece: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut characters = text.chars();
    for wanted in piece {
        let found = characters.next()?;
        if wanted.is_some_and(|wanted| wanted != found) {
            return None;
        }
    }
    Some(characters.as_str())
}

/// What follows the first place where the piece stands: leftmost is enough, as `*` takes the rest.
fn after_first<'t>(piece: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut rest = text;
    loop {
        if let Some(after) = after_piece(piece, rest) {
            return Some(after);
        }
        let mut characters = rest.chars();
        characters.next()?;
        rest = characters.as_str();
    }
}

fn ends_with_piece(piece: &[Option<char>], text: &str) -> bool {
    let mut characters = text.chars();
    piece.iter().rev().all(|wanted| {
        characters
            .next_back()
            .is_some_and(|found| wanted.is_none_or(|wanted| wanted == found))
    })
}
