//! Where Ringfence keeps its things: the XDG base directories, all private to the user.
//!
//! Source: XDG Base Directory Specification 0.8. The only place that reads these
//! environment variables.

use anyhow::{Context, Result, bail};
use ringfence_store::Folders;
use std::env;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Every path that Ringfence uses on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) home: PathBuf,
    /// What the user chose: `config.toml`, `rules/`, `allow/`.
    pub(crate) config: PathBuf,
    /// What must be kept: the database, the installation's key.
    pub(crate) data: PathBuf,
    /// What a restart needs: spool, backups of edited settings, log, unread payloads.
    pub(crate) state: PathBuf,
    /// What lives as long as the login: the socket.
    pub(crate) runtime: PathBuf,
}

impl Places {
    /// Reads the environment.
    pub(crate) fn from_env() -> Result<Places> {
        let home = absolute("HOME").context(
            "HOME is not set to an absolute path\nhint: Ringfence keeps its files below it",
        )?;
        let below = |variable: &str, usual: &str| {
            absolute(variable)
                .unwrap_or_else(|| home.join(usual))
                .join("ringfence")
        };
        let state = below("XDG_STATE_HOME", ".local/state");
        let runtime = absolute("XDG_RUNTIME_DIR")
            .map_or_else(|| state.join("run"), |top| top.join("ringfence"));
        Ok(Places {
            config: below("XDG_CONFIG_HOME", ".config"),
            data: below("XDG_DATA_HOME", ".local/share"),
            state,
            runtime,
            home,
        })
    }

    /// Everything below a directory, made.
    #[cfg(test)]
    pub(crate) fn below(root: &Path) -> Places {
        let places = Places {
            home: root.join("home"),
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
            runtime: root.join("run"),
        };
        for folder in [
            &places.home,
            &places.config,
            &places.data,
            &places.state,
            &places.runtime,
        ] {
            private_dir(folder).unwrap();
        }
        places
    }

    /// The demo's own places, apart from all others; the guard keeps agents from them as from these.
    pub(crate) fn demo(&self) -> Places {
        let root = self.data.join("demo");
        Places {
            home: root.join("home"),
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
            runtime: self.runtime.join("demo"),
        }
    }

    /// Stands where everything is invented.
    pub(crate) fn demo_mark(&self) -> PathBuf {
        self.data.join("DEMO")
    }

    /// Whether everything here is invented.
    pub(crate) fn is_demo(&self) -> bool {
        self.demo_mark().exists()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.runtime.join("daemon.sock")
    }

    pub(crate) fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    pub(crate) fn rules(&self) -> PathBuf {
        self.config.join("rules")
    }

    pub(crate) fn allowances(&self) -> PathBuf {
        self.config.join("allow")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.data.join("key")
    }

    /// Where decoys were planted.
    pub(crate) fn canaries(&self) -> PathBuf {
        self.data.join("canaries.json")
    }

    /// Signs the dashboard's cookies; a new one signs every browser out.
    pub(crate) fn cookie_key(&self) -> PathBuf {
        self.data.join("cookie.key")
    }

    /// The bearer token of scripts.
    pub(crate) fn api_token(&self) -> PathBuf {
        self.data.join("api-token")
    }

    /// The authority of the proxy: certificates, key, the bundle for programs that replace roots.
    pub(crate) fn authority(&self) -> PathBuf {
        self.data.join("authority")
    }

    /// What agents' tokens for telemetry are made from.
    pub(crate) fn telemetry_key(&self) -> PathBuf {
        self.data.join("telemetry.key")
    }

    /// What was written into agents' settings so that they export telemetry.
    pub(crate) fn telemetry(&self) -> PathBuf {
        self.state.join("telemetry")
    }

    /// Where telemetry is received: the address that was used last.
    pub(crate) fn telemetry_address(&self) -> PathBuf {
        self.telemetry().join("address")
    }

    /// What is usual in each project, and how risky each session is.
    pub(crate) fn habits(&self) -> PathBuf {
        self.data.join("habits.json")
    }

    /// What people decided about incidents.
    pub(crate) fn incidents(&self) -> PathBuf {
        self.data.join("incidents")
    }

    /// What trusted files were, and which are approved.
    pub(crate) fn trusted(&self) -> PathBuf {
        self.state.join("trusted")
    }

    /// How far agents' histories were read.
    pub(crate) fn history(&self) -> PathBuf {
        self.state.join("history")
    }

    /// Sessions that may reach only what the user named.
    pub(crate) fn locks(&self) -> PathBuf {
        self.state.join("locks.json")
    }

    /// Stands there while the user has lifted all denials in the kernel.
    pub(crate) fn released(&self) -> PathBuf {
        self.state.join("released")
    }

    /// What programs in a fence did while no daemon heard of it.
    pub(crate) fn unheard(&self) -> PathBuf {
        self.state.join("unheard")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.state.join("backups")
    }

    pub(crate) fn unread(&self) -> PathBuf {
        self.state.join("unread")
    }

    pub(crate) fn twins(&self) -> PathBuf {
        self.state.join("twins")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.state.join("daemon.log")
    }

    /// Where the store keeps its files.
    pub(crate) fn folders(&self) -> Folders {
        Folders {
            data: self.data.clone(),
            spool: self.state.join("spool"),
            overflow: Some(self.runtime.join("spool")),
        }
    }

    /// What an agent must not change: our own directories and our own program.
    pub(crate) fn guarded(&self) -> Vec<String> {
        let mut own = vec![&self.config, &self.data, &self.state, &self.runtime]
            .into_iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect::<Vec<_>>();
        if let Ok(program) = env::current_exe() {
            own.push(program.to_string_lossy().into_owned());
        }
        own
    }

    /// Where agents keep their settings.
    pub(crate) fn agents(&self) -> ringfence_agents::Places {
        ringfence_agents::Places {
            home: self.home.clone(),
            claude_config_dir: absolute("CLAUDE_CONFIG_DIR").filter(|_| !self.is_demo()),
            codex_home: absolute("CODEX_HOME").filter(|_| !self.is_demo()),
        }
    }
}

fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

/// Makes a directory that only the user can enter, and refuses one that others can write.
pub(crate) fn private_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("failed to create `{}`", path.display()))?;
    let found = fs::symlink_metadata(path)
        .with_context(|| format!("failed to look at `{}`", path.display()))?;
    if !found.is_dir() {
        bail!("`{}` is not a directory", path.display());
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        bail!("`{}` belongs to another user", path.display());
    }
    if found.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("failed to make `{}` private", path.display()))?;
    }
    Ok(())
}

/// Replaces a file in one step, so that a reader sees the old text or the new one.
pub(crate) fn write_private(path: &Path, text: &[u8], mode: u32) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.new", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&temporary)
        .and_then(|mut file| {
            file.set_permissions(fs::Permissions::from_mode(mode))?;
            file.write_all(text)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() && temporary.exists() {
        fs::remove_file(&temporary)?;
    }
    written
}
