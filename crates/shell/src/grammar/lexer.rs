//! Cuts a command line into the grammar's tokens.
//!
//! **Invariant:** linear and without recursion. A word's token holds a placeholder and its place in
//! the text; `(( … ))`, `[[ … ]]`, `name=( … )`, `<( … )` and `$( … )` are words as a whole, read
//! again by whoever expands them.

use std::sync::Arc;

use brush_parser::{SourcePosition, SourceSpan, Token};

use super::{DEEPEST, DEEPEST_CASE};
use crate::Problem;
use crate::scan::{
    HereTag, byte, character, here_tag, heredoc_end, identifier, line_length, part, piece_end, rest,
};

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A command: reserved words count.
    Command,
    /// Behind `name=value`: a command's name or another assignment.
    Name,
    /// An argument.
    Argument,
    /// The target of a redirection; what comes behind it stands in the second field.
    Target(Behind),
    /// The name behind `function`.
    FunctionName,
    /// The name behind `for` or `select`.
    LoopName,
    /// `in` or `do` behind a loop's name.
    LoopIn,
    /// The word behind `case`.
    CaseWord,
    /// `in` behind the word of `case`.
    CaseIn,
    /// A pattern of `case`, or `esac`.
    Pattern,
}

/// Where the words go on behind a redirection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Command,
    Argument,
}

/// An open compound command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Parenthesis,
    Brace,
    If,
    Loop,
    Case,
}

/// Most tokens of one text that are given to the grammar, which is slow on many.
const MOST_TOKENS: usize = 8192;

/// How often the end of `((` is looked for in vain before it is taken for two brackets.
const MOST_UNENDED: usize = 4;

