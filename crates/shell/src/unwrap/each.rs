//! Programs that start another one for each of many words: `xargs`, `parallel`, `find -exec`.
//!
//! **Invariant:** no more than [`MOST_WORDS`] words and [`MOST_LINES`] commands come out.

use super::{Inner, Peeled, is_shell, owned, sort, text_of, words_of};
use crate::programs::base_name;
use crate::words::{Field, Stream};

/// How it reads when what comes through a pipe is not words for a program, but the program.
const PIPED: &str = "xargs | sh";

/// Most words that are taken over from known standard input.
const MOST_WORDS: usize = 64;

pub(super) fn xargs(rest: &[Field], stdin: &Stream) -> Option<Peeled> {
    let sorted = sort(
        rest,
        "-I -J -n -P -L -d -E -s -a -R -S --max-args --max-procs --max-lines --max-chars --delimiter \
         --arg-file --process-slot-var",
    );
    let mut inner = owned(&sorted.operands);
    if inner.is_empty() {
        return None;
    }
    let code = inner.last().is_some_and(|word| word.text == "-c");
    if let Some(text) = stdin.text.as_deref().filter(|_| code)
        && inner
            .first()
            .is_some_and(|word| is_shell(base_name(&word.text)))
    {
        // The words that come are the code.
        return Some(text_of(PIPED, Field::plain(text.trim()), false));
    }
    let given: Vec<Field> = stdin
        .text
        .iter()
        .flat_map(|text| text.split([' ', '\t', '\n', '\0']))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| Field::plain(word.trim_matches(['"', '\''])))
        .chain(stdin.listed.iter().map(|path| Field {
            open: true,
            ..Field::plain(path.as_str())
        }))
        .collect();
    let named = sorted.value(&["-I", "-J", "--replace"]);
    let mark = named.filter(|mark| !mark.is_empty()).or_else(|| {
        let replaces = sorted.has(&["-i", "--replace"]);
        replaces.then_some("{}")
    });
    let Some(mark) = mark else {
        inner.extend(given);
        return words_of("xargs", inner, false);
    };
    let lines = lines_of(stdin).unwrap_or(given);
    if lines.is_empty() {
        return words_of("xargs", inner, false);
    }
    // `xargs -I{} sh -c {}`: the lines that come are the code.
    let is_code = inner.last().is_some_and(|word| word.text == mark)
        && inner
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|word| word.text == "-c");
    let mut peeled = words_of(if is_code { PIPED } else { "xargs" }, inner.clone(), false)?;
    peeled.inner = Inner::Words(
        lines
            .iter()
            .take(MOST_LINES)
            .map(|value| filled(&inner, mark, &value.text))
            .collect(),
    );
    Some(peeled)
}

/// Known standard input line by line: with a mark, each line is one word.
fn lines_of(stdin: &Stream) -> Option<Vec<Field>> {
    let text = stdin.text.as_deref()?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Some(lines.take(MOST_LINES).map(Field::plain).collect())
}

/// The words with a placeholder replaced.
fn filled(words: &[Field], mark: &str, value: &str) -> Vec<Field> {
    words
        .iter()
        .map(|word| {
            if mark.is_empty() || !word.text.contains(mark) {
                return word.clone();
            }
            let mut word = word.with_text(word.text.replacen(mark, value, 8));
            word.open |= value.contains('{') || value.contains('*');
            word
        })
        .collect()
}

/// Most commands that one `parallel` or `xargs -I` is read as.
const MOST_LINES: usize = 16;

/// GNU parallel: a template, then sources of words (`::: a b ::: c`), or standard input.
pub(super) fn parallel(rest: &[Field], stdin: &Stream) -> Option<Peeled> {
    let sorted = sort(
        rest,
        "-j -P -N -n -L -d -a -S -I --jobs --colsep --max-args --max-procs --arg-file --results \
         --joblog --delay --timeout --retries --sshlogin --halt --tmpdir --tagstring -C",
    );
    let source = |word: &&Field| matches!(word.text.as_str(), ":::" | "::::" | ":::+" | "::::+");
    let mut words = sorted.operands.iter().copied().peekable();
    let mut template: Vec<Field> = Vec::new();
    while let Some(word) = words.next_if(|word| !source(word)) {
        template.push(word.clone());
    }
    let mut sources: Vec<Vec<&str>> = Vec::new();
    for word in words {
        if source(&word) {
            sources.push(Vec::new());
        } else if let Some(last) = sources.last_mut() {
            last.push(&word.text);
        }
    }
    if sources.is_empty()
        && let Some(text) = &stdin.text
    {
        sources.push(text.lines().filter(|line| !line.is_empty()).collect());
    }
    let lines = rounds(&template, &sources);
    let is_code = template
        .last()
        .is_some_and(|word| word.text == "{}" || word.text == "-c")
        && template.iter().any(|word| word.text == "-c");
    let label = if is_code { PIPED } else { "parallel" };
    if lines.is_empty() {
        let first = template
            .split_first()
            .map(|(first, more)| (first, more.to_vec()))?;
        let mut line = first.0.clone();
        line.text = typed(&template, &[]);
        for word in &first.1 {
            line.absorb(word);
        }
        return Some(text_of(label, line, false));
    }
    Some(text_of(label, Field::plain(lines.join("\n")), false))
}

