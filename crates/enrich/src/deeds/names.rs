//! Data that leaves inside of names that are asked for: how much the names below one registered
//! domain tell, each counted once. Who reads the queries of a domain is whoever runs it.
//!
//! The measure is the sum over different names of their length times their entropy (after
//! arXiv 2307.02614): a product's names stay small, 500 bytes of stolen data do not.
//!
//! **Invariant:** bounded in domains, in names of one and in bytes of what is shown.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What the names below one domain may tell, in bits. The largest of 1,137 real hosts' domains had 2,560.
const BUDGET: f64 = 4000.0;
/// Most domains of a session.
const MOST_DOMAINS: usize = 128;
/// Most names of a domain, each as a hash; by then the budget is long spent.
const MOST_NAMES: usize = 1024;
/// Most names that are shown.
const MOST_SHOWN: usize = 5;

/// Ends of names below which no stranger reads the queries: the zones of clouds, of content
/// networks and of reverse lookups, and those that work by such names.
const QUIET: &[&str] = &[
    "in-addr.arpa",
    "ip6.arpa",
    "home.arpa",
    "local",
    "lan",
    "internal",
    "localhost",
    "test",
    "amazonaws.com",
    "amazonaws.com.cn",
    "cloudfront.net",
    "awsglobalaccelerator.com",
    "elasticbeanstalk.com",
    "windows.net",
    "azure.com",
    "azureedge.net",
    "azurefd.net",
    "azure-api.net",
    "trafficmanager.net",
    "azurewebsites.net",
    "googleapis.com",
    "googleusercontent.com",
    "googlevideo.com",
    "gvt1.com",
    "1e100.net",
    "run.app",
    "pkg.dev",
    "gcr.io",
    "akamai.net",
    "akamaiedge.net",
    "akamaized.net",
    "edgekey.net",
    "edgesuite.net",
    "fastly.net",
    "fastlylb.net",
    "cloudflare.com",
    "cloudflare.net",
    "cloudflarestorage.com",
    "cloudflare-dns.com",
    "docker.io",
    "docker.com",
    "ghcr.io",
    "quay.io",
    "github.com",
    "githubusercontent.com",
    "githubassets.com",
    "*.npmjs.org",
    "npmjs.com",
    "*.pypi.org",
    "*.pythonhosted.org",
    "*.crates.io",
    "sentry.io",
    "datadoghq.com",
    "datadoghq.eu",
    "newrelic.com",
    "nr-data.net",
    "honeycomb.io",
    "statsig.com",
    "segment.io",
    "launchdarkly.com",
    "applicationinsights.azure.com",
    "visualstudio.com",
    "vscode-cdn.net",
    "vscode-unpkg.net",
    "anthropic.com",
    "openai.com",
    "spamhaus.org",
    "spamcop.net",
    "sorbs.net",
    "surbl.org",
    "uribl.com",
    "mcafee.com",
    "sophosxl.net",
    "cymru.com",
];

/// Second labels below the domain of a country that are no name of anybody (`co.uk`).
const GENERIC: [&str; 20] = [
    "co", "com", "net", "org", "gov", "gob", "govt", "edu", "ac", "sch", "or", "ne", "go", "ad",
    "gr", "ltd", "plc", "id", "mil", "nom",
];

/// Domains below which each name belongs to somebody else.
const SHARED: &[&str] = &[
    "github.io",
    "gitlab.io",
    "vercel.app",
    "netlify.app",
    "pages.dev",
    "workers.dev",
    "herokuapp.com",
    "fly.dev",
    "onrender.com",
    "web.app",
    "firebaseapp.com",
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "trycloudflare.com",
    "duckdns.org",
    "no-ip.org",
    "ddns.net",
    "dyndns.org",
    "blogspot.com",
    "eu.org",
    "uk.com",
    "us.com",
    "de.com",
    "eu.com",
];

/// What the names of a session told so far.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, Domain>);

#[derive(Debug, Default)]
struct Domain {
    names: HashSet<u64>,
    bits: f64,
    shown: Vec<String>,
    told: bool,
}

/// A domain whose names tell too much.
#[derive(Debug, PartialEq)]
pub(super) struct Spent {
    pub(super) domain: String,
    pub(super) bits: u64,
    pub(super) count: usize,
    /// The most telling names.
    pub(super) names: Vec<String>,
}

