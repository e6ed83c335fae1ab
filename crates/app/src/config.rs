//! What the user chose, from `config.toml`: what was typed, then what we run.
//!
//! The only place that knows defaults. Edits keep the file's comments and order.

mod proxy;

pub(crate) use proxy::{ProxyConfig, Standing};

use crate::opinion;
use anyhow::{Context, Result, bail};
use ringfence_detect::{Choice, Placeholders};
use ringfence_event::{Mode, RuleId, Verdict};
use ringfence_scan::personal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value, value};

/// Largest `config.toml`, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Days after which events are deleted, if the user says nothing.
const RETENTION_DAYS: u32 = 90;

/// Where the dashboard and the API listen, on loopback, if the user says nothing.
const PORT: u16 = 4655;

/// Where telemetry is received, on loopback, if the user says nothing. The usual 4318 is left to
/// the user's own collector.
const TELEMETRY_PORT: u16 = 4656;

/// Where the system's sensor listens, if the user says nothing.
pub(crate) const SENSOR: &str = "/run/ringfence/sensor.sock";

/// What the hook answers when it cannot judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhenBlind {
    /// The call goes on, and stderr says that nobody looked.
    #[default]
    Allow,
    /// The call is stopped.
    Deny,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    mode: Option<String>,
    when_blind: Option<WhenBlind>,
    retention_days: Option<u32>,
    port: Option<u16>,
    telemetry_port: Option<u16>,
    daily_files: Option<bool>,
    history: Option<bool>,
    #[serde(default)]
    rules: BTreeMap<String, String>,
    #[serde(default)]
    placeholders: Placeholders,
    #[serde(default)]
    secrets: RawSecrets,
    #[serde(default)]
    personal_data: RawPersonal,
    #[serde(default)]
    sensor: RawSensor,
    #[serde(default)]
    proxy: proxy::RawProxy,
    second_opinion: Option<opinion::Settings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSensor {
    socket: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPersonal {
    mode: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSecrets {
    gitleaks: Option<PathBuf>,
}

/// What we run.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) mode: Mode,
    pub(crate) when_blind: WhenBlind,
    /// 0 keeps events for ever.
    pub(crate) retention_days: u32,
    /// The dashboard's and the API's; 0 takes any that is free.
    pub(crate) port: u16,
    /// Where agents send their telemetry; 0 takes any that is free, and then the same again.
    pub(crate) telemetry_port: u16,
    /// Whether each day's events are also written to a JSONL file.
    pub(crate) daily_files: bool,
    /// Whether what agents write down of their sessions is read.
    pub(crate) history: bool,
    pub(crate) rules: BTreeMap<RuleId, Choice>,
    /// Values for Sigma's `expand`.
    pub(crate) placeholders: Placeholders,
    /// A gitleaks configuration whose rules are added to ours, as typed.
    pub(crate) gitleaks: Option<PathBuf>,
    /// What is done about personal data in texts.
    pub(crate) personal_data: personal::Mode,
    /// The socket of the system's sensor.
    pub(crate) sensor: PathBuf,
    /// Whether what agents say to their models is read, and how.
    pub(crate) proxy: ProxyConfig,
    /// Whom to ask about suspicious texts; nobody unless the user says so.
    pub(crate) second_opinion: Option<opinion::Settings>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            mode: Mode::default(),
            when_blind: WhenBlind::default(),
            retention_days: RETENTION_DAYS,
            port: PORT,
            telemetry_port: TELEMETRY_PORT,
            daily_files: false,
            history: true,
            rules: BTreeMap::new(),
            placeholders: Placeholders::new(),
            gitleaks: None,
            personal_data: personal::Mode::Off,
            sensor: PathBuf::from(SENSOR),
            proxy: ProxyConfig::default(),
            second_opinion: None,
        }
    }
}

