//! One simple command after expansion: unwrapped, reported, and what it prints.
//!
//! **Invariant:** whatever is left out leaves a [`Problem`]; each layer of wrapping counts as depth.

mod builtins;
mod shells;

use std::rc::Rc;

use crate::Invocation;
use crate::Problem;
use crate::decode;
use crate::expand;
use crate::inline;
use crate::packages;
use crate::pattern;
use crate::programs::{self, Effects, base_name};
use crate::reader::{Outer, Reader, Redirects};
use crate::scan::raw_words;
use crate::unwrap::{self, Inner, Peeled};
use crate::words::{Field, Stream};

/// A simple command after expansion.
#[derive(Clone, Debug, Default)]
pub(crate) struct Command {
    /// The program and its arguments.
    pub(crate) words: Vec<Field>,
    /// `NAME=value` before it.
    pub(crate) assignments: Vec<(String, Vec<Field>)>,
    pub(crate) redirects: Redirects,
    pub(crate) stdin: Stream,
}

impl Command {
    fn name(&self) -> &str {
        self.words.first().map_or("", |word| base_name(&word.text))
    }

    fn arguments(&self) -> &[Field] {
        self.words.get(1..).unwrap_or_default()
    }

    fn outer(&self) -> Outer {
        Outer {
            stdin: self.stdin.clone(),
            redirects: self.redirects.clone(),
        }
    }
}

