//! The syntax tree to commands: lists, pipelines, loops, functions, assignments.
//!
//! **Invariant:** every branch is taken, since only running would tell which one is; a loop over known
//! words runs once for each of the first [`MOST_ROUNDS`].

use std::rc::Rc;

use brush_parser::ast::{
    AndOr, AndOrList, CaseClauseCommand, Command as Node, CommandPrefixOrSuffixItem as Item,
    CompoundCommand, CompoundList, ForClauseCommand, FunctionDefinition, IfClauseCommand, Pipeline,
    RedirectList, SimpleCommand, SourceLocation,
};

use super::{Outer, Reader, Redirects, redirect};
use crate::Problem;
use crate::expand;
use crate::grammar::Parsed;
use crate::programs;
use crate::run::Command;
use crate::scan::raw_words;
use crate::words::{Field, Stream};

/// Most rounds of one loop that are followed.
const MOST_ROUNDS: usize = 16;

impl Reader<'_> {
    /// Walks a whole text and returns what it prints.
    pub(crate) fn program(&mut self, parsed: &Parsed<'_>, outer: &Outer) -> Stream {
        let mut output = Stream::silent();
        for list in &parsed.program.complete_commands {
            output.append(self.list(parsed, list, outer));
        }
        output
    }

    fn list(&mut self, parsed: &Parsed<'_>, list: &CompoundList, outer: &Outer) -> Stream {
        let mut output = Stream::silent();
        for item in &list.0 {
            output.append(self.and_or(parsed, &item.0, outer));
        }
        output
    }

    fn and_or(&mut self, parsed: &Parsed<'_>, list: &AndOrList, outer: &Outer) -> Stream {
        let mut output = self.pipeline(parsed, &list.first, outer);
        for next in &list.additional {
            match next {
                AndOr::And(pipeline) => output.append(self.pipeline(parsed, pipeline, outer)),
                AndOr::Or(pipeline) => {
                    let text = output.text.clone();
                    output.append(self.pipeline(parsed, pipeline, outer));
                    // Which of the two speaks is not known, but for one that says all there is.
                    output.text = text.filter(|text| !text.is_empty());
                }
            }
        }
        output
    }

    fn pipeline(&mut self, parsed: &Parsed<'_>, pipeline: &Pipeline, outer: &Outer) -> Stream {
        if let [only] = pipeline.seq.as_slice() {
            return self.command(parsed, only, outer);
        }
        let mut inner = outer.clone();
        for command in &pipeline.seq {
            inner.stdin = self.command(parsed, command, &inner);
        }
        inner.stdin
    }

    fn command(&mut self, parsed: &Parsed<'_>, command: &Node, outer: &Outer) -> Stream {
        if !self.charge(0) {
            return Stream::default();
        }
        match command {
            Node::Simple(simple) => self.simple(parsed, simple, outer),
            Node::Function(function) => {
                self.define(parsed, function);
                Stream::silent()
            }
            Node::Compound(compound, redirects) => {
                let inner = self.surrounded(parsed, redirects.as_ref(), outer);
                let taken = inner.redirects.stdout_taken;
                let stream = self.deeper(|reader| reader.compound(parsed, compound, &inner));
                if taken { Stream::silent() } else { stream }
            }
            // `[[ … ]]` is a word for our lexer.
            Node::ExtendedTest(..) => Stream::silent(),
        }
    }

    fn surrounded(
        &mut self,
        parsed: &Parsed<'_>,
        list: Option<&RedirectList>,
        outer: &Outer,
    ) -> Outer {
        let mut inner = outer.clone();
        let Some(list) = list else { return inner };
        let mut redirects = Redirects::default();
        for one in &list.0 {
            redirect::take(self, parsed, one, &mut redirects);
        }
        if let Some(stdin) = redirects.stdin.take() {
            inner.stdin = stdin;
        }
        inner.redirects.surround(&redirects);
        inner
    }

    fn compound(
        &mut self,
        parsed: &Parsed<'_>,
        compound: &CompoundCommand,
        outer: &Outer,
    ) -> Stream {
        match compound {
            CompoundCommand::BraceGroup(group) => self.list(parsed, &group.list, outer),
            CompoundCommand::Subshell(subshell) => {
                self.apart(|reader| reader.list(parsed, &subshell.list, outer))
            }
            CompoundCommand::ForClause(clause) => self.for_loop(parsed, clause, outer),
            CompoundCommand::CaseClause(clause) => self.case(parsed, clause, outer),
            CompoundCommand::IfClause(clause) => self.if_clause(parsed, clause, outer),
            CompoundCommand::WhileClause(clause) | CompoundCommand::UntilClause(clause) => {
                let mut output = self.list(parsed, &clause.0, outer);
                output.append(self.list(parsed, &clause.1.list, outer));
                output.text = None;
                output
            }
            CompoundCommand::Coprocess(coprocess) => self.command(parsed, &coprocess.body, outer),
            // `(( … ))` is a word for our lexer.
            CompoundCommand::Arithmetic(_) | CompoundCommand::ArithmeticForClause(_) => {
                Stream::silent()
            }
        }
    }

    fn for_loop(
        &mut self,
        parsed: &Parsed<'_>,
        clause: &ForClauseCommand,
        outer: &Outer,
    ) -> Stream {
        let mut values: Vec<Field> = Vec::new();
        for word in clause.values.iter().flatten() {
            values.extend(expand::fields(self, parsed.raw(word)));
        }
        let name = clause.variable_name.as_str();
        let mut output = Stream::silent();
        let rounds = values.len();
        if rounds == 0 {
            let unknown = Field::typed(&format!("${name}"));
            self.assign(name, vec![unknown]);
            output.append(self.list(parsed, &clause.body.list, outer));
            output.text = None;
            return output;
        }
        for value in values.into_iter().take(MOST_ROUNDS) {
            if !self.charge(0) {
                return output;
            }
            self.assign(name, vec![value]);
            output.append(self.list(parsed, &clause.body.list, outer));
        }
        if rounds > MOST_ROUNDS {
            let unknown = Field::typed(&format!("${name}"));
            self.assign(name, vec![unknown]);
            output.append(self.list(parsed, &clause.body.list, outer));
            output.text = None;
        }
        output
    }

    fn case(&mut self, parsed: &Parsed<'_>, clause: &CaseClauseCommand, outer: &Outer) -> Stream {
        expand::single(self, parsed.raw(&clause.value));
        let mut output = Stream::silent();
        for list in clause.cases.iter().filter_map(|case| case.cmd.as_ref()) {
            output.append(self.list(parsed, list, outer));
        }
        output
    }

    fn if_clause(
        &mut self,
        parsed: &Parsed<'_>,
        clause: &IfClauseCommand,
        outer: &Outer,
    ) -> Stream {
        let mut output = self.list(parsed, &clause.condition, outer);
        output.append(self.list(parsed, &clause.then, outer));
        for part in clause.elses.iter().flatten() {
            if let Some(condition) = &part.condition {
                output.append(self.list(parsed, condition, outer));
            }
            output.append(self.list(parsed, &part.body, outer));
        }
        output
    }

    fn define(&mut self, parsed: &Parsed<'_>, function: &FunctionDefinition) {
        let name = parsed.raw(&function.fname).to_owned();
        if let Some(place) = function.body.0.location() {
            self.functions.insert(name, Rc::from(parsed.at(&place)));
        }
    }

    fn simple(&mut self, parsed: &Parsed<'_>, simple: &SimpleCommand, outer: &Outer) -> Stream {
        let mut redirects = Redirects::default();
        let mut assignments = Vec::new();
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                Item::IoRedirect(one) => redirect::take(self, parsed, one, &mut redirects),
                Item::AssignmentWord(_, word) => {
                    assignments.push(self.parse_assignment(parsed.raw(word)));
                }
                Item::Word(_) | Item::ProcessSubstitution(..) => {}
            }
        }
        let mut words = match &simple.word_or_name {
            Some(word) => self.program_word(parsed.raw(word)),
            None => Vec::new(),
        };
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            match item {
                Item::IoRedirect(one) => redirect::take(self, parsed, one, &mut redirects),
                Item::Word(word) | Item::AssignmentWord(_, word) => {
                    words.extend(self.argument(parsed.raw(word)));
                }
                Item::ProcessSubstitution(..) => {}
            }
        }
        let stdin = redirects
            .stdin
            .take()
            .unwrap_or_else(|| outer.stdin.clone());
        if words.is_empty() {
            return self.bare(assignments, redirects, outer, stdin);
        }
        redirects.surround(&outer.redirects);
        self.run(Command {
            words,
            assignments,
            redirects,
            stdin,
        })
    }

    /// The word that names the program. An unknown variable in it is taken for empty when a program
    /// that we know comes out (`c${x}at`).
    fn program_word(&mut self, raw: &str) -> Vec<Field> {
        if raw.starts_with("((") || raw.starts_with("[[ ") {
            expand::single(self, raw);
            return Vec::new();
        }
        let before = self.reading.invocations.len();
        let words = expand::fields(self, raw);
        let unclear = words
            .first()
            .is_some_and(|word| word.unresolved && !word.computed);
        if unclear && self.reading.invocations.len() == before {
            let bare = expand::with_unknown_empty(self, raw);
            let known = bare
                .first()
                .is_some_and(|word| programs::is_known(programs::base_name(&word.text)));
            if known {
                return bare;
            }
        }
        words
    }

    /// An argument; `name=( … )` behind `declare` stays one word.
    fn argument(&mut self, raw: &str) -> Vec<Field> {
        if crate::grammar::is_assignment(raw) && raw.contains("=(") {
            return vec![Field::plain(raw)];
        }
        expand::fields(self, raw)
    }

    /// Reads `name=value`, `name+=value`, `name=( … )`, `name[i]=value`.
    pub(crate) fn parse_assignment(&mut self, raw: &str) -> (String, Vec<Field>) {
        let (left, right) = raw.split_once('=').unwrap_or((raw, ""));
        let (left, append) = match left.strip_suffix('+') {
            Some(left) => (left, true),
            None => (left, false),
        };
        let array = right
            .strip_prefix('(')
            .and_then(|right| right.strip_suffix(')'));
        let mut value = match array {
            Some(elements) => raw_words(elements)
                .into_iter()
                .flat_map(|element| expand::fields(self, element))
                .collect(),
            None => vec![expand::single(self, right)],
        };
        let (name, index) = match left.split_once('[') {
            Some((name, index)) => (name, index.strip_suffix(']')),
            None => (left, None),
        };
        let before = self.variable(name);
        if let Some(index) = index {
            let mut elements = before.unwrap_or_default();
            let index = index.parse::<usize>().unwrap_or(0).min(MOST_ROUNDS * 16);
            if elements.len() <= index {
                elements.resize(index + 1, Field::default());
            }
            if let (Some(place), Some(new)) = (elements.get_mut(index), value.pop()) {
                *place = new;
            }
            return (name.to_owned(), elements);
        }
        if append {
            return (
                name.to_owned(),
                self.appended(before, value, array.is_some()),
            );
        }
        (name.to_owned(), value)
    }

    fn appended(
        &mut self,
        before: Option<Vec<Field>>,
        value: Vec<Field>,
        array: bool,
    ) -> Vec<Field> {
        let mut elements = before.unwrap_or_default();
        if array {
            elements.extend(value);
            return elements;
        }
        let mut first = elements.into_iter().next().unwrap_or_default();
        for more in value {
            if first.text.len() + more.text.len() > crate::words::LONGEST_WORD {
                self.problem(Problem::TooLong);
                break;
            }
            first.text.push_str(&more.text);
            first.absorb(&more);
        }
        vec![first]
    }

    /// A command without a program: assignments stay, redirections still open their files.
    fn bare(
        &mut self,
        assignments: Vec<(String, Vec<Field>)>,
        mut redirects: Redirects,
        outer: &Outer,
        stdin: Stream,
    ) -> Stream {
        for (name, value) in assignments {
            if name == "PROMPT_COMMAND" {
                let text = value.first().map(|field| field.text.clone());
                self.text_through(name.clone(), &text.unwrap_or_default(), outer);
            }
            self.assign(&name, value);
        }
        if redirects.is_empty() && redirects.hosts.is_empty() {
            return Stream::silent();
        }
        let typed = if redirects.writes.is_empty() {
            "<"
        } else {
            ">"
        };
        redirects.surround(&outer.redirects);
        self.open_files(typed, redirects, stdin)
    }
}
