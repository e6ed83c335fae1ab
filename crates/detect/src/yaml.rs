//! YAML text to a tree that knows its lines.
//!
//! **Invariant:** bounded. A tree is never deeper than [`DEEPEST`] and aliases
//! are refused, so that it is never larger than its text.

mod quick;

pub(crate) use quick::parse as parse_plain;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use std::borrow::Cow;

/// Longest rule file, in bytes.
pub(crate) const LONGEST: usize = 1024 * 1024;
/// Deepest nesting of maps and lists.
const DEEPEST: usize = 24;
/// Most keys of one map.
const MOST_KEYS: usize = 256;

/// A place in a file: line and column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'a> {
    pub(crate) at: Position,
    pub(crate) value: Value<'a>,
}

impl<'a> Node<'a> {
    /// The value of a key, if this is a map that has it.
    pub(crate) fn get(&self, wanted: &str) -> Option<&Node<'a>> {
        self.entry(wanted).map(|entry| &entry.node)
    }

    /// A key with its value.
    pub(crate) fn entry(&self, wanted: &str) -> Option<&Entry<'a>> {
        let Value::Map(entries) = &self.value else {
            return None;
        };
        entries.iter().find(|entry| entry.key == wanted)
    }
}

/// What stands there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Map(Vec<Entry<'a>>),
}

/// One key of a map with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    /// Where the key stands.
    pub(crate) at: Position,
    pub(crate) node: Node<'a>,
}

/// Why a text is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) at: Position,
    pub(crate) what: String,
}

/// A document of a file: its text, and the line it begins at, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

/// Cuts a file at its `---` lines, leaving out documents that hold nothing but comments.
///
/// A line that starts so can be nothing else (YAML 1.2.2, 9.1.2 `c-forbidden`).
pub(crate) fn documents(text: &str) -> Vec<Document<'_>> {
    let mut documents = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    loop {
        let (document, lines, after) = until_marker(rest);
        if document.lines().any(says_something) {
            documents.push(Document {
                text: document,
                line,
            });
        }
        let Some(after) = after else {
            return documents;
        };
        line += lines + 1;
        rest = after;
    }
}

fn says_something(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

/// Splits before the first `---` line: what stands before it, how many lines that are, and
/// what follows it.
fn until_marker(text: &str) -> (&str, usize, Option<&str>) {
    let mut at = 0;
    for (lines, line) in text.split_inclusive('\n').enumerate() {
        if line.starts_with("---") && line.trim_end() == "---" {
            let (before, from) = text.split_at(at);
            return (before, lines, from.get(line.len()..));
        }
        at += line.len();
    }
    (text, 0, None)
}

/// Reads one document.
pub(crate) fn parse<'a>(document: &Document<'a>) -> Result<Node<'a>, YamlError> {
    let mut reader = Reader {
        parser: Parser::new_from_str(document.text),
        offset: document.line - 1,
        line: document.line,
    };
    let mut root = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => break,
            event if root.is_none() => root = Some(reader.node(event, span, 0)?),
            _ => return Err(reader.error(span, "a second document without a `---` line before it")),
        }
    }
    Ok(root.unwrap_or(Node {
        at: Position {
            line: document.line,
            column: 1,
        },
        value: Value::Null,
    }))
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// Lines of the file before this document.
    offset: usize,
    /// The last line that was seen.
    line: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                self.line = self.offset + span.start.line();
                Ok((event, span))
            }
            Some(Err(error)) => Err(YamlError {
                at: Position {
                    line: self.offset + error.marker().line(),
                    column: error.marker().col() + 1,
                },
                what: error.info().to_owned(),
            }),
            None => Err(YamlError {
                at: Position {
                    line: self.line,
                    column: 1,
                },
                what: "the text ends too early".to_owned(),
            }),
        }
    }

    fn at(&self, span: Span) -> Position {
        Position {
            line: self.offset + span.start.line(),
            column: span.start.col() + 1,
        }
    }

    fn error(&self, span: Span, what: &str) -> YamlError {
        YamlError {
            at: self.at(span),
            what: what.to_owned(),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node<'a>, YamlError> {
        if depth > DEEPEST {
            return Err(self.error(span, "nested too deep"));
        }
        let at = self.at(span);
        let value = match event {
            Event::Scalar(text, style, _, _) => scalar(text, style),
            Event::SequenceStart(..) => self.list(depth)?,
            Event::MappingStart(..) => self.map(depth)?,
            Event::Alias(_) => return Err(self.error(span, "aliases (`*name`) are not allowed")),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err(self.error(span, "a value is missing")),
        };
        Ok(Node { at, value })
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, YamlError> {
        let mut nodes = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::List(nodes));
            }
            nodes.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value<'a>, YamlError> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Value::Map(entries));
            }
            let Event::Scalar(key, _, _, _) = event else {
                return Err(self.error(span, "a key must be text"));
            };
            if entries.iter().any(|entry| entry.key == key) {
                return Err(self.error(span, &format!("the key `{key}` stands here twice")));
            }
            if entries.len() == MOST_KEYS {
                return Err(self.error(span, "too many keys in one map"));
            }
            let at = self.at(span);
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            entries.push(Entry { key, at, node });
        }
    }
}

