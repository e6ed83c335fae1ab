//! What the user chose about the proxy, from `[proxy]`.

use anyhow::{Context, Result};
use ringfence_event::Peer;
use ringfence_proxy::reading::host::peer;
use ringfence_proxy::{Bypass, Hosts, Identity, Pattern, ProxyAddress, Routes, UpstreamSettings};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::PathBuf;
use toml_edit::{Array, DocumentMut, Item, Table, value};

/// Where the proxy listens, on loopback, if the user says nothing.
const PORT: u16 = 4657;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProxy {
    enabled: Option<bool>,
    port: Option<u16>,
    #[serde(default)]
    read: Vec<String>,
    #[serde(default)]
    never_read: Vec<String>,
    #[serde(default)]
    trusted: Vec<String>,
    #[serde(default)]
    flagged: Vec<String>,
    redact: Option<Redact>,
    #[serde(default)]
    places: HashMap<String, SocketAddr>,
    #[serde(default)]
    roots: Vec<PathBuf>,
    https_proxy: Option<String>,
    http_proxy: Option<String>,
    no_proxy: Option<String>,
    #[serde(default)]
    identities: Vec<RawIdentity>,
}

/// What a host is to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It may have secrets.
    Trusted,
    /// Nothing may reach it.
    Flagged,
}

impl Standing {
    fn key(self) -> &'static str {
        match self {
            Standing::Trusted => "trusted",
            Standing::Flagged => "flagged",
        }
    }
}

/// What is taken out of requests on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Redact {
    /// Secrets that are not at home where they go.
    Secrets,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIdentity {
    host: String,
    chain: PathBuf,
    key: PathBuf,
}

/// What the user chose about the proxy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProxyConfig {
    /// Whether there is one: it is a change to the machine that nobody gets unasked.
    pub(crate) enabled: bool,
    /// Where it listens on loopback; 0 takes any that is free.
    pub(crate) port: u16,
    /// Files of roots that services are also verified against.
    pub(crate) roots: Vec<PathBuf>,
    read: Vec<Pattern>,
    never_read: Vec<Pattern>,
    trusted: Vec<Pattern>,
    flagged: Vec<Pattern>,
    redact: Option<Redact>,
    places: BTreeMap<String, SocketAddr>,
    routes: Routes,
    identities: Vec<(Pattern, PathBuf, PathBuf)>,
}

impl Default for ProxyConfig {
    fn default() -> ProxyConfig {
        ProxyConfig {
            enabled: false,
            port: PORT,
            roots: Vec::new(),
            read: Vec::new(),
            never_read: Vec::new(),
            trusted: Vec::new(),
            flagged: Vec::new(),
            redact: None,
            places: BTreeMap::new(),
            routes: Routes::default(),
            identities: Vec::new(),
        }
    }
}

impl ProxyConfig {
    /// Whose traffic is read.
    pub(crate) fn hosts(&self) -> Hosts {
        Hosts::providers()
            .with(self.read.iter().cloned())
            .without(self.never_read.iter().cloned())
    }

    /// How services are reached.
    pub(crate) fn upstream(&self) -> UpstreamSettings {
        let identities = self.identities.iter().cloned();
        UpstreamSettings {
            routes: self.routes_or(|name| std::env::var(name).ok()),
            roots: self.roots.clone(),
            identities: identities
                .map(|(host, chain, key)| Identity { host, chain, key })
                .collect(),
            places: self.places.clone().into_iter().collect(),
        }
    }

    /// Whether connections need not be made anew to follow another configuration.
    pub(crate) fn is_made_as(&self, other: &ProxyConfig) -> bool {
        let made = |config: &ProxyConfig| ProxyConfig {
            read: Vec::new(),
            never_read: Vec::new(),
            trusted: Vec::new(),
            flagged: Vec::new(),
            redact: None,
            ..config.clone()
        };
        made(self) == made(other)
    }

    /// What kind of host it is: as the user says, else as its name does.
    pub(crate) fn peer(&self, host: &str) -> Peer {
        let is_in = |list: &[Pattern]| list.iter().any(|pattern| pattern.means(host));
        if is_in(&self.flagged) {
            Peer::Flagged
        } else if is_in(&self.trusted) {
            Peer::Trusted
        } else {
            peer(host)
        }
    }

