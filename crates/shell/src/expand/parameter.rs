//! `${…}`: defaults, substrings, removal, replacement, case, length, indirection.
//!
//! **Invariant:** an operation on a variable that is not known is not guessed at, but for the
//! defaults, which a shell takes for exactly such a variable.

use super::{arithmetic, single};
use crate::pattern;
use crate::reader::Reader;
use crate::scan::{identifier, part, rest};
use crate::words::{Field, LONGEST_WORD};

/// Longest text that is searched for a pattern with wildcards.
const LONGEST_SEARCHED: usize = 128;

/// Expands what stands between `${` and `}`; nothing when only running it would tell.
pub(super) fn expand(
    reader: &mut Reader<'_>,
    inner: &str,
    unknown_is_empty: bool,
) -> Option<Vec<Field>> {
    if let Some(name) = inner.strip_prefix('#').filter(|name| !name.is_empty()) {
        let value = lookup(reader, name)?;
        let length = value.first().map_or(0, |field| field.text.chars().count());
        return Some(vec![Field::plain(length.to_string())]);
    }
    let (inner, indirect) = match inner.strip_prefix('!') {
        Some(inner) => (inner, true),
        None => (inner, false),
    };
    let (name, operation) = split_name(inner)?;
    let mut value = lookup(reader, name);
    if indirect {
        let target = value?.first()?.text.clone();
        value = lookup(reader, &target);
    }
    if operation.is_empty() {
        return value;
    }
    if let Some(result) = default(reader, name, operation, value.as_deref()) {
        return Some(vec![result]);
    }
    if value.is_none() && unknown_is_empty {
        return Some(Vec::new());
    }
    if value.is_none() && is_rooted(name) && matches!(operation, ":0:1" | ": 0:1" | ":0: 1") {
        return Some(vec![Field::plain("/")]);
    }
    let values = value?;
    if values.iter().any(|field| field.unresolved) {
        return None;
    }
    values
        .iter()
        .map(|field| apply(reader, &field.text, operation).map(|text| field.with_text(text)))
        .collect()
}

/// Variables that always hold a path or a list of paths.
fn is_rooted(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "PWD" | "SHELL" | "OLDPWD")
}

/// Cuts `name[index]op` into name with index, and operation.
fn split_name(inner: &str) -> Option<(&str, &str)> {
    let mut length = identifier(inner);
    if length == 0 {
        length = match inner.as_bytes().first()? {
            b'@' | b'*' | b'?' | b'-' | b'$' | b'!' => 1,
            b'0'..=b'9' => inner.bytes().take_while(u8::is_ascii_digit).count(),
            _ => return None,
        };
    } else if rest(inner, length).starts_with('[') {
        length += rest(inner, length).find(']')? + 1;
    }
    Some((part(inner, 0, length), rest(inner, length)))
}

fn lookup(reader: &mut Reader<'_>, name: &str) -> Option<Vec<Field>> {
    if let Some(positional) = &reader.positional {
        if matches!(name, "@" | "*") {
            return Some(positional.clone());
        }
        if let Ok(index @ 1..) = name.parse::<usize>() {
            return positional.get(index - 1).cloned().map(|value| vec![value]);
        }
    }
    let Some((name, index)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) else {
        let values = reader.variable(name)?;
        return Some(values.into_iter().take(1).collect());
    };
    let values = reader.variable(name)?;
    if matches!(index, "@" | "*") {
        return Some(values);
    }
    let index = single(reader, index).text.trim().parse::<usize>().ok()?;
    values.into_iter().nth(index).map(|value| vec![value])
}

/// `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?`, `?`.
fn default(
    reader: &mut Reader<'_>,
    name: &str,
    operation: &str,
    value: Option<&[Field]>,
) -> Option<Field> {
    let colon = operation.strip_prefix(':');
    let (kind, word) = {
        let bare = colon.unwrap_or(operation);
        let kind = *bare.as_bytes().first()?;
        (kind, rest(bare, 1))
    };
    if !matches!(kind, b'-' | b'=' | b'+' | b'?') {
        return None;
    }
    let known = value.and_then(<[Field]>::first);
    let set = known.filter(|field| colon.is_none() || !field.text.is_empty());
    match (kind, set) {
        (b'+', Some(_)) => Some(single(reader, word)),
        (b'+', None) => Some(Field {
            open: true,
            ..Field::default()
        }),
        (_, Some(field)) => Some(field.clone()),
        (b'?', None) => None,
        (_, None) => {
            let mut result = single(reader, word);
            if kind == b'=' {
                reader.assign(name, vec![result.clone()]);
            }
            result.open |= value.is_none();
            Some(result)
        }
    }
}

