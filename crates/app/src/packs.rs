//! The rules in force: the built-in packs and the user's own, from `rules/` and what is below it.
//!
//! **Invariant:** a rule with an error costs itself, never its file nor the others.

pub(crate) mod files;
#[cfg(test)]
mod streams;

use crate::memory::ledgers;
use files::{Files, OwnPack};
use ringfence_detect::{
    Example, LoadError, Loaded, Pack, Placeholders, Report, ReportKind, Rule, RuleSet,
};
use ringfence_enrich::{Canaries, Masker, NoLinks, Place};
use ringfence_event::Event;
use ringfence_scan::personal::Mode;
use ringfence_scan::secrets::ledger::Ledger;
use std::collections::BTreeMap;
use std::path::Path;

/// Home of the imagined user in whose place examples happen.
pub(crate) const EXAMPLE_HOME: &str = "/home/dev";

/// A secret that the imagined user's agent has read before.
const EXAMPLE_SECRET: &str = "ringfence-example-7Fq9ZpL2mXw41AbR";

/// How many mistakes are told in full where not the rules are the subject.
const TOLD: usize = 3;

/// What became of the user's rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// How many of each file are in force.
    pub(crate) in_force: BTreeMap<String, usize>,
    /// Why the others are not.
    pub(crate) problems: Vec<Report>,
}

/// What rules are to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judging {
    /// Whatever any sensor tells.
    All,
    /// One call that a hook tells, where no daemon answers.
    OneCall,
}

/// Compiles the built-in rules and the user's own.
pub(crate) fn compile(
    folder: &Path,
    placeholders: &Placeholders,
    judging: Judging,
) -> (RuleSet, Own) {
    let Files { packs, unread } = files::read(folder);
    let mut all: Vec<Pack<'_>> = match judging {
        Judging::All => ringfence_detect::builtin().to_vec(),
        Judging::OneCall => ringfence_detect::builtin_for_hooks().copied().collect(),
    };
    all.extend(packs.iter().map(as_pack));
    let loaded = RuleSet::compile_lenient(&all, placeholders);
    own(loaded, &unread)
}

/// Compiles the rules of a file or directory, before all others: what has the same name as one
/// of them stands for it. Returns them, and what became of those of the path.
pub(crate) fn compile_first(
    path: &Path,
    folder: &Path,
    placeholders: &Placeholders,
) -> (RuleSet, Own) {
    // Built-in files are known by names without a directory.
    let is_bare = path.parent() == Some(Path::new(""));
    let Files { packs, unread } = files::read(&if is_bare {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    });
    compile_before(Files { packs, unread }, folder, placeholders)
}

/// The same of a rule file that is no file yet.
pub(crate) fn compile_text(
    name: &str,
    text: String,
    folder: &Path,
    placeholders: &Placeholders,
) -> (RuleSet, Own) {
    let files = Files {
        packs: vec![(name.to_owned(), text)],
        unread: Vec::new(),
    };
    compile_before(files, folder, placeholders)
}

fn compile_before(
    Files { packs, unread }: Files,
    folder: &Path,
    placeholders: &Placeholders,
) -> (RuleSet, Own) {
    let others = files::read(folder).packs;
    let is_other = |pack: &&OwnPack| packs.iter().all(|own| !same_file(&own.0, &pack.0));
    let mut all: Vec<Pack<'_>> = packs.iter().map(as_pack).collect();
    all.extend(ringfence_detect::builtin());
    all.extend(others.iter().filter(is_other).map(as_pack));
    let (rules, mut own) = own(RuleSet::compile_lenient(&all, placeholders), &unread);
    let stands_in = |packs: &[OwnPack], file: &str| packs.iter().any(|(name, _)| name == file);
    own.in_force.retain(|file, _| stands_in(&packs, file));
    own.problems.retain(|report| {
        let file = report.file.as_str();
        stands_in(&packs, file) || !(is_builtin(file) || stands_in(&others, file))
    });
    (rules, own)
}

fn same_file(one: &str, other: &str) -> bool {
    let real = |path: &str| Path::new(path).canonicalize().ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

fn own(loaded: Loaded, unread: &[LoadError]) -> (RuleSet, Own) {
    let mut in_force = BTreeMap::new();
    for rule in loaded.rules.rules().filter(|rule| is_own(rule)) {
        *in_force.entry(rule.file.clone()).or_default() += 1;
    }
    let problems = loaded.problems.iter().chain(unread);
    let own = Own {
        in_force,
        problems: problems.map(LoadError::report).collect(),
    };
    (loaded.rules, own)
}

fn as_pack((name, text): &OwnPack) -> Pack<'_> {
    Pack { name, text }
}

/// Says whether a rule is the user's.
pub(crate) fn is_own(rule: &Rule) -> bool {
    !is_builtin(&rule.file)
}

fn is_builtin(file: &str) -> bool {
    let mut builtin = ringfence_detect::builtin().iter();
    builtin.any(|pack| pack.name == file)
}

