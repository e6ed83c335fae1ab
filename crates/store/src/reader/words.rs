//! Words as the search knows them, and whether a text holds them.
//!
//! **Invariant:** texts are cut into words by the tokenizer of the table that holds
//! them (`unicode61` of SQLite's FTS5). For ASCII that is so simple that it is done
//! here: letters, digits and `_`, in lower case.

use super::failed;
use crate::StoreError;
use rusqlite::Connection;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Words of one question that count.
pub(super) const MAX_WORDS: usize = 16;

/// Cuts a text that is not ASCII: put in, its words read, and taken out again.
const CUTTER: &str = "
    CREATE VIRTUAL TABLE cut USING fts5 (
        text, content = '', detail = 'none', columnsize = 0,
        tokenize = \"unicode61 tokenchars '_'\"
    );
    CREATE VIRTUAL TABLE word USING fts5vocab ('cut', 'row');";

/// Cuts texts into words.
#[derive(Default)]
pub(super) struct Cutter {
    /// In memory; made for the first text that is not ASCII.
    connection: OnceCell<Connection>,
}

impl Cutter {
    /// The different words of a text.
    pub(super) fn words(&self, text: &str) -> Result<BTreeSet<String>, StoreError> {
        if text.is_ascii() {
            return Ok(ascii(text).map(str::to_ascii_lowercase).collect());
        }
        self.cut(text).map_err(failed())
    }

    fn cut(&self, text: &str) -> rusqlite::Result<BTreeSet<String>> {
        let connection = match self.connection.get() {
            Some(connection) => connection,
            None => {
                let made = Connection::open_in_memory()?;
                made.execute_batch(CUTTER)?;
                self.connection.get_or_init(|| made)
            }
        };
        connection
            .prepare_cached("INSERT INTO cut (rowid, text) VALUES (1, ?1)")?
            .execute([text])?;
        let words = connection
            .prepare_cached("SELECT term FROM word")?
            .query_map([], |row| row.get(0))?
            .collect();
        connection
            .prepare_cached("INSERT INTO cut (cut) VALUES ('delete-all')")?
            .execute([])?;
        words
    }
}

fn ascii(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}

/// The words that are looked for.
pub(super) struct Words {
    pub(super) all: Vec<String>,
    cutter: Cutter,
}

impl Words {
    /// Reads what a person typed. That may be no word at all, which nothing holds.
    pub(super) fn new(text: &str) -> Result<Words, StoreError> {
        let cutter = Cutter::default();
        let all = cutter.words(text)?.into_iter().take(MAX_WORDS).collect();
        Ok(Words { all, cutter })
    }

    /// Whether each word begins a word of the text.
    pub(super) fn are_in(&self, text: &str) -> Result<bool, StoreError> {
        let there = self.cutter.words(text)?;
        let begins = |word: &String| {
            let next = there.range::<String, _>(word..).next();
            next.is_some_and(|next| next.starts_with(word.as_str()))
        };
        Ok(!self.all.is_empty() && self.all.iter().all(begins))
    }

    /// Whether a text made of parts of these texts, in which letters and digits stand
    /// as they are, may hold the words. Says no only if it cannot.
    pub(super) fn may_be_in(&self, parts: [&str; 2]) -> bool {
        if !parts.iter().all(|part| part.is_ascii()) {
            return true;
        }
        let lower = parts.map(str::to_ascii_lowercase);
        let is_in = |word: &String| lower.iter().any(|part| part.contains(word.as_str()));
        self.all.iter().all(is_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_cut_as_the_table_cuts_them() {
        let cutter = Cutter::default();
        for (text, words) in [
            ("", vec![]),
            ("%-\\ ", vec![]),
            ("cat ID_rsa;ls", vec!["cat", "id_rsa", "ls"]),
            ("Café-crème ÉTÉ", vec!["cafe", "creme", "ete"]),
            ("привет МИР", vec!["мир", "привет"]),
            ("a\u{301}b 漢字", vec!["ab", "漢字"]),
        ] {
            let found = cutter.words(text).unwrap();
            assert_eq!(found.into_iter().collect::<Vec<_>>(), words, "{text}");
        }
    }

    #[test]
    fn each_word_must_begin_one() {
        for (words, text, is_in) in [
            ("dep", "git deploy", true),
            ("deploy git", "git DEPLOYED", true),
            ("ploy", "deploy", false),
            ("deploy gone", "git deploy", false),
            ("", "text", false),
            ("%", "100%", false),
            ("ÉTE", "l'été", true),
        ] {
            let words = Words::new(words).unwrap();
            assert_eq!(words.are_in(text).unwrap(), is_in, "{text}");
        }
        let many = Words::new(
            &(10..99)
                .map(|n| n.to_string())
                .collect::<Vec<_>>()
                .join(" "),
        )
        .unwrap();
        assert_eq!(many.all.len(), MAX_WORDS);
    }

    proptest! {
        #[test]
        fn ascii_is_cut_as_the_table_cuts_it(text in "[ -~\\n\\t]{0,40}") {
            let cutter = Cutter::default();
            prop_assert_eq!(cutter.words(&text).unwrap(), cutter.cut(&text).unwrap());
        }

        #[test]
        fn a_quick_no_is_a_no(word in "[a-zA-Z_]{1,2}", text in "[a-dA-D_é \"\\n]{0,12}") {
            let words = Words::new(&word).unwrap();
            let json = serde_json::to_string(&text).unwrap();
            prop_assert!(words.may_be_in([&json, ""]) || !words.are_in(&text).unwrap());
        }
    }
}
