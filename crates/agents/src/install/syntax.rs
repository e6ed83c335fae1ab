//! Reading a settings file: JSON with comments and trailing commas, nothing looser.

use super::EditError;
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// Largest settings file that is edited, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    without_mark(text).1.trim().is_empty()
}

/// The byte order mark, if there is one, and the rest.
pub(crate) fn without_mark(text: &str) -> (&str, &str) {
    match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    }
}

/// Looks at the object in a file.
pub(crate) fn with_root<T>(
    text: &str,
    look: impl FnOnce(&Object<'_>) -> T,
) -> Result<T, EditError> {
    let (_, body) = without_mark(text);
    if body.len() > LARGEST {
        return Err(EditError::TooLarge { limit: LARGEST });
    }
    let parsed = parse_to_ast(body, &CollectOptions::default(), &OPTIONS).map_err(|error| {
        EditError::Broken {
            line: error.line_display(),
            column: error.column_display(),
            what: error.kind().to_string().to_lowercase(),
        }
    })?;
    match parsed.value {
        Some(Value::Object(root)) => Ok(look(&root)),
        _ => Err(EditError::NotAnObject),
    }
}

/// A field of an object; where a name stands twice, the last counts, as for `JSON.parse`.
pub(crate) fn field<'a, 'b>(object: &'b Object<'a>, name: &str) -> Option<&'b Value<'a>> {
    object
        .properties
        .iter()
        .rfind(|property| property.name.as_str() == name)
        .map(|property| &property.value)
}