impl Reader<'_> {
    /// Runs a command and returns what it prints.
    pub(crate) fn run(&mut self, command: Command) -> Stream {
        // Each layer of wrapping copies the words.
        if !self.charge(command.words.len() * size_of::<Field>() / 16) {
            return Stream::default();
        }
        let taken = command.redirects.stdout_taken;
        let written = command.redirects.writes.clone();
        let mark = self.mark();
        let output = self.deeper(|reader| reader.dispatch(command, mark));
        if !taken {
            return output;
        }
        if let Some(text) = &output.text {
            for path in written {
                self.write_file(&path, text);
            }
        }
        Stream::silent()
    }

    fn dispatch(&mut self, command: Command, mark: usize) -> Stream {
        for (name, value) in &command.assignments {
            self.assign(name, value.clone());
        }
        let scoped = !command.assignments.is_empty();
        let output = self.dispatch_named(command);
        if scoped {
            self.restore(mark);
        }
        output
    }

    fn dispatch_named(&mut self, mut command: Command) -> Stream {
        self.resolve_pattern(&mut command);
        if self.ignores_case()
            && let Some(program) = command.words.first_mut()
        {
            lower_name(&mut program.text);
        }
        let typed = command.words.first().map_or("", |word| word.text.as_str());
        if let Some(body) = self.functions.get(typed).cloned()
            && !self.active.iter().any(|name| name == typed)
        {
            return self.call(&command, &body);
        }
        if self.functions.contains_key(typed) {
            return self.itself(&command);
        }
        if let Some(alias) = self.aliases.get(typed).cloned()
            && !self.active.iter().any(|name| name == typed)
        {
            return self.expand_alias(&command, &alias);
        }
        match unwrap::peel(&command.words, &command.stdin) {
            Some(peeled) => self.peeled(&command, peeled),
            None => self.plain(&command),
        }
    }

    /// Takes a program that is known for one that is written as a pattern (`/bin/c?t`).
    fn resolve_pattern(&mut self, command: &mut Command) {
        let Some(program) = command.words.first_mut() else {
            return;
        };
        let is_pattern = program.open
            && !program.unresolved
            && pattern::is_pattern(base_name(&program.text))
            && base_name(&program.text).len() > 1;
        if !is_pattern {
            return;
        }
        program.text = without_single_classes(&program.text);
        let name = base_name(&program.text);
        let known = pattern::is_pattern(name)
            .then(|| programs::first_matching(name))
            .flatten();
        if let Some(known) = known {
            program.text = known.to_owned();
        }
        self.problem(Problem::UnknownProgram);
    }

    fn call(&mut self, command: &Command, body: &str) -> Stream {
        self.active.push(
            command
                .words
                .first()
                .map_or_else(String::new, |word| word.text.clone()),
        );
        let before = self.positional.replace(command.arguments().to_vec());
        let output = self.text(body, &command.outer());
        self.positional = before;
        self.active.pop();
        output
    }

    /// A function that starts itself: not followed again, and worth telling when it feeds itself.
    fn itself(&mut self, command: &Command) -> Stream {
        let feeds_itself = command.stdin.from.iter().any(|index| {
            let feeder = self.reading.invocations.get(*index);
            feeder.is_some_and(|feeder| feeder.program == command.name())
        });
        let label = if feeds_itself {
            "itself | itself"
        } else {
            "itself"
        };
        self.through.push(label.to_owned());
        let index = self.record(command);
        self.through.pop();
        Stream {
            from: vec![index],
            ..Stream::default()
        }
    }

    fn expand_alias(&mut self, command: &Command, alias: &str) -> Stream {
        if !alias.contains([';', '|', '&', '<', '>', '\n', '(', '`']) {
            return self.plain_alias(command, alias);
        }
        let mut text = alias.to_owned();
        for argument in command.arguments() {
            text.push_str(" '");
            text.push_str(&argument.text.replace('\'', "'\\''"));
            text.push('\'');
        }
        self.active.push(
            command
                .words
                .first()
                .map_or_else(String::new, |word| word.text.clone()),
        );
        let output = self.text(&text, &command.outer());
        self.active.pop();
        output
    }

    /// An alias of plain words: the arguments stay what they are.
    fn plain_alias(&mut self, command: &Command, alias: &str) -> Stream {
        let mut words: Vec<Field> = raw_words(alias)
            .into_iter()
            .flat_map(|raw| expand::fields(self, raw))
            .collect();
        let typed = command
            .words
            .first()
            .map_or_else(String::new, |word| word.text.clone());
        words.extend(command.arguments().iter().cloned());
        self.active.push(typed);
        let output = self.run(Command {
            words,
            ..command.clone()
        });
        self.active.pop();
        output
    }

    fn peeled(&mut self, command: &Command, peeled: Peeled) -> Stream {
        let mut output = Stream::silent();
        if peeled.keep {
            output = Stream {
                from: vec![self.record(command)],
                ..Stream::default()
            };
        }
        match peeled.inner {
            Inner::Words(lists) => {
                self.through.push(peeled.label);
                for words in lists {
                    let assignments = peeled
                        .assignments
                        .iter()
                        .map(|(name, value)| (name.clone(), vec![Field::plain(value.clone())]));
                    let inner = Command {
                        words,
                        assignments: command
                            .assignments
                            .iter()
                            .cloned()
                            .chain(assignments)
                            .collect(),
                        redirects: command.redirects.clone(),
                        stdin: command.stdin.clone(),
                    };
                    output.append(self.run(inner));
                }
                self.through.pop();
            }
            Inner::Text(text, positional) => {
                if is_unknown_text(&text) {
                    self.problem(Problem::UnknownProgram);
                    if !peeled.keep {
                        output.append(self.plain(command));
                    }
                    return output;
                }
                let in_this_shell = peeled.label == "eval";
                let before = self.positional.take();
                self.positional = if in_this_shell {
                    before.clone()
                } else {
                    (!positional.is_empty()).then_some(positional)
                };
                let outer = command.outer();
                let inner = if in_this_shell {
                    self.through.push(peeled.label);
                    let inner = self.text(&text.text, &outer);
                    self.through.pop();
                    inner
                } else {
                    self.text_through(peeled.label, &text.text, &outer)
                };
                self.positional = before;
                output.append(inner);
            }
        }
        output
    }

    /// A program that is reported as it is.
    fn plain(&mut self, command: &Command) -> Stream {
        if command.words.first().is_some_and(|word| word.unresolved) {
            self.problem(Problem::UnknownProgram);
        }
        let index = self.record(command);
        let name = command.name().to_owned();
        if let Some(output) = self.builtin(&name, command) {
            return output;
        }
        self.shell_input(&name, command);
        self.inline_code(&name, command, index);
        let filtered = self.filtered(&name, command);
        let mut output = Stream {
            from: vec![index],
            listed: unwrap::listed(&name, command.arguments()),
            ..Stream::default()
        };
        if let Some((step, text)) = filtered {
            output.unresolved =
                command.stdin.unresolved || command.arguments().iter().any(|word| word.unresolved);
            if matches!(name.as_str(), "tee") {
                let written = self.reading.invocations.get(index);
                let paths = written.map(|one| one.writes.clone()).unwrap_or_default();
                for path in paths {
                    self.write_file(&path, &text);
                }
            }
            output.text = Some(Rc::from(text));
            output.steps.clone_from(&command.stdin.steps);
            output.steps.push(step);
        }
        output
    }

    /// What a filter makes of its input, or of a file that the line has written.
    fn filtered(&self, name: &str, command: &Command) -> Option<decode::Filtered> {
        let arguments = command.arguments();
        let last = arguments.last().filter(|word| !word.text.starts_with('-'));
        if let Some(path) = last.filter(|_| reads_operands(name))
            && let Some(text) = self.file(&self.path(&path.text))
        {
            let before = arguments.get(..arguments.len() - 1).unwrap_or_default();
            return decode::filter(name, before, Some(&text));
        }
        decode::filter(name, arguments, command.stdin.text.as_deref())
    }

    /// Reads the code given to an interpreter (`python -c`), and the shell commands in it.
    fn inline_code(&mut self, name: &str, command: &Command, index: usize) {
        let Some((label, code)) = inline::code(name, command.arguments(), &command.stdin) else {
            return;
        };
        if !self.charge(code.len()) {
            return;
        }
        let found = inline::read(&label, &code);
        let paths = |reader: &Self, typed: Vec<String>| -> Vec<String> {
            typed.iter().map(|path| reader.path(path)).collect()
        };
        let (reads, writes, deletes) = (
            paths(self, found.reads),
            paths(self, found.writes),
            paths(self, found.deletes),
        );
        if let Some(invocation) = self.reading.invocations.get_mut(index) {
            invocation.reads.extend(reads);
            invocation.writes.extend(writes);
            invocation.deletes.extend(deletes);
            invocation.hosts.extend(found.hosts);
        }
        for text in found.commands {
            self.text_through(label.clone(), &text, &Outer::default());
        }
        let mut printed = Outer::default();
        printed.stdin.from.push(index);
        for text in found.fed {
            self.text_through(label.clone(), &text, &printed);
        }
        for words in found.argv {
            self.through.push(label.clone());
            self.run(Command {
                words: words.into_iter().map(Field::plain).collect(),
                ..Command::default()
            });
            self.through.pop();
        }
    }

    /// Opens files without a program: `> file`, `$(< file)`.
    pub(crate) fn open_files(
        &mut self,
        typed: &str,
        redirects: Redirects,
        stdin: Stream,
    ) -> Stream {
        let program = if typed == "<" { "cat" } else { ":" };
        self.reading.invocations.push(Invocation {
            program: program.to_owned(),
            typed: typed.to_owned(),
            through: self.through.clone(),
            reads: redirects.reads,
            writes: redirects.writes,
            hosts: redirects.hosts,
            ..Invocation::default()
        });
        Stream {
            from: vec![self.reading.invocations.len() - 1],
            text: stdin.text,
            ..Stream::default()
        }
    }

    /// Reports a command; returns its index.
    fn record(&mut self, command: &Command) -> usize {
        let effects = programs::effects(&command.words);
        let (program, arguments) = match command.words.split_first() {
            Some((program, arguments)) => (program.clone(), arguments),
            None => (Field::default(), [].as_slice()),
        };
        let mut stdin_from = command.stdin.from.clone();
        let mut args_from = Vec::new();
        for word in &command.words {
            add_all(&mut args_from, &word.from);
            if let Some(feed) = &word.feed {
                add_all(&mut stdin_from, &feed.from);
            }
        }
        let Effects {
            reads,
            writes,
            deletes,
            hosts,
            commands,
        } = effects;
        let invocation = Invocation {
            program: base_name(&program.text).to_owned(),
            typed: program.text,
            args: arguments.iter().map(Field::word).collect(),
            assignments: command
                .assignments
                .iter()
                .map(|(name, value)| (name.clone(), value_text(value)))
                .collect(),
            through: self.through.clone(),
            stdin_from,
            args_from,
            reads: self.paths(&command.redirects.reads, &reads),
            writes: self.paths(&command.redirects.writes, &writes),
            deletes: self.paths(&[], &deletes),
            hosts: command
                .redirects
                .hosts
                .iter()
                .cloned()
                .chain(hosts)
                .collect(),
            packages: packages::installed(&command.words),
            stdin_text: command.stdin.text.as_deref().map(str::to_owned),
        };
        self.reading.invocations.push(invocation);
        let index = self.reading.invocations.len() - 1;
        for sink in command.words.iter().flat_map(|word| &word.sinks) {
            if let Some(reader) = self.reading.invocations.get_mut(*sink)
                && reader.stdin_from.is_empty()
            {
                reader.stdin_from.push(index);
            }
        }
        for (label, text) in commands {
            self.text_through(label, &text, &Outer::default());
        }
        index
    }

    /// Paths of redirections (already joined) and of arguments (not yet).
    fn paths(&self, redirected: &[String], typed: &[String]) -> Vec<String> {
        let mut paths = redirected.to_vec();
        for path in typed {
            let path = self.path(path);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }
}

