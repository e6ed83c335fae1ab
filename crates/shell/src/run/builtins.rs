//! Builtins that change what the rest of the line means.
//!
//! **Invariant:** each has been reported before it takes effect.

use crate::grammar::is_assignment;
use crate::reader::Reader;
use crate::run::Command;
use crate::scan::is_identifier;
use crate::words::{Field, Stream};

impl Reader<'_> {
    /// Carries out a builtin; nothing when `name` is none.
    pub(super) fn builtin(&mut self, name: &str, command: &Command) -> Option<Stream> {
        let arguments = command.arguments();
        match name {
            "cd" | "pushd" | "chdir" => {
                let target = arguments
                    .iter()
                    .map(|word| word.text.as_str())
                    .find(|word| *word == "-" || !word.starts_with('-'));
                self.enter_directory(target);
            }
            "popd" => self.enter_directory(Some("-")),
            "export" | "declare" | "typeset" | "local" | "readonly" => self.declare(arguments),
            "unset" => {
                for word in arguments.iter().filter(|word| is_identifier(&word.text)) {
                    self.forget(&word.text.clone());
                }
            }
            "alias" => {
                for word in arguments {
                    if let Some((name, value)) = word.text.split_once('=') {
                        self.aliases.insert(name.to_owned(), value.to_owned());
                    }
                }
            }
            "unalias" => {
                for word in arguments {
                    self.aliases.remove(&word.text);
                }
            }
            "set" => {
                if let Some(at) = arguments.iter().position(|word| word.text == "--") {
                    self.positional = Some(arguments.iter().skip(at + 1).cloned().collect());
                }
            }
            "shift" => {
                if let Some(positional) = &mut self.positional
                    && !positional.is_empty()
                {
                    positional.remove(0);
                }
            }
            "read" | "mapfile" | "readarray" => self.read_builtin(command),
            "printf" if arguments.first().is_some_and(|word| word.text == "-v") => {
                self.printf_variable(arguments);
            }
            "let" | "true" | "false" | ":" | "shopt" | "umask" | "ulimit" | "hash" => {}
            _ => return None,
        }
        Some(Stream::silent())
    }

    fn declare(&mut self, arguments: &[Field]) {
        for word in arguments.iter().filter(|word| is_assignment(&word.text)) {
            let (name, value) = match word.text.split_once('=') {
                Some((name, array)) if array.starts_with('(') => {
                    let raw = format!("{name}={array}");
                    self.parse_assignment(&raw)
                }
                Some((name, value)) => (name.to_owned(), vec![word.with_text(value)]),
                None => continue,
            };
            self.assign(name.trim_end_matches('+'), value);
        }
    }

    /// `read a b <<< "x y"`: known text becomes values, anything else is unknown from now on.
    fn read_builtin(&mut self, command: &Command) {
        let names: Vec<String> = command
            .arguments()
            .iter()
            .map(|word| word.text.clone())
            .filter(|word| is_identifier(word))
            .collect();
        let line = command
            .stdin
            .text
            .as_deref()
            .and_then(|text| text.lines().next())
            .map(str::to_owned);
        let Some((last, heads)) = names.split_last() else {
            return;
        };
        let Some(line) = line else {
            for name in &names {
                let unknown = Field {
                    computed: true,
                    from: command.stdin.from.clone(),
                    ..Field::typed(&format!("${name}"))
                };
                self.assign(name, vec![unknown]);
            }
            return;
        };
        let mut rest = line.trim();
        for name in heads {
            let (head, tail) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
            self.assign(name, vec![Field::plain(head)]);
            rest = tail.trim_start();
        }
        self.assign(last, vec![Field::plain(rest)]);
    }

    fn printf_variable(&mut self, arguments: &[Field]) {
        let [_, name, format @ ..] = arguments else {
            return;
        };
        if let Some((_, text)) = crate::decode::filter("printf", format, None) {
            self.assign(&name.text.clone(), vec![Field::plain(text)]);
        }
    }
}
