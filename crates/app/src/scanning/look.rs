//! One text, read piece by piece by every scanner at once; then, if anything was found,
//! once more for lines and columns.
//!
//! **Invariant:** memory does not grow with the text.

use super::finding::{Category, Finding, Fingerprint};
use super::origin::Origins;
use super::report::{Report, count};
use super::spot::{self, Spot};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_scan::injection::{self, Level, Origin};
use ringfence_scan::personal::personal;
use ringfence_scan::secrets::gitleaks::LARGEST_CONFIGURATION;
use ringfence_scan::secrets::{Key, RuleSet, Scanner};
use ringfence_store::visible;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::Path;

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// A zero byte among so many first ones makes a file binary, as git has it.
const BINARY: usize = 8 * 1024;

/// Personal data is looked for in parts of this size, cut at line ends.
const PART: usize = 1024 * 1024;

/// From this weight on, hidden characters are told whatever stands beside them.
const HIDES: f32 = 4.0;

/// Name of hidden text among the rules of the injection scanner.
const HIDDEN: &str = "hidden-text";

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) injections: bool,
    pub(crate) personal: bool,
    /// Whether a comment may allow a secret.
    pub(crate) comments_allow: bool,
}

/// Everything that looks, shared by all threads.
pub(crate) struct Looker {
    secrets: Scanner,
    /// What is said of each kind of secret.
    descriptions: BTreeMap<String, String>,
    key: Key,
    wanted: Wanted,
    origins: Origins,
}

/// A text and what is known of it.
pub(crate) struct Text<'a> {
    /// As it is told.
    pub(crate) path: &'a str,
    /// Who reads it; without one, nothing is said of orders in it.
    pub(crate) origin: Option<Origin>,
    pub(crate) lines: Lines<'a>,
}

/// How the lines of a text are numbered.
#[derive(Clone, Copy)]
pub(crate) enum Lines<'a> {
    /// It is a whole file.
    Own,
    /// It was picked from a file: the real number of each line.
    Picked(&'a [u64]),
    /// It was decoded from this one line; its own comments are no one's word.
    Decoded(u64),
}

/// Something in a text, before its line is known.
struct Hit {
    category: Category,
    kind: String,
    place: Range<usize>,
    shown: String,
    verified: bool,
    expires: Option<i64>,
    rules: Vec<String>,
}

/// What one reading gave.
#[derive(Default)]
struct Reading {
    hits: Vec<Hit>,
    bytes: usize,
    binary: bool,
    full: bool,
}

impl Looker {
    /// Loads the rules: the user's own in gitleaks' format, or ours. Also returns what of the
    /// user's has no effect.
    pub(crate) fn new(
        config: Option<&Path>,
        wanted: Wanted,
        places: &Places,
    ) -> Result<(Looker, Vec<String>)> {
        let set = match config {
            Some(path) => {
                own_rules(path).with_context(|| format!("failed to load `{}`", path.display()))?
            }
            None => RuleSet::own().context("failed to load the rules for secrets")?,
        };
        let unused = set.unused().iter().map(ToString::to_string).collect();
        let descriptions = set
            .rules()
            .map(|(id, description)| (id.to_owned(), description.to_owned()))
            .collect();
        // Fingerprints under this key never leave the process.
        let key = Key::new([0; 32]);
        let looker = Looker {
            secrets: Scanner::with_rules(key.clone(), set),
            descriptions,
            key,
            wanted,
            origins: Origins::new(places.home.to_string_lossy().into_owned()),
        };
        Ok((looker, unused))
    }

    /// What a file at an absolute path is taken for.
    pub(crate) fn origin_of(&self, path: &str) -> Origin {
        self.origins.of(path)
    }