/// One command line for each combination of words, as far as [`MOST_LINES`].
fn rounds(template: &[Field], sources: &[Vec<&str>]) -> Vec<String> {
    let mut combinations: Vec<Vec<&str>> = vec![Vec::new()];
    for source in sources {
        combinations = combinations
            .iter()
            .flat_map(|head| {
                source
                    .iter()
                    .map(|word| head.iter().copied().chain([*word]).collect())
            })
            .take(MOST_LINES)
            .collect();
    }
    combinations
        .into_iter()
        .filter(|words| !words.is_empty())
        .map(|words| typed(template, &words))
        .collect()
}

/// The command line for these words: `{}`, `{1}` replaced, or the words behind the template.
///
/// A template of several words is quoted by nobody, one that is a single word is a command line.
fn typed(template: &[Field], words: &[&str]) -> String {
    let mut line = String::new();
    let mut replaced = false;
    for field in template {
        let mut text = field.text.clone();
        if text.contains('{') {
            for (index, word) in words.iter().enumerate() {
                let place = format!("{{{}}}", index + 1);
                replaced |= text.contains(&place);
                text = text.replacen(&place, word, 8);
            }
            replaced |= text.contains("{}");
            text = text.replacen("{}", &words.join(" "), 8);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        if template.len() > 1 {
            line.push_str(&quoted(&text));
        } else {
            line.push_str(&text);
        }
    }
    for word in words.iter().filter(|_| !replaced) {
        if line.is_empty() {
            line.push_str(word);
        } else {
            line.push(' ');
            line.push_str(&quoted(word));
        }
    }
    line
}

/// A word as a shell would take it for one.
fn quoted(word: &str) -> String {
    if word.contains([' ', ';', '|', '&', '<', '>', '(', ')', '*']) {
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        word.to_owned()
    }
}

/// `find … -exec program {} \;`, once for each such action.
pub(super) fn find(name: &str, rest: &[Field]) -> Option<Peeled> {
    let exec = |word: &str| {
        matches!(word, "-exec" | "-execdir" | "-ok" | "-okdir")
            || (name != "find" && matches!(word, "-x" | "-X" | "--exec" | "--exec-batch"))
    };
    let mut lists: Vec<Vec<Field>> = Vec::new();
    let mut inside = false;
    for word in rest {
        if !inside && exec(&word.text) {
            inside = true;
            lists.push(Vec::new());
        } else if inside && matches!(word.text.as_str(), ";" | "+") {
            inside = false;
        } else if inside && let Some(list) = lists.last_mut() {
            list.push(word.clone());
        }
    }
    lists.retain(|list| !list.is_empty());
    let found = found_path(rest);
    let lists: Vec<Vec<Field>> = lists
        .iter()
        .map(|list| filled(list, "{}", &found))
        .collect();
    (!lists.is_empty()).then(|| Peeled {
        label: "find -exec".to_owned(),
        inner: Inner::Words(lists),
        assignments: Vec::new(),
        keep: true,
    })
}

/// A path like those that a program lists.
pub(crate) fn listed(name: &str, rest: &[Field]) -> Option<String> {
    let path = (name == "find").then(|| found_path(rest))?;
    (path != "{}").then_some(path)
}

/// What `{}` will be, as far as the start path and `-name` tell.
fn found_path(rest: &[Field]) -> String {
    let start = rest
        .iter()
        .find(|word| !matches!(word.text.as_str(), "-L" | "-H" | "-P"))
        .map_or("", |word| word.text.as_str());
    if start.starts_with(['-', '(', '!']) {
        return "{}".to_owned();
    }
    let mut words = rest.iter().map(|word| word.text.as_str());
    let named = words
        .by_ref()
        .find(|word| matches!(*word, "-name" | "-iname" | "-path"))
        .and_then(|_| words.next());
    let below = named.unwrap_or("{}");
    format!("{}/{below}", start.trim_end_matches('/'))
}
