//! The state of a reading: what the line has defined so far, and what was found.
//!
//! **Invariant:** every way into a nested text goes through [`Reader::text`], which bounds depth, total
//! work and the number of invocations; whoever hits a bound leaves a [`Problem`].

mod redirect;
mod tolerant;
mod walk;

use std::collections::HashMap;
use std::rc::Rc;

use crate::grammar::Parsed;
use crate::words::{Field, LONGEST_WORD, Stream};
use crate::{Context, LONGEST, Problem, Reading};
pub(crate) use redirect::Redirects;

/// Deepest nesting of texts and compound commands in one another.
const DEEPEST: usize = 48;

/// Most bytes that are read and produced in all, nested texts counted again each time: so much for
/// any text, so much for each of its bytes, and never more than this.
const SMALLEST_WORK: usize = 512 * 1024;
const WORK_FOR_EACH_BYTE: usize = 16;
const MOST_WORK: usize = LONGEST + 768 * 1024;

/// What one step costs beside its bytes.
const STEP: usize = 32;

/// Most invocations that are reported.
const MOST_INVOCATIONS: usize = 4096;

/// What surrounds a command: its standard input and the redirections around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outer {
    pub(crate) stdin: Stream,
    pub(crate) redirects: Redirects,
}

/// A reading in progress.
pub(crate) struct Reader<'c> {
    context: Context<'c>,
    pub(crate) reading: Reading,
    variables: HashMap<String, Vec<Field>>,
    /// Values that assignments replaced, so that a subshell can be left again.
    replaced: Vec<(String, Option<Vec<Field>>)>,
    /// Bodies of functions defined on the line.
    pub(crate) functions: HashMap<String, Rc<str>>,
    /// Functions that are being run.
    pub(crate) active: Vec<String>,
    pub(crate) aliases: HashMap<String, String>,
    /// Texts that the line wrote into files.
    files: HashMap<String, Rc<str>>,
    /// Where `cd` on the line has gone to.
    pub(crate) directory: Option<String>,
    pub(crate) positional: Option<Vec<Field>>,
    /// What the next invocation is started through.
    pub(crate) through: Vec<String>,
    depth: usize,
    work: usize,
    most_work: usize,
}

impl<'c> Reader<'c> {
    /// A reading that has not begun.
    pub(crate) fn new(context: Context<'c>, length: usize) -> Self {
        Self {
            context,
            reading: Reading::default(),
            variables: HashMap::new(),
            replaced: Vec::new(),
            functions: HashMap::new(),
            active: Vec::new(),
            aliases: HashMap::new(),
            files: HashMap::new(),
            directory: None,
            positional: None,
            through: Vec::new(),
            depth: 0,
            work: 0,
            most_work: length
                .saturating_mul(WORK_FOR_EACH_BYTE)
                .saturating_add(SMALLEST_WORK)
                .min(MOST_WORK),
        }
    }

    /// How much work there was, and how much there may be.
    #[cfg(test)]
    pub(crate) fn work(&self) -> (usize, usize) {
        (self.work, self.most_work)
    }

    /// Whether names of programs that differ in upper and lower case are the same.
    pub(crate) fn ignores_case(&self) -> bool {
        self.context.ignores_case
    }

    /// Notes why something was left out, once.
    pub(crate) fn problem(&mut self, problem: Problem) {
        if !self.reading.problems.contains(&problem) {
            self.reading.problems.push(problem);
        }
    }

    /// Counts work; false once there was too much of it.
    pub(crate) fn charge(&mut self, bytes: usize) -> bool {
        self.work = self.work.saturating_add(bytes).saturating_add(STEP);
        let enough =
            self.work <= self.most_work && self.reading.invocations.len() < MOST_INVOCATIONS;
        if !enough {
            self.problem(Problem::TooLong);
        }
        enough
    }

