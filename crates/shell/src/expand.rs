//! Words to text: quotes, variables, substitutions, tildes, braces.
//!
//! **Invariant:** a word never grows beyond [`LONGEST_WORD`]; what only running it would tell stays
//! as typed and is marked so.

mod arithmetic;
mod braces;
pub(crate) mod escapes;
mod parameter;

use std::borrow::Cow;

use crate::Problem;
use crate::reader::Reader;
use crate::scan::{byte, character, identifier, part, piece_end, rest};
use crate::words::{Field, LONGEST_WORD, Stream};
use escapes::{Style, unescape};

/// How many pieces without an end are looked for before the rest is taken as plain text.
const MOST_UNENDED: usize = 4;

/// What kind of text is expanded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// An unquoted word.
    None,
    /// Inside of `"…"`.
    Double,
    /// The body of a heredoc.
    Here,
}

/// Expands one word of a command into its fields.
pub(crate) fn fields(reader: &mut Reader<'_>, raw: &str) -> Vec<Field> {
    if is_plain(raw) {
        return vec![Field::plain(raw)];
    }
    match braces::expand(raw) {
        Some(words) => words
            .iter()
            .flat_map(|word| unbraced(reader, word))
            .collect(),
        None => unbraced(reader, raw),
    }
}

/// Expands a word that stays one: a value, a target, a here-string.
pub(crate) fn single(reader: &mut Reader<'_>, raw: &str) -> Field {
    if is_plain(raw) {
        return Field::plain(raw);
    }
    let mut expansion = Expansion::new(reader, false);
    expansion.run(raw, Quoting::None);
    expansion.finish().pop().unwrap_or_default()
}

/// Expands the body of a heredoc.
pub(crate) fn heredoc(reader: &mut Reader<'_>, body: &str) -> Field {
    let mut expansion = Expansion::new(reader, false);
    expansion.run(body, Quoting::Here);
    expansion.finish().pop().unwrap_or_default()
}

/// Expands a word as if unknown variables were empty; for the name of a program.
pub(crate) fn with_unknown_empty(reader: &mut Reader<'_>, raw: &str) -> Vec<Field> {
    let mut expansion = Expansion::new(reader, true);
    expansion.unknown_is_empty = true;
    expansion.run(raw, Quoting::None);
    expansion.finish()
}

/// A sum with the values of its variables in it, which need no `$` there.
fn sum_of(reader: &mut Reader<'_>, sum: &str) -> Field {
    let mut field = single(reader, sum);
    if !field
        .text
        .contains(|letter: char| letter.is_ascii_alphabetic())
    {
        return field;
    }
    let mut filled = String::with_capacity(field.text.len());
    let mut at = 0;
    while at < field.text.len() {
        let length = identifier(rest(&field.text, at));
        let before = filled.as_bytes().last().copied().unwrap_or(b' ');
        let name = part(&field.text, at, at + length);
        let in_number = before.is_ascii_alphanumeric() || before == b'#';
        let value = reader
            .variable(name)
            .filter(|_| length > 0 && !in_number)
            .and_then(|value| value.into_iter().next());
        let step = length.max(character(&field.text, at));
        match value {
            Some(value) if value.text.len() <= MOST_DIGITS => filled.push_str(&value.text),
            _ => filled.push_str(part(&field.text, at, at + step)),
        }
        at += step;
    }
    field.text = filled;
    field
}

/// Longest value of a variable in a sum.
const MOST_DIGITS: usize = 64;

fn unbraced(reader: &mut Reader<'_>, raw: &str) -> Vec<Field> {
    let mut expansion = Expansion::new(reader, true);
    expansion.run(raw, Quoting::None);
    expansion.finish()
}

/// What stands between backticks, where a backslash takes the meaning of three letters away.
fn without_backslashes(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let inner = inner.replace("\\`", "`").replace("\\\\", "\\");
    Cow::Owned(inner.replace("\\$", "$"))
}

/// Whether nothing in the word means anything to a shell.
fn is_plain(raw: &str) -> bool {
    !raw.bytes().any(|byte| {
        matches!(
            byte,
            b'\'' | b'"' | b'\\' | b'$' | b'`' | b'~' | b'{' | b'*' | b'?' | b'[' | b'<' | b'>'
        )
    })
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the word"
)]
struct Expansion<'r, 'c> {
    reader: &'r mut Reader<'c>,
    done: Vec<Field>,
    current: Option<Field>,
    /// Unquoted expansions are split into fields.
    split: bool,
    unknown_is_empty: bool,
    /// `$IFS` stands in the word, so that a positional parameter only ends its name (`$IFS$9`).
    after_ifs: bool,
    unended: usize,
    /// A word has grown too long, which is a problem told: what follows is only looked through for
    /// commands.
    full: bool,
}

impl<'r, 'c> Expansion<'r, 'c> {
    fn new(reader: &'r mut Reader<'c>, split: bool) -> Self {
        Self {
            reader,
            done: Vec::new(),
            current: None,
            split,
            unknown_is_empty: false,
            after_ifs: false,
            unended: 0,
            full: false,
        }
    }

