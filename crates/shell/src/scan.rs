//! Where a quoted or bracketed piece of shell text ends.
//!
//! **Invariant:** one pass with an explicit stack: no recursion, so that no nesting can exhaust
//! the machine's stack, and every byte is looked at a bounded number of times.

/// The byte at `at`, or 0 behind the end.
pub(crate) fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

/// The part from `from` up to `to`, empty when that is not a part of the text.
pub(crate) fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The rest from `from` on.
pub(crate) fn rest(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

/// Length of the character that starts at `at`, at least one byte.
pub(crate) fn character(text: &str, at: usize) -> usize {
    rest(text, at).chars().next().map_or(1, char::len_utf8)
}

/// Length of the identifier that `text` starts with (0 when it starts with none).
pub(crate) fn identifier(text: &str) -> usize {
    if text.as_bytes().first().is_none_or(u8::is_ascii_digit) {
        return 0;
    }
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

/// Whether `text` is an identifier as a whole.
pub(crate) fn is_identifier(text: &str) -> bool {
    !text.is_empty() && identifier(text) == text.len()
}

/// What the scan stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `"…"`
    Double,
    /// `${…}` outside of double quotes.
    Parameter,
    /// `${…}` inside of double quotes, where `'` is a plain letter.
    QuotedParameter,
    /// `$(…)`, `<(…)`, `(…)`: commands.
    Commands,
    /// `$((…))` and the parentheses in it.
    Arithmetic,
    /// `$[…]`
    Bracket,
    /// `case … esac`, in which a lone `)` ends a pattern.
    Case,
}

/// A heredoc whose body has not begun.
pub(crate) struct HereTag<'a> {
    /// The delimiter without quotes.
    pub(crate) name: std::borrow::Cow<'a, str>,
    /// `<<-`: leading tabs are dropped.
    pub(crate) tabs: bool,
}

/// Returns the end of the piece that starts at `start` (`'`, `"`, `` ` ``, `$'`, `$"`, `$(`, `${`,
/// `$[`, `<(`, `>(`, `(`), or nothing when it has no end.
pub(crate) fn piece_end(text: &str, start: usize) -> Option<usize> {
    let first = byte(text, start);
    match (first, byte(text, start + 1)) {
        (b'\'', _) => return single_end(text, start + 1),
        (b'`', _) => return backquote_end(text, start + 1),
        (b'$', b'\'') => return ansi_end(text, start + 2),
        _ => {}
    }
    let mut scan = Scan {
        text,
        at: start,
        stack: Vec::new(),
        here: Vec::new(),
    };
    scan.enter();
    if scan.stack.is_empty() {
        return None;
    }
    while !scan.stack.is_empty() {
        if scan.at >= text.len() {
            return None;
        }
        scan.step()?;
    }
    Some(scan.at)
}

fn single_end(text: &str, from: usize) -> Option<usize> {
    rest(text, from).find('\'').map(|length| from + length + 1)
}

fn ansi_end(text: &str, from: usize) -> Option<usize> {
    escaped_end(text, from, b'\'')
}

fn backquote_end(text: &str, from: usize) -> Option<usize> {
    escaped_end(text, from, b'`')
}

fn escaped_end(text: &str, from: usize, end: u8) -> Option<usize> {
    let mut at = from;
    while at < text.len() {
        match byte(text, at) {
            b'\\' => at += 2,
            found if found == end => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    stack: Vec<Open>,
    here: Vec<HereTag<'a>>,
}

impl Scan<'_> {
    /// Steps into the bracket that opens here, if one does.
    fn enter(&mut self) -> bool {
        let next = byte(self.text, self.at + 1);
        let quoted = matches!(
            self.stack.last(),
            Some(Open::Double | Open::QuotedParameter)
        );
        let (open, length) = match (byte(self.text, self.at), next) {
            (b'"', _) => (Open::Double, 1),
            (b'$', b'"') if !quoted => (Open::Double, 2),
            (b'$', b'(') if byte(self.text, self.at + 2) == b'(' => {
                self.stack.push(Open::Arithmetic);
                (Open::Arithmetic, 3)
            }
            (b'$', b'(') => (Open::Commands, 2),
            (b'$', b'{') if quoted => (Open::QuotedParameter, 2),
            (b'$', b'{') => (Open::Parameter, 2),
            (b'$', b'[') => (Open::Bracket, 2),
            (b'<' | b'>', b'(') if !quoted => (Open::Commands, 2),
            (b'(', _) if !quoted => (Open::Commands, 1),
            _ => return false,
        };
        self.stack.push(open);
        self.at += length;
        true
    }

    fn step(&mut self) -> Option<()> {
        let here = byte(self.text, self.at);
        match (here, *self.stack.last()?) {
            (b'\\', _) => self.at += 2,
            (b'`', _) => self.at = backquote_end(self.text, self.at + 1)?,
            (b'"', Open::Double)
            | (b'}', Open::Parameter | Open::QuotedParameter)
            | (b')', Open::Commands | Open::Arithmetic)
            | (b']', Open::Bracket) => {
                self.stack.pop();
                self.at += 1;
            }
            (b'$', _) => self.dollar()?,
            (b'"', _) => {
                self.enter();
            }
            (_, Open::Double | Open::QuotedParameter) => self.at += 1,
            (b'\'', _) => self.at = single_end(self.text, self.at + 1)?,
            (b'(', Open::Arithmetic) => {
                self.stack.push(Open::Arithmetic);
                self.at += 1;
            }
            (_, Open::Commands | Open::Case) => self.in_commands(here),
            _ => self.at += 1,
        }
        Some(())
    }

    fn dollar(&mut self) -> Option<()> {
        let quoted = matches!(
            self.stack.last(),
            Some(Open::Double | Open::QuotedParameter)
        );
        if !quoted && byte(self.text, self.at + 1) == b'\'' {
            self.at = ansi_end(self.text, self.at + 2)?;
        } else if !self.enter() {
            self.at += 1;
        }
        Some(())
    }

    fn in_commands(&mut self, here: u8) {
        match here {
            b'(' => {
                self.stack.push(Open::Commands);
                self.at += 1;
            }
            b'#' if self.at_word_start() => self.at += line_length(rest(self.text, self.at)),
            b'<' if rest(self.text, self.at).starts_with("<<") => self.heredoc(),
            b'\n' => {
                self.at += 1;
                for tag in std::mem::take(&mut self.here) {
                    self.at = heredoc_end(self.text, self.at, &tag).1;
                }
            }
            b'c' if self.at_word_start() && opens_case(rest(self.text, self.at)) => {
                self.stack.push(Open::Case);
                self.at += 4;
            }
            b'e' if self.at_word_start() && is_word(rest(self.text, self.at), "esac") => {
                if self.stack.last() == Some(&Open::Case) {
                    self.stack.pop();
                }
                self.at += 4;
            }
            _ => self.at += 1,
        }
    }

    fn heredoc(&mut self) {
        let after = self.at + 2;
        if byte(self.text, after) == b'<' {
            self.at = after + 1;
            return;
        }
        match here_tag(self.text, after) {
            Some((tag, end)) => {
                self.here.push(tag);
                self.at = end;
            }
            None => self.at = after,
        }
    }

    fn at_word_start(&self) -> bool {
        self.at
            .checked_sub(1)
            .is_none_or(|before| starts_word_after(byte(self.text, before)))
    }
}

fn starts_word_after(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'`' | b'{'
    )
}