/// Cuts `text` into tokens that brush's grammar takes, and says whether that is all of it.
pub(super) fn tokens(text: &str) -> Result<(Vec<Token>, bool), Problem> {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        expect: Expect::Command,
        open: Vec::new(),
        cases: 0,
        coprocesses: 0,
        unended: 0,
        here: Vec::new(),
    };
    while lexer.at < text.len() {
        if lexer.tokens.len() >= MOST_TOKENS {
            return lexer.beginning();
        }
        lexer.step()?;
    }
    lexer.heredocs();
    if lexer.open.is_empty() {
        Ok((lexer.tokens, true))
    } else {
        Err(Problem::Unparsable)
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    expect: Expect,
    open: Vec<Open>,
    cases: usize,
    /// Each of them is a level of the grammar's recursion.
    coprocesses: usize,
    /// Double brackets whose end was looked for in vain.
    unended: usize,
    /// Heredocs of this line, and where the token of their body stands.
    here: Vec<(HereTag<'a>, usize)>,
}

const OPERATORS: [&str; 22] = [
    ";;&", "&>>", "<<<", "<<-", ";;", ";&", "&&", "&>", "||", "|&", "<<", "<&", "<>", ">>", ">&",
    ">|", "<", ">", "(", ")", ";", "|",
];

impl Lexer<'_> {
    /// The tokens so far, when they are commands as a whole.
    fn beginning(mut self) -> Result<(Vec<Token>, bool), Problem> {
        if !self.open.is_empty() || !self.here.is_empty() {
            return Err(Problem::TooLong);
        }
        let is_operator = |token: &Token| matches!(token, Token::Operator(..));
        while self.tokens.last().is_some_and(is_operator) {
            self.tokens.pop();
        }
        Ok((self.tokens, false))
    }

    fn step(&mut self) -> Result<(), Problem> {
        match byte(self.text, self.at) {
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'\\' if byte(self.text, self.at + 1) == b'\n' => self.at += 2,
            b'\\' if rest(self.text, self.at).starts_with("\\\r\n") => self.at += 3,
            b'#' => self.at += line_length(rest(self.text, self.at)),
            b'\n' => self.newline(),
            b'<' | b'>' if byte(self.text, self.at + 1) == b'(' => self.word()?,
            b'&' | b';' | b'|' | b'<' | b'>' | b'(' | b')' => self.operator()?,
            _ => self.word()?,
        }
        Ok(())
    }

    fn newline(&mut self) {
        self.push_operator("\n", 1);
        self.heredocs();
        if !matches!(
            self.expect,
            Expect::Pattern | Expect::CaseIn | Expect::LoopIn
        ) {
            self.expect = Expect::Command;
        }
    }

    /// Takes the bodies of the heredocs that this line announced.
    fn heredocs(&mut self) {
        for (tag, index) in std::mem::take(&mut self.here) {
            let (end, next) = heredoc_end(self.text, self.at, &tag);
            let body = self.token("w", self.at, end);
            if let Some(place) = self.tokens.get_mut(index) {
                *place = body;
            }
            self.at = next;
        }
    }

    fn operator(&mut self) -> Result<(), Problem> {
        let here = rest(self.text, self.at);
        let found = OPERATORS
            .into_iter()
            .find(|operator| here.starts_with(operator));
        let operator = found.unwrap_or("&");
        match operator {
            "(" => return self.parenthesis(),
            ")" => self.close_parenthesis()?,
            "<<" | "<<-" => return self.here_document(operator),
            "<" | ">" | "<&" | ">&" | "<>" | ">>" | ">|" | "&>" | "&>>" | "<<<" => {
                self.expect = Expect::Target(self.behind());
            }
            ";;" | ";&" | ";;&" => self.expect = Expect::Pattern,
            "|" if self.expect == Expect::Pattern => {}
            ";" if self.expect == Expect::LoopIn => {}
            _ => self.expect = Expect::Command,
        }
        self.push_operator(operator, operator.len());
        Ok(())
    }

    fn behind(&self) -> Behind {
        match self.expect {
            Expect::Command | Expect::Name | Expect::Target(Behind::Command) => Behind::Command,
            _ => Behind::Argument,
        }
    }

    fn parenthesis(&mut self) -> Result<(), Problem> {
        let arithmetic = rest(self.text, self.at).starts_with("((");
        let tries = arithmetic
            && matches!(self.expect, Expect::Command | Expect::LoopName)
            && self.unended < MOST_UNENDED;
        let end = tries.then(|| self.arithmetic_end()).flatten();
        self.unended += usize::from(tries && end.is_none());
        if let Some(end) = end {
            self.push_word("w", end);
            self.expect = match self.expect {
                Expect::LoopName => Expect::LoopIn,
                _ => Expect::Argument,
            };
            return Ok(());
        }
        if self.expect == Expect::Pattern {
            self.push_operator("(", 1);
            return Ok(());
        }
        // The grammar takes two parentheses in a row for arithmetic; a newline tells otherwise.
        if self.tokens.last().is_some_and(|last| last.to_str() == "(") {
            self.push_operator("\n", 0);
        }
        self.push_operator("(", 1);
        self.expect = Expect::Command;
        self.open(Open::Parenthesis)
    }

    /// The end of `(( … ))`, when that is what stands here.
    fn arithmetic_end(&self) -> Option<usize> {
        let inner = piece_end(self.text, self.at + 1)?;
        let outer = piece_end(self.text, self.at)?;
        (outer == inner + 1).then_some(outer)
    }

    fn close_parenthesis(&mut self) -> Result<(), Problem> {
        if self.expect == Expect::Pattern && self.open.last() == Some(&Open::Case) {
            self.expect = Expect::Command;
            return Ok(());
        }
        self.expect = Expect::Command;
        self.close(Open::Parenthesis)
    }

    fn here_document(&mut self, operator: &'static str) -> Result<(), Problem> {
        let behind = self.behind();
        let (tag, end) = here_tag(self.text, self.at + 2).ok_or(Problem::Unparsable)?;
        self.push_operator(operator, operator.len());
        while matches!(byte(self.text, self.at), b' ' | b'\t') {
            self.at += 1;
        }
        self.push_word("w", end);
        self.here.push((tag, self.tokens.len()));
        for _ in 0..2 {
            let placeholder = self.token("w", self.at, self.at);
            self.tokens.push(placeholder);
        }
        self.expect = match behind {
            Behind::Command => Expect::Name,
            Behind::Argument => Expect::Argument,
        };
        Ok(())
    }

    fn word(&mut self) -> Result<(), Problem> {
        let start = self.at;
        if self.expect == Expect::Command
            && rest(self.text, start).starts_with("[[")
            && matches!(byte(self.text, start + 2), b' ' | b'\t' | b'\n')
        {
            let end = test_end(self.text, start).ok_or(Problem::Unparsable)?;
            self.push_word("w", end);
            self.expect = Expect::Argument;
            return Ok(());
        }
        let end = self.word_end(start)?;
        let typed = part(self.text, start, end);
        if let Some(number) = descriptor(typed, byte(self.text, end)) {
            self.push_word(number, end);
            return Ok(());
        }
        self.classify(typed, end)
    }

    /// Decides what a word is where it stands, and what may follow it.
    fn classify(&mut self, typed: &str, end: usize) -> Result<(), Problem> {
        match self.expect {
            Expect::LoopIn if typed == "in" => {
                self.push_word("in", end);
                self.expect = Expect::Argument;
            }
            Expect::Command | Expect::LoopIn => return self.command_word(typed, end),
            Expect::Name if is_assignment(typed) => self.push_word("a=", end),
            Expect::Name | Expect::Argument => {
                self.push_word("w", end);
                self.expect = Expect::Argument;
            }
            Expect::Target(behind) => {
                self.push_word("w", end);
                self.expect = match behind {
                    Behind::Command => Expect::Name,
                    Behind::Argument => Expect::Argument,
                };
            }
            Expect::FunctionName => {
                self.push_word("w", end);
                self.expect = Expect::Command;
            }
            Expect::LoopName => {
                let name = if identifier(typed) == typed.len() {
                    typed
                } else {
                    "w"
                };
                self.push_word(name, end);
                self.expect = Expect::LoopIn;
            }
            Expect::CaseWord => {
                self.push_word("w", end);
                self.expect = Expect::CaseIn;
            }
            Expect::CaseIn => {
                self.push_word(if typed == "in" { "in" } else { "w" }, end);
                self.expect = Expect::Pattern;
            }
            Expect::Pattern if typed == "esac" => return self.command_word(typed, end),
            Expect::Pattern => self.push_word("w", end),
        }
        Ok(())
    }

    fn command_word(&mut self, typed: &str, end: usize) -> Result<(), Problem> {
        let mut written = typed;
        self.expect = match typed {
            "if" => {
                self.open(Open::If)?;
                Expect::Command
            }
            "while" | "until" => {
                self.open(Open::Loop)?;
                Expect::Command
            }
            "coproc" => {
                self.coprocesses += 1;
                if self.coprocesses > DEEPEST {
                    return Err(Problem::TooDeep);
                }
                Expect::Command
            }
            "then" | "else" | "elif" | "!" => Expect::Command,
            "do" => {
                if self.open.last() != Some(&Open::Loop) {
                    return Err(Problem::Unparsable);
                }
                Expect::Command
            }
            "{" => {
                self.open(Open::Brace)?;
                Expect::Command
            }
            "for" | "select" => {
                self.open(Open::Loop)?;
                written = "for";
                Expect::LoopName
            }
            "case" => {
                self.open(Open::Case)?;
                Expect::CaseWord
            }
            "function" => Expect::FunctionName,
            "fi" | "done" | "esac" | "}" => {
                self.close(match typed {
                    "fi" => Open::If,
                    "done" => Open::Loop,
                    "esac" => Open::Case,
                    _ => Open::Brace,
                })?;
                Expect::Command
            }
            "time" if self.compound_follows(end) => Expect::Command,
            _ if is_assignment(typed) => {
                written = "a=";
                Expect::Name
            }
            _ => {
                written = "w";
                Expect::Argument
            }
        };
        self.push_word(written, end);
        Ok(())
    }

    /// Whether a compound command stands behind `time`, so that only the grammar can take it.
    fn compound_follows(&self, end: usize) -> bool {
        let behind = rest(self.text, end).trim_start_matches([' ', '\t']);
        let word = behind.split([' ', '\t', '\n', ';']).next();
        behind.starts_with('(')
            || matches!(word, Some("{" | "for" | "while" | "until" | "if" | "!"))
    }

    /// The end of the word that starts here.
    fn word_end(&self, start: usize) -> Result<usize, Problem> {
        let text = self.text;
        let mut at = start;
        while at < text.len() {
            let piece = match byte(text, at) {
                b'\\' => {
                    at = (at + 1 + character(text, at + 1)).min(text.len());
                    continue;
                }
                b'\'' | b'"' | b'`' => true,
                b'$' => matches!(byte(text, at + 1), b'(' | b'{' | b'\'' | b'"' | b'['),
                b'<' | b'>' if byte(text, at + 1) == b'(' && self.takes_process(start, at) => true,
                b'(' if at > start && self.joins(start, at) => true,
                b' ' | b'\t' | b'\n' | b'\r' | b'&' | b';' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    break;
                }
                _ => false,
            };
            at = if piece {
                piece_end(text, at).ok_or(Problem::Unparsable)?
            } else {
                at + 1
            };
        }
        Ok(at)
    }

    /// Whether `<(` at `at` belongs to the word: alone, or as a value (`--file=<( … )`).
    fn takes_process(&self, start: usize, at: usize) -> bool {
        at == start || part(self.text, start, at).ends_with('=')
    }

    /// Whether the parenthesis at `at` goes on with the word: `name=( … )`, `+( … )`.
    fn joins(&self, start: usize, at: usize) -> bool {
        let before = part(self.text, start, at);
        match before.as_bytes().last() {
            Some(b'=') => is_assignment(before),
            Some(b'@' | b'?' | b'+' | b'*') => true,
            Some(b'!') => before.len() > 1,
            _ => false,
        }
    }

    fn open(&mut self, open: Open) -> Result<(), Problem> {
        self.open.push(open);
        self.cases += usize::from(open == Open::Case);
        if self.open.len() > DEEPEST || self.cases > DEEPEST_CASE {
            return Err(Problem::TooDeep);
        }
        Ok(())
    }

    fn close(&mut self, open: Open) -> Result<(), Problem> {
        self.cases -= usize::from(open == Open::Case && self.cases > 0);
        if self.open.pop() == Some(open) {
            Ok(())
        } else {
            Err(Problem::Unparsable)
        }
    }

    fn push_word(&mut self, written: &str, end: usize) {
        let token = self.token(written, self.at, end);
        self.tokens.push(token);
        self.at = end;
    }

    fn push_operator(&mut self, operator: &str, length: usize) {
        let place = span(self.at, self.at + length);
        self.tokens
            .push(Token::Operator(operator.to_owned(), place));
        self.at += length;
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as the twin of push_word at its calls"
    )]
    fn token(&self, written: &str, start: usize, end: usize) -> Token {
        Token::Word(written.to_owned(), span(start, end))
    }
}

