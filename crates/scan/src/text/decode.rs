//! What a text says once its encodings are undone: each result is a view of its own.
//!
//! **Invariant:** at most [`MAX_DEPTH`] encodings deep and [`BUDGET`] bytes in all, so a text that
//! unfolds into texts costs no more than it is long. Only what reads as text becomes a view.

mod alphabets;
mod escapes;
mod letters;

use std::ops::Range;

use super::fold::fold;
use super::{Disguise, Hidden, Places, View};

/// Encodings inside encodings that are undone.
pub const MAX_DEPTH: usize = 3;
/// Decoded bytes of one text, as a share of its length (at least [`SMALLEST_BUDGET`]).
const BUDGET: usize = 2;
const SMALLEST_BUDGET: usize = 16 * 1_024;
/// Views of one text.
const MOST_VIEWS: usize = 64;

/// A stretch of text that was decoded.
struct Decoded {
    disguise: Disguise,
    place: Range<usize>,
    text: String,
}

struct Unfolding {
    views: Vec<View>,
    budget: usize,
}

/// Returns the views behind the plain one.
pub(super) fn derived(text: &str, plain: &View, hidden: &[Hidden]) -> Vec<View> {
    let mut unfolding = Unfolding {
        views: Vec::new(),
        budget: (text.len() * BUDGET).max(SMALLEST_BUDGET),
    };
    for hidden in hidden.iter().filter(|hidden| !hidden.decoded.is_empty()) {
        let decoded = Decoded {
            disguise: hidden.disguise,
            place: hidden.place.clone(),
            text: hidden.decoded.clone(),
        };
        unfolding.take(decoded, None, &[]);
    }
    for decoded in encoded(text) {
        unfolding.take(decoded, None, &[]);
    }
    for decoded in letters::respelled(&plain.text) {
        let place = plain.place(decoded.place.clone());
        unfolding.take(decoded, Some(place), &[]);
    }
    unfolding.views
}

fn encoded(text: &str) -> Vec<Decoded> {
    let mut found = alphabets::decoded(text);
    found.extend(escapes::decoded(text));
    found
}

impl Unfolding {
    /// Adds a view, and the views inside it.
    fn take(&mut self, decoded: Decoded, place: Option<Range<usize>>, outer: &[Disguise]) {
        if self.views.len() >= MOST_VIEWS || decoded.text.len() > self.budget {
            return;
        }
        self.budget -= decoded.text.len();
        let place = place.unwrap_or(decoded.place);
        let mut disguises = outer.to_vec();
        disguises.push(decoded.disguise);
        let folded = fold(&decoded.text);
        if disguises.len() < MAX_DEPTH {
            for inner in encoded(&decoded.text) {
                self.take(inner, Some(place.clone()), &disguises);
            }
            for inner in letters::respelled(&folded.text) {
                self.take(inner, Some(place.clone()), &disguises);
            }
        }
        self.views.push(View {
            text: folded.text,
            disguises,
            places: Places::Whole(place),
        });
    }
}

/// Words, not noise: nearly all printable, and mostly letters and spaces.
fn reads_as_text(text: &str) -> bool {
    let (mut letters, mut others) = (0_usize, 0_usize);
    for letter in text.chars() {
        if letter == '\u{fffd}' || (letter.is_control() && !letter.is_whitespace()) {
            return false;
        }
        if letter.is_alphanumeric() || letter.is_whitespace() {
            letters += 1;
        } else {
            others += 1;
        }
    }
    letters >= 6 && letters >= others * 3
}