impl Config {
    /// Reads the file; a missing one is the default.
    pub(crate) fn load(path: &Path) -> Result<Config> {
        match read(path)? {
            Some(text) => {
                parse(&text).with_context(|| format!("failed to read `{}`", path.display()))
            }
            None => Ok(Config::default()),
        }
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::metadata(path) {
        Ok(found) if found.len() > LARGEST => {
            bail!("`{}` is larger than {LARGEST} bytes", path.display())
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("failed to read `{}`", path.display()));
        }
    }
    fs::read_to_string(path)
        .map(Some)
        .with_context(|| format!("failed to read `{}`", path.display()))
}

fn parse(text: &str) -> Result<Config> {
    if text.trim().is_empty() {
        return Ok(Config::default());
    }
    let raw: RawConfig = toml_edit::de::from_str(text)?;
    let mut rules = BTreeMap::new();
    for (rule, chosen) in raw.rules {
        let choice = choice(&chosen)
            .with_context(|| format!("rule `{rule}` is set to `{chosen}`\nhint: use \"off\", \"alert\", \"ask\", \"deny\", \"monitor\", \"guard\" or \"enforce\""))?;
        rules.insert(RuleId(rule), choice);
    }
    let mode = match raw.mode.as_deref() {
        None => Mode::default(),
        Some(name) => Mode::from_name(name).with_context(|| {
            format!("mode is `{name}`\nhint: use \"monitor\", \"guard\" or \"enforce\"")
        })?,
    };
    Ok(Config {
        mode,
        when_blind: raw.when_blind.unwrap_or_default(),
        retention_days: raw.retention_days.unwrap_or(RETENTION_DAYS),
        port: raw.port.unwrap_or(PORT),
        telemetry_port: raw.telemetry_port.unwrap_or(TELEMETRY_PORT),
        daily_files: raw.daily_files.unwrap_or(false),
        history: raw.history.unwrap_or(true),
        rules,
        placeholders: raw.placeholders,
        gitleaks: raw.secrets.gitleaks,
        personal_data: personal_data(raw.personal_data.mode.as_deref())?,
        sensor: sensor(raw.sensor.socket)?,
        proxy: raw.proxy.resolve()?,
        second_opinion: raw.second_opinion,
    })
}

fn sensor(socket: Option<PathBuf>) -> Result<PathBuf> {
    match socket {
        None => Ok(PathBuf::from(SENSOR)),
        Some(path) if path.is_absolute() => Ok(path),
        Some(path) => bail!(
            "the sensor's socket is `{}`\nhint: use an absolute path",
            path.display()
        ),
    }
}

fn personal_data(name: Option<&str>) -> Result<personal::Mode> {
    match name {
        None | Some("off") => Ok(personal::Mode::Off),
        Some("count") => Ok(personal::Mode::Count),
        Some("alert") => Ok(personal::Mode::Alert),
        Some(name) => bail!(
            "the mode of personal data is `{name}`\nhint: use \"off\", \"count\" or \"alert\""
        ),
    }
}

fn choice(text: &str) -> Option<Choice> {
    if text == "off" {
        return Some(Choice::Off);
    }
    if let Some(mode) = Mode::from_name(text) {
        return Some(Choice::Mode(mode));
    }
    Verdict::from_name(text)
        .filter(|verdict| *verdict != Verdict::Allow)
        .map(Choice::Action)
}

/// Sets or clears a rule's line in the `[rules]` table.
pub(crate) fn choose(path: &Path, rule: &RuleId, chosen: Option<&str>) -> Result<()> {
    change(path, |document| set(document, rule, chosen))
}

/// The word for a choice in the `[rules]` table.
pub(crate) fn choice_name(choice: Choice) -> &'static str {
    match choice {
        Choice::Off => "off",
        Choice::Mode(mode) => mode.name(),
        Choice::Action(action) => action.name(),
    }
}

/// Sets the mode of this machine.
pub(crate) fn choose_mode(path: &Path, mode: Mode) -> Result<()> {
    change(path, |document| {
        put(document.as_table_mut(), "mode", mode.name());
        Ok(())
    })
}

/// Says what a host is to the user, or that it is nothing special.
pub(crate) fn classify(path: &Path, host: &str, standing: Option<Standing>) -> Result<()> {
    change(path, |document| proxy::classify(document, host, standing))
}