    /// What is said of a kind of secret.
    pub(crate) fn description(&self, kind: &str) -> Option<&str> {
        self.descriptions
            .get(kind)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// Looks through a text that can be opened twice. Returns its length, or nothing if it is
    /// binary.
    pub(crate) fn look<R: Read>(
        &self,
        open: impl Fn() -> io::Result<R>,
        text: &Text<'_>,
        report: &Report,
    ) -> io::Result<Option<usize>> {
        let reading = self.read(open()?, text)?;
        if reading.binary {
            return Ok(None);
        }
        let bytes = reading.bytes;
        if reading.full {
            report.problem(format!(
                "`{}` holds so much that not all of it was looked at",
                visible(text.path)
            ));
        }
        if reading.hits.is_empty() {
            return Ok(Some(bytes));
        }
        let mut hits = reading.hits;
        hits.sort_by_key(|hit| hit.place.start);
        let offsets: Vec<usize> = hits.iter().map(|hit| hit.place.start).collect();
        let spots = spot::spots(BufReader::with_capacity(PIECE, open()?), &offsets)?;
        let mut findings = Vec::new();
        let mut allowed = 0;
        for (hit, spot) in hits.into_iter().zip(spots) {
            let may = matches!(hit.category, Category::Secret | Category::Personal);
            let decoded = matches!(text.lines, Lines::Decoded(_));
            if spot.allowed && may && self.wanted.comments_allow && !decoded {
                allowed += 1;
            } else {
                findings.push(finding(hit, spot, text));
            }
        }
        count(&report.allowed, allowed);
        report.add(findings);
        Ok(Some(bytes))
    }

    fn read(&self, mut source: impl Read, text: &Text<'_>) -> io::Result<Reading> {
        let mut secrets = self.secrets.stream(Some(text.path));
        let origin = text.origin.filter(|_| self.wanted.injections);
        let mut orders = origin.map(injection::Scanner::new);
        let mut people = self.wanted.personal.then(|| People::new(&self.key));
        let mut reading = Reading::default();
        let mut buffer = vec![0; PIECE];
        loop {
            let length = match source.read(&mut buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let piece = buffer.get(..length).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            let first = BINARY.saturating_sub(reading.bytes).min(length);
            if piece.iter().take(first).any(|byte| *byte == 0) {
                reading.binary = true;
                return Ok(reading);
            }
            reading.bytes += length;
            secrets.push(piece);
            if let Some(orders) = &mut orders {
                orders.push(piece);
            }
            if let Some(people) = &mut people {
                people.push(piece);
            }
        }
        reading.full = secrets.is_full();
        reading.hits = secrets
            .finish()
            .into_iter()
            .map(|secret| Hit {
                category: Category::Secret,
                kind: secret.kind,
                place: secret.place,
                shown: visible(&secret.masked),
                verified: secret.verified,
                expires: secret.expires,
                rules: Vec::new(),
            })
            .collect();
        if let Some(orders) = orders {
            let orders = self.orders(orders.finish(), &reading.hits);
            reading.hits.extend(orders);
        }
        reading
            .hits
            .extend(people.map(People::finish).unwrap_or_default());
        Ok(reading)
    }

    /// Of a whole verdict the strongest sign, and each place where something is hidden.
    fn orders(&self, verdict: injection::Verdict, secrets: &[Hit]) -> Vec<Hit> {
        let mut hits = Vec::new();
        if verdict.level == Level::Alert {
            // Of signs that weigh the same, the first: `max_by` takes the last.
            let strongest = (verdict.findings.iter().rev())
                .max_by(|one, other| one.weight.total_cmp(&other.weight));
            let mut rules: Vec<String> = (verdict.findings.iter())
                .map(|finding| finding.rule.clone())
                .collect();
            rules.sort();
            rules.dedup();
            if let Some(finding) = strongest.filter(|finding| finding.rule != HIDDEN) {
                hits.push(Hit {
                    category: Category::Injection,
                    kind: finding.rule.clone(),
                    place: finding.place.clone(),
                    shown: self.excerpt(finding, secrets),
                    verified: false,
                    expires: None,
                    rules,
                });
            }
        }
        for finding in verdict.findings {
            if finding.rule == HIDDEN && finding.weight >= HIDES {
                let kind = finding.disguises.first().map_or(HIDDEN, |how| how.as_str());
                hits.push(Hit {
                    category: Category::Hidden,
                    kind: kind.to_owned(),
                    shown: self.excerpt(&finding, secrets),
                    place: finding.place,
                    verified: false,
                    expires: None,
                    rules: Vec::new(),
                });
            }
        }
        hits
    }

    /// The words of a finding without the secrets in them, as a terminal may show them.
    fn excerpt(&self, finding: &injection::Finding, secrets: &[Hit]) -> String {
        let overlaps =
            |hit: &Hit| hit.place.start < finding.place.end && finding.place.start < hit.place.end;
        if secrets.iter().any(overlaps) {
            return "(not shown: a secret stands in it)".to_owned();
        }
        let text = finding.excerpt.as_bytes();
        let mut shown = Vec::new();
        let mut at = 0;
        for secret in self.secrets.secrets(text) {
            shown.extend(text.get(at..secret.place.start).unwrap_or_default());
            shown.extend(secret.masked.as_bytes());
            at = secret.place.end;
        }
        shown.extend(text.get(at..).unwrap_or_default());
        visible(&String::from_utf8_lossy(&shown))
    }
}

fn own_rules(path: &Path) -> Result<RuleSet> {
    let most = u64::try_from(LARGEST_CONFIGURATION).unwrap_or(u64::MAX);
    let mut text = String::new();
    File::open(path)?.take(most + 1).read_to_string(&mut text)?;
    let set = RuleSet::from_gitleaks(&text)?;
    if set.is_empty() {
        bail!(
            "it has no rule that can be used\nhint: the format is that of gitleaks' `.gitleaks.toml`"
        );
    }
    Ok(set)
}

/// The clock, in seconds since the Unix epoch.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn finding(hit: Hit, spot: Spot, text: &Text<'_>) -> Finding {
    let (line, column) = match text.lines {
        Lines::Own => (spot.line, spot.column),
        Lines::Picked(lines) => {
            let index = usize::try_from(spot.line - 1).unwrap_or(usize::MAX);
            (lines.get(index).copied().unwrap_or(spot.line), spot.column)
        }
        Lines::Decoded(line) => (line, 1),
    };
    let length = hit.place.len().to_string();
    let rules = hit.rules.join(",");
    let origin = text
        .origin
        .filter(|_| hit.category == Category::Injection)
        .map(Origin::as_str);
    Finding {
        fingerprint: Fingerprint::of(&[
            hit.category.noun(),
            &hit.kind,
            &hit.shown,
            &length,
            &rules,
        ]),
        category: hit.category,
        kind: hit.kind,
        path: visible(text.path),
        line,
        column,
        shown: hit.shown,
        verified: hit.verified,
        expired: hit.expires.is_some_and(|end| end < now()),
        origin,
        opinion: None,
        rules: hit.rules,
        advice: hit.category.advice(),
    }
}

/// Looks for personal data part by part.
struct People<'a> {
    key: &'a Key,
    held: Vec<u8>,
    base: usize,
    hits: Vec<Hit>,
}

impl People<'_> {
    fn new(key: &Key) -> People<'_> {
        People {
            key,
            held: Vec::new(),
            base: 0,
            hits: Vec::new(),
        }
    }

    fn push(&mut self, piece: &[u8]) {
        self.held.extend_from_slice(piece);
        if self.held.len() >= PART {
            let end = self.held.iter().rposition(|byte| *byte == b'\n');
            self.part(end.map_or(self.held.len(), |last| last + 1));
        }
    }

    fn part(&mut self, end: usize) {
        let part: Vec<u8> = self.held.drain(..end).collect();
        for found in personal(self.key, &part) {
            let many = if found.count > 1 {
                format!("{} different, such as ", found.count)
            } else {
                String::new()
            };
            self.hits.push(Hit {
                category: Category::Personal,
                kind: found.kind.name().to_owned(),
                place: found.place.start + self.base..found.place.end + self.base,
                shown: visible(&format!("{many}{}", found.masked)),
                verified: false,
                expires: None,
                rules: Vec::new(),
            });
        }
        self.base += end;
    }

    fn finish(mut self) -> Vec<Hit> {
        self.part(self.held.len());
        self.hits
    }
}
