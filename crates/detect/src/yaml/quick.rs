//! A quick reader for the plain YAML in which our own rules are written.
//!
//! A hook reads them all before each tool call, and a whole YAML parser takes most of its time.
//! **Invariant:** what it reads, it reads as [`super::parse`] does; of anything else it lets go.

use super::{Document, Entry, Node, Position, Value};
use std::borrow::Cow;

/// Reads one document, unless there is something in it that is not plain.
///
/// Keys of the root for which `is_wanted` says no are left out, with all that stands below them.
pub(crate) fn parse<'a>(
    document: &Document<'a>,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<Node<'a>> {
    let mut lines = Vec::new();
    let mut blank = Vec::new();
    let mut rest = document.text;
    let mut number = document.line;
    let mut commented = false;
    let mut wanted = true;
    while !rest.is_empty() {
        let (text, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let content = text.trim_start_matches(' ');
        if text.ends_with([' ', '\r']) || text.contains('\t') {
            return None;
        }
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            wanted = is_wanted(text);
        }
        commented |= wanted && content.starts_with('#');
        if wanted && !content.is_empty() && !content.starts_with('#') {
            lines.push(Line {
                number,
                column: text.len() - content.len() + 1,
                content,
                from_here: rest.get(text.len() - content.len()..)?,
            });
        }
        if content.is_empty() {
            blank.push(number);
        }
        number += 1;
        rest = after;
    }
    while blank.pop_if(|last| *last + 1 == number).is_some() {
        number -= 1;
    }
    let mut reader = Reader {
        lines,
        next: 0,
        commented,
        blank,
    };
    let first = *reader.lines.first()?;
    let root = reader.block(first.column)?;
    (reader.next == reader.lines.len()).then_some(root)
}

/// A line that says something.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    column: usize,
    content: &'a str,
    /// The document from the content on.
    from_here: &'a str,
}

impl<'a> Line<'a> {
    fn at(&self) -> Position {
        Position {
            line: self.number,
            column: self.column,
        }
    }

    /// The line without what comes before.
    fn after(&self, bytes: usize) -> Option<Line<'a>> {
        let rest = self.content.get(bytes..)?;
        let content = rest.trim_start_matches(' ');
        let skipped = bytes + rest.len() - content.len();
        Some(Line {
            number: self.number,
            column: self.column + self.content.get(..skipped)?.chars().count(),
            content,
            from_here: self.from_here.get(skipped..)?,
        })
    }
}

