//! Sigma correlations: several matches of rules that together mean something.
//!
//! Specification 2.1, "correlation rules". A definition is read here, bound to the rules it
//! speaks of in `bound`, and followed through a session's events in `sessions`.

mod bound;
mod group;
mod sessions;

pub use bound::Steps;
pub(crate) use bound::{Correlations, Matched};
pub(crate) use sessions::Taking;
pub use sessions::{Observed, Sessions};

use crate::detection::Located;
use crate::error::Problem;
use crate::yaml::{Entry, Node, Position, Value};
use std::collections::BTreeMap;

const KEYS: &[&str] = &[
    "type",
    "rules",
    "group-by",
    "timespan",
    "condition",
    "aliases",
    "generate",
];
const TYPES: &[&str] = &["event_count", "value_count", "temporal", "temporal_ordered"];
const CONDITIONS: &[&str] = &["gt", "gte", "lt", "lte", "eq", "field"];
/// Most rules of one correlation.
const MOST_RULES: usize = 16;
/// Largest count that may be asked for: as many moments are kept for each group.
const LARGEST_COUNT: usize = 10_000;
/// Longest timespan, in seconds.
const LONGEST_SPAN: i64 = 90 * 24 * 3600;

/// A correlation as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) kind: Kind,
    pub(crate) rules: Vec<(String, Position)>,
    pub(crate) group_by: Vec<String>,
    /// In microseconds.
    pub(crate) span: i64,
    pub(crate) bounds: Bounds,
    /// Alias, rule, field.
    pub(crate) aliases: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether the rules it speaks of also speak for themselves.
    pub(crate) generate: bool,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    EventCount,
    /// Different values of these fields.
    ValueCount(Vec<String>),
    Temporal,
    TemporalOrdered,
}

/// Between which counts it fires, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) least: usize,
    pub(crate) most: Option<usize>,
}

impl Bounds {
    /// Says whether a count is between them.
    pub(crate) fn hold(self, count: usize) -> bool {
        count >= self.least && self.most.is_none_or(|most| count <= most)
    }

    /// How many must be kept to tell.
    pub(crate) fn kept(self) -> usize {
        self.most
            .map_or(self.least, |most| most.max(self.least) + 1)
    }
}

impl Definition {
    /// Reads a `correlation`.
    pub(crate) fn read(
        node: &Node<'_>,
        generate: Option<&Node<'_>>,
    ) -> Result<Definition, Located> {
        let Value::Map(entries) = &node.value else {
            return Err(wrong(node, "correlation", "a map"));
        };
        for Entry { key, at, .. } in entries {
            if !KEYS.contains(&key.as_ref()) {
                let key = key.to_string();
                return Err((*at, Problem::UnknownKey { key, known: KEYS }));
            }
        }
        let rules = texts(needed(node, "rules")?, "rules")?;
        if rules.is_empty() || rules.len() > MOST_RULES {
            let wanted = "a list of 1 to 16 rules";
            return Err(wrong(needed(node, "rules")?, "rules", wanted));
        }
        let kind = kind(node)?;
        let bounds = match (&kind, node.get("condition")) {
            (Kind::EventCount | Kind::ValueCount(_), None) => {
                return Err((node.at, Problem::Missing("correlation.condition")));
            }
            (Kind::Temporal | Kind::TemporalOrdered, None) => Bounds {
                least: rules.len(),
                most: None,
            },
            (_, Some(condition)) => bounds(condition)?,
        };
        if kind == Kind::TemporalOrdered && (bounds.least != rules.len() || bounds.most.is_some()) {
            let found = node.get("condition").unwrap_or(node);
            let wanted = "left out: `temporal_ordered` needs all of its rules";
            return Err(wrong(found, "condition", wanted));
        }
        let group_by = match node.get("group-by") {
            Some(found) => texts(found, "group-by")?,
            None => Vec::new(),
        };
        Ok(Definition {
            kind,
            group_by: group_by.into_iter().map(|(name, _)| name).collect(),
            rules,
            span: span(needed(node, "timespan")?)?,
            bounds,
            aliases: aliases(node)?,
            generate: is_true(node.get("generate").or(generate))?,
        })
    }

    /// What makes two definitions the same, so that what is kept of one is not taken for the other.
    pub(crate) fn print(&self) -> String {
        let rules: Vec<&str> = self.rules.iter().map(|(rule, _)| rule.as_str()).collect();
        let text = format!(
            "{:?} {rules:?} {:?} {} {:?} {:?}",
            self.kind, self.group_by, self.span, self.bounds, self.aliases
        );
        blake3::hash(text.as_bytes())
            .to_hex()
            .chars()
            .take(16)
            .collect()
    }
}

fn wrong(node: &Node<'_>, key: &str, wanted: &'static str) -> Located {
    let key = key.to_owned();
    (node.at, Problem::Wrong { key, wanted })
}

