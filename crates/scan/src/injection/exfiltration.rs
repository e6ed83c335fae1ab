//! Data on its way out in what a model writes: images and links whose address carries it.
//!
//! An image is fetched without a click, so its address is a channel; a link needs one click. Also
//! pictures of one letter in a row, which spell a text to whoever serves them, and a remote
//! `$schema`, which an editor fetches when it opens the file.

use std::ops::Range;

use super::Finding;
use super::origin::Origin;

/// Longest address that is read.
const LONGEST: usize = 4_096;
const MOST: usize = 100;
/// Letters of a query or path that can carry a secret.
const LONG_VALUE: usize = 24;
/// Images in a row that differ in one letter.
const ROW: usize = 5;

/// Hosts of schemas that editors fetch by themselves anyway.
const KNOWN_SCHEMAS: &[&str] = &[
    "json-schema.org",
    "json.schemastore.org",
    "www.schemastore.org",
    "raw.githubusercontent.com",
    "unpkg.com",
    "biomejs.dev",
    "turbo.build",
    "turborepo.com",
    "opencode.ai",
    "schema.management.azure.com",
    "developer.microsoft.com",
    "docs.renovatebot.com",
    "ui.shadcn.com",
    "app.kilo.ai",
];

struct Target<'a> {
    address: &'a str,
    place: Range<usize>,
    image: bool,
}

/// Returns the ways out in a text of this origin.
pub(super) fn leaks(text: &str, origin: Origin) -> Vec<Finding> {
    let mut found = Vec::new();
    if origin == Origin::ModelOutput {
        let targets = targets(text);
        found.extend(targets.iter().filter_map(carries_data));
        found.extend(row_of_images(&targets));
    }
    if origin != Origin::UserPrompt {
        found.extend(remote_schema(text));
    }
    found
}

fn finding(rule: &str, why: &str, weight: f32, place: Range<usize>, excerpt: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        why: why.to_owned(),
        weight,
        place,
        excerpt: super::excerpt(excerpt),
        disguises: Vec::new(),
    }
}

/// Returns the targets of markdown links and images and of HTML images.
fn targets(text: &str) -> Vec<Target<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(bytes, b"http") {
        if found.len() >= MOST {
            break;
        }
        let rest = text.get(at..).unwrap_or_default();
        if !(rest.starts_with("http://") || rest.starts_with("https://")) {
            continue;
        }
        let length = rest
            .bytes()
            .take(LONGEST)
            .position(|byte| {
                byte.is_ascii_whitespace()
                    || matches!(byte, b')' | b'"' | b'\'' | b'>' | b'<' | b']')
            })
            .unwrap_or(rest.len().min(LONGEST));
        let Some(address) = rest.get(..length) else {
            continue;
        };
        let before = text.get(line_start(bytes, at)..at).unwrap_or_default();
        let lead = before.to_ascii_lowercase();
        let markdown = lead.trim_end_matches('<').ends_with("](") || lead.ends_with("]: ");
        let opens = lead.rfind('[').unwrap_or(0);
        let image = (markdown && opens > 0 && lead.as_bytes().get(opens - 1) == Some(&b'!'))
            || lead.contains("<img") && lead.trim_end_matches(['"', '\'']).ends_with("src=");
        if markdown || image {
            found.push(Target {
                address,
                place: at..at + length,
                image,
            });
        }
    }
    found
}

/// Looks back a bounded way.
fn line_start(bytes: &[u8], at: usize) -> usize {
    let near = at.saturating_sub(256);
    let line = bytes.get(near..at).unwrap_or_default();
    let mut start = near + memchr::memrchr(b'\n', line).map_or(0, |end| end + 1);
    while start < at && bytes.get(start).is_some_and(|byte| byte & 0xC0 == 0x80) {
        start += 1;
    }
    start
}

fn carries_data(target: &Target<'_>) -> Option<Finding> {
    let (_, query) = target.address.split_once('?')?;
    let longest = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(_, value)| value.len())
        .max()
        .unwrap_or(0);
    let placeholder = ["{{", "${", "%7b", "{data", "[data", "<data"]
        .iter()
        .any(|sign| target.address.to_ascii_lowercase().contains(sign));
    let names = [
        "data=", "d=", "q=", "leak=", "secret=", "token=", "key=", "content=", "payload=", "exfil",
    ];
    let named = query
        .split('&')
        .any(|pair| names.iter().any(|name| pair.starts_with(name)));
    let weight = match (target.image, longest >= LONG_VALUE || placeholder, named) {
        (true, true, true) => 11.0,
        (true, true, false) => 7.0,
        (true, false, true) => 8.0,
        (false, true, true) => 6.0,
        _ => return None,
    };
    let (rule, why) = if target.image {
        (
            "image-carries-data",
            "an image is fetched without a click, and its address carries data",
        )
    } else {
        ("link-carries-data", "the address of a link carries data")
    };
    Some(finding(
        rule,
        why,
        weight,
        target.place.clone(),
        target.address,
    ))
}

/// Finds images in a row whose addresses differ in one letter: each fetch spells one.
fn row_of_images(targets: &[Target<'_>]) -> Option<Finding> {
    let images: Vec<&Target<'_>> = targets.iter().filter(|target| target.image).collect();
    images.windows(ROW).find_map(|row| {
        let first = row.first()?;
        let last = row.last()?;
        let stem = |address: &str| {
            let name_at = address.rfind(['/', '=']).map_or(0, |at| at + 1);
            let name = address.get(name_at..).unwrap_or_default();
            let letters = name.split('.').next().unwrap_or_default().chars().count();
            (letters <= 1).then(|| address.get(..name_at).unwrap_or_default().to_owned())
        };
        let own = stem(first.address)?;
        let same = row
            .iter()
            .all(|target| stem(target.address).as_ref() == Some(&own));
        same.then(|| {
            finding(
                "row-of-images",
                "images of one letter each spell a text to their server",
                11.0,
                first.place.start..last.place.end,
                first.address,
            )
        })
    })
}

fn remote_schema(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"\"$schema\"") {
        if found.len() >= MOST {
            break;
        }
        let rest = text.get(at + 9..).unwrap_or_default();
        let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
        let Some(address) = value.and_then(|value| value.strip_prefix('"')) else {
            continue;
        };
        let end = address.bytes().take(LONGEST).position(|byte| byte == b'"');
        let Some(address) = end.and_then(|end| address.get(..end)) else {
            continue;
        };
        let Some((_, behind)) = address.split_once("://") else {
            continue;
        };
        let host = behind.split(['/', '?', ':']).next().unwrap_or_default();
        let carries = address.contains('?');
        let known = KNOWN_SCHEMAS.contains(&host);
        if carries {
            found.push(finding(
                "schema-carries-data",
                "an editor fetches this address by itself, and it carries data",
                10.0,
                at..at + 9,
                address,
            ));
        } else if !known {
            found.push(finding(
                "remote-schema",
                "an editor fetches this address by itself",
                1.5,
                at..at + 9,
                address,
            ));
        }
    }
    found
}