struct Reader<'a> {
    lines: Vec<Line<'a>>,
    next: usize,
    /// Whether lines were left out that would be text inside of a folded one.
    commented: bool,
    /// The lines that are empty.
    blank: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<Line<'a>> {
        self.lines.get(self.next).copied()
    }

    /// A map or a list whose lines all begin at this column.
    fn block(&mut self, column: usize) -> Option<Node<'a>> {
        let first = self.peek()?;
        let value = if first.content.starts_with("- ") {
            Value::List(self.list(column)?)
        } else {
            Value::Map(self.map(column)?)
        };
        let at = first.at();
        Some(Node { at, value })
    }

    fn list(&mut self, column: usize) -> Option<Vec<Node<'a>>> {
        let mut nodes = Vec::new();
        while let Some(line) = self.peek() {
            if line.column < column || (line.column == column && !line.content.starts_with("- ")) {
                break;
            }
            if line.column > column {
                return None;
            }
            let item = line.after(2)?;
            if is_key(item.content) {
                *self.lines.get_mut(self.next)? = item;
                nodes.push(self.block(item.column)?);
            } else {
                self.next += 1;
                nodes.push(self.value(item, column)?);
            }
        }
        Some(nodes)
    }

    fn map(&mut self, column: usize) -> Option<Vec<Entry<'a>>> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        while let Some(line) = self.peek() {
            if line.column < column {
                break;
            }
            if line.column > column || !is_key(line.content) {
                return None;
            }
            let (key, _) = line.content.split_once(':')?;
            if entries.iter().any(|entry| entry.key == key) {
                return None;
            }
            self.next += 1;
            let rest = line.after(key.len() + 1)?;
            let node = if rest.content.is_empty() {
                self.below(column)?
            } else {
                self.value(rest, column)?
            };
            entries.push(Entry {
                key: Cow::Borrowed(key),
                at: line.at(),
                node,
            });
        }
        Some(entries)
    }

    /// What stands below a key.
    fn below(&mut self, column: usize) -> Option<Node<'a>> {
        let next = self.peek()?;
        let is_list = next.content.starts_with("- ");
        if next.column == column && is_list {
            // A list that is not indented is said to begin with its first entry.
            let at = next.after(2)?.at();
            let value = Value::List(self.list(column)?);
            return Some(Node { at, value });
        }
        if next.column > column {
            self.block(next.column)
        } else {
            None
        }
    }

    /// A value that begins on this line; its key stands at the column.
    fn value(&mut self, line: Line<'a>, column: usize) -> Option<Node<'a>> {
        let at = line.at();
        let value = match line.content.chars().next()? {
            '[' | '{' => {
                let mut flow = Flow {
                    rest: line.from_here,
                    number: line.number,
                    column: line.column,
                };
                let node = flow.node()?;
                let (tail, _) = flow.rest.split_once('\n').unwrap_or((flow.rest, ""));
                if !tail.trim().is_empty() {
                    return None;
                }
                while self.peek().is_some_and(|next| next.number <= flow.number) {
                    self.next += 1;
                }
                return Some(node);
            }
            '>' if line.content == ">-" => return self.folded(line.number, column),
            '\'' => {
                let (text, rest) = quoted(line.content)?;
                rest.trim().is_empty().then_some(Value::Text(text))?
            }
            'n' if line.content == "null" => Value::Null,
            _ => Value::Text(plain(line.content, Surrounding::Block)?.into()),
        };
        // A longer line than this one is not plain.
        if self.peek().is_some_and(|next| next.column > column) {
            return None;
        }
        Some(Node { at, value })
    }

    /// Lines that are joined by a space.
    fn folded(&mut self, head: usize, column: usize) -> Option<Node<'a>> {
        let first = self.peek()?;
        let mut text = String::new();
        let mut number = head + 1;
        while let Some(line) = self.peek() {
            if line.column <= column {
                break;
            }
            if line.column != first.column || line.number != number {
                return None;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line.content);
            number += 1;
            self.next += 1;
        }
        let whole = !self.commented && self.blank.binary_search(&number).is_err();
        let value = Value::Text(text.into());
        let at = first.at();
        whole.then_some(Node { at, value })
    }
}

/// Says whether a line begins with `key:`.
fn is_key(content: &str) -> bool {
    content.split_once(':').is_some_and(|(key, rest)| {
        (rest.is_empty() || rest.starts_with(' '))
            && !key.is_empty()
            && (key.chars())
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '|' | '-'))
            && !key.starts_with(['-', '|'])
    })
}

/// A text in single quotes on one line, and what follows.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let inner = text.strip_prefix('\'')?;
    let mut end = 0;
    loop {
        end += inner.get(end..)?.find('\'')?;
        let rest = inner.get(end + 1..)?;
        if rest.starts_with('\'') {
            end += 2;
            continue;
        }
        let text = inner.get(..end)?;
        if text.contains('\n') {
            return None;
        }
        let text = if text.contains('\'') {
            Cow::Owned(text.replace("''", "'"))
        } else {
            Cow::Borrowed(text)
        };
        return Some((text, rest));
    }
}

/// Where a plain text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surrounding {
    Block,
    Flow,
}

/// A text without quotes, if it is surely one.
fn plain(text: &str, surrounding: Surrounding) -> Option<&str> {
    const FIRST: &str = "!&*|>%@`\"'#,[]{}?:-~";
    let text = text.trim_end_matches(' ');
    let first = text.chars().next()?;
    // A dash that is not alone is a plain letter.
    let dash = first == '-' && text.chars().nth(1).is_some_and(|next| next != ' ');
    let odd = (FIRST.contains(first) && !dash)
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || (surrounding == Surrounding::Flow && text.contains(['{', '}', '[', ']', '?', '\n']))
        || matches!(text, "null" | "Null" | "NULL" | "---" | "...");
    (!odd).then_some(text)
}