    /// Runs `step` one level deeper, unless that is too deep.
    pub(crate) fn deeper<T: Default>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST {
            self.problem(Problem::TooDeep);
            return T::default();
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    /// Reads a text as a shell would and returns what it prints.
    pub(crate) fn text(&mut self, text: &str, outer: &Outer) -> Stream {
        if !self.charge(text.len()) {
            return Stream::default();
        }
        self.deeper(|reader| match Parsed::parse(text) {
            Ok(parsed) => {
                if parsed.cut {
                    reader.problem(Problem::TooLong);
                }
                reader.charge(parsed.tokens * STEP);
                reader.program(&parsed, outer)
            }
            Err(problem) => {
                reader.problem(problem);
                tolerant::read(reader, text, outer);
                Stream::default()
            }
        })
    }

    /// Reads a text that runs in a shell of its own (`$( … )`).
    pub(crate) fn nested(&mut self, text: &str) -> Stream {
        if self.reading.invocations.len() >= MOST_INVOCATIONS {
            self.problem(Problem::TooLong);
            return Stream::default();
        }
        self.apart(|reader| reader.text(text, &Outer::default()))
    }

    /// Reads a text that is started through `label`.
    pub(crate) fn text_through(&mut self, label: String, text: &str, outer: &Outer) -> Stream {
        self.through.push(label);
        let stream = self.apart(|reader| reader.text(text, outer));
        self.through.pop();
        stream
    }

    /// Runs `step` so that its variables and its directory are gone afterwards.
    pub(crate) fn apart<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.replaced.len();
        let directory = self.directory.clone();
        let result = step(self);
        self.directory = directory;
        self.restore(mark);
        result
    }

    /// Where the record of replaced values stands, for [`Reader::restore`].
    pub(crate) fn mark(&self) -> usize {
        self.replaced.len()
    }

    /// Takes back the assignments since `mark`.
    pub(crate) fn restore(&mut self, mark: usize) {
        while self.replaced.len() > mark {
            let Some((name, value)) = self.replaced.pop() else {
                return;
            };
            match value {
                Some(value) => self.variables.insert(name, value),
                None => self.variables.remove(&name),
            };
        }
    }

    /// Gives a variable its value.
    pub(crate) fn assign(&mut self, name: &str, value: Vec<Field>) {
        let before = self.variables.insert(name.to_owned(), value);
        self.replaced.push((name.to_owned(), before));
    }

    /// Forgets a variable.
    pub(crate) fn forget(&mut self, name: &str) {
        let before = self.variables.insert(name.to_owned(), Vec::new());
        self.replaced.push((name.to_owned(), before));
    }

    /// A variable's value, when the line or the context tells.
    pub(crate) fn variable(&self, name: &str) -> Option<Vec<Field>> {
        if let Some(value) = self.variables.get(name) {
            return Some(value.clone());
        }
        match name {
            "HOME" => Some(vec![Field::plain(self.home())]),
            "IFS" => Some(vec![Field::plain(" \t\n")]),
            "PWD" => self
                .directory
                .clone()
                .or_else(|| self.context.cwd.map(str::to_owned))
                .map(|directory| vec![Field::plain(directory)]),
            _ => None,
        }
    }

    /// The home directory; `~` when it is not known, which reads the same everywhere.
    pub(crate) fn home(&self) -> String {
        let assigned = self.variables.get("HOME").and_then(|value| value.first());
        let known = assigned
            .map(|field| field.text.as_str())
            .or(self.context.home);
        known.unwrap_or("~").trim_end_matches('/').to_owned()
    }

    /// Letters that cut an unquoted value into words.
    pub(crate) fn separators(&self) -> Vec<char> {
        match self.variables.get("IFS").and_then(|value| value.first()) {
            Some(field) => field.text.chars().collect(),
            None => vec![' ', '\t', '\n'],
        }
    }

    /// A path as it is reported: `~` resolved, and joined to where `cd` on the line went.
    pub(crate) fn path(&self, typed: &str) -> String {
        let typed = typed.strip_prefix("file://").unwrap_or(typed);
        if let Some(below) = typed.strip_prefix("~/") {
            return format!("{}/{below}", self.home());
        }
        let rooted = typed.starts_with(['/', '~', '$']);
        match &self.directory {
            Some(directory) if !rooted && !typed.is_empty() => {
                let typed = typed.strip_prefix("./").unwrap_or(typed);
                format!("{}/{typed}", directory.trim_end_matches('/'))
            }
            _ => typed.to_owned(),
        }
    }

    /// Remembers a text that the line writes into a file, behind what it wrote there before.
    pub(crate) fn write_file(&mut self, path: &str, text: &str) {
        let path = path.strip_prefix("./").unwrap_or(path);
        let before = self.files.get(path).map_or("", |before| before);
        if before.len() + text.len() <= LONGEST_WORD && !before.ends_with(text) {
            let whole = Rc::from(format!("{before}{text}"));
            self.files.insert(path.to_owned(), whole);
        }
    }

    /// The text that the line wrote into a file.
    pub(crate) fn file(&self, path: &str) -> Option<Rc<str>> {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.files.get(path).cloned()
    }

    /// Follows `cd`.
    pub(crate) fn enter_directory(&mut self, typed: Option<&str>) {
        self.directory = match typed {
            None | Some("~") => Some(self.home()),
            Some("-") => None,
            Some(typed) => Some(self.path(typed)),
        };
    }
}
