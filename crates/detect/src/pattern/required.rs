//! Texts that a regular expression cannot match without, read off its source.
//!
//! A light reading, a hundred times cheaper than compiling. **Invariant:** in doubt there is no
//! such text: an expression is then tried on everything.

use crate::view::lower_case;
use std::iter::Peekable;
use std::str::Chars;

/// Most texts of which one must stand in what matches.
const MOST: usize = 256;
/// Deepest nesting of groups.
const DEEPEST: usize = 16;

/// Texts in lower case, one of which must stand in what the expression matches.
pub(super) fn required_texts(source: &str) -> Option<Vec<String>> {
    let mut reader = Reader {
        rest: source.chars().peekable(),
        depth: 0,
        odd: false,
    };
    let texts = reader.alternation();
    let whole = !reader.odd && reader.rest.peek().is_none();
    let texts = texts.filter(|_| whole)?.into_iter();
    Some(
        texts
            .map(|text| lower_case(&text).unwrap_or(text))
            .collect(),
    )
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
    /// Something was met that is not read here.
    odd: bool,
}

/// A part of a sequence.
enum Part {
    Letter(char),
    /// One of these texts stands in it.
    Texts(Vec<String>),
    Anything,
}

/// How often a part is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    OnceOrMore,
    PerhapsNever,
}

impl Reader<'_> {
    /// `a|b`: a text of each.
    fn alternation(&mut self) -> Option<Vec<String>> {
        let mut all = self.sequence();
        while self.rest.next_if_eq(&'|').is_some() {
            let other = self.sequence();
            all = all.zip(other).map(|(mut all, other)| {
                all.extend(other);
                all
            });
        }
        all.filter(|all| all.len() <= MOST)
    }

    /// `abc`: the best of its parts; letters in a row make one text.
    fn sequence(&mut self) -> Option<Vec<String>> {
        let mut best: Option<Vec<String>> = None;
        let mut run = String::new();
        while let Some(letter) = self.rest.next_if(|next| !matches!(next, '|' | ')')) {
            let part = self.part(letter);
            let times = self.times();
            if self.odd {
                return None;
            }
            match (part, times) {
                (Part::Letter(letter), Times::Once) => {
                    run.push(letter);
                    continue;
                }
                (Part::Letter(letter), Times::OnceOrMore) => run.push(letter),
                (Part::Texts(texts), Times::Once | Times::OnceOrMore) => keep(&mut best, texts),
                (Part::Anything, _) | (_, Times::PerhapsNever) => {}
            }
            keep_run(&mut best, &mut run);
        }
        keep_run(&mut best, &mut run);
        best
    }

    fn part(&mut self, letter: char) -> Part {
        match letter {
            '(' => self.group().map_or(Part::Anything, Part::Texts),
            '[' => {
                self.class();
                Part::Anything
            }
            '.' | '^' | '$' => Part::Anything,
            '\\' => match self.rest.next() {
                Some('s' | 'S' | 'w' | 'W' | 'd' | 'D' | 'b' | 'B' | 'A' | 'z') => Part::Anything,
                Some('n') => Part::Letter('\n'),
                Some(letter) if !letter.is_alphanumeric() => Part::Letter(letter),
                _ => self.give_up(),
            },
            '*' | '+' | '?' | '{' => self.give_up(),
            letter => Part::Letter(letter),
        }
    }

    fn give_up(&mut self) -> Part {
        self.odd = true;
        Part::Anything
    }

    /// `(…)`, `(?:…)`, and `(?i)` alone: texts are looked for in lower case anyway.
    fn group(&mut self) -> Option<Vec<String>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.odd = true;
        }
        if self.rest.next_if_eq(&'?').is_some() {
            let ignores_case = self.rest.next_if_eq(&'i').is_some();
            match self.rest.next() {
                Some(')') if ignores_case => {
                    self.depth -= 1;
                    return None;
                }
                Some(':') => {}
                _ => self.odd = true,
            }
        }
        if self.odd {
            return None;
        }
        let texts = self.alternation();
        if self.rest.next() != Some(')') {
            self.odd = true;
        }
        self.depth -= 1;
        texts
    }

    /// Goes behind `[…]`.
    fn class(&mut self) {
        let mut open = 1;
        self.rest.next_if_eq(&'^');
        self.rest.next_if_eq(&']');
        while open > 0 {
            match self.rest.next() {
                Some('[') => {
                    open += 1;
                    self.rest.next_if_eq(&'^');
                    self.rest.next_if_eq(&']');
                }
                Some(']') => open -= 1,
                Some('\\') => drop(self.rest.next()),
                Some(_) => {}
                None => {
                    self.odd = true;
                    return;
                }
            }
        }
    }

    /// Goes behind `?`, `*`, `+`, `{…}`.
    fn times(&mut self) -> Times {
        let mut times = Times::Once;
        loop {
            match self.rest.peek() {
                Some('+') => {
                    if times == Times::Once {
                        times = Times::OnceOrMore;
                    }
                }
                Some('?' | '*') => times = Times::PerhapsNever,
                Some('{') => {
                    times = Times::PerhapsNever;
                    while self.rest.next_if(|next| *next != '}').is_some() {}
                }
                _ => return times,
            }
            self.rest.next();
        }
    }
}

/// Keeps what is harder to find by chance: the longer of the shortest texts.
fn keep(best: &mut Option<Vec<String>>, texts: Vec<String>) {
    let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min();
    if best
        .as_ref()
        .is_none_or(|best| shortest(&texts) > shortest(best))
    {
        *best = Some(texts);
    }
}

fn keep_run(best: &mut Option<Vec<String>>, run: &mut String) {
    let run = std::mem::take(run);
    if !run.is_empty() {
        keep(best, vec![run]);
    }
}