/// `[a, 'b', {c: d}]`.
struct Flow<'a> {
    rest: &'a str,
    number: usize,
    column: usize,
}

impl<'a> Flow<'a> {
    fn at(&self) -> Position {
        Position {
            line: self.number,
            column: self.column,
        }
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        for letter in self.rest.get(..bytes)?.chars() {
            if letter == '\n' {
                self.number += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    fn space(&mut self) -> Option<()> {
        let spaces = self.rest.len() - self.rest.trim_start_matches([' ', '\n']).len();
        self.skip(spaces)
    }

    fn take(&mut self, wanted: char) -> Option<bool> {
        self.space()?;
        let found = self.rest.starts_with(wanted);
        if found {
            self.skip(wanted.len_utf8())?;
        }
        Some(found)
    }

    fn node(&mut self) -> Option<Node<'a>> {
        self.space()?;
        let at = self.at();
        let value = match self.rest.chars().next()? {
            '[' => {
                self.skip(1)?;
                let mut nodes = Vec::new();
                while !self.take(']')? {
                    nodes.push(self.node()?);
                    if !self.take(',')? {
                        self.take(']')?.then_some(())?;
                        break;
                    }
                }
                Value::List(nodes)
            }
            '{' => {
                self.skip(1)?;
                Value::Map(self.entries()?)
            }
            _ => Value::Text(self.scalar(&[',', ']', '}'])?),
        };
        Some(Node { at, value })
    }

    fn entries(&mut self) -> Option<Vec<Entry<'a>>> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        while !self.take('}')? {
            self.space()?;
            let at = self.at();
            let key = self.scalar(&[':'])?;
            if !self.take(':')? || !self.rest.starts_with(' ') {
                return None;
            }
            if entries.iter().any(|entry| entry.key == key) {
                return None;
            }
            let node = self.node()?;
            entries.push(Entry { key, at, node });
            if !self.take(',')? {
                self.take('}')?.then_some(())?;
                break;
            }
        }
        Some(entries)
    }

    fn scalar(&mut self, ends: &[char]) -> Option<Cow<'a, str>> {
        if self.rest.starts_with('\'') {
            let (text, rest) = quoted(self.rest)?;
            self.skip(self.rest.len() - rest.len())?;
            return Some(text);
        }
        let length = self.rest.find(ends)?;
        let text = plain(self.rest.get(..length)?, Surrounding::Flow)?;
        self.skip(length)?;
        Some(Cow::Borrowed(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::documents;

    #[test]
    fn our_own_rules_are_read_as_a_whole_parser_reads_them() {
        let mut slow = Vec::new();
        for pack in crate::builtin() {
            for document in documents(pack.text) {
                if let Some(found) = parse(&document, |_| true) {
                    let whole = crate::yaml::parse(&document).unwrap();
                    assert!(found == whole, "{} {}", pack.name, document.line);
                }
                // What judging needs is what must be quick.
                let judged = crate::rule::judged_part(&document);
                if parse(&judged, crate::rule::is_judged).is_none() {
                    slow.push((pack.name, document.line));
                }
            }
        }
        assert_eq!(slow, [], "a hook without a daemon waits for these");
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_is_what_a_whole_parser_reads(
            lines in proptest::collection::vec(
                "( {0,4})(- ){0,2}([a-c]{1,2}: ?)?([a-c]{0,2}|'[a-c]?'|\\[a, 'b', [a-c*~'{}:-]{0,4}\\]|\\{a: [bc:]{0,3}\\}|>-|[a-c#:' *?~-]{0,6})", 1..6),
        ) {
            let text = lines.join("\n") + "\n";
            for document in documents(&text) {
                if let Some(found) = parse(&document, |_| true) {
                    let whole = crate::yaml::parse(&document);
                    proptest::prop_assert_eq!(Ok(found), whole);
                }
            }
        }
    }
}
