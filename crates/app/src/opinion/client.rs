//! Asks the endpoint, where the user named one.

use super::question::{self, Opinion};
use super::{Provider, Settings};
use crate::outbound;
use anyhow::{Context, Result, bail};
use ringfence_event::InjectionMark;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use ureq::Agent;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Largest answer, in bytes.
const LARGEST_ANSWER: u64 = 256 * 1024;

/// Largest file with a key, in bytes.
const LARGEST_KEY: u64 = 4096;

/// The endpoint, ready to be asked.
#[derive(Debug)]
pub(crate) struct Client {
    settings: Settings,
    url: String,
    key: Option<String>,
    agent: Agent,
}

impl Client {
    /// Reads the key. `folder` is the configuration's.
    pub(crate) fn new(settings: &Settings, folder: &Path) -> Result<Client> {
        let provider = settings.provider;
        let base = settings.url.as_deref().unwrap_or(provider.usual_url());
        if !is_private(base) {
            bail!(
                "the second opinion's url `{base}` is neither https nor on this machine\nhint: a key and an excerpt would go over the network in the clear"
            );
        }
        let key = key(settings, folder)?;
        if key.is_none() && settings.url.is_none() {
            bail!(
                "the second opinion has no key\nhint: write it to a file that only you can read, and set `key_file` below [second_opinion]"
            );
        }
        Ok(Client {
            settings: settings.clone(),
            url: format!("{}{}", base.trim_end_matches('/'), provider.path()),
            key,
            agent: outbound::agent(PATIENCE),
        })
    }

    /// Asks about one text and what stands around it, secrets masked; waits for the answer.
    pub(crate) fn ask(&self, mark: &InjectionMark, passage: &str) -> Result<Opinion> {
        let Settings {
            provider, model, ..
        } = &self.settings;
        let mut request = self.agent.post(&self.url);
        request = request.header("content-type", "application/json");
        if let Some(key) = &self.key {
            request = match provider {
                Provider::Anthropic => request
                    .header("x-api-key", key)
                    .header("anthropic-version", "2023-06-01"),
                Provider::Openai => request.header("authorization", format!("Bearer {key}")),
            };
        }
        let body = question::body(*provider, model, mark, passage).to_string();
        let mut response = request
            .send(body)
            .with_context(|| format!("failed to ask `{}`", self.url))?;
        if !response.status().is_success() {
            bail!("`{}` answered {}", self.url, response.status());
        }
        let answer = response
            .body_mut()
            .with_config()
            .limit(LARGEST_ANSWER)
            .read_to_vec()
            .context("failed to read the answer")?;
        question::read(*provider, model, &answer)
    }
}

/// Whether nobody on the way can read what is sent there.
fn is_private(url: &str) -> bool {
    if url.starts_with("https://") {
        return true;
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // A name before `@` is a user, not the host.
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let address: Option<std::net::IpAddr> = host.parse().ok();
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}

fn key(settings: &Settings, folder: &Path) -> Result<Option<String>> {
    let key = match (&settings.key_file, &settings.key_env) {
        (Some(_), Some(_)) => bail!("the second opinion has both `key_file` and `key_env`"),
        (None, None) => return Ok(None),
        (None, Some(name)) => std::env::var(name)
            .with_context(|| format!("the second opinion's key is not in `${name}`"))?,
        (Some(file), None) => {
            let path = folder.join(file);
            let failed = || {
                format!(
                    "failed to read the second opinion's key `{}`",
                    path.display()
                )
            };
            let found = fs::metadata(&path).with_context(failed)?;
            if found.permissions().mode() & 0o077 != 0 {
                bail!(
                    "others can read the second opinion's key\nhint: chmod 600 {}",
                    path.display()
                );
            }
            if found.len() > LARGEST_KEY {
                bail!("`{}` is larger than {LARGEST_KEY} bytes", path.display());
            }
            fs::read_to_string(&path).with_context(failed)?
        }
    };
    let key = key.trim();
    if key.is_empty() || key.contains(char::is_control) {
        bail!("the second opinion's key is empty or no line of text");
    }
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_can_read_on_the_way_is_asked() {
        let table = [
            ("https://api.example.com", true),
            ("http://127.0.0.1:11434/v1", true),
            ("http://localhost:8080", true),
            ("http://[::1]:8080/v1", true),
            ("http://api.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost:80@example.com", false),
            ("ftp://127.0.0.1", false),
            ("", false),
        ];
        for (url, private) in table {
            assert_eq!(is_private(url), private, "{url}");
        }
    }
}
