//! From bytes to a JSON object: size, encoding and syntax, nothing of what it means.

use serde_json::{Map, Value};
use std::borrow::Cow;

/// Largest payload that is read, in bytes.
pub const LARGEST_PAYLOAD: usize = 8 * 1024 * 1024;

/// Why a payload could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Nothing came.
    #[error("the agent sent nothing")]
    Empty,
    /// More came than is read.
    #[error("the payload is larger than {limit} bytes")]
    TooLarge {
        /// [`LARGEST_PAYLOAD`].
        limit: usize,
    },
    /// It is not JSON, or nested too deep.
    #[error("the payload is not JSON: {what} at line {line}, column {column}")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// It is JSON, but not an object.
    #[error("the payload is not a JSON object but {found}")]
    NotAnObject {
        /// What it is instead (`a list`).
        found: &'static str,
    },
}

/// Reads the object in a payload. Bytes that are not UTF-8 and halves of surrogate
/// pairs become U+FFFD: a model must not get a call past us by putting one into it.
pub(crate) fn object(payload: &[u8]) -> Result<Map<String, Value>, PayloadError> {
    if payload.len() > LARGEST_PAYLOAD {
        return Err(PayloadError::TooLarge {
            limit: LARGEST_PAYLOAD,
        });
    }
    let text = String::from_utf8_lossy(payload);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(PayloadError::Empty);
    }
    match parse(text)? {
        Value::Object(map) => Ok(map),
        Value::Null => Err(not_an_object("null")),
        Value::Bool(_) => Err(not_an_object("a boolean")),
        Value::Number(_) => Err(not_an_object("a number")),
        Value::String(_) => Err(not_an_object("a string")),
        Value::Array(_) => Err(not_an_object("a list")),
    }
}

fn not_an_object(found: &'static str) -> PayloadError {
    PayloadError::NotAnObject { found }
}

fn parse(text: &str) -> Result<Value, PayloadError> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if let Cow::Owned(mended) = without_half_surrogates(text)
        && let Ok(value) = serde_json::from_str(&mended)
    {
        return Ok(value);
    }
    let told = error.to_string();
    let what = told.split(" at line ").next().unwrap_or(&told);
    Err(PayloadError::NotJson {
        line: error.line(),
        column: error.column(),
        what: what.to_owned(),
    })
}

/// Replaces `\uD800`…`\uDFFF` escapes that have no other half. `JSON.stringify`
/// writes them for a string that holds one (ECMA-262, `QuoteJSONString`).
fn without_half_surrogates(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        let start = at + found;
        let Some(unit) = escaped_unit(text, start) else {
            at = after_escape(text, start);
            continue;
        };
        let next = escaped_unit(text, start + 6);
        match (unit, next) {
            (0xd800..=0xdbff, Some(0xdc00..=0xdfff)) => at = start + 12,
            (0xd800..=0xdfff, _) => {
                mended.push_str(text.get(done..start).unwrap_or_default());
                mended.push('\u{fffd}');
                at = start + 6;
                done = at;
            }
            _ => at = start + 6,
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The code unit of a `\uXXXX` that stands at `start`.
fn escaped_unit(text: &str, start: usize) -> Option<u16> {
    let digits = text.get(start..start + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

/// The place after the backslash at `start` and the character that it escapes.
fn after_escape(text: &str, start: usize) -> usize {
    let escaped = text.get(start + 1..).and_then(|rest| rest.chars().next());
    start + 1 + escaped.map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_an_object_is_told() {
        let list = |text: &str| object(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(list(""), "the agent sent nothing");
        assert_eq!(
            list(" \n\u{feff}"),
            "the payload is not JSON: expected value at line 2, column 1"
        );
        assert_eq!(list("[1]"), "the payload is not a JSON object but a list");
        assert_eq!(list("null"), "the payload is not a JSON object but null");
        assert_eq!(
            list("{\"a\": 1,\n \"b\" 2}"),
            "the payload is not JSON: expected `:` at line 2, column 6"
        );
        assert_eq!(
            list("{\"a\":1} trailing"),
            "the payload is not JSON: trailing characters at line 1, column 9"
        );
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let deep = format!("{{\"a\":{}", "[".repeat(1_000_000));
        let error = object(deep.as_bytes()).unwrap_err();
        assert_eq!(
            error,
            PayloadError::NotJson {
                line: 1,
                column: 132,
                what: "recursion limit exceeded".to_owned()
            }
        );
    }

    #[test]
    fn size_is_limited() {
        let large = vec![b' '; LARGEST_PAYLOAD + 1];
        let error = object(&large).unwrap_err();
        assert_eq!(
            error,
            PayloadError::TooLarge {
                limit: LARGEST_PAYLOAD
            }
        );
    }

    #[test]
    fn broken_text_is_mended_not_refused() {
        let cases: [(&[u8], Value); 6] = [
            (b"\xef\xbb\xbf{\"a\":1}", json!({"a": 1})),
            (b"{\"a\":\"x\xff\"}", json!({"a": "x\u{fffd}"})),
            (br#"{"a":"\ud800 cat"}"#, json!({"a": "\u{fffd} cat"})),
            (
                br#"{"a":"\udc00\ud83d\ude00\ud800"}"#,
                json!({"a": "\u{fffd}\u{1f600}\u{fffd}"}),
            ),
            (
                br#"{"a":"\\ud800 \ud800"}"#,
                json!({"a": "\\ud800 \u{fffd}"}),
            ),
            (br#"{"a":1,"a":2}"#, json!({"a": 2})),
        ];
        for (payload, wanted) in cases {
            assert_eq!(Value::Object(object(payload).unwrap()), wanted);
        }
    }
}