/// The core schema's null (YAML 1.2.2, 10.3.2); numbers and truth values stay text.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value<'_> {
    let plain = style == ScalarStyle::Plain;
    if plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL") {
        return Value::Null;
    }
    Value::Text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    fn text(line: usize, column: usize, text: &str) -> Node<'_> {
        Node {
            at: at(line, column),
            value: Value::Text(text.into()),
        }
    }

    fn only(source: &str) -> Result<Node<'_>, YamlError> {
        let documents = documents(source);
        assert_eq!(documents.len(), 1, "{source:?}");
        parse(&documents[0])
    }

    #[test]
    fn documents_are_cut_and_know_their_lines() {
        let source = "# head\n---\na: 1\n---\n# nothing\n---\n\nb: [x, ~]\n";
        let found = documents(source);
        assert_eq!(
            found,
            [
                Document {
                    text: "a: 1\n",
                    line: 3
                },
                Document {
                    text: "\nb: [x, ~]\n",
                    line: 7
                },
            ]
        );
        assert_eq!(
            parse(&found[1]).unwrap(),
            Node {
                at: at(8, 1),
                value: Value::Map(vec![Entry {
                    key: "b".into(),
                    at: at(8, 1),
                    node: Node {
                        at: at(8, 4),
                        value: Value::List(vec![
                            text(8, 5, "x"),
                            Node {
                                at: at(8, 8),
                                value: Value::Null
                            }
                        ])
                    }
                }])
            }
        );
    }

    #[test]
    fn what_is_refused_is_named_with_its_place() {
        let deep = "[".repeat(DEEPEST + 2);
        let keys: Vec<String> = (0..=MOST_KEYS).map(|key| format!("k{key}: 1")).collect();
        let wide = keys.join("\n");
        let cases = [
            ("a: &x 1\nb: *x\n", 2, "aliases"),
            ("a: 1\na: 2\n", 2, "twice"),
            ("? [a]\n: b\n", 1, "a key must be text"),
            ("a: \"open\n", 1, "quoted"),
            (deep.as_str(), 1, "nested too deep"),
            (wide.as_str(), MOST_KEYS + 1, "too many keys"),
            ("a: 1\n...\nb: 2\n", 3, "second document"),
        ];
        for (source, line, what) in cases {
            let error = only(source).unwrap_err();
            assert_eq!(error.at.line, line, "{source:?} {error:?}");
            assert!(error.what.contains(what), "{source:?} {error:?}");
        }
    }

    #[test]
    fn a_quoted_null_is_text() {
        assert_eq!(only("'~'").unwrap(), text(1, 1, "~"));
        assert_eq!(only("''").unwrap(), text(1, 1, ""));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(source in "[ \\-a-c:\\[\\]{}&*!|>'\"#\\n?,%~]{0,200}") {
            for document in documents(&source) {
                let _tree = parse(&document);
            }
        }
    }
}
