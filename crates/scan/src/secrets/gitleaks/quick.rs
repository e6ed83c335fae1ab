//! A quick reader for the plain TOML in which our own pack is written.
//!
//! A hook that finds no daemon reads the pack before its tool call, and a whole TOML parser would
//! take longer than all the rest of it.
//! **Invariant:** what it reads, it reads as TOML is read; of anything else it lets go.

use super::{AllowText, FileText, RuleText};

/// Reads a file of rules, unless there is something in it that is not plain.
pub(super) fn read(text: &str) -> Option<FileText> {
    let mut file = FileText::default();
    for line in text.lines() {
        match line {
            "[[rules]]" => file.rules.push(RuleText::default()),
            "[[rules.allowlists]]" => {
                let rule = file.rules.last_mut()?;
                rule.allowlists.push(AllowText::default());
            }
            line if line.is_empty() || line.starts_with('#') => {}
            line => {
                let (key, value) = line.split_once(" = ")?;
                let rule = file.rules.last_mut()?;
                match rule.allowlists.last_mut() {
                    Some(list) => allowed(list, key, value)?,
                    None => field(rule, key, value)?,
                }
            }
        }
    }
    Some(file)
}

fn field(rule: &mut RuleText, key: &str, value: &str) -> Option<()> {
    match key {
        "id" => rule.id = string(value)?,
        "description" => rule.description = string(value)?,
        "regex" => rule.regex = Some(string(value)?),
        "secretGroup" => rule.secret_group = value.parse().ok()?,
        "entropy" => rule.entropy = Some(value.parse().ok()?),
        "path" => rule.path = Some(string(value)?),
        "keywords" => rule.keywords = strings(value)?,
        "validate" => rule.validate = Some(string(value)?),
        "source" => {
            string(value)?;
        }
        _ => return None,
    }
    Some(())
}

fn allowed(list: &mut AllowText, key: &str, value: &str) -> Option<()> {
    match key {
        "condition" => list.condition = Some(string(value)?),
        "regexTarget" => list.regex_target = Some(string(value)?),
        "regexes" => list.regexes = strings(value)?,
        "paths" => list.paths = strings(value)?,
        "stopwords" => list.stopwords = strings(value)?,
        _ => return None,
    }
    Some(())
}

/// A whole line's text in one of TOML's quotes, without escapes.
fn string(value: &str) -> Option<String> {
    let (text, rest) = quoted(value)?;
    rest.is_empty().then(|| text.to_owned())
}

fn strings(value: &str) -> Option<Vec<String>> {
    let mut rest = value.strip_prefix('[')?.strip_suffix(']')?;
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let (text, after) = quoted(rest)?;
        texts.push(text.to_owned());
        rest = match after.strip_prefix(", ") {
            Some(next) => next,
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(texts)
}

/// The text at the beginning, and what follows.
fn quoted(value: &str) -> Option<(&str, &str)> {
    if let Some(inside) = value.strip_prefix("'''") {
        let (text, rest) = inside.split_once("'''")?;
        return (!rest.starts_with('\'')).then_some((text, rest));
    }
    if let Some(inside) = value.strip_prefix('\'') {
        return inside
            .split_once('\'')
            .filter(|(text, rest)| !text.is_empty() || !rest.starts_with('\''));
    }
    let (text, rest) = value.strip_prefix('"')?.split_once('"')?;
    let special = text.contains('\\') || text.is_empty() && rest.starts_with('"');
    (!special).then_some((text, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_pack_is_read_as_toml_reads_it() {
        let pack = super::super::pack::RULES;
        let whole: FileText = toml_edit::de::from_str(pack).unwrap();
        assert_eq!(read(pack), Some(whole));
    }

    #[test]
    fn what_is_not_plain_is_let_go() {
        for text in [
            "title = \"x\"",
            "[[rules]]\nid = \"a\\n\"",
            "[[rules]]\nid=\"a\"",
            "[[rules]]\nkeywords = [\n  'a'\n]",
            "[[rules]]\nregex = '''a",
            "[[rules]]\nid = \"a\" # why",
            "[[rules]]\nother = 1",
            "[extend]\nuseDefault = true",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
