//! From what the shell crate read to the facts that rules speak of: what reaches
//! each program, where it goes, and what it changes.

use crate::{Links, Place, files, hosts, paths};
use ringfence_event::{Access, Command, FileAccess, HostAccess, Labels, Package};
use ringfence_shell::{Invocation, Problem, Reading};

/// Most programs of one command line that are labelled.
const MOST: usize = 512;

/// Adds what a command line will do to the labels.
pub(crate) fn label(reading: &Reading, place: &Place<'_>, links: &dyn Links, labels: &mut Labels) {
    for problem in &reading.problems {
        labels.unclear.push(explain(*problem).to_owned());
    }
    if reading.invocations.len() > MOST {
        labels.unclear.push(format!(
            "{} programs in one line",
            reading.invocations.len()
        ));
    }
    for part in each(reading, place, links) {
        labels.commands.extend(part.commands);
        labels.files.extend(part.files);
        labels.hosts.extend(part.hosts);
        labels.packages.extend(part.packages);
    }
}

/// The labels of each program apart, in order.
pub(crate) fn each(reading: &Reading, place: &Place<'_>, links: &dyn Links) -> Vec<Labels> {
    let mut line = Line {
        place,
        links,
        commands: Vec::new(),
        written: Vec::new(),
    };
    let mut parts = Vec::new();
    for invocation in reading.invocations.iter().take(MOST) {
        let mut part = Labels::default();
        line.add(invocation, &mut part);
        parts.push(part);
    }
    line.join(&reading.invocations);
    for (part, command) in parts.iter_mut().zip(line.commands) {
        part.commands.push(command);
    }
    parts
}

fn explain(problem: Problem) -> &'static str {
    match problem {
        Problem::Unparsable => "the command line does not parse",
        Problem::TooLong => "the command line is too long to read",
        Problem::TooDeep => "the command line is nested too deep to read",
        Problem::UnknownProgram => "a program's name is only known when it runs",
    }
}

/// One command line while it is labelled.
struct Line<'a> {
    place: &'a Place<'a>,
    links: &'a dyn Links,
    commands: Vec<Command>,
    /// Files written so far, with the program that wrote them.
    written: Vec<(String, String)>,
}