    /// The hosts that are this to the user.
    pub(crate) fn classified(&self, standing: Standing) -> &[Pattern] {
        match standing {
            Standing::Trusted => &self.trusted,
            Standing::Flagged => &self.flagged,
        }
    }

    /// Whether secrets are taken out of requests on their way.
    pub(crate) fn redacts_secrets(&self) -> bool {
        self.redact == Some(Redact::Secrets)
    }
}

impl ProxyConfig {
    /// The routes that the user chose, else those of the machine's own variables. A variable that cannot
    /// be read, or that means ourselves, is left out: a shell may have been told to come to us.
    fn routes_or(&self, variable: impl Fn(&str) -> Option<String>) -> Routes {
        if self.routes != Routes::default() {
            return self.routes.clone();
        }
        let first = |names: &[&str]| names.iter().find_map(|name| variable(name));
        let proxy = |names: &[&str]| first(names)?.parse::<ProxyAddress>().ok();
        let is_other = |proxy: &ProxyAddress| {
            let here = ["127.0.0.1", "::1", "localhost"].contains(&proxy.host());
            !(here && proxy.port() == self.port)
        };
        let bypass = first(&["no_proxy", "NO_PROXY"]);
        Routes {
            tunnels: proxy(&["https_proxy", "HTTPS_PROXY"]).filter(is_other),
            // In capitals a web server's script gets it from its client (`Proxy:`), as curl has it.
            plain: proxy(&["http_proxy"]).filter(is_other),
            bypass: Bypass::read(bypass.as_deref().unwrap_or_default()),
        }
    }
}

impl RawProxy {
    /// Returns what we run, or what of it makes no sense.
    pub(super) fn resolve(self) -> Result<ProxyConfig> {
        let address = |text: Option<String>| {
            text.map(|text| text.parse::<ProxyAddress>())
                .transpose()
                .context("the proxy in between makes no sense")
        };
        let identities = self.identities.into_iter().map(|raw| -> Result<_> {
            let host = pattern(&raw.host)?;
            Ok((host, raw.chain, raw.key))
        });
        Ok(ProxyConfig {
            enabled: self.enabled.unwrap_or(false),
            port: self.port.unwrap_or(PORT),
            roots: self.roots,
            read: patterns(&self.read)?,
            never_read: patterns(&self.never_read)?,
            trusted: patterns(&self.trusted)?,
            flagged: patterns(&self.flagged)?,
            redact: self.redact,
            places: self.places.into_iter().collect(),
            routes: Routes {
                tunnels: address(self.https_proxy)?,
                plain: address(self.http_proxy)?,
                bypass: Bypass::read(self.no_proxy.as_deref().unwrap_or_default()),
            },
            identities: identities.collect::<Result<_>>()?,
        })
    }
}

/// Says in a configuration what a host is; comments and order stay.
pub(super) fn classify(
    document: &mut DocumentMut,
    host: &str,
    standing: Option<Standing>,
) -> Result<()> {
    let host = pattern(host)?.to_string();
    let table = document
        .entry("proxy")
        .or_insert(Item::Table(Table::new()))
        .as_table_like_mut()
        .context("`proxy` is not a table")?;
    for list in [Standing::Trusted, Standing::Flagged] {
        if standing == Some(list) {
            let hosts = table.entry(list.key()).or_insert(value(Array::new()));
            let hosts = hosts.as_array_mut().context("it is not a list")?;
            if !hosts.iter().any(|known| known.as_str() == Some(&host)) {
                hosts.push(host.as_str());
            }
        } else if let Some(hosts) = table.get_mut(list.key()).and_then(Item::as_array_mut) {
            hosts.retain(|known| known.as_str() != Some(&host));
        }
    }
    Ok(())
}

fn patterns(texts: &[String]) -> Result<Vec<Pattern>> {
    texts.iter().map(|text| pattern(text)).collect()
}