/// `[c]url` names one program only.
fn without_single_classes(typed: &str) -> String {
    let mut result = String::with_capacity(typed.len());
    let mut rest = typed;
    while let Some((before, behind)) = rest.split_once('[') {
        result.push_str(before);
        let mut letters = behind.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), Some(']')) if letter.is_ascii_alphanumeric() => {
                result.push(letter);
                rest = letters.as_str();
            }
            _ => {
                result.push('[');
                rest = behind;
            }
        }
    }
    result.push_str(rest);
    result
}

/// Filters whose operands are files.
fn reads_operands(name: &str) -> bool {
    matches!(
        name,
        "cat"
            | "base64"
            | "base32"
            | "xxd"
            | "gunzip"
            | "zcat"
            | "gzip"
            | "rev"
            | "tac"
            | "b64decode"
            | "head"
            | "tail"
            | "cut"
    )
}

/// Puts the name behind the last slash into lower case.
fn lower_name(typed: &mut str) {
    let start = typed.len() - base_name(typed).len();
    if let Some(name) = typed.get_mut(start..) {
        name.make_ascii_lowercase();
    }
}

fn add_all(into: &mut Vec<usize>, from: &[usize]) {
    for index in from {
        if !into.contains(index) {
            into.push(*index);
        }
    }
}

fn value_text(value: &[Field]) -> String {
    let texts: Vec<&str> = value.iter().map(|field| field.text.as_str()).collect();
    texts.join(" ")
}

/// Whether a text for a shell is nothing but something unknown (`$CMD`, `$(curl …)`).
fn is_unknown_text(text: &Field) -> bool {
    let trimmed = text.text.trim();
    text.unresolved
        && trimmed.starts_with(['$', '`'])
        && (!trimmed.contains([' ', ';', '|', '&', '\n']) || is_one_substitution(trimmed))
}

fn is_one_substitution(text: &str) -> bool {
    crate::scan::piece_end(text, 0) == Some(text.len())
}
