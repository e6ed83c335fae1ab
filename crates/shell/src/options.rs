//! Cuts a program's words into options and operands, as getopt does.
//!
//! **Invariant:** the value of an option is never taken for an operand when the caller knows that the
//! option takes one.

use crate::words::Field;

/// An option and its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionUse<'a> {
    /// With its dashes: `-o`, `--output`.
    pub(crate) name: &'a str,
    /// The option's letter when it stood in a cluster (`-xvf`).
    pub(crate) letter: Option<char>,
    /// The value, attached or following.
    pub(crate) value: Option<&'a str>,
    /// The word that holds the value.
    pub(crate) field: Option<&'a Field>,
}

impl OptionUse<'_> {
    /// Whether this is the option `name`.
    pub(crate) fn is(&self, name: &str) -> bool {
        match self.letter {
            Some(letter) => {
                let mut letters = name.chars();
                letters.next() == Some('-')
                    && letters.next() == Some(letter)
                    && letters.next().is_none()
            }
            None => self.name == name,
        }
    }
}

/// A program's words, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments<'a> {
    pub(crate) options: Vec<OptionUse<'a>>,
    pub(crate) operands: Vec<&'a Field>,
    /// How many words were read before the first operand (only with [`Order::FirstOperandEnds`]).
    pub(crate) read: usize,
}

impl<'a> Arguments<'a> {
    /// Whether one of these options stands there.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.options
            .iter()
            .any(|option| names.iter().any(|name| option.is(name)))
    }

    /// The value of one of these options.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.options
            .iter()
            .find(|option| names.iter().any(|name| option.is(name)))
            .and_then(|option| option.value)
    }
}

/// Whether options may stand behind operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// GNU: anywhere.
    Mixed,
    /// The first operand begins something else (`sudo`, `ssh`, `python`).
    FirstOperandEnds,
}

/// Sorts `words` (without the program); `takes` tells how many values an option takes.
pub(crate) fn arguments(
    words: &[Field],
    order: Order,
    takes: impl Fn(&str) -> usize,
) -> Arguments<'_> {
    let mut sorted = Arguments::default();
    let mut at = 0;
    while let Some(field) = words.get(at) {
        let word = field.text.as_str();
        at += 1;
        if word == "--" {
            sorted.operands.extend(words.iter().skip(at));
            sorted.read = at;
            return sorted;
        }
        if word.len() < 2 || !word.starts_with('-') {
            if order == Order::FirstOperandEnds {
                sorted.operands.extend(words.iter().skip(at - 1));
                sorted.read = at - 1;
                return sorted;
            }
            sorted.operands.push(field);
            continue;
        }
        at += option(&mut sorted, words, at, field, &takes);
    }
    sorted.read = at;
    sorted
}

/// Takes one option word; returns how many words behind it belong to it.
fn option<'a>(
    sorted: &mut Arguments<'a>,
    words: &'a [Field],
    next: usize,
    field: &'a Field,
    takes: &impl Fn(&str) -> usize,
) -> usize {
    let word = field.text.as_str();
    let plain = |name, value, field| OptionUse {
        name,
        letter: None,
        value,
        field,
    };
    if let Some((name, value)) = word.split_once('=').filter(|(name, _)| name.len() > 2) {
        sorted.options.push(plain(name, Some(value), Some(field)));
        return 0;
    }
    let whole = takes(word);
    if whole > 0 || word.starts_with("--") || word.len() == 2 {
        let value = words.get(next).filter(|_| whole > 0);
        sorted
            .options
            .push(plain(word, value.map(|field| field.text.as_str()), value));
        return whole;
    }
    for (at, letter) in word.char_indices().skip(1) {
        let mut name = String::from('-');
        name.push(letter);
        let count = takes(&name);
        let mut one = OptionUse {
            name: word,
            letter: Some(letter),
            value: None,
            field: None,
        };
        if count == 0 {
            sorted.options.push(one);
            continue;
        }
        let attached = word.get(at + letter.len_utf8()..).unwrap_or_default();
        if attached.is_empty() {
            let value = words.get(next);
            one.value = value.map(|field| field.text.as_str());
            one.field = value;
            sorted.options.push(one);
            return count;
        }
        one.value = Some(attached);
        one.field = Some(field);
        sorted.options.push(one);
        return count - 1;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<Field> {
        text.split(' ').map(Field::plain).collect()
    }

    #[test]
    fn options_keep_their_values() {
        let cases = [
            ("-n 5 file", "-n", Some("5"), vec!["file"]),
            ("-n5 file", "-n", Some("5"), vec!["file"]),
            ("-xn5 file", "-n", Some("5"), vec!["file"]),
            ("--lines=5 file", "--lines", Some("5"), vec!["file"]),
            ("--lines 5 file", "--lines", Some("5"), vec!["file"]),
            ("file -x", "-x", None, vec!["file"]),
            ("-x -- -n", "-x", None, vec!["-n"]),
            ("- -x", "-x", None, vec!["-"]),
        ];
        for (text, name, value, operands) in cases {
            let words = fields(text);
            let takes = |name: &str| usize::from(matches!(name, "-n" | "--lines"));
            let sorted = arguments(&words, Order::Mixed, takes);
            assert!(sorted.has(&[name]), "{text}");
            assert_eq!(sorted.value(&[name]), value, "{text}");
            let found: Vec<&str> = sorted
                .operands
                .iter()
                .map(|field| field.text.as_str())
                .collect();
            assert_eq!(found, operands, "{text}");
        }
    }
}
