//! The syntax tree of plain lines: words, redirections to files, pipes and lists, nothing else.
//!
//! **Invariant:** the tree is the one that the grammar gives, at a tenth of the cost; what is not
//! plain, or not well formed, is left to the grammar.

use brush_parser::Token;
use brush_parser::ast::{
    AndOr, AndOrList, Command, CommandPrefixOrSuffixItem as Item, CommandSuffix, CompoundList,
    CompoundListItem, IoFileRedirectKind as Kind, IoFileRedirectTarget, IoRedirect, Pipeline,
    Program, SeparatorOperator, SimpleCommand, Word,
};

/// The tree of tokens that are plain; the tokens back if they are not.
pub(super) fn program(tokens: Vec<Token>) -> Result<Program, Vec<Token>> {
    if !is_plain(&tokens) {
        return Err(tokens);
    }
    let mut tree = Tree::default();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(written, place) if written == "w" => {
                let (value, loc) = (written, Some(place));
                tree.word(Word { value, loc });
            }
            Token::Word(number, _) => {
                let operator = tokens.next();
                let number = number.parse().ok();
                tree.redirect(number, operator.as_ref(), tokens.next());
            }
            Token::Operator(..) if kind(&token).is_some() => {
                tree.redirect(None, Some(&token), tokens.next());
            }
            Token::Operator(operator, _) => tree.operator(&operator),
        }
    }
    tree.line();
    Ok(Program {
        complete_commands: tree.lines,
    })
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A command, or nothing more.
    Command,
    /// A command.
    Needed,
    /// What goes on with a command.
    More,
    /// The target of a redirection.
    Target,
    /// The redirection that a number belongs to.
    Redirection,
}

fn is_plain(tokens: &[Token]) -> bool {
    let mut expect = Expect::Command;
    for token in tokens {
        let next = match (token, expect) {
            (Token::Word(written, _), Expect::Redirection) if written == "w" => return false,
            (Token::Word(written, _), _) if written == "w" => Expect::More,
            (Token::Word(number, _), Expect::More) if number.parse::<i32>().is_ok() => {
                Expect::Redirection
            }
            (Token::Operator(..), Expect::More | Expect::Redirection) if kind(token).is_some() => {
                Expect::Target
            }
            (Token::Operator(operator, _), Expect::More) => match operator.as_str() {
                "|" | "&&" | "||" => Expect::Needed,
                ";" | "&" | "\n" => Expect::Command,
                _ => return false,
            },
            (Token::Operator(operator, _), Expect::Command) if operator == "\n" => Expect::Command,
            _ => return false,
        };
        expect = next;
    }
    matches!(expect, Expect::Command | Expect::More)
}

/// The kind of a redirection to or from a file.
fn kind(token: &Token) -> Option<Kind> {
    let Token::Operator(operator, _) = token else {
        return None;
    };
    match operator.as_str() {
        "<" => Some(Kind::Read),
        ">" => Some(Kind::Write),
        ">>" => Some(Kind::Append),
        ">&" => Some(Kind::DuplicateOutput),
        _ => None,
    }
}

/// How two pipelines hang together.
type Join = fn(Pipeline) -> AndOr;

/// A tree that grows.
#[derive(Default)]
struct Tree {
    lines: Vec<CompoundList>,
    items: Vec<CompoundListItem>,
    list: Option<AndOrList>,
    join: Option<Join>,
    pipeline: Vec<Command>,
    name: Option<Word>,
    suffix: Vec<Item>,
}

impl Tree {
    fn word(&mut self, word: Word) {
        if self.name.is_none() {
            self.name = Some(word);
        } else {
            self.suffix.push(Item::Word(word));
        }
    }

    fn redirect(&mut self, number: Option<i32>, operator: Option<&Token>, target: Option<Token>) {
        let (Some(kind), Some(Token::Word(value, place))) = (operator.and_then(kind), target)
        else {
            return;
        };
        let loc = Some(place);
        let word = Word { value, loc };
        let target = match kind {
            Kind::DuplicateOutput => IoFileRedirectTarget::Duplicate(word),
            _ => IoFileRedirectTarget::Filename(word),
        };
        let redirect = IoRedirect::File(number, kind, target);
        self.suffix.push(Item::IoRedirect(redirect));
    }