fn apply(reader: &mut Reader<'_>, text: &str, operation: &str) -> Option<String> {
    let kind = *operation.as_bytes().first()?;
    let doubled = operation.as_bytes().get(1) == Some(&kind);
    // A search with wildcards tries each pair of places.
    let searched = text.len().min(LONGEST_SEARCHED);
    if !reader.charge(text.len() + searched * searched) {
        return None;
    }
    let argument = rest(operation, 1 + usize::from(doubled));
    match kind {
        b':' => substring(reader, text, rest(operation, 1)),
        b'#' | b'%' => {
            let pattern = single(reader, argument).text;
            Some(remove(text, &pattern, kind == b'#', doubled))
        }
        b'/' => {
            let (search, replacement) = split_at_slash(argument);
            let search = single(reader, search).text;
            let replacement = single(reader, replacement).text;
            replace(text, &search, &replacement, doubled)
        }
        b'^' => Some(change_case(text, doubled, char::to_uppercase)),
        b',' => Some(change_case(text, doubled, char::to_lowercase)),
        b'@' => match argument {
            "U" => Some(text.to_uppercase()),
            "u" => Some(change_case(text, false, char::to_uppercase)),
            "L" => Some(text.to_lowercase()),
            "E" => Some(super::unescape(text, super::Style::Quoted)),
            "Q" | "P" => Some(text.to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn change_case<I: Iterator<Item = char>>(text: &str, all: bool, change: fn(char) -> I) -> String {
    let mut letters = text.chars();
    let mut result = String::with_capacity(text.len());
    if !all {
        result.extend(letters.next().into_iter().flat_map(change));
        result.extend(letters);
        return result;
    }
    result.extend(letters.flat_map(change));
    result
}

/// `offset` or `offset:length`, both possibly negative.
fn substring(reader: &mut Reader<'_>, text: &str, places: &str) -> Option<String> {
    let (offset, length) = match places.split_once(':') {
        Some((offset, length)) => (offset, Some(length)),
        None => (places, None),
    };
    let size = i64::try_from(text.chars().count()).ok()?;
    let mut number = |sum: &str| arithmetic::value(&super::sum_of(reader, sum).text);
    let start = match number(offset)? {
        negative if negative < 0 => size.checked_add(negative)?,
        start => start.min(size),
    };
    let end = match length {
        None => size,
        Some(length) => match number(length)? {
            negative if negative < 0 => size.checked_add(negative)?,
            length => start.checked_add(length)?.min(size),
        },
    };
    let skip = usize::try_from(start).ok()?;
    let take = usize::try_from(end.checked_sub(start)?).ok()?;
    Some(text.chars().skip(skip).take(take).collect())
}

/// Places where the text can be cut, from the front.
fn cuts(text: &str) -> impl DoubleEndedIterator<Item = usize> {
    (0..=text.len()).filter(|at| text.is_char_boundary(*at))
}

fn remove(text: &str, pattern: &str, prefix: bool, longest: bool) -> String {
    if text.len() > LONGEST_SEARCHED {
        return text.to_owned();
    }
    let fits = |at: &usize| {
        let piece = if prefix {
            part(text, 0, *at)
        } else {
            rest(text, *at)
        };
        pattern::matches(pattern, piece)
    };
    let cut = if prefix == longest {
        cuts(text).rev().find(fits)
    } else {
        cuts(text).find(fits)
    };
    let kept = cut.map_or(text, |at| {
        if prefix {
            rest(text, at)
        } else {
            part(text, 0, at)
        }
    });
    kept.to_owned()
}

/// Cuts `search/replacement` at the first slash that is not escaped or quoted.
fn split_at_slash(argument: &str) -> (&str, &str) {
    let mut escaped = false;
    let mut quoted = false;
    for (at, letter) in argument.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            '/' if !quoted => return (part(argument, 0, at), rest(argument, at + 1)),
            _ => {}
        }
    }
    (argument, "")
}

fn replace(text: &str, search: &str, replacement: &str, all: bool) -> Option<String> {
    if search.is_empty() {
        return Some(text.to_owned());
    }
    if let Some(prefix) = search.strip_prefix('#').filter(|_| !all) {
        let changed = text.strip_prefix(prefix);
        return Some(changed.map_or_else(|| text.to_owned(), |tail| replacement.to_owned() + tail));
    }
    if let Some(suffix) = search.strip_prefix('%').filter(|_| !all) {
        let changed = text.strip_suffix(suffix);
        return Some(changed.map_or_else(|| text.to_owned(), |head| head.to_owned() + replacement));
    }
    let most = if all { usize::MAX } else { 1 };
    if !pattern::is_pattern(search) {
        let found = text.matches(search).take(most).count();
        if found.saturating_mul(replacement.len()) + text.len() > LONGEST_WORD {
            return None;
        }
        return Some(text.replacen(search, replacement, most));
    }
    if text.len() > LONGEST_SEARCHED {
        return None;
    }
    let mut result = String::new();
    let mut at = 0;
    let mut replaced = 0;
    while at < text.len() {
        let behind = rest(text, at);
        let length = (replaced < most)
            .then(|| {
                cuts(behind)
                    .rev()
                    .find(|end| *end > 0 && pattern::matches(search, part(behind, 0, *end)))
            })
            .flatten();
        if let Some(length) = length {
            result.push_str(replacement);
            at += length;
            replaced += 1;
        } else {
            let letter = crate::scan::character(text, at);
            result.push_str(part(text, at, at + letter));
            at += letter;
        }
        if result.len() > LONGEST_WORD {
            return None;
        }
    }
    Some(result)
}
