//! The rules that come with Ringfence, as they stand in `rules/`.

/// A rule file: its name, and its text, which may hold several documents between `---` lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack<'a> {
    /// The file's name, for messages.
    pub name: &'a str,
    /// YAML.
    pub text: &'a str,
}

macro_rules! packs {
    ($($file:literal),* $(,)?) => {
        &[$(Pack {
            name: $file,
            text: include_str!(concat!("../../../rules/", $file)),
        }),*]
    };
}

static BUILTIN: &[Pack<'static>] = packs![
    "credentials.yml",
    "canaries.yml",
    "exfiltration.yml",
    "reverse-shell.yml",
    "download-execute.yml",
    "destruction.yml",
    "persistence.yml",
    "tamper.yml",
    "dns.yml",
    "evasion.yml",
    "services.yml",
    "escape.yml",
    "abuse.yml",
    "agents.yml",
    "trusted.yml",
    "supply-chain.yml",
    "cloud.yml",
    "hiding.yml",
    "wire.yml",
    "exchange.yml",
    "smuggling.yml",
    "recon.yml",
    "outage.yml",
    "sigmahq/linux.yml",
    "sigmahq/macos.yml",
    "text.yml",
    "disagreement.yml",
    "kernel/denials.yml",
    "sequences/theft.yml",
    "sequences/storms.yml",
    "sequences/packages.yml",
    "sequences/sensors.yml",
    "sequences/injection.yml",
    "sequences/publishing.yml",
    "sequences/repositories.yml",
    "sequences/text.yml",
    "sequences/memory.yml",
    "kernel/unsaid.yml",
    "kernel/packages.yml",
    "kernel/system.yml",
    "sequences/kernel.yml",
];

/// Files whose rules speak of nothing that a hook tells: of what the kernel saw, of what the
/// proxy read, and of what the daemon finds where sources contradict each other.
const OF_NO_HOOK: [&str; 6] = [
    "disagreement.yml",
    "exchange.yml",
    "kernel/unsaid.yml",
    "kernel/packages.yml",
    "kernel/system.yml",
    "sequences/kernel.yml",
];

/// The rules that come with Ringfence.
pub fn builtin() -> &'static [Pack<'static>] {
    BUILTIN
}

/// Those of [`builtin`] that can match what an agent's hook tells: a hook without a daemon has
/// no time for others.
pub fn builtin_for_hooks() -> impl Iterator<Item = &'static Pack<'static>> {
    BUILTIN
        .iter()
        .filter(|pack| !OF_NO_HOOK.contains(&pack.name))
}

impl Pack<'_> {
    /// Says whether this is one of [`builtin`], whose regular expressions the tests have compiled.
    pub(crate) fn is_builtin(&self) -> bool {
        BUILTIN
            .iter()
            .any(|pack| std::ptr::eq(pack.text, self.text))
    }
}

#[cfg(test)]
mod tests;
