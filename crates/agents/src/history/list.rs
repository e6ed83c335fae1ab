//! The elements of a file that is one JSON text.
//!
//! **Invariant:** of a list only one element is in memory at a time, however long it is.

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::{Error, Value};
use std::fmt;

/// How a file is taken apart.
#[derive(Clone, Copy)]
pub(super) enum List {
    /// It is a list.
    Elements,
    /// It is an object with lists in it.
    Within(fn(Value) -> Vec<Value>),
}

/// Shows each element; an error comes after those that stand before it.
pub(super) fn each(text: &str, list: List, show: impl FnMut(Value)) -> Result<(), Error> {
    match list {
        List::Elements => {
            let mut reader = serde_json::Deserializer::from_str(text);
            reader.deserialize_seq(Shown(show))?;
            reader.end()
        }
        List::Within(apart) => {
            let value = serde_json::from_str(text)?;
            apart(value).into_iter().for_each(show);
            Ok(())
        }
    }
}

struct Shown<S>(S);

impl<'de, S: FnMut(Value)> Visitor<'de> for Shown<S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            (self.0)(element);
        }
        Ok(())
    }
}
