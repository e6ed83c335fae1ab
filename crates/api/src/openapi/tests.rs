use super::*;
use serde_json::Value;
use std::collections::BTreeSet;

/// What the dashboard's types are made from.
const COMMITTED: &str = include_str!("../../../../ui/openapi.json");

#[test]
fn the_committed_document_is_this_one() {
    assert!(
        COMMITTED == openapi(),
        "run `cargo run -p ringfence-api --example openapi > ui/openapi.json`"
    );
}

fn document() -> Value {
    serde_json::from_str(&openapi()).unwrap()
}

/// Every `$ref` in a part of the document.
fn references(part: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            found.extend(
                fields
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn everything_that_is_referred_to_is_described() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 40, "{found:?}");
    let missing: Vec<&String> = found
        .iter()
        .filter(|reference| {
            document
                .pointer(reference.trim_start_matches('#'))
                .is_none()
        })
        .collect();
    assert_eq!(missing, Vec::<&String>::new());
}

#[test]
fn every_route_below_api_needs_a_credential_and_has_a_name() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        assert!(crate::guard::is_api(path) || path == "/auth", "{path}");
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} twice");
            let credentials = operation["security"].as_array().map_or(0, Vec::len);
            let takes_hook_key = crate::guard::takes_hook_key(path);
            assert_eq!(credentials == 3, takes_hook_key, "{path}");
            let method = method.to_uppercase().parse().unwrap();
            let least = if crate::guard::is_for_people(&method, path) {
                1
            } else {
                2
            };
            let guarded = credentials >= least && operation["responses"]["401"].is_object();
            assert_eq!(guarded, path != "/auth", "{path}");
        }
    }
    assert_eq!(names.len(), 43);
}