/// Whether `text` starts with the whole word `word`.
fn is_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|behind| {
        behind.is_empty() || starts_word_after(byte(behind, 0)) || behind.starts_with('\r')
    })
}

/// How far `case WORD in` is looked for.
const CASE_HEAD: usize = 256;

fn opens_case(text: &str) -> bool {
    if !is_word(text, "case") {
        return false;
    }
    let head = part(text, 0, text.floor_char_boundary(CASE_HEAD));
    part(head, 0, line_length(head))
        .split([' ', '\t'])
        .skip(2)
        .any(|word| word == "in")
}

/// Length of the first line, without its newline.
pub(crate) fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Reads the delimiter behind `<<` and returns it with its end.
pub(crate) fn here_tag(text: &str, after: usize) -> Option<(HereTag<'_>, usize)> {
    let tabs = byte(text, after) == b'-';
    let mut at = after + usize::from(tabs);
    while matches!(byte(text, at), b' ' | b'\t') {
        at += 1;
    }
    let start = at;
    while at < text.len() {
        match byte(text, at) {
            b'\'' => at = single_end(text, at + 1)?,
            b'"' => at = escaped_end(text, at + 1, b'"')?,
            b'\\' => at += 2,
            b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
            _ => at += 1,
        }
    }
    let typed = part(text, start, at);
    if typed.is_empty() {
        return None;
    }
    let name = if typed.contains(['\'', '"', '\\']) {
        typed.replace(['\'', '"', '\\'], "").into()
    } else {
        typed.into()
    };
    Some((HereTag { name, tabs }, at))
}

/// Returns where the body that starts at `from` ends, and where the line behind its delimiter starts.
pub(crate) fn heredoc_end(text: &str, from: usize, tag: &HereTag<'_>) -> (usize, usize) {
    let mut at = from;
    while at < text.len() {
        let end = at + line_length(rest(text, at));
        let line = part(text, at, end);
        let line = if tag.tabs {
            line.trim_start_matches('\t')
        } else {
            line
        };
        if line.strip_suffix('\r').unwrap_or(line) == tag.name {
            return (at, (end + 1).min(text.len()));
        }
        at = end + 1;
    }
    (text.len(), text.len())
}

/// Cuts text at its unquoted blanks and newlines; quotes stay. Pieces without an end are letters.
pub(crate) fn raw_words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut at = 0;
    let mut ended = true;
    while at < text.len() {
        let here = byte(text, at);
        if matches!(here, b' ' | b'\t' | b'\n' | b'\r') {
            if let Some(start) = start.take() {
                words.push(part(text, start, at));
            }
            at += 1;
            continue;
        }
        start = start.or(Some(at));
        let piece = match here {
            b'\'' | b'"' | b'`' => true,
            b'$' => matches!(byte(text, at + 1), b'(' | b'{' | b'\'' | b'"'),
            _ => false,
        };
        let end = (piece && ended).then(|| piece_end(text, at));
        ended &= end != Some(None);
        at = match end.flatten() {
            Some(end) => end,
            None if here == b'\\' => at + 1 + character(text, at + 1),
            None => at + 1,
        };
    }
    if let Some(start) = start {
        words.push(rest(text, start));
    }
    words
}
