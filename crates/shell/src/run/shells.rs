//! Shells that read their commands from somewhere: a pipe, a heredoc, a file the line wrote.
//!
//! **Invariant:** only text that stands in the command line is read; a file's content never is.

use std::rc::Rc;

use crate::options::{Arguments, Order, arguments};
use crate::powershell;
use crate::reader::{Outer, Reader};
use crate::run::Command;
use crate::unwrap::{is_shell, shell_arguments};
use crate::words::{Field, Stream};

impl Reader<'_> {
    /// Reads what a shell is fed with, when the line tells.
    pub(super) fn shell_input(&mut self, name: &str, command: &Command) {
        let arguments = command.arguments();
        if is_shell(name) {
            let sorted = shell_arguments(arguments);
            let script = sorted.operands.first().filter(|_| !sorted.has(&["-s"]));
            match script {
                Some(script) => {
                    let feed = script.feed.as_deref().and_then(|feed| feed.text.clone());
                    let known = self.file(&self.path(&script.text));
                    if let Some(text) = feed {
                        self.script("sh <()", &text);
                    } else if matches!(script.text.as_str(), "/dev/stdin" | "-") {
                        self.piped(&command.stdin);
                    } else if let Some(text) = known {
                        self.script("sh FILE", &text);
                    }
                }
                None => self.piped(&command.stdin),
            }
            return;
        }
        if powershell::is_powershell(name) {
            return self.powershell(arguments, &command.stdin);
        }
        match name {
            "make" | "gmake" => self.makefile(arguments, &command.stdin),
            "source" | "." => {
                let Some(script) = arguments.first() else {
                    return;
                };
                let feed = script.feed.as_deref().and_then(|feed| feed.text.clone());
                let known = self.file(&self.path(&script.text));
                if matches!(script.text.as_str(), "/dev/stdin") {
                    self.piped(&command.stdin);
                } else if let Some(text) = feed.or(known) {
                    self.through.push("source".to_owned());
                    self.text(&text, &Outer::default());
                    self.through.pop();
                }
            }
            "at" | "batch" => {
                if let Some(text) = command.stdin.text.clone() {
                    self.script("at", &text);
                }
            }
            _ => {
                let typed = command.words.first().map_or("", |word| word.text.as_str());
                let known = typed
                    .contains('/')
                    .then(|| self.file(&self.path(typed)))
                    .flatten();
                if let Some(text) = known {
                    self.script("sh FILE", &text);
                }
            }
        }
    }

    fn powershell(&mut self, arguments: &[Field], stdin: &Stream) {
        if let Some(text) = powershell::text(arguments, stdin)
            && self.charge(text.len())
        {
            self.through.push("powershell".to_owned());
            self.apart(|reader| reader.deeper(|reader| powershell::read(reader, &text)));
            self.through.pop();
        }
    }

    /// Reads the recipes of a makefile that stands in the line.
    fn makefile(&mut self, arguments: &[Field], stdin: &Stream) {
        let sorted = arguments_of_make(arguments);
        let text = match sorted.value(&["-f", "--file", "--makefile"]) {
            Some("-" | "/dev/stdin") => stdin.text.clone(),
            Some(path) => self.file(&self.path(path)),
            None => ["GNUmakefile", "makefile", "Makefile"]
                .iter()
                .find_map(|name| self.file(&self.path(name))),
        };
        let Some(text) = text else { return };
        let mut recipes = String::new();
        for line in text.lines() {
            let recipe = match line.strip_prefix('\t') {
                Some(recipe) => Some(recipe),
                None => line
                    .split_once(';')
                    .filter(|(rule, _)| rule.contains(':'))
                    .map(|rule| rule.1),
            };
            if let Some(recipe) = recipe {
                recipes.push_str(recipe.trim_start_matches(['@', '-', '+', ' ']));
                recipes.push('\n');
            }
        }
        let recipes = recipes.replace("$$", "$");
        self.text_through("make".to_owned(), &recipes, &Outer::default());
    }

    fn script(&mut self, label: &str, text: &Rc<str>) {
        self.text_through(label.to_owned(), text, &Outer::default());
    }

    fn piped(&mut self, stdin: &Stream) {
        let Some(text) = stdin.text.clone() else {
            return;
        };
        let label = match stdin.steps.as_slice() {
            ["<<"] => "sh <<".to_owned(),
            ["<<<"] => "sh <<<".to_owned(),
            ["<"] => "sh <".to_owned(),
            [_, decoding @ ..] if !decoding.is_empty() => format!("{} | sh", decoding.join(" | ")),
            steps => format!("{} | sh", steps.join(" | ")),
        };
        self.script(&label, &text);
    }
}

fn arguments_of_make(words: &[Field]) -> Arguments<'_> {
    arguments(words, Order::Mixed, |name| {
        usize::from(matches!(
            name,
            "-f" | "--file" | "--makefile" | "-C" | "-I" | "-o" | "-W" | "--eval"
        ))
    })
}