    fn finish(mut self) -> Vec<Field> {
        self.done.extend(self.current);
        let grown = self.done.iter().map(|field| field.text.len()).sum();
        self.reader.charge(grown);
        self.done
    }

    fn current(&mut self) -> &mut Field {
        self.current.get_or_insert_with(Field::default)
    }

    fn push(&mut self, text: &str) {
        if self.current().text.len() + text.len() > LONGEST_WORD {
            self.current().unresolved = true;
            self.full = true;
            self.reader.problem(Problem::TooLong);
        } else {
            self.current().text.push_str(text);
        }
    }

    fn run(&mut self, text: &str, quoting: Quoting) {
        let mut at = 0;
        while at < text.len() {
            at = self.step(text, at, quoting);
        }
    }

    /// Expands what stands at `at` and returns the place behind it.
    fn step(&mut self, text: &str, at: usize, quoting: Quoting) -> usize {
        match (byte(text, at), quoting) {
            (b'\\', _) => self.backslash(text, at, quoting),
            (b'$', _) => self.dollar(text, at, quoting),
            (b'`', _) => match self.end(text, at) {
                Some(end) => {
                    let inner = without_backslashes(part(text, at + 1, end - 1));
                    self.command(&inner, part(text, at, end), quoting);
                    end
                }
                None => self.letter(text, at),
            },
            (b'\'', Quoting::None) => match self.end(text, at) {
                Some(end) => {
                    self.push(part(text, at + 1, end - 1));
                    end
                }
                None => self.letter(text, at),
            },
            (b'"', Quoting::None) => match self.end(text, at) {
                Some(end) => {
                    self.push("");
                    self.run(part(text, at + 1, end - 1), Quoting::Double);
                    end
                }
                None => self.letter(text, at),
            },
            (b'~', Quoting::None) => self.tilde(text, at),
            (b'*' | b'?' | b'[', Quoting::None) => {
                self.current().open = true;
                self.letter(text, at)
            }
            (b'<' | b'>', Quoting::None) if byte(text, at + 1) == b'(' => self.process(text, at),
            _ => self.plain_run(text, at),
        }
    }

    /// Takes letters up to the next one that could mean something.
    fn plain_run(&mut self, text: &str, at: usize) -> usize {
        let stop = rest(text, at + character(text, at))
            .find(['\\', '$', '`', '\'', '"', '~', '*', '?', '[', '<', '>'])
            .map_or(text.len(), |length| at + character(text, at) + length);
        self.push(part(text, at, stop));
        stop
    }

    fn letter(&mut self, text: &str, at: usize) -> usize {
        let end = at + character(text, at);
        self.push(part(text, at, end));
        end
    }

    fn end(&mut self, text: &str, at: usize) -> Option<usize> {
        if self.unended >= MOST_UNENDED {
            return None;
        }
        let end = piece_end(text, at);
        self.unended += usize::from(end.is_none());
        end
    }

    fn backslash(&mut self, text: &str, at: usize, quoting: Quoting) -> usize {
        let next = byte(text, at + 1);
        let escapes = match quoting {
            Quoting::None => true,
            Quoting::Double => matches!(next, b'$' | b'`' | b'"' | b'\\' | b'\n'),
            Quoting::Here => matches!(next, b'$' | b'`' | b'\\' | b'\n'),
        };
        if next == b'\n' {
            return at + 2;
        }
        if !escapes || at + 1 >= text.len() {
            self.push("\\");
            return at + 1;
        }
        self.letter(text, at + 1)
    }

    fn tilde(&mut self, text: &str, at: usize) -> usize {
        let starts = at == 0 || (!self.split && matches!(byte(text, at - 1), b':' | b'='));
        let ends = matches!(byte(text, at + 1), 0 | b'/' | b':');
        if starts && ends {
            let home = self.reader.home();
            self.push(&home);
        } else {
            self.push("~");
        }
        at + 1
    }

    fn process(&mut self, text: &str, at: usize) -> usize {
        let Some(end) = self.end(text, at) else {
            return self.letter(text, at);
        };
        let first = self.reader.reading.invocations.len();
        let stream = self.reader.nested(part(text, at + 2, end - 1));
        let behind = self.reader.reading.invocations.len();
        self.push(part(text, at, end));
        let reads = byte(text, at) == b'<';
        let field = self.current();
        field.unresolved = true;
        if reads {
            field.feed = Some(Box::new(stream));
        } else {
            field.sinks.extend(first..behind);
        }
        end
    }

