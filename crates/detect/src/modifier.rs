//! What stands after a field's name: `|contains|all`, `|base64offset`, `|re|i` …
//!
//! Sigma 2.1, appendix "modifiers". Values are changed in the order of the modifiers.

use crate::error::Problem;
use crate::pattern::{Case, Flags, Order, Part, Place};

/// The modifiers that are understood, for messages.
const MODIFIERS: &[&str] = &[
    "contains",
    "startswith",
    "endswith",
    "all",
    "cased",
    "exists",
    "neq",
    "re",
    "i",
    "m",
    "s",
    "cidr",
    "fieldref",
    "expand",
    "windash",
    "base64",
    "base64offset",
    "wide",
    "utf16le",
    "utf16be",
    "utf16",
    "lt",
    "lte",
    "gt",
    "gte",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
];

/// What the modifiers of one key ask for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Modifiers {
    pub(crate) compare: Compare,
    pub(crate) need: Need,
    /// How the values are changed before they are compared.
    pub(crate) changes: Vec<Change>,
}

/// How a value and a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    Text(Place, Case),
    Regex(Flags),
    Number(Order),
    Moment(Part, Order),
    Network,
    Exists,
    /// With another field of the same record.
    Field(Place, Case),
}

/// How patterns and the values of a field go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// Some value matches some pattern.
    Any,
    /// Each pattern is matched by some value.
    All,
    /// Some value matches none of the patterns.
    Other,
}

/// A change of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Expand,
    Windash,
    Utf16Little,
    Utf16Big,
    Utf16Marked,
    Base64,
    Base64Offset,
}

/// Modifiers as they stand, before they are put together.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for one modifier that is there or is not"
)]
struct Gathered {
    place: Option<Place>,
    cased: bool,
    regex: Option<Flags>,
    order: Option<Order>,
    part: Option<Part>,
    need: Option<Need>,
    network: bool,
    exists: bool,
    field: bool,
    changes: Vec<Change>,
}

impl Modifiers {
    /// Reads the modifiers after a field's name.
    pub(crate) fn read<'m>(
        key: &str,
        field: &str,
        names: impl Iterator<Item = &'m str>,
    ) -> Result<Modifiers, Problem> {
        let mut gathered = Gathered::default();
        for name in names {
            gathered.add(key, field, name)?;
        }
        gathered.together().map_err(|why| conflict(key, why))
    }
}

fn conflict(key: &str, why: &'static str) -> Problem {
    Problem::Modifiers {
        field: key.to_owned(),
        why,
    }
}

impl Gathered {
    fn add(&mut self, key: &str, field: &str, name: &str) -> Result<(), Problem> {
        if let Some(part) = Part::from_name(name) {
            self.part = Some(part);
            return Ok(());
        }
        match name {
            "contains" | "startswith" | "endswith" if self.place.is_some() => {
                return Err(conflict(key, "only one of contains, startswith, endswith"));
            }
            "contains" => self.place = Some(Place::Anywhere),
            "startswith" => self.place = Some(Place::Start),
            "endswith" => self.place = Some(Place::End),
            "cased" => self.cased = true,
            "all" | "neq" if self.need.is_some() => {
                return Err(conflict(key, "`all` and `neq` do not go together"));
            }
            "all" => self.need = Some(Need::All),
            "neq" => self.need = Some(Need::Other),
            "exists" => self.exists = true,
            "cidr" => self.network = true,
            "fieldref" => self.field = true,
            "re" => self.regex = Some(self.regex.unwrap_or_default()),
            "i" | "m" | "s" => match &mut self.regex {
                None => return Err(conflict(key, "`i`, `m`, `s` only after `re`")),
                Some(flags) => match name {
                    "i" => flags.ignore_case = true,
                    "m" => flags.multi_line = true,
                    _ => flags.dot_all = true,
                },
            },
            "lt" => self.order = Some(Order::Less),
            "lte" => self.order = Some(Order::LessOrEqual),
            "gt" => self.order = Some(Order::Greater),
            "gte" => self.order = Some(Order::GreaterOrEqual),
            "expand" => self.changes.push(Change::Expand),
            "windash" => self.changes.push(Change::Windash),
            "wide" | "utf16le" => self.changes.push(Change::Utf16Little),
            "utf16be" => self.changes.push(Change::Utf16Big),
            "utf16" => self.changes.push(Change::Utf16Marked),
            "base64" => self.changes.push(Change::Base64),
            "base64offset" => self.changes.push(Change::Base64Offset),
            unknown => {
                return Err(Problem::UnknownModifier {
                    field: field.to_owned(),
                    modifier: unknown.to_owned(),
                    known: MODIFIERS,
                });
            }
        }
        Ok(())
    }

    fn together(self) -> Result<Modifiers, &'static str> {
        let place = self.place.unwrap_or(Place::Whole);
        let case = if self.cased {
            Case::Heeded
        } else {
            Case::Ignored
        };
        let compare = match (self.regex, self.order, self.part) {
            (Some(flags), None, None) => Compare::Regex(flags),
            (None, order, Some(part)) => Compare::Moment(part, order.unwrap_or(Order::Equal)),
            (None, Some(order), None) => Compare::Number(order),
            (None, None, None) if self.network => Compare::Network,
            (None, None, None) if self.exists => Compare::Exists,
            (None, None, None) if self.field => Compare::Field(place, case),
            (None, None, None) => Compare::Text(place, case),
            _ => return Err("`re`, numbers and dates do not go together"),
        };
        let asks = [
            self.regex.is_some(),
            self.order.is_some() || self.part.is_some(),
            self.network,
            self.exists,
            self.field,
        ];
        let of_text = self.place.is_some() || self.cased;
        let changed = self.changes.iter().any(|change| *change != Change::Expand);
        let is_text = matches!(compare, Compare::Text(..));
        if asks.iter().filter(|asks| **asks).count() > 1
            || (of_text && !is_text && !self.field)
            || (changed && !is_text)
        {
            return Err("`re`, numbers, networks, fields and texts do not go together");
        }
        Ok(Modifiers {
            compare,
            need: self.need.unwrap_or(Need::Any),
            changes: self.changes,
        })
    }
}
