//! A language model that follows a script, in the dialects that the real agents speak.
//!
//! It listens on loopback only, answers at once, and keeps all that it was asked:
//! so a test can say what the model was told, and what it was never told.

mod anthropic;
mod gemini;
mod openai;
mod script;
mod server;
mod websocket;

pub use script::{Call, Script, Turn};
pub use server::{Asked, Model};

use serde_json::Value;
use server::Answer;

/// The API that an agent speaks to its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Anthropic Messages.
    Anthropic,
    /// `OpenAI` Responses.
    OpenAi,
    /// Gemini `generateContent`.
    Gemini,
}

impl Dialect {
    fn answer(self, script: &Script, path: &str, body: &Value) -> Answer {
        match self {
            Dialect::Anthropic => anthropic::answer(script, path, body),
            Dialect::OpenAi => openai::answer(script, path, body),
            Dialect::Gemini => gemini::answer(script, path, body),
        }
    }
}

/// Returns the elements of a list inside of a document; none if it is not there.
fn list<'a>(document: &'a Value, pointer: &str) -> &'a [Value] {
    document
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Returns one server-sent event.
fn event(name: Option<&str>, data: &Value) -> String {
    match name {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}
