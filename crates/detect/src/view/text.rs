//! A value of a field: as it is told, and kept for who asks again.

use crate::field::Field;
use std::borrow::Cow;
use std::cell::OnceCell;

/// A value as it is told: nothing is copied that stands in the event.
pub(crate) enum Value<'a> {
    Text(&'a str),
    /// A program in a directory.
    Below(&'static str, &'a str),
    Made(String),
}

impl<'a> Value<'a> {
    /// The text, put together in `joined` if need be.
    pub(crate) fn as_text<'t>(&'t self, joined: &'t mut String) -> &'t str {
        match self {
            Value::Text(text) => text,
            Value::Made(text) => text,
            Value::Below(directory, program) => {
                joined.clear();
                joined.push_str(directory);
                joined.push_str(program);
                joined
            }
        }
    }

    /// The text, to be kept.
    pub(crate) fn into_text(self) -> Cow<'a, str> {
        match self {
            Value::Text(text) => Cow::Borrowed(text),
            Value::Below(directory, program) => Cow::Owned([directory, program].concat()),
            Value::Made(text) => Cow::Owned(text),
        }
    }
}

/// A value that is kept, as it is and in lower case.
pub(crate) struct Text<'a> {
    pub(crate) raw: Cow<'a, str>,
    /// `None` if `raw` is in lower case already.
    lower: Option<String>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(raw: Cow<'a, str>) -> Text<'a> {
        let lower = lower_case(&raw);
        Text { raw, lower }
    }

    pub(crate) fn lower(&self) -> &str {
        self.lower.as_deref().unwrap_or(&self.raw)
    }
}

/// The values that were asked for, by field. Few records are asked for any.
#[derive(Default)]
pub(super) struct Texts<'a>(OnceCell<Box<[OnceCell<Vec<Text<'a>>>; Field::COUNT]>>);

impl<'a> Texts<'a> {
    /// The values of a field, which `each` tells the first time.
    pub(super) fn of(
        &self,
        field: Field,
        each: impl FnOnce(&mut dyn FnMut(Value<'a>)),
    ) -> &[Text<'a>] {
        let known = self.0.get().and_then(|cells| cells.get(field.place()));
        if let Some(texts) = known.and_then(OnceCell::get) {
            return texts;
        }
        let mut texts = Vec::new();
        each(&mut |value| texts.push(Text::new(value.into_text())));
        // Most fields are absent, and nothing is kept of them.
        if texts.is_empty() {
            return &[];
        }
        let cells = (self.0).get_or_init(|| Box::new([const { OnceCell::new() }; Field::COUNT]));
        match cells.get(field.place()) {
            Some(cell) => cell.get_or_init(|| texts),
            None => &[],
        }
    }
}

/// The text in lower case, character by character; `None` if it is so already.
pub(crate) fn lower_case(text: &str) -> Option<String> {
    let mut lower = String::new();
    lower_into(text, &mut lower).then_some(lower)
}

/// Puts the text in lower case into `lower`; false if it is so already, and `lower` says nothing then.
pub(crate) fn lower_into(text: &str, lower: &mut String) -> bool {
    let plain = |byte: u8| byte < 0x80 && !byte.is_ascii_uppercase();
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return false;
    }
    lower.clear();
    if text.is_ascii() {
        lower.push_str(text);
        lower.make_ascii_lowercase();
        return true;
    }
    lower.extend(text.chars().flat_map(char::to_lowercase));
    lower != text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_made_only_where_it_differs() {
        assert_eq!(lower_case("cat -r"), None);
        assert_eq!(lower_case("rm -R"), Some("rm -r".to_owned()));
        assert_eq!(lower_case("ÄÖ"), Some("äö".to_owned()));
        assert_eq!(lower_case("äö"), None);
    }

    #[test]
    fn a_value_is_the_same_text_told_and_kept() {
        let mut joined = "before".to_owned();
        for (value, text) in [
            (Value::Text("a"), "a"),
            (Value::Below("/bin/", "b"), "/bin/b"),
            (Value::Made("c".to_owned()), "c"),
        ] {
            assert_eq!(value.as_text(&mut joined), text);
            assert_eq!(value.into_text(), text);
        }
    }
}