fn pattern(text: &str) -> Result<Pattern> {
    text.parse()
        .context("below `[proxy]`, a host is written like api.example.com or *.example.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(text: &str, host: &str, standing: Option<Standing>) -> Result<String> {
        super::super::edited(text, |document| classify(document, host, standing))
    }

    fn resolved(text: &str) -> Result<ProxyConfig> {
        toml_edit::de::from_str::<RawProxy>(text)?.resolve()
    }

    #[test]
    fn nobody_gets_a_proxy_unasked() {
        let config = resolved("").unwrap();
        assert_eq!(config, ProxyConfig::default());
        assert!(!config.enabled);
        assert!(config.hosts().reads("api.anthropic.com"));
    }

    #[test]
    fn hosts_are_added_and_taken_out() {
        let config = resolved(
            "enabled = true\nport = 0\nread = [\"mcp.example.test\"]\nnever_read = [\"api.openai.com\"]\nhttps_proxy = \"http://proxy.test:3128\"\n",
        )
        .unwrap();
        let hosts = config.hosts();
        let read = ["mcp.example.test", "api.openai.com", "api.anthropic.com"];
        assert_eq!(read.map(|host| hosts.reads(host)), [true, false, true]);
        let proxy = config.upstream().routes.tunnels.unwrap();
        assert_eq!((proxy.host(), proxy.port()), ("proxy.test", 3128));
    }

    #[test]
    fn the_machines_own_proxy_stands_in_between() {
        let config = resolved("").unwrap();
        let routes = |https: &'static str| {
            config.routes_or(move |name| match name {
                "HTTPS_PROXY" => Some(https.to_owned()),
                "NO_PROXY" => Some("inner.test".to_owned()),
                _ => None,
            })
        };
        let found = routes("http://proxy.test:3128");
        assert_eq!(found.tunnels.unwrap().host(), "proxy.test");
        assert_eq!(found.plain, None);
        assert_eq!(found.bypass, Bypass::read("inner.test"));
        for ours in [
            "http://127.0.0.1:4657",
            "http://localhost:4657",
            "socks5://a:1",
        ] {
            assert_eq!(routes(ours).tunnels, None, "{ours}");
        }
        let chosen = resolved("https_proxy = \"http://chosen.test:1\"").unwrap();
        let found = chosen.routes_or(|_| Some("http://proxy.test:3128".to_owned()));
        assert_eq!(found.tunnels.unwrap().host(), "chosen.test");
    }

    #[test]
    fn the_user_says_what_hosts_are() {
        let text = "trusted = [\"*.inner.test\"]\nflagged = [\"bad.inner.test\", \"api.x.ai\"]\nredact = \"secrets\"\n";
        let config = resolved(text).unwrap();
        let peers = [
            ("gateway.inner.test", Peer::Trusted),
            ("BAD.inner.test", Peer::Flagged),
            ("api.x.ai", Peer::Flagged),
            ("api.together.xyz", Peer::Provider),
            ("127.0.0.1", Peer::Local),
            ("elsewhere.test", Peer::Unknown),
        ];
        for (host, wanted) in peers {
            assert_eq!(config.peer(host), wanted, "{host}");
        }
        assert!(config.redacts_secrets());
        assert!(!ProxyConfig::default().redacts_secrets());
    }

    #[test]
    fn a_host_stands_in_one_list() {
        let text =
            "# mine\nmode = \"guard\"\n\n[proxy]\nenabled = true # yes\ntrusted = [\"a.test\"]\n";
        let flagged = classified(text, "A.test", Some(Standing::Flagged)).unwrap();
        let wanted = "# mine\nmode = \"guard\"\n\n[proxy]\nenabled = true # yes\ntrusted = []\nflagged = [\"a.test\"]\n";
        assert_eq!(flagged, wanted);
        let again = classified(&flagged, "a.test", Some(Standing::Flagged)).unwrap();
        assert_eq!(again, flagged);
        let allowed = classified(&flagged, "a.test", None).unwrap();
        assert!(!allowed.contains("a.test"), "{allowed}");
        let first = classified("", "b.test", Some(Standing::Trusted)).unwrap();
        assert_eq!(first, "[proxy]\ntrusted = [\"b.test\"]\n");
        assert!(classified("", "*.com", Some(Standing::Trusted)).is_err());
        assert!(classified("proxy = 1", "b.test", None).is_err());
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (text, named) in [
            ("read = [\"*\"]", "`*`"),
            ("read = [\"https://a.test/\"]", "`https://a.test/`"),
            ("https_proxy = \"socks5://a.test\"", "http://"),
            ("raed = []", "raed"),
            ("redact = \"all\"", "all"),
            ("flagged = [\"*.com\"]", "`*.com`"),
            ("places = { a = \"b\" }", "socket address"),
        ] {
            let error = format!("{:#}", resolved(text).unwrap_err());
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
