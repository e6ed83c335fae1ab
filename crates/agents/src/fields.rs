//! The fields of a payload: what an agent's reader understands is taken out, so that
//! what is left is exactly what it did not.

use crate::bound;
use serde_json::{Map, Value};

/// The fields of a payload that nobody has taken yet.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn new(map: Map<String, Value>) -> Fields {
        Fields(map)
    }

    /// Takes a field out if it is a text; anything else under that name stays.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.whole_text(name).map(bound::text)
    }

    /// Takes a text out uncut.
    pub(crate) fn whole_text(&mut self, name: &str) -> Option<String> {
        if !self.0.get(name)?.is_string() {
            return None;
        }
        match self.0.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Takes a field out, whatever it is; null if there is none.
    pub(crate) fn value(&mut self, name: &str) -> Value {
        self.0.remove(name).unwrap_or(Value::Null)
    }

    /// Puts a field back that nobody wanted.
    pub(crate) fn give_back(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Looks at a field without taking it out.
    pub(crate) fn see(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Looks at a text without taking it out.
    pub(crate) fn see_text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// What nobody has taken.
    pub(crate) fn rest(self) -> Map<String, Value> {
        bound::map(self.0)
    }
}