impl Names {
    /// Takes in a name that is asked for; says so once if its domain's budget is spent with it.
    pub(super) fn ask(&mut self, name: &str) -> Option<Spent> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if QUIET
            .iter()
            .any(|end| is_below(&name, end.trim_start_matches("*.")))
        {
            return None;
        }
        let domain = registered(&name)?;
        let below = name.strip_suffix(domain)?.trim_end_matches('.');
        // Who proves that a domain is theirs asks for such a name (RFC 8555, section 8.4).
        let below = below.strip_prefix("_acme-challenge").unwrap_or(below);
        if below.is_empty() {
            return None;
        }
        if !self.0.contains_key(domain) && self.0.len() >= MOST_DOMAINS {
            let least = self
                .0
                .iter()
                .min_by(|(_, one), (_, other)| one.bits.total_cmp(&other.bits));
            if let Some(least) = least.map(|(name, _)| name.clone()) {
                self.0.remove(&least);
            }
        }
        let known = self.0.entry(domain.to_owned()).or_default();
        if known.told || known.names.len() >= MOST_NAMES || !known.names.insert(hash(below)) {
            return None;
        }
        known.bits += bits(below);
        known.show(&name);
        if known.bits < BUDGET {
            return None;
        }
        known.told = true;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive number of a few thousand"
        )]
        let bits = known.bits as u64;
        Some(Spent {
            domain: domain.to_owned(),
            bits,
            count: known.names.len(),
            names: known.shown.clone(),
        })
    }
}

impl Domain {
    /// Keeps the longest names.
    fn show(&mut self, name: &str) {
        let place = self.shown.partition_point(|one| one.len() >= name.len());
        self.shown.insert(place, name.to_owned());
        self.shown.truncate(MOST_SHOWN);
    }
}

fn is_below(name: &str, end: &str) -> bool {
    let rest = name.strip_suffix(end);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The part of a name that somebody registered; `None` of a name without a dot.
fn registered(name: &str) -> Option<&str> {
    let labels: Vec<&str> = name.rsplit('.').take(4).collect();
    let [top, second, ..] = labels.as_slice() else {
        return None;
    };
    let shared = SHARED.iter().any(|end| is_below(name, end));
    let of_country = top.len() == 2 && GENERIC.contains(second);
    let count = if shared || of_country { 3 } else { 2 };
    let length: usize = labels.iter().take(count).map(|label| label.len() + 1).sum();
    name.get((name.len() + 1).saturating_sub(length)..)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Length times entropy of a text's letters, dots left out.
fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    let mut length = 0_u32;
    for byte in text.bytes().filter(|byte| *byte != b'.') {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
        length += 1;
    }
    let length = f64::from(length);
    let seen = counts.iter().filter(|count| **count > 0);
    seen.map(|count| f64::from(*count) * (length / f64::from(*count)).log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_what_somebody_registered() {
        let table = [
            ("a.b.example.com", Some("example.com")),
            ("example.com", Some("example.com")),
            ("x.shop.co.uk", Some("shop.co.uk")),
            ("x.y.github.io", Some("y.github.io")),
            ("a.com.example.de", Some("example.de")),
            ("localhost", None),
            ("", None),
        ];
        for (name, wanted) in table {
            assert_eq!(registered(name), wanted, "{name}");
        }
    }

    /// Hexadecimal digits of made-up data.
    fn hex(seed: u64, bytes: usize) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut text = String::new();
        for _ in 0..bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(&format!("{:02x}", state & 255));
        }
        text
    }

    #[test]
    fn stolen_data_is_told_after_some_five_hundred_bytes_whatever_its_pieces() {
        for (bytes, most) in [(30, 20), (8, 100), (4, 260)] {
            let mut names = Names::default();
            let spent = (0..most).find_map(|place| {
                let name = format!("{}.evil.example", hex(place + 1, bytes));
                names.ask(&name)
            });
            let spent = spent.unwrap_or_else(|| panic!("{bytes} bytes a name"));
            assert_eq!(spent.domain, "evil.example");
            assert_eq!(spent.names.len(), MOST_SHOWN);
            assert_eq!(names.ask("another1.evil.example"), None, "told once");
        }
    }

    #[test]
    fn names_of_daily_work_tell_little() {
        let mut names = Names::default();
        let hosts = [
            "www",
            "api",
            "cdn",
            "static-assets",
            "img1",
            "img2",
            "docs",
            "eu-west-1",
            "a.b",
        ];
        for round in 0..200 {
            for host in hosts {
                assert_eq!(names.ask(&format!("{host}.example.org")), None);
            }
            for end in [
                "cloudfront.net",
                "r2.cloudflarestorage.com",
                "ingest.sentry.io",
                "s3.amazonaws.com",
            ] {
                assert_eq!(names.ask(&format!("{}.{end}", hex(round + 1, 16))), None);
            }
            assert_eq!(names.ask("_acme-challenge.example.org"), None);
        }
    }

    #[test]
    fn any_number_of_names_and_domains_stays_small() {
        let mut names = Names::default();
        for place in 0..10_000 {
            names.ask(&format!("{}.d{place}.example", hex(place + 1, 8)));
            names.ask(&format!("{}.one.example.net", hex(place + 1, 8)));
        }
        assert!(names.0.len() <= MOST_DOMAINS);
        assert!(names.0.values().all(|one| one.names.len() <= MOST_NAMES));
        for garbage in ["", ".", "....", "ä.ö", &"a.".repeat(5000)] {
            assert_eq!(names.ask(garbage), None, "{garbage}");
        }
    }
}