impl Own {
    /// What is to be put right, in a few sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mistakes = self.of_kind(ReportKind::Mistake);
        let mut told: Vec<String> = mistakes.clone().take(TOLD).map(sentence).collect();
        let more = mistakes.count().saturating_sub(TOLD);
        if more > 0 {
            told.push(format!(
                "{more} more rules cannot be used\nhint: `ringfence rules check` names each, and what would be right"
            ));
        }
        told
    }

    /// Rules that are wrong, or those that are only not for this place.
    pub(crate) fn of_kind(&self, kind: ReportKind) -> impl Iterator<Item = &Report> + Clone {
        self.problems
            .iter()
            .filter(move |report| report.kind == kind)
    }

    /// Says what is worse than before: a file of which rules were in force that are not any more,
    /// because of a mistake.
    pub(crate) fn worse_than(&self, before: &Own) -> Option<&Report> {
        let count = |own: &Own, file: &str| own.in_force.get(file).copied().unwrap_or(0);
        let mistakes = |own: &Own, file: &str| {
            let all = own.of_kind(ReportKind::Mistake);
            all.filter(|report| report.file == file).count()
        };
        self.of_kind(ReportKind::Mistake).find(|report| {
            let file = report.file.as_str();
            count(self, file) < count(before, file) && mistakes(self, file) > mistakes(before, file)
        })
    }
}

/// A problem as one text: where, what, and what would be right.
pub(crate) fn sentence(report: &Report) -> String {
    let mut text = report.file.clone();
    for number in [report.line, report.column].into_iter().flatten() {
        text.push_str(&format!(":{number}"));
    }
    if let Some(rule) = &report.rule {
        text.push_str(&format!(": rule `{rule}`"));
    }
    text.push_str(&format!(": {}", report.problem));
    if let Some(hint) = &report.hint {
        text.push_str(&format!("\nhint: {hint}"));
    }
    text
}

/// Our own files, as they lie in the home of the examples.
pub(crate) fn example_guard() -> Vec<String> {
    vec![
        format!("{EXAMPLE_HOME}/.config/ringfence"),
        format!("{EXAMPLE_HOME}/.local/share/ringfence"),
        format!("{EXAMPLE_HOME}/.local/state/ringfence"),
        "/usr/local/bin/ringfence".to_owned(),
    ]
}

/// Decoys in the home of the examples, and the value in them.
pub(crate) fn example_canaries() -> Canaries {
    Canaries::new(
        [0; 32],
        vec![
            format!("{EXAMPLE_HOME}/.aws/credentials.bak"),
            format!("{EXAMPLE_HOME}/project/.env.backup"),
        ],
        &["decoy-of-the-examples-4c1e".to_owned()],
    )
}

/// Makes the events that examples tell of.
pub(crate) fn imagine() -> impl Fn(&Example) -> Event {
    let enrich = imagined_user();
    move |example| {
        let mut event = example.event();
        enrich(&mut event);
        event
    }
}

/// Enriches events as if the imagined user's agent had done them.
pub(crate) fn imagined_user() -> impl Fn(&mut Event) {
    let masker = Masker::new([0; 32]).looking_for_personal_data(Mode::Alert);
    let trusted = crate::judge::trusted();
    let guard = example_guard();
    let canaries = example_canaries();
    move |event| {
        let place = Place {
            cwd: None,
            home: Some(EXAMPLE_HOME),
            guard: &guard,
            trusted: &trusted,
            canaries: Some(&canaries),
        };
        let carried = ringfence_enrich::enrich(event, &place, &NoLinks, &masker);
        let mut ledger = Ledger::new(masker.key().clone());
        ledger.note(EXAMPLE_SECRET.as_bytes());
        event.labels.leaks = ledgers::leaks(&mut ledger, &carried.outgoing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_hold_their_own_examples() {
        let rules = RuleSet::compile(ringfence_detect::builtin()).unwrap();
        assert!(rules.rules().count() > 10);
        assert_eq!(rules.wrong_examples(imagine()), []);
    }

    fn state(files: &[(&str, usize)], mistakes: &[&str]) -> Own {
        let report = |file: &&str| {
            let file = (*file).to_owned();
            let why = "broken".to_owned();
            LoadError::Unread { file, why }.report()
        };
        Own {
            in_force: files
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
            problems: mistakes.iter().map(report).collect(),
        }
    }

    #[test]
    fn only_what_was_good_and_is_broken_is_worse() {
        let before = state(&[("a", 2), ("b", 1)], &["b"]);
        let cases = [
            (
                "nothing changed",
                state(&[("a", 2), ("b", 1)], &["b"]),
                None,
            ),
            (
                "a file is broken",
                state(&[("b", 1)], &["a", "b"]),
                Some("a"),
            ),
            (
                "a rule is broken",
                state(&[("a", 1), ("b", 1)], &["a", "b"]),
                Some("a"),
            ),
            ("a file was taken away", state(&[("b", 1)], &["b"]), None),
            (
                "a rule was taken away",
                state(&[("a", 1), ("b", 1)], &["b"]),
                None,
            ),
            (
                "a broken rule was added",
                state(&[("a", 2), ("b", 1)], &["a", "b"]),
                None,
            ),
            (
                "a broken file was added",
                state(&[("a", 2), ("b", 1)], &["b", "c"]),
                None,
            ),
            (
                "another rule broke",
                state(&[("a", 2)], &["b", "b"]),
                Some("b"),
            ),
        ];
        for (what, now, worse) in cases {
            let found = now.worse_than(&before).map(|report| report.file.as_str());
            assert_eq!(found, worse, "{what}");
        }
    }
}