fn span(start: usize, end: usize) -> SourceSpan {
    let position = |index| {
        Arc::new(SourcePosition {
            index,
            line: 1,
            column: 1,
        })
    };
    SourceSpan {
        start: position(start),
        end: position(end),
    }
}

/// A file descriptor in front of a redirection.
fn descriptor(typed: &str, next: u8) -> Option<&str> {
    let digits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    (digits && typed.len() <= 4 && matches!(next, b'<' | b'>')).then_some(typed)
}

/// Whether a word is `name=…`, `name+=…` or `name[…]=…`.
pub(crate) fn is_assignment(typed: &str) -> bool {
    let name = identifier(typed);
    if name == 0 {
        return false;
    }
    let behind = rest(typed, name);
    let behind = match behind.strip_prefix('[') {
        Some(index) => index.split_once(']').map_or("", |(_, behind)| behind),
        None => behind,
    };
    behind.starts_with('=') || behind.starts_with("+=")
}

/// The end of `[[ … ]]`.
fn test_end(text: &str, start: usize) -> Option<usize> {
    let mut at = start + 2;
    while at < text.len() {
        at = match byte(text, at) {
            b'\\' => at + 2,
            b'\'' | b'"' | b'`' => piece_end(text, at)?,
            b'$' if matches!(byte(text, at + 1), b'(' | b'{' | b'\'' | b'"') => {
                piece_end(text, at)?
            }
            b']' if byte(text, at + 1) == b']'
                && matches!(byte(text, at - 1), b' ' | b'\t' | b'\n') =>
            {
                return Some(at + 2);
            }
            _ => at + 1,
        };
    }
    None
}
