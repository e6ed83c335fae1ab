//! `PowerShell`, as far as to name the programs, their arguments and the hosts.
//!
//! **Invariant:** one pass with an explicit stack no deeper than [`DEEPEST`]; names are in lower case,
//! as `PowerShell` takes them.

use crate::options::{Order, arguments};
use crate::reader::Reader;
use crate::run::Command;
use crate::words::{Field, Stream};

/// Deepest brackets that are followed; deeper ones are read as separators.
const DEEPEST: usize = 32;

/// Whether a program is `PowerShell`.
pub(crate) fn is_powershell(name: &str) -> bool {
    matches!(name, "pwsh" | "powershell" | "pwsh.exe" | "powershell.exe")
}

/// The text that `PowerShell` is told to run.
pub(crate) fn text(words: &[Field], stdin: &Stream) -> Option<String> {
    let sorted = arguments(words, Order::FirstOperandEnds, |name| {
        let name = name.to_ascii_lowercase();
        let takes = [
            "-executionpolicy",
            "-ep",
            "-ex",
            "-exec",
            "-windowstyle",
            "-w",
            "-version",
            "-psconsolefile",
        ];
        usize::from(takes.contains(&name.as_str()) || is_encoded(&name))
    });
    let encoded = sorted
        .options
        .iter()
        .find(|option| is_encoded(&option.name.to_ascii_lowercase()))
        .and_then(|option| option.value);
    if let Some(encoded) = encoded {
        return crate::decode::utf16_base64(encoded);
    }
    let joined: Vec<&str> = sorted
        .operands
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    if joined.is_empty() || joined == ["-"] {
        return stdin.text.as_deref().map(str::to_owned);
    }
    Some(joined.join(" "))
}

/// `-EncodedCommand` and every beginning of it that is told apart from others.
fn is_encoded(name: &str) -> bool {
    matches!(name, "-e" | "-ec") || (name.starts_with("-en") && "-encodedcommand".starts_with(name))
}

/// Reads a text of `PowerShell` command by command.
pub(crate) fn read(reader: &mut Reader<'_>, text: &str) {
    let mut scan = Scan {
        frames: Vec::new(),
        inner: Frame::default(),
    };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' => {
                while let Some(inner) = letters.next() {
                    if inner == letter {
                        break;
                    }
                    let escapes = inner == '`' && letter == '"';
                    let inner = if escapes {
                        letters.next().unwrap_or(inner)
                    } else {
                        inner
                    };
                    scan.inner.word.push(inner);
                }
                scan.inner.quoted = true;
            }
            '`' => {
                if let Some(next) = letters.next().filter(|next| *next != '\n') {
                    scan.inner.word.push(next);
                }
            }
            '#' if scan.inner.word.is_empty() => {
                while letters.peek().is_some_and(|next| *next != '\n') {
                    letters.next();
                }
            }
            '(' if scan.frames.len() < DEEPEST => scan.open(),
            ')' => scan.close(reader),
            '|' => scan.end(reader, letters.peek() != Some(&'|')),
            ';' | '\n' | '{' | '}' | '&' | '(' => scan.end(reader, false),
            ' ' | '\t' | '\r' | ',' | '=' => scan.inner.cut(),
            _ => scan.inner.word.push(letter),
        }
    }
    while !scan.frames.is_empty() {
        scan.close(reader);
    }
    scan.end(reader, false);
}

/// One bracket's worth of commands.
#[derive(Default)]
struct Frame {
    words: Vec<Field>,
    word: String,
    quoted: bool,
    /// What the brackets in the word have printed.
    from: Vec<usize>,
    stdin: Stream,
    /// All that ran in these brackets.
    ran: Vec<usize>,
}

impl Frame {
    fn cut(&mut self) {
        if self.word.is_empty() && !self.quoted && self.from.is_empty() {
            return;
        }
        let mut field = Field::plain(std::mem::take(&mut self.word));
        field.from = std::mem::take(&mut self.from);
        field.computed = !field.from.is_empty();
        self.quoted = false;
        self.words.push(field);
    }
}

struct Scan {
    /// The brackets that are open around [`Scan::inner`], outermost first.
    frames: Vec<Frame>,
    inner: Frame,
}

impl Scan {
    /// Ends a command; `piped`: its output goes on to the next.
    fn end(&mut self, reader: &mut Reader<'_>, piped: bool) {
        let frame = &mut self.inner;
        frame.cut();
        let mut words = std::mem::take(&mut frame.words);
        let stdin = std::mem::take(&mut frame.stdin);
        let is_value = words
            .first()
            .is_none_or(|word| word.text.starts_with('$') && words.len() == 1);
        if let Some(first) = words
            .first_mut()
            .filter(|first| first.text.starts_with('$'))
        {
            // `$x = command`: the value's command is what counts.
            let computed = first.from.clone();
            words.remove(0);
            frame.ran.extend(computed);
        }
        if words.is_empty() || is_value {
            return;
        }
        if let Some(program) = words.first_mut() {
            program.text = program.text.to_ascii_lowercase();
        }
        let before = reader.reading.invocations.len();
        let output = reader.run(Command {
            words,
            stdin,
            ..Command::default()
        });
        let frame = &mut self.inner;
        frame.ran.extend(before..reader.reading.invocations.len());
        if piped {
            frame.stdin = output;
        }
    }

    fn open(&mut self) {
        let outer = std::mem::take(&mut self.inner);
        self.frames.push(outer);
    }

    /// Closes a bracket: what ran in it stands in the word around it.
    fn close(&mut self, reader: &mut Reader<'_>) {
        self.end(reader, false);
        if let Some(outer) = self.frames.pop() {
            let inner = std::mem::replace(&mut self.inner, outer);
            self.inner.from.extend(inner.ran);
            self.inner.quoted = true;
        }
    }
}