/// Changes the file, and nothing else in it.
fn change(path: &Path, change: impl FnOnce(&mut DocumentMut) -> Result<()>) -> Result<()> {
    let text = read(path)?.unwrap_or_default();
    let edited =
        edited(&text, change).with_context(|| format!("failed to read `{}`", path.display()))?;
    if edited == text {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        crate::places::private_dir(folder)?;
    }
    crate::places::write_private(path, edited.as_bytes(), 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

fn edited(text: &str, change: impl FnOnce(&mut DocumentMut) -> Result<()>) -> Result<String> {
    parse(text)?;
    let mut document: DocumentMut = text.parse()?;
    change(&mut document)?;
    Ok(document.to_string())
}

/// Sets a text; what stands around one that is there stays.
fn put(table: &mut dyn TableLike, key: &str, text: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(there) => {
            let around = there.decor().clone();
            *there = Value::from(text);
            *there.decor_mut() = around;
        }
        None => {
            table.insert(key, value(text));
        }
    }
}

fn set(document: &mut DocumentMut, rule: &RuleId, chosen: Option<&str>) -> Result<()> {
    let table = document
        .entry("rules")
        .or_insert(Item::Table(Table::new()))
        .as_table_like_mut()
        .context("`rules` is not a table")?;
    match chosen {
        Some(chosen) => {
            put(table, rule.as_str(), chosen);
        }
        None => {
            table.remove(rule.as_str());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_the_default() {
        let config = Config::load(Path::new("/nonexistent/config.toml")).unwrap();
        assert_eq!(config.mode, Mode::Guard);
        assert_eq!(config.when_blind, WhenBlind::Allow);
        assert_eq!(config.retention_days, 90);
        assert_eq!((config.port, config.daily_files), (4655, false));
    }

    #[test]
    fn what_is_typed_wrong_is_named() {
        let table = [
            ("mode = \"paranoid\"", "paranoid"),
            ("moed = \"guard\"", "moed"),
            ("[rules]\ncredential-read = \"maybe\"", "credential-read"),
            ("mode = ", "1"),
            ("when_blind = \"ask\"", "ask"),
            ("[personal_data]\nmode = \"loud\"", "loud"),
            ("[secrets]\ngitleak = \"a\"", "gitleak"),
            ("[sensor]\nsocket = \"here.sock\"", "here.sock"),
            (
                "[second_opinion]\nprovider = \"other\"\nmodel = \"m\"",
                "other",
            ),
            ("[second_opinion]\nprovider = \"openai\"", "model"),
        ];
        for (text, named) in table {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn an_edit_keeps_comments_and_order() {
        let text = "# mine\nmode = \"monitor\" # for now\n\n[rules]\n# noisy here\nb = \"off\"\n";
        let edit = |text: &str, chosen: Option<&str>| {
            edited(text, |document| set(document, &RuleId::from("a"), chosen))
        };
        let off = edit(text, Some("off")).unwrap();
        assert_eq!(off, format!("{text}a = \"off\"\n"));
        assert_eq!(edit(&off, None).unwrap(), text);
        let noted = "[rules]\n# noisy\na = \"off\" # for now\n";
        assert_eq!(
            edit(noted, Some("alert")).unwrap(),
            noted.replace("off", "alert")
        );
        assert!(edit("mode = 1", None).is_err());
    }

    #[test]
    fn the_mode_stands_where_it_stood_or_at_the_head() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("config.toml");
        for (before, after) in [
            ("", "mode = \"enforce\"\n"),
            (
                "# mine\nmode = \"monitor\" # for now\nport = 1\n",
                "# mine\nmode = \"enforce\" # for now\nport = 1\n",
            ),
            (
                "[rules]\na = \"off\"\n",
                "mode = \"enforce\"\n[rules]\na = \"off\"\n",
            ),
        ] {
            fs::write(&path, before).unwrap();
            choose_mode(&path, Mode::Enforce).unwrap();
            assert_eq!(Config::load(&path).unwrap().mode, Mode::Enforce);
            assert_eq!(fs::read_to_string(&path).unwrap(), after, "{before}");
        }
    }
}