fn needed<'n, 'a>(node: &'n Node<'a>, key: &'static str) -> Result<&'n Node<'a>, Located> {
    node.get(key).ok_or((node.at, Problem::Missing(key)))
}

fn kind(node: &Node<'_>) -> Result<Kind, Located> {
    let found = needed(node, "type")?;
    let Value::Text(name) = &found.value else {
        return Err(wrong(found, "type", "text"));
    };
    match name.as_ref() {
        "event_count" => Ok(Kind::EventCount),
        "temporal" => Ok(Kind::Temporal),
        "temporal_ordered" => Ok(Kind::TemporalOrdered),
        "value_count" => {
            let condition = needed(node, "condition")?;
            let fields = texts(needed(condition, "field")?, "field")?;
            Ok(Kind::ValueCount(
                fields.into_iter().map(|(field, _)| field).collect(),
            ))
        }
        other => Err((
            found.at,
            Problem::NotOneOf {
                key: "type".to_owned(),
                value: other.to_owned(),
                known: TYPES,
            },
        )),
    }
}

fn bounds(node: &Node<'_>) -> Result<Bounds, Located> {
    let wanted = "a map of `gt`, `gte`, `lt`, `lte` or `eq` and a number up to 10000";
    let Value::Map(entries) = &node.value else {
        return Err(wrong(node, "condition", wanted));
    };
    let mut bounds = Bounds {
        least: 0,
        most: None,
    };
    let mut asked = false;
    for Entry { key, at, node } in entries {
        if !CONDITIONS.contains(&key.as_ref()) {
            let key = key.to_string();
            let known = CONDITIONS;
            return Err((*at, Problem::UnknownKey { key, known }));
        }
        if key == "field" {
            continue;
        }
        asked = true;
        let number = match &node.value {
            Value::Text(text) => text.parse::<usize>().ok(),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        };
        let Some(number) = number.filter(|number| *number <= LARGEST_COUNT) else {
            return Err(wrong(node, "condition", wanted));
        };
        match key.as_ref() {
            "gt" => bounds.least = number + 1,
            "gte" => bounds.least = number,
            "lt" if number == 0 => return Err(wrong(node, "lt", "more than 0")),
            "lt" => bounds.most = Some(number - 1),
            "lte" => bounds.most = Some(number),
            _ => {
                bounds = Bounds {
                    least: number,
                    most: Some(number),
                }
            }
        }
    }
    if asked {
        Ok(bounds)
    } else {
        Err(wrong(node, "condition", wanted))
    }
}

fn span(node: &Node<'_>) -> Result<i64, Located> {
    let seconds = match &node.value {
        Value::Text(text) => seconds(text),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    };
    match seconds.filter(|seconds| (1..=LONGEST_SPAN).contains(seconds)) {
        Some(seconds) => Ok(seconds * 1_000_000),
        None => Err(wrong(
            node,
            "timespan",
            "a time such as 30s, 5m, 2h or 1d, of at most 90 days",
        )),
    }
}

/// The seconds of a time such as `30s`, `5m`, `2h`, `1d` or `1w`.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        _ => return None,
    };
    number.checked_mul(seconds).filter(|seconds| *seconds >= 0)
}

fn aliases(node: &Node<'_>) -> Result<BTreeMap<String, BTreeMap<String, String>>, Located> {
    let wanted = "a map of aliases, each a map of rules and their fields";
    let mut aliases = BTreeMap::new();
    let Some(found) = node.get("aliases") else {
        return Ok(aliases);
    };
    let Value::Map(entries) = &found.value else {
        return Err(wrong(found, "aliases", wanted));
    };
    for Entry { key, node, .. } in entries {
        let Value::Map(fields) = &node.value else {
            return Err(wrong(node, "aliases", wanted));
        };
        let mut by_rule = BTreeMap::new();
        for Entry {
            key: rule, node, ..
        } in fields
        {
            let Value::Text(field) = &node.value else {
                return Err(wrong(node, "aliases", wanted));
            };
            by_rule.insert(rule.to_string(), field.to_string());
        }
        aliases.insert(key.to_string(), by_rule);
    }
    Ok(aliases)
}

fn is_true(node: Option<&Node<'_>>) -> Result<bool, Located> {
    match node.map(|node| (&node.value, node)) {
        None => Ok(false),
        Some((Value::Text(text), _)) if text == "true" => Ok(true),
        Some((Value::Text(text), _)) if text == "false" => Ok(false),
        Some((_, node)) => Err(wrong(node, "generate", "true or false")),
    }
}

fn texts(node: &Node<'_>, key: &str) -> Result<Vec<(String, Position)>, Located> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        Value::Text(_) => std::slice::from_ref(node),
        Value::Null | Value::Map(_) => return Err(wrong(node, key, "a list of texts")),
    };
    let mut texts = Vec::new();
    for node in nodes {
        let Value::Text(text) = &node.value else {
            return Err(wrong(node, key, "a list of texts"));
        };
        texts.push((text.to_string(), node.at));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests;
