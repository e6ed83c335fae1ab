//! One value of a detection: how a text of an event is compared with it.
//!
//! **Invariant:** matching takes time linear in the text; nothing backtracks further than one pattern.

mod expression;
mod glob;
mod moment;
mod network;
mod required;

pub(crate) use expression::{Flags, LazyRegex, Regexes};
pub(crate) use moment::Part;
pub(crate) use network::Network;

use crate::error::Problem;
use crate::view::{Text, lower_case};
use glob::Glob;
use std::hash::{Hash, Hasher};

/// Longest value of a detection, in bytes.
pub(crate) const LONGEST: usize = 4096;

/// Where in the text a value must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Whole,
    Anywhere,
    Start,
    End,
}

impl Place {
    /// Says whether a text stands so in another.
    pub(crate) fn holds(self, text: &str, wanted: &str) -> bool {
        match self {
            Place::Whole => text == wanted,
            Place::Anywhere => text.contains(wanted),
            Place::Start => text.starts_with(wanted),
            Place::End => text.ends_with(wanted),
        }
    }
}

/// Whether upper and lower case differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Case {
    Ignored,
    Heeded,
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value of a detection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// The same text, without wildcards.
    Text {
        text: String,
        place: Place,
        case: Case,
    },
    /// A text with `*` or `?`.
    Wild { glob: Glob, case: Case },
    /// A regular expression.
    Regex(LazyRegex),
    /// A number that is compared.
    Number { order: Order, than: Amount },
    /// A part of a date that is compared.
    Moment {
        part: Part,
        order: Order,
        than: Amount,
    },
    /// An address inside of a network.
    Network(Network),
}

/// A number that can be told apart from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amount(pub(crate) f64);

impl PartialEq for Amount {
    fn eq(&self, other: &Amount) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Amount {}

impl Hash for Amount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Order {
    /// Says whether a number stands so to the other.
    pub(crate) fn holds(self, number: f64, than: f64) -> bool {
        match self {
            Order::Equal => number.total_cmp(&than).is_eq(),
            Order::Less => number < than,
            Order::LessOrEqual => number <= than,
            Order::Greater => number > than,
            Order::GreaterOrEqual => number >= than,
        }
    }
}

impl Pattern {
    /// Makes a pattern of a value with Sigma's wildcards.
    pub(crate) fn text(value: &str, place: Place, case: Case) -> Pattern {
        let lower = match case {
            Case::Ignored => lower_case(value),
            Case::Heeded => None,
        };
        let value = lower.as_deref().unwrap_or(value);
        if !value.contains(['*', '?', '\\']) {
            let text = value.to_owned();
            return Pattern::Text { text, place, case };
        }
        let mut glob = Glob::read(value);
        if let Some(text) = glob.literal() {
            return Pattern::Text { text, place, case };
        }
        glob.open_ends(place);
        Pattern::Wild { glob, case }
    }

    /// Makes a pattern of a text in which no character is a wildcard.
    pub(crate) fn literal(value: &str, place: Place, case: Case) -> Pattern {
        let lower = match case {
            Case::Ignored => lower_case(value),
            Case::Heeded => None,
        };
        Pattern::Text {
            text: lower.unwrap_or_else(|| value.to_owned()),
            place,
            case,
        }
    }

    /// Makes a pattern of a regular expression.
    pub(crate) fn regex(source: &str, flags: Flags, when: Regexes) -> Result<Pattern, Problem> {
        LazyRegex::new(source, flags, when).map(Pattern::Regex)
    }

    /// Says whether a text of an event matches.
    pub(crate) fn matches(&self, text: &Text<'_>) -> bool {
        match self {
            Pattern::Text {
                text: wanted,
                place,
                case,
            } => place.holds(in_case(text, *case), wanted),
            Pattern::Wild { glob, case } => glob.matches(in_case(text, *case)),
            Pattern::Regex(regex) => regex.matches(text),
            Pattern::Number { order, than } => {
                let number = text.raw.trim().parse::<f64>();
                number.is_ok_and(|number| order.holds(number, than.0))
            }
            Pattern::Moment { part, order, than } => part
                .of(&text.raw)
                .is_some_and(|number| order.holds(f64::from(number), than.0)),
            Pattern::Network(network) => network.holds(&text.raw),
        }
    }

    /// Texts in lower case, one of which must stand in what matches; `None` if none must.
    pub(crate) fn required_texts(&self) -> Option<Vec<String>> {
        match self {
            Pattern::Text { text, .. } => {
                Some(vec![lower_case(text).unwrap_or_else(|| text.clone())])
            }
            Pattern::Wild { glob, .. } => {
                let text = glob.longest_text();
                let text = lower_case(&text).unwrap_or(text);
                (!text.is_empty()).then(|| vec![text])
            }
            Pattern::Regex(regex) => regex.required_texts().map(<[String]>::to_vec),
            Pattern::Number { .. } | Pattern::Moment { .. } | Pattern::Network(_) => None,
        }
    }

    /// How much it costs to judge, roughly, so that what is cheap is tried first.
    pub(crate) fn cost(&self) -> u32 {
        match self {
            Pattern::Text {
                place: Place::Anywhere,
                ..
            } => 1,
            Pattern::Text { .. } => 0,
            Pattern::Number { .. } | Pattern::Moment { .. } | Pattern::Network(_) => 1,
            Pattern::Wild { .. } => 2,
            Pattern::Regex(_) => 8,
        }
    }
}

/// A text of an event as the case asks for it.
pub(crate) fn in_case<'t>(text: &'t Text<'_>, case: Case) -> &'t str {
    match case {
        Case::Ignored => text.lower(),
        Case::Heeded => &text.raw,
    }
}

#[cfg(test)]
mod tests;