impl Line<'_> {
    fn add(&mut self, invocation: &Invocation, labels: &mut Labels) {
        let mut command = Command {
            program: invocation.program.clone(),
            args: invocation
                .args
                .iter()
                .map(|word| word.text.clone())
                .collect(),
            line: one_line(invocation),
            through: invocation.through.clone(),
            hosts: invocation.hosts.clone(),
            computed: invocation
                .args
                .iter()
                .filter(|word| word.computed)
                .map(|word| word.text.clone())
                .collect(),
            ..Command::default()
        };
        command.runs_written_by = self.writer_of(invocation);
        for (paths, access) in [
            (&invocation.reads, Access::Read),
            (&invocation.writes, Access::Write),
            (&invocation.deletes, Access::Delete),
        ] {
            for path in paths {
                let file = files::access(path, access, &command.program, self.place, self.links);
                let decoy = files::decoy(&file, self.place);
                for file in [Some(file), decoy].into_iter().flatten() {
                    self.note(&file, &mut command);
                    labels.files.push(file);
                }
            }
        }
        for typed in &invocation.hosts {
            if let Some(host) = hosts::host_of(typed) {
                let class = hosts::classify(&host);
                insert(&mut command.host_classes, class);
                labels.hosts.push(HostAccess {
                    host,
                    class,
                    by: command.program.clone(),
                });
            }
        }
        labels
            .packages
            .extend(invocation.packages.iter().map(|package| Package {
                ecosystem: package.ecosystem.clone(),
                name: package.name.clone(),
                version: package.version.clone(),
                by: command.program.clone(),
            }));
        self.commands.push(command);
    }

    fn note(&mut self, file: &FileAccess, command: &mut Command) {
        match file.access {
            Access::Read => insert(&mut command.carries, file.class),
            Access::Write => {
                insert(&mut command.changes, file.class);
                if !ONLY_RIGHTS.contains(&command.program.as_str()) {
                    self.written
                        .push((file.full.clone(), command.program.clone()));
                }
            }
            Access::Delete => insert(&mut command.changes, file.class),
        }
    }

    /// Returns the program that earlier on the line wrote what this one runs: its own
    /// file, or the script given to an interpreter.
    fn writer_of(&self, invocation: &Invocation) -> Option<String> {
        let resolve = |typed: &str| paths::resolve(typed, self.place.cwd, self.place.home);
        let runs = invocation
            .typed
            .contains('/')
            .then(|| resolve(&invocation.typed));
        let script = is_interpreter(&invocation.program)
            .then(|| invocation.reads.first().map(|typed| resolve(typed)))
            .flatten();
        [runs, script].into_iter().flatten().find_map(|target| {
            self.written
                .iter()
                .rev()
                .find(|(path, _program)| *path == target)
                .map(|(_path, program)| program.clone())
        })
    }

    /// Says whether a shell's input is a text that stands in the line and only went through filters:
    /// then its commands have been read, and stand for themselves.
    fn is_read_through(&self, invocation: &Invocation, reach: &[Vec<usize>]) -> bool {
        let is_filter = |index: &usize| {
            self.commands
                .get(*index)
                .is_some_and(|feeder| FILTERS.contains(&feeder.program.as_str()))
        };
        let further = |index: &usize| reach.get(*index).into_iter().flatten().all(is_filter);
        SHELLS.contains(&invocation.program.as_str())
            && invocation.stdin_text.is_some()
            && invocation
                .stdin_from
                .iter()
                .all(|index| is_filter(index) && further(index))
    }

    /// Lets what one program reads reach those that it feeds.
    fn join(&mut self, invocations: &[Invocation]) {
        let count = self.commands.len();
        let mut reach: Vec<Vec<usize>> = Vec::with_capacity(count);
        for (place, invocation) in invocations.iter().take(count).enumerate() {
            let mut feeders: Vec<usize> = Vec::new();
            let piped = if self.is_read_through(invocation, &reach) {
                &[][..]
            } else {
                &invocation.stdin_from
            };
            for feeder in piped.iter().chain(&invocation.args_from) {
                if *feeder >= count || *feeder == place {
                    continue;
                }
                insert(&mut feeders, *feeder);
                // Those before are complete; one that stands later feeds only itself.
                for further in reach.get(*feeder).into_iter().flatten() {
                    insert(&mut feeders, *further);
                }
            }
            reach.push(feeders);
        }
        for (place, feeders) in reach.iter().enumerate() {
            let mut programs = Vec::new();
            let mut classes = Vec::new();
            for feeder in feeders
                .iter()
                .filter_map(|feeder| self.commands.get(*feeder))
            {
                insert(&mut programs, feeder.program.clone());
                for class in &feeder.carries {
                    insert(&mut classes, *class);
                }
            }
            if let Some(command) = self.commands.get_mut(place) {
                command.fed_by = programs;
                for class in classes {
                    insert(&mut command.carries, class);
                }
            }
        }
    }
}

/// Shells that read commands from their input.
const SHELLS: [&str; 6] = ["sh", "bash", "zsh", "dash", "ksh", "ash"];

/// Programs whose output is known when their input is.
const FILTERS: [&str; 17] = [
    "echo",
    "printf",
    "cat",
    "base64",
    "base32",
    "b64decode",
    "xxd",
    "rev",
    "tac",
    "tr",
    "sed",
    "gunzip",
    "zcat",
    "gzip",
    "openssl",
    "head",
    "cut",
];

/// Programs that change a file's rights and times, not its content.
const ONLY_RIGHTS: [&str; 6] = ["chmod", "chown", "chgrp", "chattr", "setfacl", "touch"];

/// Programs that run the file they are given.
pub(crate) fn is_interpreter(program: &str) -> bool {
    const NAMES: [&str; 17] = [
        "sh",
        "bash",
        "zsh",
        "dash",
        "ksh",
        "fish",
        "source",
        ".",
        "node",
        "deno",
        "bun",
        "perl",
        "ruby",
        "php",
        "lua",
        "pwsh",
        "osascript",
    ];
    NAMES.contains(&program) || program.starts_with("python")
}

fn insert<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn one_line(invocation: &Invocation) -> String {
    let mut line = quoted(&invocation.typed);
    for word in &invocation.args {
        line.push(' ');
        // An unresolved expansion is shown as it was typed.
        if word.open || word.computed {
            line.push_str(&word.text);
        } else {
            line.push_str(&quoted(&word.text));
        }
    }
    line
}

fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "_-./:=@%+,~".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