    fn operator(&mut self, operator: &str) {
        match operator {
            "|" => self.command(),
            "&&" => self.and_or(Some(AndOr::And)),
            "||" => self.and_or(Some(AndOr::Or)),
            "&" => self.item(SeparatorOperator::Async),
            ";" => self.item(SeparatorOperator::Sequence),
            _ => self.line(),
        }
    }

    fn command(&mut self) {
        if let Some(name) = self.name.take() {
            let suffix = std::mem::take(&mut self.suffix);
            self.pipeline.push(Command::Simple(SimpleCommand {
                prefix: None,
                word_or_name: Some(name),
                suffix: (!suffix.is_empty()).then_some(CommandSuffix(suffix)),
            }));
        }
    }

    /// Ends a pipeline, and says how the next one hangs on it.
    fn and_or(&mut self, next: Option<Join>) {
        self.command();
        let pipeline = Pipeline {
            timed: None,
            bang: false,
            seq: std::mem::take(&mut self.pipeline),
        };
        match (&mut self.list, self.join.take()) {
            (Some(list), Some(join)) => list.additional.push(join(pipeline)),
            (list, _) if !pipeline.seq.is_empty() => {
                *list = Some(AndOrList {
                    first: pipeline,
                    additional: Vec::new(),
                });
            }
            _ => {}
        }
        self.join = next;
    }

    fn item(&mut self, separator: SeparatorOperator) {
        self.and_or(None);
        if let Some(list) = self.list.take() {
            self.items.push(CompoundListItem(list, separator));
        }
    }

    fn line(&mut self) {
        self.item(SeparatorOperator::Sequence);
        if !self.items.is_empty() {
            self.lines
                .push(CompoundList(std::mem::take(&mut self.items)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer;
    use super::program;
    use brush_parser::ParserOptions;
    use proptest::prelude::*;

    /// What our tree and the grammar make of a text; neither where it does not even have tokens.
    fn both(text: &str) -> (Option<String>, Option<String>) {
        let Ok((tokens, _)) = lexer::tokens(text) else {
            return (None, None);
        };
        let whole = brush_parser::parse_tokens(&tokens, &ParserOptions::default());
        let whole = whole.ok().filter(|_| !tokens.is_empty());
        let quick = program(tokens).ok();
        (
            quick.map(|tree| format!("{tree:?}")),
            whole.map(|tree| format!("{tree:?}")),
        )
    }

    #[test]
    fn plain_lines_need_no_grammar() {
        let plain = [
            "ls -l 'a b' $(x)",
            "a | b && c || d ; e & f\ng\n\nh;",
            "make 2>&1 | tail -5 > out >> more < in",
            "echo if then",
        ];
        for text in plain {
            let (quick, whole) = both(text);
            assert!(
                quick.is_some() && quick == whole,
                "{text}: {quick:?} {whole:?}"
            );
        }
        let others = [
            "",
            "a=1 b",
            "> x",
            "if a; then b; fi",
            "a &&",
            "| a",
            "a ;; b",
            "a &&\nb",
            "f() { x; }",
            "a <<< b",
            "(a)",
            "! a",
            "{ a; }",
            "a >",
            "time { a; }",
        ];
        for text in others {
            let (quick, _) = both(text);
            assert!(quick.is_none() || text.is_empty(), "{text}: {quick:?}");
        }
    }

    proptest! {
        #[test]
        fn the_tree_is_the_one_of_the_grammar(parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", " ", " ", "b", "|", "&&", "||", ";", "&", "\n", ">", ">>", "<", "2>", ">&", "1", "x=1",
                "!", "(", ")", "{", "}", "if", "'q r'", "|&", "<<<", "&>", "#", "\\\n",
            ]), 0..14)) {
            let text = parts.concat();
            let (quick, whole) = both(&text);
            if let Some(quick) = quick.filter(|_| whole.is_some()) {
                prop_assert_eq!(Some(quick), whole, "{}", text);
            } else if whole.is_none() {
                let (quick, _) = both(&text);
                let empty = quick.is_none_or(|tree| tree.contains("complete_commands: []"));
                prop_assert!(empty, "{}", text);
            }
        }
    }
}