    fn dollar(&mut self, text: &str, at: usize, quoting: Quoting) -> usize {
        let quoted = quoting != Quoting::None;
        match byte(text, at + 1) {
            b'\'' if !quoted => match self.end(text, at) {
                Some(end) => {
                    let resolved = unescape(part(text, at + 2, end - 1), Style::Quoted);
                    self.push(&resolved);
                    end
                }
                None => self.letter(text, at),
            },
            b'"' if !quoted => at + 1,
            b'(' => match self.end(text, at) {
                Some(end) => {
                    let whole = part(text, at, end);
                    let sum = whole
                        .strip_prefix("$((")
                        .and_then(|sum| sum.strip_suffix("))"));
                    match sum {
                        Some(sum) => self.arithmetic(sum, whole),
                        None => self.command(part(text, at + 2, end - 1), whole, quoting),
                    }
                    end
                }
                None => self.letter(text, at),
            },
            b'[' if !quoted => match self.end(text, at) {
                Some(end) => {
                    self.arithmetic(part(text, at + 2, end - 1), part(text, at, end));
                    end
                }
                None => self.letter(text, at),
            },
            b'{' => match self.end(text, at) {
                Some(end) => {
                    self.braced(part(text, at + 2, end - 1), part(text, at, end), quoted);
                    end
                }
                None => self.letter(text, at),
            },
            b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' | b'0'..=b'9' => {
                self.special(part(text, at, at + 2), text.len() > 2, quoted);
                at + 2
            }
            _ => {
                let length = identifier(rest(text, at + 1));
                if length == 0 {
                    return self.letter(text, at);
                }
                let name = part(text, at + 1, at + 1 + length);
                self.variable(name, part(text, at, at + 1 + length), quoted);
                at + 1 + length
            }
        }
    }

    fn arithmetic(&mut self, sum: &str, typed: &str) {
        if self.full && !sum.contains(['$', '`']) {
            return;
        }
        let is_numbers = sum
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-*/ ".contains(&byte));
        if is_numbers && let Some(number) = arithmetic::value(sum) {
            return self.push(&number.to_string());
        }
        let field = sum_of(self.reader, sum);
        match arithmetic::value(&field.text) {
            Some(number) => self.push(&number.to_string()),
            None => self.insert(
                &Field {
                    computed: field.computed,
                    from: field.from,
                    ..Field::typed(typed)
                },
                true,
            ),
        }
    }

    fn command(&mut self, inner: &str, typed: &str, quoting: Quoting) {
        let stream = self.reader.nested(inner);
        if self.full {
            return;
        }
        let Stream {
            from,
            text,
            unresolved,
            ..
        } = stream;
        let value = Field {
            computed: true,
            open: unresolved,
            unresolved: unresolved || text.is_none(),
            text: text.map_or_else(
                || typed.to_owned(),
                |text| text.trim_end_matches('\n').to_owned(),
            ),
            from,
            ..Field::default()
        };
        self.insert(&value, quoting != Quoting::None);
    }

    fn variable(&mut self, name: &str, typed: &str, quoted: bool) {
        if name == "IFS" {
            self.after_ifs = true;
        }
        if self.full {
            return;
        }
        match self.reader.variable(name) {
            Some(values) => self.insert_all(&values, quoted),
            None => self.unknown(typed, quoted),
        }
    }

    fn unknown(&mut self, typed: &str, quoted: bool) {
        if !self.unknown_is_empty {
            self.insert(&Field::typed(typed), quoted);
        }
    }

    /// `$@`, `$1`, `$?` …; `joined`: something else stands in the word.
    fn special(&mut self, typed: &str, joined: bool, quoted: bool) {
        let name = rest(typed, 1);
        let list = matches!(name, "@" | "*");
        if let Some(positional) = self.reader.positional.clone() {
            if list {
                self.insert_all(&positional, quoted && name == "*");
                return;
            }
            if let Ok(index @ 1..) = name.parse::<usize>() {
                if let Some(value) = positional.get(index - 1) {
                    self.insert(value, quoted);
                }
                return;
            }
        }
        let numbered = name.parse::<usize>().is_ok_and(|index| index > 0);
        if (list && joined) || (numbered && self.after_ifs) {
            return;
        }
        self.unknown(typed, quoted);
    }

    fn braced(&mut self, inner: &str, typed: &str, quoted: bool) {
        if inner == "IFS" || inner.starts_with("IFS:") {
            self.after_ifs = true;
        }
        let unknown_is_empty = self.unknown_is_empty;
        match parameter::expand(self.reader, inner, unknown_is_empty) {
            Some(values) => self.insert_all(&values, quoted && !inner.contains("[@]")),
            None => self.unknown(typed, quoted),
        }
    }

    fn insert_all(&mut self, values: &[Field], quoted: bool) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                if self.split && !quoted {
                    self.done.extend(self.current.take());
                } else {
                    self.push(" ");
                }
            }
            self.insert(value, quoted);
        }
    }

    /// Puts a value into the word, split at blanks when it is not quoted.
    fn insert(&mut self, value: &Field, quoted: bool) {
        if quoted || !self.split || value.unresolved {
            self.current().absorb(value);
            self.push(&value.text);
            return;
        }
        let separators = self.reader.separators();
        let mut first = true;
        for piece in value
            .text
            .split(|letter: char| separators.contains(&letter))
        {
            if !first {
                self.done.extend(self.current.take());
            }
            first = false;
            if !piece.is_empty() {
                self.current().absorb(value);
                self.current().open |= piece.contains(['*', '?']);
                self.push(piece);
            }
        }
    }
}
