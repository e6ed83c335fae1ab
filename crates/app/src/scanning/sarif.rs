//! Findings as SARIF 2.1.0 (OASIS standard), for code hosts and editors.

use super::{Category, Counts, Finding, Looker};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole log, with one run.
pub(crate) fn log(
    findings: &[Finding],
    counts: &Counts,
    problems: &[String],
    looker: &Looker,
) -> Value {
    let mut kinds: BTreeMap<String, (Category, &str)> = BTreeMap::new();
    for finding in findings {
        kinds
            .entry(rule_id(finding))
            .or_insert((finding.category, &finding.kind));
    }
    let rules: Vec<Value> = kinds
        .iter()
        .map(|(id, (category, kind))| rule(id, *category, kind, looker))
        .collect();
    let index: BTreeMap<&str, usize> = kinds
        .keys()
        .enumerate()
        .map(|(index, id)| (id.as_str(), index))
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(finding, &index))
        .collect();
    let notes: Vec<Value> = problems
        .iter()
        .map(|problem| json!({ "level": "warning", "message": { "text": problem } }))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Ringfence",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notes,
            }],
            "results": results,
            "properties": counts,
        }],
    })
}

/// Kinds of one name in two categories are two rules.
fn rule_id(finding: &Finding) -> String {
    let category = match finding.category {
        Category::Secret => "secret",
        Category::Injection => "injection",
        Category::Hidden => "hidden",
        Category::Personal => "personal",
    };
    format!("{category}/{}", finding.kind.replace(' ', "-"))
}

fn rule(id: &str, category: Category, kind: &str, looker: &Looker) -> Value {
    let described = match category {
        Category::Secret => looker.description(kind),
        _ => None,
    };
    json!({
        "id": id,
        "shortDescription": {
            "text": described.map_or_else(|| format!("{}: {kind}", category.title()), str::to_owned),
        },
        "help": { "text": category.advice() },
        "defaultConfiguration": { "level": level(category) },
        "properties": { "tags": ["security"], "security-severity": severity(category) },
    })
}

fn level(category: Category) -> &'static str {
    match category {
        Category::Secret | Category::Injection => "error",
        Category::Hidden | Category::Personal => "warning",
    }
}

/// As code hosts sort: over 7 is high, over 4 is medium.
fn severity(category: Category) -> &'static str {
    match category {
        Category::Secret => "8.0",
        Category::Injection => "7.5",
        Category::Hidden | Category::Personal => "5.0",
    }
}

fn result(finding: &Finding, index: &BTreeMap<&str, usize>) -> Value {
    let id = rule_id(finding);
    json!({
        "ruleId": id,
        "ruleIndex": index.get(id.as_str()),
        "level": level(finding.category),
        "message": { "text": message(finding) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&finding.path) },
            "region": { "startLine": finding.line, "startColumn": finding.column },
        } }],
        "partialFingerprints": { "ringfence/v1": finding.fingerprint.to_string() },
    })
}

fn message(finding: &Finding) -> String {
    let what = match finding.origin {
        Some(origin) => format!("{} in a {origin}", finding.category.noun()),
        None => finding.category.noun().to_owned(),
    };
    format!("{what} ({}): {}", finding.kind, finding.shown)
}

/// A path as a URI reference, RFC 3986.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if Path::new(path).is_absolute() {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let table = [
            ("src/a.rs", "src/a.rs"),
            ("/home/dev/a b", "file:///home/dev/a%20b"),
            ("é#?", "%C3%A9%23%3F"),
            ("c:x", "c%3Ax"),
        ];
        for (path, wanted) in table {
            assert_eq!(uri(path), wanted);
        }
    }
}
